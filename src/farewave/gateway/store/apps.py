# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Applications: their keys, certificates, and where they lead back to."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.gateway.model import AppCertificate, KeptApp, RegisteredApp

_KEPT = "app_id, merchant_id, name, public_key, created_at, certificate, cert_sn, cert_expires_at"


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


async def newest_apps(tx: ReadTx, at_most: int) -> list[RegisteredApp]:
    """The applications that were made last."""
    rows = await tx.fetch(
        "SELECT app_id, merchant_id, name, public_key FROM gateway.app"
        " ORDER BY created_at DESC, app_id LIMIT $1",
        at_most,
    )
    return [RegisteredApp(**dict(row)) for row in rows]
