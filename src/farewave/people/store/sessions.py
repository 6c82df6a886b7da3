"""Sessions by the SHA-256 of their token."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from farewave.db.transaction import ReadTx, Tx
from farewave.people.model import Actor, Device
from farewave.people.store.persons import Owner


async def insert_session(
    tx: Tx, actor: Actor, token_sha256: bytes, *, device: str, expires_at: datetime
) -> None:
    await tx.execute(
        "INSERT INTO people.session (shard, session_id, person_id, token_sha256, device,"
        " created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
        actor.shard,
        actor.session_id,
        actor.person_id,
        token_sha256,
        device,
        tx.now,
        expires_at,
    )


async def load_session(
    tx: ReadTx, shard: int, token_sha256: bytes
) -> tuple[Actor, datetime, datetime] | None:
    """The actor, when last seen, when it expires."""
    row = await tx.fetchrow(
        "SELECT s.person_id, s.session_id, s.seen_at, s.expires_at, p.user_no"
        " FROM people.session AS s"
        " JOIN people.person AS p ON p.shard = s.shard AND p.person_id = s.person_id"
        " WHERE s.shard = $1 AND s.token_sha256 = $2",
        shard,
        token_sha256,
    )
    if row is None:
        return None
    actor = Actor(row["person_id"], shard, row["user_no"], row["session_id"])
    return actor, row["seen_at"], row["expires_at"]


async def living_sessions(tx: ReadTx, shard: int, session_ids: Collection[UUID]) -> set[UUID]:
    """Those of `session_ids` that are signed in."""
    rows = await tx.fetch(
        "SELECT session_id FROM people.session"
        " WHERE shard = $1 AND session_id = ANY ($2) AND expires_at > $3",
        shard,
        list(session_ids),
        tx.now,
    )
    return {row[0] for row in rows}


async def touch_session(tx: Tx, actor: Actor, expires_at: datetime) -> None:
    await tx.execute(
        "UPDATE people.session SET seen_at = $3, expires_at = $4"
        " WHERE shard = $1 AND session_id = $2",
        actor.shard,
        actor.session_id,
        tx.now,
        expires_at,
    )


async def delete_session(tx: Tx, shard: int, token_sha256: bytes) -> None:
    await tx.execute(
        "DELETE FROM people.session WHERE shard = $1 AND token_sha256 = $2", shard, token_sha256
    )


async def delete_sessions_of(tx: Tx, owner: Owner) -> None:
    await tx.execute(
        "DELETE FROM people.session WHERE shard = $1 AND person_id = $2",
        owner.shard,
        owner.person_id,
    )


async def devices_of(tx: ReadTx, shard: int, person_id: UUID) -> list[Device]:
    """The sessions that haven't expired, the one last used first."""
    rows = await tx.fetch(
        "SELECT session_id, device, created_at, seen_at FROM people.session"
        " WHERE shard = $1 AND person_id = $2 AND expires_at > $3"
        " ORDER BY seen_at DESC, session_id DESC",
        shard,
        person_id,
        tx.now,
    )
    return [
        Device(row["session_id"], row["device"], row["created_at"], row["seen_at"]) for row in rows
    ]


async def delete_session_of(tx: Tx, shard: int, person_id: UUID, session_id: UUID) -> bool:
    """Delete one session; False when the person has none of this id."""
    deleted = await tx.fetchval(
        "DELETE FROM people.session WHERE shard = $1 AND person_id = $2 AND session_id = $3"
        " RETURNING true",
        shard,
        person_id,
        session_id,
    )
    return deleted is not None


async def delete_other_sessions(tx: Tx, actor: Actor) -> int:
    """Delete every session of the actor but the one that acts; how many went."""
    tag = await tx.execute(
        "DELETE FROM people.session WHERE shard = $1 AND person_id = $2 AND session_id <> $3",
        actor.shard,
        actor.person_id,
        actor.session_id,
    )
    return int(tag.rpartition(" ")[2])
