"""Orders with their tickets and payments, kept with their run."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.people.model import IDENTITY_KIND, NAME_KIND, SealedText
from farewave.rail.model import (
    Order,
    OrderRef,
    OrderStatus,
    PaidTrade,
    RecordedPayment,
    Ticket,
    TicketState,
)


def _ticket(row: asyncpg.Record) -> Ticket:
    return Ticket(
        ticket_id=row["ticket_id"],
        ticket_no=row["ticket_no"],
        passenger_id=row["passenger_id"],
        name=SealedText(NAME_KIND, row["name_sealed"]),
        name_masked=row["name_masked"],
        identity=SealedText(IDENTITY_KIND, row["identity_sealed"]),
        identity_index=row["identity_index"],
        identity_masked=row["identity_masked"],
        coach=row["coach"],
        place=row["place"],
        seat=row["seat"],
        fare_fen=row["fare_fen"],
        state=TicketState(row["state"]),
        entered_at=row["entered_at"],
        left_at=row["left_at"],
    )


def _order(row: asyncpg.Record, tickets: Sequence[Ticket]) -> Order:
    fields = dict(row)
    return Order(**{**fields, "status": OrderStatus(row["status"]), "tickets": tuple(tickets)})


async def load_orders(tx: ReadTx, refs: Sequence[OrderRef]) -> list[Order]:
    """The orders with their tickets, newest first."""
    keys = [ref.run_id for ref in refs], [ref.order_id for ref in refs]
    orders = await tx.fetch(
        "SELECT order_id, run_id, order_no, shard, orderer_id, payer_user_no, status, version,"
        " train_no, train_code, service_day, travel_day, from_seq, to_seq, from_telecode,"
        " to_telecode, depart_at, arrive_at, class_code, total_fen, created_at, pay_before,"
        " trade_no FROM rail.ticket_order"
        " WHERE (run_id, order_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))"
        " ORDER BY created_at DESC, order_id DESC",
        *keys,
    )
    tickets = await tx.fetch(
        "SELECT * FROM rail.ticket"
        " WHERE (run_id, order_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))"
        " ORDER BY ticket_no",
        *keys,
    )
    of_order: dict[UUID, list[Ticket]] = {}
    for row in tickets:
        of_order.setdefault(row["order_id"], []).append(_ticket(row))
    return [_order(row, of_order.get(row["order_id"], ())) for row in orders]


async def load_order(tx: ReadTx, ref: OrderRef) -> Order | None:
    orders = await load_orders(tx, [ref])
    return orders[0] if orders else None


async def lock_order(tx: Tx, ref: OrderRef) -> None:
    """Hold the order until the transaction ends; load it after this."""
    await tx.fetchval(
        "SELECT true FROM rail.ticket_order WHERE run_id = $1 AND order_id = $2 FOR UPDATE",
        ref.run_id,
        ref.order_id,
    )


async def orders_of(tx: ReadTx, shard: int, orderer_id: UUID, limit: int) -> list[OrderRef]:
    """Where the newest orders of an account lie; order ids are ordered by time."""
    rows = await tx.fetch(
        "SELECT run_id, order_id FROM rail.orderer_order WHERE shard = $1 AND orderer_id = $2"
        " ORDER BY order_id DESC LIMIT $3",
        shard,
        orderer_id,
        limit,
    )
    return [OrderRef(*row) for row in rows]


async def find_order(tx: ReadTx, shard: int, orderer_id: UUID, order_id: UUID) -> OrderRef | None:
    """Where this order of the account lies; None when the account has no such order."""
    row = await tx.fetchrow(
        "SELECT run_id, order_id FROM rail.orderer_order"
        " WHERE shard = $1 AND orderer_id = $2 AND order_id = $3",
        shard,
        orderer_id,
        order_id,
    )
    return None if row is None else OrderRef(*row)


async def find_ticket(tx: ReadTx, shard: int, orderer_id: UUID, ticket_id: UUID) -> OrderRef | None:
    """Where the order of this ticket lies, if it is the account's."""
    row = await tx.fetchrow(
        "SELECT run_id, order_id FROM rail.orderer_order"
        " WHERE shard = $1 AND orderer_id = $2 AND $3 = ANY (ticket_ids)",
        shard,
        orderer_id,
        ticket_id,
    )
    return None if row is None else OrderRef(*row)


