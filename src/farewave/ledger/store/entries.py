"""Entries: an account's totals after each batch that touches it, and the legs in them."""

from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.ledger.model import Balance, Leg
from farewave.ledger.store.copying import ENTRY_COLUMNS


async def insert_entries(tx: Tx, rows: bytes) -> None:
    """Write what `entry_rows` made."""
    await tx.copy_in("ledger", "entry", ENTRY_COLUMNS, rows)


async def balance_as_of(tx: ReadTx, shard: int, account_id: UUID, at: datetime) -> Balance | None:
    row = await tx.fetchrow(
        "SELECT debits_posted, credits_posted, debits_pending, credits_pending FROM ledger.entry"
        " WHERE shard = $1 AND account_id = $2 AND at <= $3"
        " ORDER BY at DESC, position DESC LIMIT 1",
        shard,
        account_id,
        at,
    )
    return Balance(*row) if row else None


async def history(
    tx: ReadTx, shard: int, account_id: UUID, before_position: int, limit: int
) -> list[Leg]:
    """Legs below a position, newest first.

    The position's own time is looked up first, so that the key, which begins with the time, leads
    straight to the place; a position that the book hasn't reached means from the end.
    """
    rows = await tx.fetch(
        "SELECT position, at, transfer_id,"
        " debits_posted, credits_posted, debits_pending, credits_pending FROM ledger.leg"
        " WHERE shard = $1 AND account_id = $2 AND position < $3::bigint AND at <= coalesce("
        "  (SELECT t.at FROM ledger.account AS a JOIN ledger.transfer AS t"
        "   ON t.shard = a.shard AND t.currency = a.currency AND t.position = $3::bigint"
        "   WHERE a.shard = $1 AND a.account_id = $2 AND t.shard = $1), 'infinity')"
        " ORDER BY at DESC, position DESC LIMIT $4",
        shard,
        account_id,
        before_position,
        limit,
    )
    return [_leg(account_id, row) for row in rows]


async def legs_between(
    tx: ReadTx,
    shard: int,
    account_id: UUID,
    begin: datetime,
    end: datetime,
    after_position: int,
    limit: int,
) -> list[Leg]:
    """Legs of a time above a position, oldest first."""
    rows = await tx.fetch(
        "SELECT position, at, transfer_id,"
        " debits_posted, credits_posted, debits_pending, credits_pending FROM ledger.leg"
        " WHERE shard = $1 AND account_id = $2 AND at >= $3 AND at < $4 AND position > $5"
        " ORDER BY at, position LIMIT $6",
        shard,
        account_id,
        begin,
        end,
        after_position,
        limit,
    )
    return [_leg(account_id, row) for row in rows]


def _leg(account_id: UUID, row: asyncpg.Record) -> Leg:
    return Leg(
        account_id,
        row["position"],
        row["at"],
        row["transfer_id"],
        Balance(
            row["debits_posted"],
            row["credits_posted"],
            row["debits_pending"],
            row["credits_pending"],
        ),
    )
