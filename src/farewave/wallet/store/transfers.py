# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Money sent from person to person, and who looked whom up."""

from datetime import date, datetime
from uuid import UUID

import asyncpg

from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import FIRST_ID
from farewave.wallet.transfer import Sent

_SENT = (
    "shard, transfer_id, payer_id, payee_shard, payee_id, amount_fen, note, payer_name, payee_name,"
    " created_at, arrived_at"
)


def _sent(row: asyncpg.Record) -> Sent:
    return Sent(*(row[name.strip()] for name in _SENT.split(",")))


async def sent_of_key(
    tx: ReadTx, shard: int, payer_id: UUID, request_key: str
) -> tuple[Sent, bytes] | None:
    """What was sent under this key, and the digest of what was asked."""
    row = await tx.fetchrow(
        f"SELECT {_SENT}, request_digest FROM wallet.transfer"
        " WHERE shard = $1 AND payer_id = $2 AND request_key = $3",
        shard,
        payer_id,
        request_key,
    )
    return (_sent(row), row["request_digest"]) if row else None


async def insert_sent(
    tx: Tx, sent: Sent, request_key: str, request_digest: bytes, check_at: datetime
) -> bool:
    """Write a new transfer; False when the key is in use. Waits for one in flight."""
    inserted = await tx.fetchval(
        f"INSERT INTO wallet.transfer ({_SENT}, request_key, request_digest, check_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        " ON CONFLICT (shard, payer_id, request_key) DO NOTHING RETURNING true",
        sent.shard,
        sent.transfer_id,
        sent.payer_id,
        sent.payee_shard,
        sent.payee_id,
        sent.amount_fen,
        sent.note,
        sent.payer_name,
        sent.payee_name,
        sent.created_at,
        sent.arrived_at,
        request_key,
        request_digest,
        check_at,
    )
    return inserted is not None


async def load_sent(tx: ReadTx, shard: int, transfer_id: UUID) -> Sent | None:
    row = await tx.fetchrow(
        f"SELECT {_SENT} FROM wallet.transfer WHERE shard = $1 AND transfer_id = $2",
        shard,
        transfer_id,
    )
    return _sent(row) if row else None


async def lock_sent(tx: Tx, shard: int, transfer_id: UUID) -> Sent | None:
    row = await tx.fetchrow(
        f"SELECT {_SENT} FROM wallet.transfer WHERE shard = $1 AND transfer_id = $2 FOR UPDATE",
        shard,
        transfer_id,
    )
    return _sent(row) if row else None


async def set_arrived(tx: Tx, sent: Sent) -> None:
    await tx.execute(
        "UPDATE wallet.transfer SET arrived_at = $3 WHERE shard = $1 AND transfer_id = $2",
        sent.shard,
        sent.transfer_id,
        tx.now,
    )


async def lease_under_way(tx: Tx, shard: int, check_at: datetime, limit: int) -> list[Sent]:
    """Transfers that are due to be carried on; nobody else gets them before `check_at`.

    One farther ahead than that was set before the clock was moved back: due as well.
    """
    rows = await tx.fetch(
        "UPDATE wallet.transfer SET check_at = $3 WHERE shard = $1 AND transfer_id IN ("
        " SELECT transfer_id FROM wallet.transfer WHERE shard = $1 AND arrived_at IS NULL"
        " AND (check_at <= $2 OR check_at > $3) ORDER BY check_at LIMIT $4"
        f" FOR UPDATE SKIP LOCKED) RETURNING {_SENT}",
        shard,
        tx.now,
        check_at,
        limit,
    )
    return [_sent(row) for row in rows]


async def sent_after(tx: ReadTx, shard: int, transfer_id: UUID | None, limit: int) -> list[Sent]:
    """The transfers of a shard in order of their ids, `limit` at a time."""
    rows = await tx.fetch(
        f"SELECT {_SENT} FROM wallet.transfer WHERE shard = $1"
        " AND transfer_id > $2 ORDER BY transfer_id LIMIT $3",
        shard,
        transfer_id or FIRST_ID,
        limit,
    )
    return [_sent(row) for row in rows]


async def count_look_up(tx: Tx, shard: int, person_id: UUID, day: date) -> int:
    """Count one more look-up of the person's on `day`; how many there are now."""
    counted: int = await tx.fetchval(
        "INSERT INTO wallet.look_up AS l (shard, person_id, day, looked_up) VALUES ($1, $2, $3, 1)"
        " ON CONFLICT (shard, person_id) DO UPDATE SET day = excluded.day, looked_up ="
        "  CASE WHEN l.day = excluded.day THEN l.looked_up + 1 ELSE 1 END"
        " RETURNING looked_up",
        shard,
        person_id,
        day,
    )
    return counted
