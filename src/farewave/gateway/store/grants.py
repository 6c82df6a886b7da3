# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Grants: which application acts for which merchant."""

from dataclasses import astuple, fields
from datetime import datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.gateway.grant import Grant

_GRANT_NAMES = tuple(field.name for field in fields(Grant))
_GRANT = ", ".join(_GRANT_NAMES)


async def add_grant(tx: Tx, grant: Grant) -> bool:
    """Write a grant that was agreed to; False when it is there already."""
    added = await tx.fetchval(
        f"INSERT INTO gateway.app_grant ({_GRANT}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (number) DO NOTHING RETURNING true",
        *astuple(grant),
    )
    return added is not None


async def load_grant(tx: ReadTx, number: str) -> Grant | None:
    """The grant of this number."""
    row = await tx.fetchrow(f"SELECT {_GRANT} FROM gateway.app_grant WHERE number = $1", number)
    return None if row is None else Grant(**dict(row))


async def lock_grant(tx: Tx, number: str) -> Grant | None:
    """The same, nobody else's to change until the transaction ends."""
    row = await tx.fetchrow(
        f"SELECT {_GRANT} FROM gateway.app_grant WHERE number = $1 FOR UPDATE", number
    )
    return None if row is None else Grant(**dict(row))


async def set_renewed(tx: Tx, grant: Grant) -> None:
    """Write down that another pair was given."""
    await tx.execute(
        "UPDATE gateway.app_grant SET started_at = $2, renewed_at = $3, pair = $4"
        " WHERE number = $1",
        grant.number,
        grant.started_at,
        grant.renewed_at,
        grant.pair,
    )


async def end_grants(tx: Tx, app_id: str, agent_app_id: str, *, started: bool) -> int:
    """End those between two applications, or only such as have `started`; how many."""
    rows = await tx.fetch(
        "UPDATE gateway.app_grant SET ended_at = $3 WHERE app_id = $1 AND agent_app_id = $2"
        " AND ended_at IS NULL AND (started_at IS NOT NULL OR NOT $4::boolean) RETURNING 1",
        app_id,
        agent_app_id,
        tx.now,
        started,
    )
    return len(rows)


async def grants_of(tx: ReadTx, merchant_id: UUID) -> list[tuple[Grant, str]]:
    """Those for a merchant's applications that nobody ended, and the agents' names.

    First those that have started, the latest first; then those that wait for it.
    """
    rows = await tx.fetch(
        f"SELECT agent.name, {', '.join(f'g.{name}' for name in _GRANT_NAMES)}"
        " FROM gateway.app AS own JOIN gateway.app_grant AS g ON g.app_id = own.app_id"
        " JOIN gateway.app AS agent ON agent.app_id = g.agent_app_id"
        " WHERE own.merchant_id = $1 AND g.ended_at IS NULL"
        " ORDER BY g.started_at IS NULL, g.created_at DESC, g.number",
        merchant_id,
    )
    return [(Grant(*(row[name] for name in _GRANT_NAMES)), row["name"]) for row in rows]


async def delete_grants_over(tx: Tx, before: datetime, renewed_before: datetime, limit: int) -> int:
    """Delete some that ended, or whose code did, before an instant; or were last renewed then."""
    rows = await tx.fetch(
        "DELETE FROM gateway.app_grant WHERE number IN (SELECT number FROM gateway.app_grant"
        " WHERE ended_at < $1 OR renewed_at < $2 OR (pair = 0 AND code_expires_at < $1)"
        " LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING 1",
        before,
        renewed_before,
        limit,
    )
    return len(rows)
