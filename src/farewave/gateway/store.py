"""Rows of the schema `gateway`."""

from farewave.db import ReadTx, Tx
from farewave.gateway.model import AppCertificate, RegisteredApp


async def load_app(tx: ReadTx, app_id: str) -> RegisteredApp | None:
    """The application of this number."""
    row = await tx.fetchrow(
        "SELECT app_id, merchant_id, name, public_key, cert_sn,"
        " coalesce(cert_expires_at <= $2, false) AS cert_expired, content_key"
        " FROM gateway.app WHERE app_id = $1",
        app_id,
        tx.now,
    )
    return None if row is None else RegisteredApp(**dict(row))


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
