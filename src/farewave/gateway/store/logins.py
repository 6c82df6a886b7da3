# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Logins by Farewave: what a person lets an application know, and its tokens."""

from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.gateway.oauth import Allowed, Consent, Login, Scope
from farewave.people.model import Actor

_LOGIN = (
    "shard, login_id, person_id, user_no, app_id, scope, code_expires_at, started_at,"
    " access_expires_at, refresh_expires_at, ended_at"
)


async def add_login(
    tx: Tx, actor: Actor, consent: Consent, *, code_sha256: bytes, code_expires_at: datetime
) -> bool:
    """Write a login that was agreed to; False when it is there already."""
    added = await tx.fetchval(
        "INSERT INTO gateway.login (shard, login_id, person_id, user_no, app_id, scope,"
        " created_at, code_sha256, code_expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (shard, login_id) DO NOTHING RETURNING true",
        actor.shard,
        consent.login_id,
        actor.person_id,
        actor.user_no,
        consent.asked.app_id,
        consent.asked.scope.value,
        tx.now,
        code_sha256,
        code_expires_at,
    )
    return added is not None


async def lock_login_by_code(tx: Tx, shard: int, sha256: bytes) -> Login | None:
    """The login of a code, its row locked: a code is exchanged once."""
    return _login_of(
        await tx.fetchrow(
            f"SELECT {_LOGIN} FROM gateway.login WHERE shard = $1 AND code_sha256 = $2 FOR UPDATE",
            shard,
            sha256,
        )
    )


async def lock_login_by_refresh(tx: Tx, shard: int, sha256: bytes) -> Login | None:
    """The login of a refresh token, its row locked."""
    return _login_of(
        await tx.fetchrow(
            f"SELECT {_LOGIN} FROM gateway.login"
            " WHERE shard = $1 AND refresh_sha256 = $2 FOR UPDATE",
            shard,
            sha256,
        )
    )


async def load_login_by_access(tx: ReadTx, shard: int, sha256: bytes) -> Login | None:
    """The login of an access token."""
    return _login_of(
        await tx.fetchrow(
            f"SELECT {_LOGIN} FROM gateway.login WHERE shard = $1 AND access_sha256 = $2",
            shard,
            sha256,
        )
    )


async def set_tokens(
    tx: Tx,
    login: Login,
    *,
    access_sha256: bytes,
    access_expires_at: datetime,
    refresh_sha256: bytes,
    refresh_expires_at: datetime,
) -> Login:
    """Put a new pair in the place of what was there; how the login is then."""
    after = _login_of(
        await tx.fetchrow(
            "UPDATE gateway.login SET started_at = coalesce(started_at, $3), access_sha256 = $4,"
            " access_expires_at = $5, refresh_sha256 = $6, refresh_expires_at = $7"
            f" WHERE shard = $1 AND login_id = $2 RETURNING {_LOGIN}",
            login.shard,
            login.login_id,
            tx.now,
            access_sha256,
            access_expires_at,
            refresh_sha256,
            refresh_expires_at,
        )
    )
    assert after is not None, "its row is locked"
    return after


async def allowed_apps(tx: ReadTx, shard: int, person_id: UUID) -> list[Allowed]:
    """The applications that a person's living logins are with, the one agreed to last first."""
    rows = await tx.fetch(
        "SELECT l.app_id, a.name, bool_or(l.scope = 'auth_user') AS knows_name,"
        " min(l.created_at) AS since, max(l.created_at) AS last_at"
        " FROM gateway.login AS l JOIN gateway.app AS a USING (app_id)"
        " WHERE l.shard = $1 AND l.person_id = $2 AND l.ended_at IS NULL"
        " AND coalesce(l.refresh_expires_at, l.code_expires_at) > $3"
        " GROUP BY l.app_id, a.name ORDER BY last_at DESC, l.app_id",
        shard,
        person_id,
        tx.now,
    )
    return [
        Allowed(
            row["app_id"],
            row["name"],
            Scope.USER if row["knows_name"] else Scope.BASE,
            row["since"],
            row["last_at"],
        )
        for row in rows
    ]


async def end_logins(tx: Tx, shard: int, person_id: UUID, app_id: str) -> int:
    """End all of a person's logins with an application; how many were still going."""
    rows = await tx.fetch(
        "UPDATE gateway.login SET ended_at = $4 WHERE shard = $1 AND login_id IN ("
        " SELECT login_id FROM gateway.login WHERE shard = $1 AND person_id = $2 AND app_id = $3"
        " AND ended_at IS NULL ORDER BY login_id FOR UPDATE) RETURNING 1",
        shard,
        person_id,
        app_id,
        tx.now,
    )
    return len(rows)


async def delete_logins_over(tx: Tx, shard: int, before: datetime, limit: int) -> int:
    """Delete some logins that ended before an instant; how many."""
    rows = await tx.fetch(
        "DELETE FROM gateway.login WHERE shard = $1 AND login_id IN ("
        " SELECT login_id FROM gateway.login WHERE shard = $1"
        " AND coalesce(refresh_expires_at, code_expires_at) < $2"
        " ORDER BY coalesce(refresh_expires_at, code_expires_at) LIMIT $3"
        " FOR UPDATE SKIP LOCKED) RETURNING 1",
        shard,
        before,
        limit,
    )
    return len(rows)


def _login_of(row: asyncpg.Record | None) -> Login | None:
    return None if row is None else Login(**{**dict(row), "scope": Scope(row["scope"])})
