"""Rows of the schema `gateway`."""

from collections.abc import Iterable
from dataclasses import astuple, fields
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.gateway.grant import Grant
from farewave.gateway.model import (
    AppCertificate,
    ArmedFault,
    CallFault,
    KeptApp,
    RegisteredApp,
)
from farewave.gateway.oauth import Allowed, Consent, Login, Scope
from farewave.people.model import Actor

_LOGIN = (
    "shard, login_id, person_id, user_no, app_id, scope, code_expires_at, started_at,"
    " access_expires_at, refresh_expires_at, ended_at"
)
_FAULTS = "SELECT app_id, method, fault, hang_s, calls_left, orders FROM gateway.fault"
_GRANT_NAMES = tuple(field.name for field in fields(Grant))
_GRANT = ", ".join(_GRANT_NAMES)


async def load_app(tx: ReadTx, app_id: str) -> RegisteredApp | None:
    """The application of this number."""
    row = await tx.fetchrow(
        "SELECT app_id, merchant_id, name, public_key, cert_sn,"
        " coalesce(cert_expires_at <= $2, false) AS cert_expired, content_key,"
        " ARRAY(SELECT method FROM gateway.fault WHERE fault.app_id = app.app_id) AS faulty"
        " FROM gateway.app WHERE app_id = $1",
        app_id,
        tx.now,
    )
    if row is None:
        return None
    return RegisteredApp(**{**dict(row), "faulty": frozenset(row["faulty"])})


_KEPT = "app_id, merchant_id, name, public_key, created_at, certificate, cert_sn, cert_expires_at"


def _kept(row: asyncpg.Record) -> KeptApp:
    certificate = None
    if row["cert_sn"] is not None:
        certificate = AppCertificate(row["certificate"], row["cert_sn"], row["cert_expires_at"])
    fields = (row["app_id"], row["merchant_id"], row["name"], row["public_key"])
    return KeptApp(*fields, row["created_at"], certificate)


async def apps_of(tx: ReadTx, merchant_id: UUID) -> list[KeptApp]:
    """A merchant's applications, the oldest first."""
    rows = await tx.fetch(
        f"SELECT {_KEPT} FROM gateway.app WHERE merchant_id = $1 ORDER BY created_at, app_id",
        merchant_id,
    )
    return [_kept(row) for row in rows]


async def lock_app(tx: Tx, app_id: str) -> KeptApp | None:
    """The application of this number, nobody else's to change until the transaction ends."""
    row = await tx.fetchrow(f"SELECT {_KEPT} FROM gateway.app WHERE app_id = $1 FOR UPDATE", app_id)
    return _kept(row) if row else None


async def add_app(tx: Tx, app: RegisteredApp) -> bool:
    """Write a new application; False when the number is taken."""
    added = await tx.fetchval(
        "INSERT INTO gateway.app (app_id, merchant_id, name, public_key, created_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (app_id) DO NOTHING RETURNING true",
        app.app_id,
        app.merchant_id,
        app.name,
        app.public_key,
        tx.now,
    )
    return added is not None


async def set_certificate(tx: Tx, app_id: str, certificate: AppCertificate) -> None:
    """Give an application its certificate."""
    await tx.execute(
        "UPDATE gateway.app SET certificate = $2, cert_sn = $3, cert_expires_at = $4"
        " WHERE app_id = $1",
        app_id,
        certificate.pem,
        certificate.number,
        certificate.expires_at,
    )


async def set_content_key(tx: Tx, app_id: str, sealed: bytes) -> None:
    """Give an application the key of its contents, sealed."""
    await tx.execute("UPDATE gateway.app SET content_key = $2 WHERE app_id = $1", app_id, sealed)


async def set_public_key(tx: Tx, app_id: str, public_key: str) -> None:
    """Put another key in the place of an application's."""
    await tx.execute(
        "UPDATE gateway.app SET public_key = $2 WHERE app_id = $1 AND public_key <> $2",
        app_id,
        public_key,
    )


async def add_redirects(tx: Tx, app_id: str, redirect_uris: Iterable[str]) -> None:
    """Register addresses of an application."""
    await tx.execute(
        "INSERT INTO gateway.app_redirect (app_id, redirect_uri)"
        " SELECT $1, uri FROM unnest($2::text[]) AS uri ON CONFLICT DO NOTHING",
        app_id,
        list(redirect_uris),
    )


async def redirects_of(tx: ReadTx, app_id: str) -> frozenset[str]:
    """The addresses that an application registered."""
    rows = await tx.fetch("SELECT redirect_uri FROM gateway.app_redirect WHERE app_id = $1", app_id)
    return frozenset(row["redirect_uri"] for row in rows)


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


async def newest_apps(tx: ReadTx, at_most: int) -> list[RegisteredApp]:
    """The applications that were made last."""
    rows = await tx.fetch(
        "SELECT app_id, merchant_id, name, public_key FROM gateway.app"
        " ORDER BY created_at DESC, app_id LIMIT $1",
        at_most,
    )
    return [RegisteredApp(**dict(row)) for row in rows]


async def load_faults(tx: ReadTx) -> list[ArmedFault]:
    """All there are, by application and method."""
    rows = await tx.fetch(f"{_FAULTS} ORDER BY app_id, method")
    return [_fault(row) for row in rows]


async def lock_fault(tx: Tx, app_id: str, method: str) -> ArmedFault | None:
    """The one of a method, until the transaction ends."""
    row = await tx.fetchrow(
        f"{_FAULTS} WHERE app_id = $1 AND method = $2 FOR UPDATE", app_id, method
    )
    return None if row is None else _fault(row)


async def lock_faults_of_orders(tx: Tx, app_id: str, orders: list[str]) -> list[ArmedFault]:
    """Those of an application that hold one of these order numbers, in order of their methods."""
    rows = await tx.fetch(
        f"{_FAULTS} WHERE app_id = $1 AND orders && $2::text[] ORDER BY method FOR UPDATE",
        app_id,
        orders,
    )
    return [_fault(row) for row in rows]


async def save_fault(tx: Tx, fault: ArmedFault) -> None:
    """Write one down in the place of what was there of its method; one that is over goes."""
    if fault.is_over:
        await tx.execute(
            "DELETE FROM gateway.fault WHERE app_id = $1 AND method = $2",
            fault.app_id,
            fault.method,
        )
        return
    await tx.execute(
        "INSERT INTO gateway.fault (app_id, method, fault, hang_s, calls_left, orders)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (app_id, method) DO UPDATE SET"
        " fault = excluded.fault, hang_s = excluded.hang_s, calls_left = excluded.calls_left,"
        " orders = excluded.orders",
        fault.app_id,
        fault.method,
        fault.fault,
        fault.hang_s,
        fault.calls_left,
        list(fault.orders),
    )


async def drop_faults(tx: Tx, app_id: str) -> None:
    """Take away all of an application."""
    await tx.execute("DELETE FROM gateway.fault WHERE app_id = $1", app_id)


def _fault(row: asyncpg.Record) -> ArmedFault:
    return ArmedFault(
        **{**dict(row), "fault": CallFault(row["fault"]), "orders": tuple(row["orders"])}
    )
