# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""The outbox as people look at it: how messages went, and sending one again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from asyncpg import Record

from farewave.db.transaction import ReadTx, Tx

_COLUMNS = "message_id, topic, payload, due_at, attempts, done_at, last_error"


@dataclass(frozen=True, slots=True)
class Sending:
    """How a message went so far. `due_at` counts while `done_at` is None.

    `last_error` of one that is done: it was given up.
    """

    message_id: UUID
    shard: int
    topic: str
    payload: dict[str, Any]
    due_at: datetime
    attempts: int
    done_at: datetime | None
    last_error: str | None


class SentAgain(StrEnum):
    """What became of the wish to send a message again."""

    DUE = "due"
    UNDER_WAY = "under_way"
    NOT_THERE = "not_there"


def _sending(shard: int, row: Record) -> Sending:
    return Sending(shard=shard, **dict(row))


async def sendings(tx: ReadTx, shard: int, message_ids: Collection[UUID]) -> list[Sending]:
    """Those of a shard that there are."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM db.outbox WHERE shard = $1 AND message_id = ANY ($2)",
        shard,
        list(message_ids),
    )
    return [_sending(shard, row) for row in rows]


Place = tuple[datetime, UUID]
"""Where a list goes on: the instant and the number of a message."""


async def waiting(
    tx: ReadTx, shard: int, topic: str, after: Place, limit: int
) -> Sequence[Sending]:
    """What is to be sent of a topic, the next first, due later than `after`."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM db.outbox WHERE shard = $1 AND done_at IS NULL"
        " AND (due_at, message_id) > ($2, $3) AND topic = $4"
        " ORDER BY due_at, message_id LIMIT $5",
        shard,
        *after,
        topic,
        limit,
    )
    return [_sending(shard, row) for row in rows]


async def done(tx: ReadTx, shard: int, topic: str, before: Place, limit: int) -> Sequence[Sending]:
    """What was delivered or given up of a topic, the last first, earlier than `before`."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM db.outbox WHERE shard = $1 AND done_at IS NOT NULL"
        " AND (done_at, message_id) < ($2, $3) AND topic = $4"
        " ORDER BY done_at DESC, message_id DESC LIMIT $5",
        shard,
        *before,
        topic,
        limit,
    )
    return [_sending(shard, row) for row in rows]


async def send_again(tx: Tx, shard: int, message_id: UUID) -> SentAgain:
    """Have a message handed out once more, now, delivered or not; the attempts go on counting."""
    row = await tx.fetchrow(
        "SELECT lease_until > clock_timestamp() AS leased FROM db.outbox"
        " WHERE shard = $1 AND message_id = $2 FOR UPDATE",
        shard,
        message_id,
    )
    if row is None:
        return SentAgain.NOT_THERE
    if row["leased"]:
        return SentAgain.UNDER_WAY
    await tx.execute(
        "UPDATE db.outbox SET due_at = $3, done_at = NULL WHERE shard = $1 AND message_id = $2",
        shard,
        message_id,
        tx.now,
    )
    tx.after_commit(tx.wake_couriers)
    return SentAgain.DUE