async def set_status(tx: Tx, ref: OrderRef, status: OrderStatus, tickets: TicketState) -> None:
    """Move an order and all its tickets."""
    await tx.execute(
        "UPDATE rail.ticket_order SET status = $3, ended_at = $4"
        " WHERE run_id = $1 AND order_id = $2",
        ref.run_id,
        ref.order_id,
        status,
        tx.now,
    )
    await tx.execute(
        "UPDATE rail.ticket SET state = $3,"
        " issued_at = CASE WHEN $3 = 'valid' THEN $4 ELSE issued_at END"
        " WHERE run_id = $1 AND order_id = $2",
        ref.run_id,
        ref.order_id,
        tickets,
        tx.now,
    )


async def set_trade(tx: Tx, ref: OrderRef, trade_no: str) -> None:
    await tx.execute(
        "UPDATE rail.ticket_order SET trade_no = $3 WHERE run_id = $1 AND order_id = $2",
        ref.run_id,
        ref.order_id,
        trade_no,
    )


async def due_orders(tx: ReadTx, limit: int) -> list[OrderRef]:
    """Held orders whose deadline, or next look, has come; the longest overdue first."""
    rows = await tx.fetch(
        "SELECT run_id, order_id FROM rail.ticket_order WHERE status = 'held' AND check_at <= $1"
        " ORDER BY check_at LIMIT $2",
        tx.now,
        limit,
    )
    return [OrderRef(*row) for row in rows]


async def look_again(tx: Tx, ref: OrderRef, check_at: datetime) -> None:
    await tx.execute(
        "UPDATE rail.ticket_order SET check_at = $3 WHERE run_id = $1 AND order_id = $2",
        ref.run_id,
        ref.order_id,
        check_at,
    )


async def insert_payment(
    tx: Tx, ref: OrderRef, paid: PaidTrade, refund_request_no: str | None
) -> None:
    """Note the money; `refund_request_no` when it goes back."""
    await tx.execute(
        "INSERT INTO rail.payment (run_id, order_id, trade_no, amount_fen, paid_at, recorded_at,"
        " refund_request_no) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        ref.run_id,
        ref.order_id,
        paid.trade_no,
        paid.amount_fen,
        paid.paid_at,
        tx.now,
        refund_request_no,
    )


async def load_refund(tx: ReadTx, ref: OrderRef) -> tuple[str, int, datetime | None] | None:
    """(request number, amount, when it was done) of an order's refund."""
    row = await tx.fetchrow(
        "SELECT refund_request_no, amount_fen, refunded_at FROM rail.payment"
        " WHERE run_id = $1 AND order_id = $2 AND refund_request_no IS NOT NULL",
        ref.run_id,
        ref.order_id,
    )
    return None if row is None else (row[0], row[1], row[2])


async def payments_after(tx: ReadTx, after: OrderRef, limit: int) -> list[RecordedPayment]:
    """Recorded money in the order of runs and orders: for walking over all of it."""
    rows = await tx.fetch(
        "SELECT p.run_id, p.order_id, o.order_no, p.trade_no, p.amount_fen,"
        " p.refunded_at IS NOT NULL AS refunded FROM rail.payment p"
        " JOIN rail.ticket_order o USING (run_id, order_id)"
        " WHERE (p.run_id, p.order_id) > ($1, $2) ORDER BY p.run_id, p.order_id LIMIT $3",
        after.run_id,
        after.order_id,
        limit,
    )
    return [
        RecordedPayment(
            OrderRef(row["run_id"], row["order_id"]),
            row["order_no"],
            row["trade_no"],
            row["amount_fen"],
            row["refunded"],
        )
        for row in rows
    ]


async def set_refunded(tx: Tx, ref: OrderRef) -> None:
    await tx.execute(
        "UPDATE rail.payment SET refunded_at = $3"
        " WHERE run_id = $1 AND order_id = $2 AND refunded_at IS NULL",
        ref.run_id,
        ref.order_id,
        tx.now,
    )


async def lock_ticket(tx: Tx, run_id: UUID, ticket_no: str) -> OrderRef | None:
    """Hold the ticket until the transaction ends; where its order lies."""
    row = await tx.fetchrow(
        "SELECT run_id, order_id FROM rail.ticket WHERE run_id = $1 AND ticket_no = $2 FOR UPDATE",
        run_id,
        ticket_no,
    )
    return None if row is None else OrderRef(*row)


async def save_gate(tx: Tx, run_id: UUID, ticket: Ticket) -> None:
    """Note where its holder passed."""
    await tx.execute(
        "UPDATE rail.ticket SET state = $3, entered_at = $4, left_at = $5"
        " WHERE run_id = $1 AND ticket_id = $2",
        run_id,
        ticket.ticket_id,
        ticket.state,
        ticket.entered_at,
        ticket.left_at,
    )
