"""Trades that codes made and that their people are to confirm."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.payments.model import Trade

_COLUMNS = ("shard", "trade_no", "person_id", "asked_at")


async def insert_confirmations(tx: Tx, trades: Sequence[Trade]) -> None:
    if trades:
        rows = [(each.shard, each.trade_no, each.payer_id, each.created_at) for each in trades]
        await tx.copy_rows("payments", "confirmation", _COLUMNS, rows)


async def is_to_confirm(tx: ReadTx, shard: int, trade_no: str) -> bool:
    """Whether a code made this trade."""
    return bool(
        await tx.fetchval(
            "SELECT true FROM payments.confirmation WHERE shard = $1 AND trade_no = $2",
            shard,
            trade_no,
        )
    )


async def unanswered(
    tx: ReadTx, shard: int, people: Collection[UUID], asked_after: datetime
) -> list[asyncpg.Record]:
    """What these people are asked and haven't answered, the oldest first."""
    return await tx.fetch(
        "SELECT c.person_id, t.trade_no, t.merchant_id, t.subject, t.amount_fen, t.expires_at"
        " FROM payments.confirmation AS c"
        " JOIN payments.trade AS t ON t.shard = c.shard AND t.trade_no = c.trade_no"
        " WHERE c.shard = $1 AND c.person_id = ANY ($2) AND c.asked_at > $3"
        " AND t.status = 'WAIT_BUYER_PAY' AND t.expires_at > $4 ORDER BY c.asked_at, c.trade_no",
        shard,
        list(people),
        asked_after,
        tx.now,
    )


async def forget_confirmations(tx: Tx, shard: int, asked_before: datetime, limit: int) -> int:
    """Drop what was asked before that; how many."""
    tag = await tx.execute(
        "DELETE FROM payments.confirmation WHERE shard = $1 AND trade_no IN"
        " (SELECT trade_no FROM payments.confirmation WHERE shard = $1 AND asked_at < $2"
        "  LIMIT $3 FOR UPDATE SKIP LOCKED)",
        shard,
        asked_before,
        limit,
    )
    return int(tag.split()[1])
