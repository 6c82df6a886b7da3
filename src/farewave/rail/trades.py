"""The trade at the platform that belongs to an order: made, asked about, closed, refunded.

Each function is a use case in steps: look, call the platform outside of any transaction, write down
what it said. Between any two steps the process may die or another one may do the same; the job and
the outbox come by again, and every step may be repeated.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from enum import Enum
from typing import TypeVar
from uuid import UUID

import structlog

from farewave.db import Database, Tx
from farewave.kit.outcome import Refused
from farewave.people.model import Actor
from farewave.rail import ports, service
from farewave.rail.deps import RailDeps
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Order, OrderRef, OrderStatus, PaidTrade
from farewave.rail.rules.payments import MoneyOutcome
from farewave.rail.rules.sale import GIVE_UP_CLOSING_AFTER, judge_cancel
from farewave.rail.service import Ended, OrderView

PLATFORM_TIMEOUT_S = 8
"""Below the time after which the outbox takes its handler for dead."""
PAID_STATUSES = ("TRADE_SUCCESS", "TRADE_FINISHED")

T = TypeVar("T")
log = structlog.get_logger("farewave.rail")


class Step(Enum):
    """How a step with the platform went."""

    DONE = "done"
    AGAIN = "again"
    REFUSED = "refused"


async def ask(call: Awaitable[T]) -> T | ports.PlatformUnknown:
    """What the platform answers, or that it didn't in time."""
    try:
        async with asyncio.timeout(PLATFORM_TIMEOUT_S):
            return await call
    except TimeoutError:
        return ports.PlatformUnknown("no answer in time")


def subject_of(view: OrderView) -> str:
    """What the payer reads at the cashier."""
    order = view.order
    way = f"{view.origin.name}-{view.destination.name}"
    return f"火车票 {order.train_code} {way} {order.travel_day.isoformat()} {len(order.tickets)}张"


async def _view(database: Database, ref: OrderRef) -> tuple[OrderView, datetime]:
    async with database.reading() as tx:
        return await service.view_of(tx, await service.load(tx, ref)), tx.now


async def make_trade(database: Database, deps: RailDeps, ref: OrderRef) -> Step:
    """Have the trade of a held order made, if it isn't yet."""
    view, now = await _view(database, ref)
    order = view.order
    if order.trade_no is not None:
        return Step.DONE
    if order.status is not OrderStatus.HELD:
        # A trade may have been made all the same, by a process that died before it noted it.
        return await close_trade(database, deps, ref)
    if now >= order.pay_before:
        return Step.DONE  # the lapse job has it
    made = await ask(
        deps.platform.create_trade(
            out_trade_no=order.order_no,
            amount_fen=order.total_fen,
            subject=subject_of(view),
            buyer_user_no=order.payer_user_no,
            expires_at=order.pay_before,
        )
    )
    if isinstance(made, ports.PlatformUnknown):
        return Step.AGAIN
    if isinstance(made, ports.PlatformRefused):
        log.error("rail.trade_refused", order_no=order.order_no, sub_code=made.sub_code)
        return Step.REFUSED
    async with database.transaction() as tx:
        await service.record_trade(tx, ref, made.trade_no)
    return Step.DONE


async def close_trade(database: Database, deps: RailDeps, ref: OrderRef) -> Step:
    """Have a trade closed whose order has ended; money that is there already goes back."""
    view, _ = await _view(database, ref)
    closed = await ask(deps.platform.close_trade(view.order.order_no))
    if isinstance(closed, ports.TradeAlreadyPaid):
        return await _record_if_paid(database, deps, view.order)
    if isinstance(closed, ports.PlatformUnknown):
        return Step.AGAIN
    return Step.REFUSED if isinstance(closed, ports.PlatformRefused) else Step.DONE


