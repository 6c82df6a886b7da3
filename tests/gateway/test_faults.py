"""The switchboard: which calls it takes, how it counts, and that production never asks it."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from farewave.db import Database
from farewave.gateway import faults
from farewave.gateway.client import NoAnswer, OpenPlatformClient
from farewave.gateway.errors import GatewayRefusal
from farewave.gateway.model import App, ArmedFault, CallFault
from farewave.kit.outcome import Refused
from tests.gateway.calls import APP_KEY, GATEWAY_URL, PLATFORM_KEY, gateway_app
from tests.gateway.shop import Shop

QUERY = "alipay.trade.query"


def faulty_app(database: Database) -> Starlette:
    """As in a sandbox."""
    app = gateway_app(database)
    app.state.gateway = replace(app.state.gateway, faults=True)
    return app


def shop_at(app: Starlette, shop: Shop) -> Shop:
    """The same shop, at another process."""
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
    client = OpenPlatformClient(
        http, GATEWAY_URL, shop.app.app_id, APP_KEY, PLATFORM_KEY.public_key()
    )
    return replace(shop, client=client)


async def arm(database: Database, app: App, fault: CallFault, calls: int, **more: Any) -> None:
    wish = ArmedFault(app.app_id, QUERY, fault, hang_s=1, calls_left=calls)
    async with database.transaction() as tx:
        armed = await faults.arm(tx, replace(wish, **more))
    assert not isinstance(armed, Refused)


async def left(database: Database) -> list[ArmedFault]:
    async with database.reading() as tx:
        return await faults.armed(tx)


async def test_of_many_calls_at_two_processes_exactly_so_many_go_wrong(
    database: Database, shop: Shop
) -> None:
    await arm(database, shop.app, CallFault.UNAVAILABLE, 5)
    shops = [shop_at(faulty_app(database), shop) for _ in range(2)]
    nodes = await asyncio.gather(*(shops[n % 2].call(QUERY, out_trade_no="T") for n in range(20)))
    codes = [node["code"] for node in nodes]
    assert (codes.count("20000"), codes.count("40004")) == (5, 15)
    assert await left(database) == []


async def test_an_application_has_its_own_faults(database: Database, shop: Shop) -> None:
    await arm(database, shop.app, CallFault.UNAVAILABLE, 1, method="alipay.trade.close")
    at = shop_at(faulty_app(database), shop)
    assert (await at.call(QUERY, out_trade_no="T"))["code"] == "40004"
    assert [fault.calls_left for fault in await left(database)] == [1]
    async with database.transaction() as tx:
        await faults.disarm(tx, "2021000000000000")
    assert len(await left(database)) == 1
    async with database.transaction() as tx:
        await faults.disarm(tx, shop.app.app_id)
    assert await left(database) == []


async def test_a_lost_answer_is_none_for_whoever_is_in_the_same_process(
    database: Database, shop: Shop
) -> None:
    await arm(database, shop.app, CallFault.LOST_ANSWER, 1, method="alipay.trade.create")
    at = shop_at(faulty_app(database), shop)
    content = {
        "out_trade_no": "T 1",
        "subject": "书",
        "total_amount": "9.50",
        "buyer_id": shop.buyer.person.user_no,
    }
    async with database.reading() as tx:
        now = tx.now
    lost = await at.client.call("alipay.trade.create", content, now=now)
    assert isinstance(lost, NoAnswer)
    assert (await at.call(QUERY, out_trade_no="T 1"))["trade_status"] == "WAIT_BUYER_PAY"


async def test_production_does_not_ask_the_switchboard(database: Database, shop: Shop) -> None:
    await arm(database, shop.app, CallFault.UNAVAILABLE, 1)
    assert (await shop.call(QUERY, out_trade_no="T"))["code"] == "40004"
    assert [fault.calls_left for fault in await left(database)] == [1]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"app_id": "2021999999999999"}, GatewayRefusal.APP_NOT_FOUND),
        ({"method": "alipay.trade.dance"}, GatewayRefusal.METHOD_UNKNOWN),
    ],
)
async def test_what_is_not_there_has_no_faults(
    database: Database, merchant_app: App, changed: dict[str, str], refusal: GatewayRefusal
) -> None:
    wish = ArmedFault(merchant_app.app_id, QUERY, CallFault.HANG, hang_s=1, calls_left=1)
    async with database.transaction() as tx:
        assert await faults.arm(tx, replace(wish, **changed)) == Refused(refusal)
    assert await left(database) == []


async def test_one_notification_of_each_order_that_a_call_named_is_posted_twice(
    database: Database, shop: Shop
) -> None:
    app_id = shop.app.app_id
    await arm(database, shop.app, CallFault.NOTIFY_TWICE, 2)
    for number in ("A", "B"):
        async with database.transaction() as tx:
            assert await faults.next_fault(tx, app_id, QUERY, {"trade_no": number}) is not None
    taken = []
    for number in ("C", "A", "A", "B"):
        async with database.transaction() as tx:
            params = {"app_id": app_id, "out_trade_no": "x", "trade_no": number}
            taken.append(await faults.takes_twice(tx, params))
    assert taken == [False, True, False, True]
    assert await left(database) == []
