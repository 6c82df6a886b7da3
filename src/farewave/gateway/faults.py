"""Calls that go wrong on purpose: the next so many of a method of an application.

They are counted in the database, so it doesn't matter which process takes a call. That a method has
any is remembered with its application (`RegisteredApp.faulty`), at most `registry.KNOWN_FOR_S` old:
a call without faults costs nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from farewave.db import ReadTx, Tx
from farewave.gateway import store
from farewave.gateway.errors import GatewayRefusal
from farewave.gateway.methods import METHODS
from farewave.gateway.model import ArmedFault, CallFault
from farewave.kit.outcome import Refused

_ORDER_NUMBERS = (
    "out_trade_no",
    "trade_no",
    "out_order_no",
    "auth_no",
    "external_agreement_no",
    "agreement_no",
)
"""By which calls and notifications name what they are about."""


class AnswerLost(Exception):  # noqa: N818 - reads as the sentence it is
    """A call took effect, and whoever made it is to hear nothing."""


async def armed(tx: ReadTx) -> list[ArmedFault]:
    """Everything that is still to happen, oldest application first."""
    return await store.load_faults(tx)


async def arm(tx: Tx, fault: ArmedFault) -> ArmedFault | Refused:
    """Have `fault` happen from now on, in the place of another of this method; no calls: none."""
    if await store.load_app(tx, fault.app_id) is None:
        return Refused(GatewayRefusal.APP_NOT_FOUND)
    if fault.method not in METHODS:
        return Refused(GatewayRefusal.METHOD_UNKNOWN)
    await store.save_fault(tx, fault)
    return fault


async def disarm(tx: Tx, app_id: str) -> None:
    """Have nothing more go wrong with an application."""
    await store.drop_faults(tx, app_id)


async def next_fault(
    tx: Tx, app_id: str, method: str, content: Mapping[str, object]
) -> ArmedFault | None:
    """What happens to this call, which is counted; None when it's as it should be."""
    fault = await store.lock_fault(tx, app_id, method)
    if fault is None or fault.calls_left == 0:
        return None
    number = next((text for text in map(content.get, _ORDER_NUMBERS) if text), None)
    orders = fault.orders
    if fault.fault is CallFault.NOTIFY_TWICE and isinstance(number, str):
        orders = (*orders, number)
    await store.save_fault(tx, replace(fault, calls_left=fault.calls_left - 1, orders=orders))
    return fault


async def takes_twice(tx: Tx, params: Mapping[str, str]) -> bool:
    """Whether this notification is to be posted twice, which is counted."""
    numbers = {params[name] for name in _ORDER_NUMBERS if params.get(name)}
    for fault in await store.lock_faults_of_orders(tx, params["app_id"], sorted(numbers)):
        orders = list(fault.orders)
        orders.remove(next(number for number in orders if number in numbers))
        await store.save_fault(tx, replace(fault, orders=tuple(orders)))
        return True
    return False
