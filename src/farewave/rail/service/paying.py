"""What money does to orders: paid, ended without money, paid too late and sent back.

Every function here may be called again with the same news; the second time changes nothing.
"""

from datetime import timedelta
from enum import Enum
from uuid import UUID

import structlog

from farewave.db import ReadTx, Tx
from farewave.db.events import record_event
from farewave.db.outbox import enqueue
from farewave.kit.clock import shanghai_day
from farewave.kit.ids import derived_id
from farewave.kit.invariant import invariant
from farewave.rail.model import (
    Order,
    OrderRef,
    OrderStatus,
    PaidTrade,
    RecordedPayment,
    TicketState,
)
from farewave.rail.rules import sale
from farewave.rail.rules.payments import MoneyOutcome, judge_money
from farewave.rail.service.messages import CLOSE_TRADE, REFUND, message_of
from farewave.rail.service.seating import give_back
from farewave.rail.store import claims
from farewave.rail.store import orders as store

LOOK_AGAIN_AFTER = timedelta(seconds=10)
"""How long to wait before the platform is asked again about an overdue order."""

log = structlog.get_logger("farewave.rail")


class Ended(Enum):
    """Whether an unpaid order was ended."""

    NOW = "now"
    ELSEWHERE = "elsewhere"  # it was no longer held: paid, cancelled or lapsed meanwhile


async def order_by_number(tx: ReadTx, order_no: str) -> OrderRef | None:
    """Where the order with this number lies."""
    return await claims.find_order_number(tx, order_no)


async def load(tx: ReadTx, ref: OrderRef) -> Order:
    """The order; one that isn't there is a bug of the caller's."""
    order = await store.load_order(tx, ref)
    invariant(order is not None, "an order that is referred to exists")
    assert order is not None
    return order


async def due(tx: ReadTx, limit: int) -> list[OrderRef]:
    """Unpaid orders whose deadline has come."""
    return await store.due_orders(tx, limit)


async def look_again(tx: Tx, ref: OrderRef) -> None:
    """The platform couldn't tell: leave the order for a moment."""
    await store.look_again(tx, ref, tx.now + LOOK_AGAIN_AFTER)


async def record_trade(tx: Tx, ref: OrderRef, trade_no: str) -> Order:
    """Note the trade of an order; if the order ended meanwhile, have the trade closed."""
    order = await _locked(tx, ref)
    if order.trade_no is None:
        await store.set_trade(tx, ref, trade_no)
        if order.status in (OrderStatus.CANCELLED, OrderStatus.LAPSED):
            await enqueue(tx, shard=order.shard, topic=CLOSE_TRADE, payload=message_of(ref))
    else:
        invariant(order.trade_no == trade_no, "an order has one trade")
    return await load(tx, ref)


async def record_payment(tx: Tx, ref: OrderRef, paid: PaidTrade) -> MoneyOutcome:
    """The platform vouches for money: issue the tickets, or see that it goes back."""
    order = await _locked(tx, ref)
    kept = await claims.lock_claims(tx, _claims(order))
    outcome = judge_money(order, paid, time_is_claimed=kept == len(order.tickets))
    if outcome is MoneyOutcome.WRONG_AMOUNT:
        log.error("rail.wrong_amount", order_no=order.order_no, paid_fen=paid.amount_fen)
        return outcome
    if outcome is MoneyOutcome.KNOWN:
        return outcome
    if order.trade_no is None:
        await store.set_trade(tx, ref, paid.trade_no)
    if outcome is MoneyOutcome.ISSUE:
        await _issue(tx, order, paid)
    else:
        await _send_back(tx, order, paid)
    return outcome


async def _issue(tx: Tx, order: Order, paid: PaidTrade) -> None:
    await claims.keep_claims(tx, _claims(order))
    await store.insert_payment(tx, order.ref, paid, None)
    await store.set_status(tx, order.ref, OrderStatus.ISSUED, TicketState.VALID)
    await claims.close_open_order(tx, order.shard, order.orderer_id, order.order_id)
    await _note(tx, order, "rail.issued")


