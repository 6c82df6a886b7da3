# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Merchants, trades one by one, refunds; and what the audit walks over."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.payments.model import Fund, Merchant, Refund, Trade, TradeStatus

TRADE_COLUMNS = (
    "shard, trade_no, trade_id, merchant_id, seller_id, app_id, out_trade_no, subject, body,"
    " amount_fen, payer_id, buyer_user_no, status, created_at, expires_at, paid_at, closed_at,"
    " refunded_fen, fund, notify_url, passback_params, agent_app_id"
)
_REFUND = "refund_id, out_request_no, amount_fen, why, at"


def trade_of(row: asyncpg.Record) -> Trade:
    """A row of `TRADE_COLUMNS`."""
    fields = dict(row)
    fields["status"] = TradeStatus(row["status"])
    fields["fund"] = Fund(row["fund"]) if row["fund"] else None
    return Trade(**fields)


async def insert_merchant(tx: Tx, merchant: Merchant) -> None:
    """Nothing happens when it is there, or when its number is another merchant's."""
    await tx.execute(
        "INSERT INTO payments.merchant (merchant_id, seller_id, name, name_en, created_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        merchant.merchant_id,
        merchant.seller_id,
        merchant.name,
        merchant.name_en,
        tx.now,
    )


async def merchant(tx: ReadTx, merchant_id: UUID) -> Merchant | None:
    row = await tx.fetchrow(
        "SELECT merchant_id, seller_id, name, name_en FROM payments.merchant"
        " WHERE merchant_id = $1",
        merchant_id,
    )
    return Merchant(**dict(row)) if row else None


async def claim_trade(
    tx: Tx, merchant_id: UUID, out_trade_no: str, shard: int, trade_no: str
) -> tuple[int, str]:
    """Take the merchant's number; the shard and number of the trade that has it come back.

    Two at once: one waits for the other's commit.
    """
    row = await tx.fetchrow(
        "INSERT INTO payments.trade_claim (merchant_id, out_trade_no, shard, trade_no, claimed_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (merchant_id, out_trade_no)"
        " DO UPDATE SET merchant_id = EXCLUDED.merchant_id RETURNING shard, trade_no",
        merchant_id,
        out_trade_no,
        shard,
        trade_no,
        tx.now,
    )
    assert row is not None, "an upsert returns a row"
    return row["shard"], row["trade_no"]


async def claimed_trade(tx: ReadTx, merchant_id: UUID, out_trade_no: str) -> tuple[int, str] | None:
    row = await tx.fetchrow(
        "SELECT shard, trade_no FROM payments.trade_claim"
        " WHERE merchant_id = $1 AND out_trade_no = $2",
        merchant_id,
        out_trade_no,
    )
    return (row["shard"], row["trade_no"]) if row else None


async def insert_trade(tx: Tx, trade: Trade) -> None:
    await tx.execute(
        f"INSERT INTO payments.trade ({TRADE_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
        " $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        trade.shard,
        trade.trade_no,
        trade.trade_id,
        trade.merchant_id,
        trade.seller_id,
        trade.app_id,
        trade.out_trade_no,
        trade.subject,
        trade.body,
        trade.amount_fen,
        trade.payer_id,
        trade.buyer_user_no,
        trade.status,
        trade.created_at,
        trade.expires_at,
        trade.paid_at,
        trade.closed_at,
        trade.refunded_fen,
        trade.fund,
        trade.notify_url,
        trade.passback_params,
        trade.agent_app_id,
    )


async def trade(tx: ReadTx, shard: int, trade_no: str) -> Trade | None:
    row = await tx.fetchrow(
        f"SELECT {TRADE_COLUMNS} FROM payments.trade WHERE shard = $1 AND trade_no = $2",
        shard,
        trade_no,
    )
    return trade_of(row) if row else None


async def trades(tx: ReadTx, shard: int, trade_nos: Collection[str]) -> list[Trade]:
    rows = await tx.fetch(
        f"SELECT {TRADE_COLUMNS} FROM payments.trade WHERE shard = $1 AND trade_no = ANY ($2)",
        shard,
        list(trade_nos),
    )
    return [trade_of(row) for row in rows]


async def lock_trade(tx: Tx, shard: int, trade_no: str) -> Trade | None:
    """The trade, nobody else's to change until the transaction ends."""
    row = await tx.fetchrow(
        f"SELECT {TRADE_COLUMNS} FROM payments.trade WHERE shard = $1 AND trade_no = $2 FOR UPDATE",
        shard,
        trade_no,
    )
    return trade_of(row) if row else None


async def set_paid(tx: Tx, trade: Trade, fund: Fund, at: datetime) -> None:
    await tx.execute(
        "UPDATE payments.trade SET status = 'TRADE_SUCCESS', paid_at = $3, fund = $4"
        " WHERE shard = $1 AND trade_no = $2 AND status = 'WAIT_BUYER_PAY'",
        trade.shard,
        trade.trade_no,
        at,
        fund,
    )