async def _record_if_paid(database: Database, deps: RailDeps, order: Order) -> Step:
    """Ask the platform for the trade; if it is paid, do as if its notification had come."""
    state = await ask(deps.platform.query_trade(order.order_no))
    if isinstance(state, ports.PlatformUnknown):
        return Step.AGAIN
    if not isinstance(state, ports.TradeState) or state.status not in PAID_STATUSES:
        return Step.REFUSED

    async def record(tx: Tx) -> MoneyOutcome:
        paid = PaidTrade(state.trade_no, state.amount_fen, state.paid_at or tx.now)
        return await service.record_payment(tx, order.ref, paid)

    outcome = await database.run(record)
    return Step.REFUSED if outcome is MoneyOutcome.WRONG_AMOUNT else Step.DONE


async def refresh(database: Database, deps: RailDeps, ref: OrderRef) -> None:
    """A person looks at an unpaid order: the money may be there, its notification lost."""
    view, _ = await _view(database, ref)
    if view.order.status is not OrderStatus.HELD:
        return
    if view.order.trade_no is None:
        await make_trade(database, deps, ref)
    else:
        await _record_if_paid(database, deps, view.order)


async def cancel(
    database: Database, deps: RailDeps, actor: Actor, order_id: UUID
) -> OrderView | Refused:
    """A person cancels an unpaid order. Cancelling again changes nothing.

    The trade is closed first, so that nobody can pay for seats that are given back.
    """
    async with database.reading() as tx:
        view = await service.get_order(tx, actor, order_id)
    if isinstance(view, Refused) or view.order.status is OrderStatus.CANCELLED:
        return view
    refused = judge_cancel(view.order.status)
    if refused is not None:
        return refused
    order = view.order
    closed = await ask(deps.platform.close_trade(order.order_no))
    if isinstance(closed, ports.TradeAlreadyPaid):
        await _record_if_paid(database, deps, order)
        return Refused(RailRefusal.ORDER_PAID)
    if isinstance(closed, ports.PlatformUnknown | ports.PlatformRefused):
        return Refused(RailRefusal.PAYMENT_UNSURE)

    async def end(tx: Tx) -> OrderView | Refused:
        await service.end_unpaid(tx, order.ref, OrderStatus.CANCELLED)
        current = await service.load(tx, order.ref)
        if current.status is not OrderStatus.CANCELLED:
            return judge_cancel(current.status) or Refused(RailRefusal.ORDER_ENDED)
        return await service.view_of(tx, current)

    return await database.run(end)


async def lapse(database: Database, deps: RailDeps, ref: OrderRef) -> bool:
    """End an order whose deadline has come, or issue it if it was paid; whether it has ended.

    While the platform is silent the seats are kept, for five minutes: the trade can't be paid after
    its own time, and if it was paid nevertheless, that money is sent back when it is heard of.
    """
    view, now = await _view(database, ref)
    order = view.order
    if order.status is not OrderStatus.HELD or now < order.pay_before:
        return False
    closed = await ask(deps.platform.close_trade(order.order_no))
    is_paid = isinstance(closed, ports.TradeAlreadyPaid)
    if is_paid and await _record_if_paid(database, deps, order) is Step.DONE:
        return True
    unsure = isinstance(closed, ports.PlatformUnknown | ports.PlatformRefused)

    async def end(tx: Tx) -> Ended | None:
        if is_paid or (unsure and tx.now < order.pay_before + GIVE_UP_CLOSING_AFTER):
            # What is known to be paid is never given up, however long its particulars take.
            await service.look_again(tx, ref)
            return None
        return await service.end_unpaid(tx, ref, OrderStatus.LAPSED)

    return await database.run(end) is not None


async def refund(database: Database, deps: RailDeps, ref: OrderRef) -> Step:
    """Send back the money of an order that had ended; the request number makes it once."""
    async with database.reading() as tx:
        due = await service.refund_due(tx, ref)
    if due is None:
        return Step.DONE
    order, request_no, amount_fen = due
    answer = await ask(
        deps.platform.refund_trade(order.order_no, request_no, amount_fen, "订单已失效，自动退款")
    )
    if isinstance(answer, ports.PlatformUnknown):
        return Step.AGAIN
    if isinstance(answer, ports.PlatformRefused):
        log.error("rail.refund_refused", order_no=order.order_no, sub_code=answer.sub_code)
        return Step.REFUSED
    async with database.transaction() as tx:
        await service.record_refund(tx, ref)
    return Step.DONE
