# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Top-ups: written before the bank is asked, locked while they are brought to their end."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from farewave.banks.errors import BanksRefusal
from farewave.db.transaction import ReadTx, Tx
from farewave.wallet.model import TopUp, TopUpStatus

_TOP_UP = (
    "shard, top_up_id, person_id, card_id, bank_code, last4, amount_fen, status, failure,"
    " bank_serial, created_at, finished_at"
)


def _top_up(row: asyncpg.Record) -> TopUp:
    failure = row["failure"]
    return TopUp(
        shard=row["shard"],
        top_up_id=row["top_up_id"],
        person_id=row["person_id"],
        card_id=row["card_id"],
        bank_code=row["bank_code"],
        last4=row["last4"],
        amount_fen=row["amount_fen"],
        status=TopUpStatus(row["status"]),
        failure=BanksRefusal.of_code(failure) if failure is not None else None,
        bank_serial=row["bank_serial"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )


async def top_up_of_key(
    tx: ReadTx, shard: int, person_id: UUID, request_key: str
) -> tuple[TopUp, bytes] | None:
    """The top-up that was begun under this key, and the digest of what was asked."""
    row = await tx.fetchrow(
        f"SELECT {_TOP_UP}, request_digest FROM wallet.top_up"
        " WHERE shard = $1 AND person_id = $2 AND request_key = $3",
        shard,
        person_id,
        request_key,
    )
    return (_top_up(row), row["request_digest"]) if row else None


async def insert_top_up(
    tx: Tx, top_up: TopUp, request_key: str, digest: bytes, check_at: datetime
) -> bool:
    """Write a new top-up; False when the key is in use. Waits for one in flight."""
    inserted = await tx.fetchval(
        "INSERT INTO wallet.top_up (shard, top_up_id, person_id, request_key, request_digest,"
        " card_id, bank_code, last4, amount_fen, status, created_at, checks, check_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12)"
        " ON CONFLICT (shard, person_id, request_key) DO NOTHING RETURNING true",
        top_up.shard,
        top_up.top_up_id,
        top_up.person_id,
        request_key,
        digest,
        top_up.card_id,
        top_up.bank_code,
        top_up.last4,
        top_up.amount_fen,
        top_up.status.value,
        top_up.created_at,
        check_at,
    )
    return inserted is not None


async def load_top_up(tx: ReadTx, shard: int, top_up_id: UUID) -> TopUp | None:
    row = await tx.fetchrow(
        f"SELECT {_TOP_UP} FROM wallet.top_up WHERE shard = $1 AND top_up_id = $2",
        shard,
        top_up_id,
    )
    return _top_up(row) if row else None


async def lock_top_up(tx: Tx, shard: int, top_up_id: UUID) -> TopUp | None:
    row = await tx.fetchrow(
        f"SELECT {_TOP_UP} FROM wallet.top_up WHERE shard = $1 AND top_up_id = $2 FOR UPDATE",
        shard,
        top_up_id,
    )
    return _top_up(row) if row else None


async def end_top_up(tx: Tx, top_up: TopUp) -> None:
    """Write how a top-up ended."""
    await tx.execute(
        "UPDATE wallet.top_up SET status = $3, failure = $4, bank_serial = $5, finished_at = $6"
        " WHERE shard = $1 AND top_up_id = $2",
        top_up.shard,
        top_up.top_up_id,
        top_up.status.value,
        top_up.failure.code if top_up.failure else None,
        top_up.bank_serial,
        top_up.finished_at,
    )


async def due_top_ups(
    tx: Tx, shard: int, check_max: timedelta, limit: int
) -> list[tuple[TopUp, int]]:
    """Pending top-ups to ask the bank about now, locked, with how often that was done before.

    A check farther ahead than `check_max` was set before the clock was moved back: due as well.
    """
    rows = await tx.fetch(
        f"SELECT {_TOP_UP}, checks FROM wallet.top_up WHERE shard = $1 AND status = 'pending'"
        " AND (check_at <= $2 OR check_at > $3) ORDER BY check_at LIMIT $4 FOR UPDATE SKIP LOCKED",
        shard,
        tx.now,
        tx.now + check_max,
        limit,
    )
    return [(_top_up(row), row["checks"]) for row in rows]


async def set_check(tx: Tx, top_up: TopUp, check_at: datetime, *, counted: bool) -> None:
    """When the job looks at a pending top-up next; `counted` when it looks at it now."""
    await tx.execute(
        "UPDATE wallet.top_up SET check_at = $3, checks = least(checks + $4, 1000)"
        " WHERE shard = $1 AND top_up_id = $2 AND status = 'pending'",
        top_up.shard,
        top_up.top_up_id,
        check_at,
        int(counted),
    )


async def top_ups_after(tx: ReadTx, shard: int, top_up_id: UUID | None, limit: int) -> list[TopUp]:
    """The top-ups of a shard in order of their ids, `limit` at a time."""
    rows = await tx.fetch(
        f"SELECT {_TOP_UP} FROM wallet.top_up WHERE shard = $1"
        " AND ($2::uuid IS NULL OR top_up_id > $2) ORDER BY top_up_id LIMIT $3",
        shard,
        top_up_id,
        limit,
    )
    return [_top_up(row) for row in rows]