async def set_closed(tx: Tx, shard: int, trade_no: str, at: datetime) -> None:
    await tx.execute(
        "UPDATE payments.trade SET status = 'TRADE_CLOSED', closed_at = $3"
        " WHERE shard = $1 AND trade_no = $2 AND status = 'WAIT_BUYER_PAY'",
        shard,
        trade_no,
        at,
    )


async def add_refund(tx: Tx, trade: Trade, refund: Refund, status: TradeStatus) -> None:
    await tx.execute(
        "UPDATE payments.trade SET refunded_fen = refunded_fen + $3, status = $4,"
        " closed_at = CASE WHEN $4 = 'TRADE_CLOSED' THEN $5::timestamptz END"
        " WHERE shard = $1 AND trade_no = $2",
        trade.shard,
        trade.trade_no,
        refund.amount_fen,
        status,
        refund.at,
    )
    await tx.execute(
        f"INSERT INTO payments.refund (shard, trade_no, {_REFUND})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        trade.shard,
        trade.trade_no,
        refund.refund_id,
        refund.out_request_no,
        refund.amount_fen,
        refund.why,
        refund.at,
    )


async def refund(tx: ReadTx, shard: int, trade_no: str, out_request_no: str) -> Refund | None:
    row = await tx.fetchrow(
        f"SELECT {_REFUND} FROM payments.refund"
        " WHERE shard = $1 AND trade_no = $2 AND out_request_no = $3",
        shard,
        trade_no,
        out_request_no,
    )
    return Refund(**dict(row)) if row else None


async def refunds(tx: ReadTx, shard: int, trade_no: str) -> list[Refund]:
    rows = await tx.fetch(
        f"SELECT {_REFUND} FROM payments.refund WHERE shard = $1 AND trade_no = $2 ORDER BY at",
        shard,
        trade_no,
    )
    return [Refund(**dict(row)) for row in rows]


async def expire(tx: Tx, shard: int, now: datetime, limit: int) -> list[Trade]:
    """Close what nobody paid in time; a trade that is being paid right now is left for later."""
    rows = await tx.fetch(
        "UPDATE payments.trade SET status = 'TRADE_CLOSED', closed_at = $2"
        " WHERE shard = $1 AND trade_no IN"
        " (SELECT trade_no FROM payments.trade WHERE shard = $1 AND status = 'WAIT_BUYER_PAY'"
        "  AND expires_at <= $2 ORDER BY expires_at LIMIT $3 FOR UPDATE SKIP LOCKED)"
        f" RETURNING {TRADE_COLUMNS}",
        shard,
        now,
        limit,
    )
    return [trade_of(row) for row in rows]


async def finish(tx: Tx, shard: int, paid_before: datetime, limit: int) -> int:
    tag = await tx.execute(
        "UPDATE payments.trade SET status = 'TRADE_FINISHED' WHERE shard = $1 AND trade_no IN"
        " (SELECT trade_no FROM payments.trade WHERE shard = $1 AND status = 'TRADE_SUCCESS'"
        "  AND paid_at <= $2 ORDER BY paid_at LIMIT $3 FOR UPDATE SKIP LOCKED)",
        shard,
        paid_before,
        limit,
    )
    return int(tag.split()[1])


async def trades_after(tx: ReadTx, shard: int, trade_no: str, limit: int) -> list[Trade]:
    """Trades of a shard in the order of their numbers: for walking over all of them."""
    rows = await tx.fetch(
        f"SELECT {TRADE_COLUMNS} FROM payments.trade WHERE shard = $1 AND trade_no > $2"
        " ORDER BY trade_no LIMIT $3",
        shard,
        trade_no,
        limit,
    )
    return [trade_of(row) for row in rows]


async def refunds_of(
    tx: ReadTx, shard: int, first_trade_no: str, last_trade_no: str
) -> list[tuple[str, Refund]]:
    rows = await tx.fetch(
        f"SELECT trade_no, {_REFUND} FROM payments.refund"
        " WHERE shard = $1 AND trade_no BETWEEN $2 AND $3",
        shard,
        first_trade_no,
        last_trade_no,
    )
    return [
        (row["trade_no"], Refund(*(row[name.strip()] for name in _REFUND.split(","))))
        for row in rows
    ]


async def claims_without_trade(tx: ReadTx) -> list[asyncpg.Record]:
    return await tx.fetch(
        "SELECT c.merchant_id, c.out_trade_no FROM payments.trade_claim AS c"
        " LEFT JOIN payments.trade AS t ON t.shard = c.shard AND t.trade_no = c.trade_no"
        " AND t.merchant_id = c.merchant_id AND t.out_trade_no = c.out_trade_no"
        " WHERE t.trade_no IS NULL AND c.cancelled_at IS NULL"
    )


async def trades_without_claim(tx: ReadTx) -> list[asyncpg.Record]:
    return await tx.fetch(
        "SELECT t.trade_no FROM payments.trade AS t LEFT JOIN payments.trade_claim AS c"
        " ON c.merchant_id = t.merchant_id AND c.out_trade_no = t.out_trade_no"
        " AND c.trade_no = t.trade_no WHERE c.trade_no IS NULL"
    )