async def _send_back(tx: Tx, order: Order, paid: PaidTrade) -> None:
    if order.status is OrderStatus.HELD:
        await _release(tx, order)
    await store.insert_payment(tx, order.ref, paid, f"{order.order_no}R01")
    await store.set_status(tx, order.ref, OrderStatus.REFUNDING, TicketState.RELEASED)
    await enqueue(
        tx,
        shard=order.shard,
        topic=REFUND,
        payload=message_of(order.ref),
        message_id=derived_id(order.order_id, order.shard, REFUND),
    )
    await _note(tx, order, "rail.refunding")


async def end_unpaid(tx: Tx, ref: OrderRef, status: OrderStatus) -> Ended:
    """Free the seats and the passengers' time of an order that nobody pays any more.

    `status` is LAPSED or CANCELLED; only a person's own cancelling counts against the person.
    """
    invariant(
        status in (OrderStatus.LAPSED, OrderStatus.CANCELLED),
        "an unpaid order lapses or is cancelled",
    )
    order = await _locked(tx, ref)
    if order.status is not OrderStatus.HELD:
        return Ended.ELSEWHERE
    await claims.lock_claims(tx, _claims(order))
    await _release(tx, order)
    await store.set_status(tx, ref, status, TicketState.RELEASED)
    if status is OrderStatus.CANCELLED:
        await _count_cancel(tx, order)
    await _note(tx, order, f"rail.{status.value}")
    return Ended.NOW


async def _release(tx: Tx, order: Order) -> None:
    """Give back what the hold took, under the run's lock."""
    await claims.drop_claims(tx, _claims(order))
    await give_back(tx, order)
    await claims.close_open_order(tx, order.shard, order.orderer_id, order.order_id)


async def _count_cancel(tx: Tx, order: Order) -> None:
    row = await claims.lock_orderer(tx, order.shard, order.orderer_id)
    state = sale.OrdererState(False, row.cancels_day, row.cancels)
    cancels = sale.cancels_today(state, tx.now) + 1
    await claims.count_cancel(tx, order.shard, order.orderer_id, shanghai_day(tx.now), cancels)


async def refund_due(tx: ReadTx, ref: OrderRef) -> tuple[Order, str, int] | None:
    """(order, request number, amount) of a refund that isn't done yet."""
    refund = await store.load_refund(tx, ref)
    if refund is None or refund[2] is not None:
        return None
    return await load(tx, ref), refund[0], refund[1]


async def record_refund(tx: Tx, ref: OrderRef) -> None:
    """The money is back with the payer."""
    order = await _locked(tx, ref)
    if order.status is not OrderStatus.REFUNDING:
        return
    await store.set_refunded(tx, ref)
    await store.set_status(tx, ref, OrderStatus.REFUNDED, TicketState.RELEASED)
    await _note(tx, order, "rail.refunded")


async def _locked(tx: Tx, ref: OrderRef) -> Order:
    """The order as it stands, with its orderer and itself locked, in this order."""
    order = await load(tx, ref)
    await claims.lock_orderer(tx, order.shard, order.orderer_id)
    await store.lock_order(tx, ref)
    return await load(tx, ref)


def _claims(order: Order) -> list[tuple[bytes, UUID]]:
    return [(each.identity_index, each.ticket_id) for each in order.tickets]


async def _note(tx: Tx, order: Order, name: str) -> None:
    await record_event(
        tx,
        shard=order.shard,
        name=name,
        actor_id=order.orderer_id,
        attributes={
            "train": order.train_code,
            "tickets": len(order.tickets),
            "total_fen": order.total_fen,
        },
    )


async def payments_after(tx: ReadTx, after: OrderRef | None, limit: int) -> list[RecordedPayment]:
    """Money recorded for orders, `limit` at a time: for whoever compares it with the platform's."""
    return await store.payments_after(tx, after or OrderRef(UUID(int=0), UUID(int=0)), limit)
