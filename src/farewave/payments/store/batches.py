"""Trades written many at once, by the desk."""

from collections.abc import Collection, Sequence
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.payments.model import Merchant, Trade

Number = tuple[UUID, str]
"""A merchant and one of its order numbers."""
_TRADE_COLUMNS = (
    *("shard", "trade_no", "trade_id", "merchant_id", "seller_id", "app_id", "out_trade_no"),
    *("subject", "body", "amount_fen", "payer_id", "buyer_user_no", "status", "created_at"),
    *("expires_at", "paid_at", "refunded_fen", "fund", "notify_url", "passback_params"),
    "agent_app_id",
)


async def claim_trades(tx: Tx, shard: int, wanted: Sequence[tuple[Number, str]]) -> set[Number]:
    """Take the numbers for trades `(number, trade_no)`; those that were free come back.

    In the order of the numbers, so that two batches wait for each other and never in a circle.
    """
    if not wanted:
        return set()
    rows = sorted(wanted, key=lambda each: (each[0][0].int, each[0][1]))
    taken = await tx.fetch(
        "INSERT INTO payments.trade_claim"
        " (merchant_id, out_trade_no, shard, trade_no, claimed_at)"
        " SELECT n.merchant_id, n.out_trade_no, $1::smallint, n.trade_no, $2::timestamptz"
        " FROM unnest($3::uuid[], $4::text[], $5::text[])"
        " AS n (merchant_id, out_trade_no, trade_no)"
        " ON CONFLICT (merchant_id, out_trade_no) DO NOTHING RETURNING merchant_id, out_trade_no",
        shard,
        tx.now,
        [number[0] for number, _ in rows],
        [number[1] for number, _ in rows],
        [trade_no for _, trade_no in rows],
    )
    return {(row[0], row[1]) for row in taken}


async def claimed_numbers(tx: ReadTx, numbers: Collection[Number]) -> dict[Number, str]:
    """The trades' numbers that those of `numbers` stand for which are taken."""
    if not numbers:
        return {}
    rows = await tx.fetch(
        "SELECT c.merchant_id, c.out_trade_no, c.trade_no"
        " FROM unnest($1::uuid[], $2::text[]) AS n (merchant_id, out_trade_no)"
        " JOIN payments.trade_claim AS c USING (merchant_id, out_trade_no)",
        [number[0] for number in numbers],
        [number[1] for number in numbers],
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def release_claims(tx: Tx, numbers: Collection[Number]) -> None:
    """Give numbers back that were taken in this transaction, for trades that didn't come about."""
    if not numbers:
        return
    await tx.execute(
        "DELETE FROM payments.trade_claim AS c"
        " USING unnest($1::uuid[], $2::text[]) AS n (merchant_id, out_trade_no)"
        " WHERE c.merchant_id = n.merchant_id AND c.out_trade_no = n.out_trade_no",
        [number[0] for number in numbers],
        [number[1] for number in numbers],
    )


async def merchants(tx: ReadTx, ids: Collection[UUID]) -> dict[UUID, Merchant]:
    rows = await tx.fetch(
        "SELECT merchant_id, seller_id, name, name_en FROM payments.merchant"
        " WHERE merchant_id = ANY ($1)",
        list(ids),
    )
    return {row[0]: Merchant(*row) for row in rows}


async def insert_trades(tx: Tx, trades: Sequence[Trade]) -> None:
    """Trades that are made and paid in one moment, or wait for their person."""
    await tx.copy_rows("payments", "trade", _TRADE_COLUMNS, map(_trade_row, trades))


def _trade_row(trade: Trade) -> tuple[object, ...]:
    return (
        *(trade.shard, trade.trade_no, trade.trade_id, trade.merchant_id, trade.seller_id),
        *(trade.app_id, trade.out_trade_no, trade.subject, trade.body, trade.amount_fen),
        *(trade.payer_id, trade.buyer_user_no, trade.status, trade.created_at, trade.expires_at),
        *(trade.paid_at, trade.refunded_fen, trade.fund, trade.notify_url, trade.passback_params),
        trade.agent_app_id,
    )
