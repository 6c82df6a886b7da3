"""Every statement on the schema `console`."""

from datetime import datetime
from uuid import UUID

from farewave.console.model import Account, ConsoleActor, KnownPasskey, Passkey, ProvedBy, Tries
from farewave.db import ReadTx, Tx

_ACCOUNT = (
    "account_id, merchant_id, totp_secret, totp_waiting, totp_step, wrong_codes, locked_until"
)


async def ensure_account(tx: Tx, account_id: UUID, merchant_id: UUID | None) -> None:
    """Nothing happens when it is there."""
    await tx.execute(
        "INSERT INTO console.account (account_id, merchant_id, created_at)"
        " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        account_id,
        merchant_id,
        tx.now,
    )


async def account(tx: ReadTx, account_id: UUID) -> Account | None:
    """The account of this id."""
    row = await tx.fetchrow(
        f"SELECT {_ACCOUNT} FROM console.account WHERE account_id = $1", account_id
    )
    return Account(**dict(row)) if row else None


async def lock_account(tx: Tx, account_id: UUID) -> Account | None:
    """The account, nobody else's to change until the transaction ends."""
    row = await tx.fetchrow(
        f"SELECT {_ACCOUNT} FROM console.account WHERE account_id = $1 FOR UPDATE", account_id
    )
    return Account(**dict(row)) if row else None


async def write_tries(tx: Tx, account_id: UUID, tries: Tries) -> None:
    """What came of a code that was tried; the account's row is locked."""
    await tx.execute(
        "UPDATE console.account SET wrong_codes = $2, locked_until = $3, totp_step = $4"
        " WHERE account_id = $1",
        account_id,
        tries.wrong_codes,
        tries.locked_until,
        tries.totp_step,
    )


async def set_totp_waiting(tx: Tx, account_id: UUID, sealed: bytes) -> None:
    """A secret that its owner hasn't proved to have yet."""
    await tx.execute(
        "UPDATE console.account SET totp_waiting = $2 WHERE account_id = $1", account_id, sealed
    )


async def confirm_totp(tx: Tx, account_id: UUID, step: int) -> None:
    """What waits is the account's secret from now on."""
    await tx.execute(
        "UPDATE console.account SET totp_secret = totp_waiting, totp_waiting = NULL,"
        " totp_step = $2, wrong_codes = 0, locked_until = NULL WHERE account_id = $1",
        account_id,
        step,
    )


async def put_link(tx: Tx, account_id: UUID, token_sha256: bytes, expires_at: datetime) -> None:
    """The account's link; one that was there is good no more."""
    await tx.execute(
        "INSERT INTO console.link (account_id, token_sha256, expires_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (account_id) DO UPDATE SET token_sha256 = EXCLUDED.token_sha256,"
        " expires_at = EXCLUDED.expires_at",
        account_id,
        token_sha256,
        expires_at,
    )


async def take_link(tx: Tx, token_sha256: bytes) -> UUID | None:
    """Whose link this is, which it was until now; of two at once, one gets it."""
    found: UUID | None = await tx.fetchval(
        "DELETE FROM console.link WHERE token_sha256 = $1 AND expires_at > $2 RETURNING account_id",
        token_sha256,
        tx.now,
    )
    return found


async def add_session(
    tx: Tx, account_id: UUID, token_sha256: bytes, proved_by: ProvedBy, expires_at: datetime
) -> None:
    """Somebody is signed in."""
    await tx.execute(
        "INSERT INTO console.session (token_sha256, account_id, proved_by, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        token_sha256,
        account_id,
        proved_by,
        tx.now,
        expires_at,
    )


async def session(tx: ReadTx, token_sha256: bytes) -> ConsoleActor | None:
    """Who is signed in by this, while it lasts."""
    row = await tx.fetchrow(
        "SELECT s.account_id, a.merchant_id, s.proved_by, s.expires_at FROM console.session AS s"
        " JOIN console.account AS a ON a.account_id = s.account_id"
        " WHERE s.token_sha256 = $1 AND s.expires_at > $2",
        token_sha256,
        tx.now,
    )
    if row is None:
        return None
    return ConsoleActor(
        row["account_id"], row["merchant_id"], ProvedBy(row["proved_by"]), row["expires_at"]
    )


async def delete_session(tx: Tx, token_sha256: bytes) -> None:
    """Signed out."""
    await tx.execute("DELETE FROM console.session WHERE token_sha256 = $1", token_sha256)


async def delete_other_sessions(tx: Tx, account_id: UUID, kept_sha256: bytes) -> None:
    """Signed out everywhere but here."""
    await tx.execute(
        "DELETE FROM console.session WHERE account_id = $1 AND token_sha256 <> $2",
        account_id,
        kept_sha256,
    )


async def add_passkey(tx: Tx, passkey_id: UUID, label: str, known: KnownPasskey) -> bool:
    """A new passkey; False when there is one of this credential already."""
    added = await tx.fetchval(
        "INSERT INTO console.passkey (credential_id, passkey_id, account_id, public_key,"
        " sign_count, label, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (credential_id) DO NOTHING RETURNING true",
        known.credential_id,
        passkey_id,
        known.account_id,
        known.public_key,
        known.sign_count,
        label,
        tx.now,
    )
    return added is not None


async def passkeys(tx: ReadTx, account_id: UUID) -> list[Passkey]:
    """The account's, the oldest first."""
    rows = await tx.fetch(
        "SELECT passkey_id, label, created_at, used_at FROM console.passkey"
        " WHERE account_id = $1 ORDER BY created_at, passkey_id",
        account_id,
    )
    return [Passkey(**dict(row)) for row in rows]


async def credential_ids(tx: ReadTx, account_id: UUID) -> list[bytes]:
    """What an authenticator isn't to register once more."""
    rows = await tx.fetch(
        "SELECT credential_id FROM console.passkey WHERE account_id = $1", account_id
    )
    return [row["credential_id"] for row in rows]


async def lock_passkey(tx: Tx, credential_id: bytes) -> KnownPasskey | None:
    """What an answer is checked against, nobody else's to change until the transaction ends."""
    row = await tx.fetchrow(
        "SELECT credential_id, account_id, public_key, sign_count FROM console.passkey"
        " WHERE credential_id = $1 FOR UPDATE",
        credential_id,
    )
    return KnownPasskey(**dict(row)) if row else None


async def note_passkey_used(tx: Tx, credential_id: bytes, sign_count: int) -> None:
    """Its counter as it told."""
    await tx.execute(
        "UPDATE console.passkey SET sign_count = $2, used_at = $3 WHERE credential_id = $1",
        credential_id,
        sign_count,
        tx.now,
    )


async def delete_passkey(tx: Tx, account_id: UUID, passkey_id: UUID) -> bool:
    """One of the account's; False when it wasn't there, and another's changes nothing."""
    gone = await tx.fetchval(
        "DELETE FROM console.passkey WHERE account_id = $1 AND passkey_id = $2 RETURNING true",
        account_id,
        passkey_id,
    )
    return gone is not None


async def take_challenge(tx: Tx, challenge_sha256: bytes, expires_at: datetime) -> bool:
    """Note that a challenge was answered; False when it was before."""
    fresh = await tx.fetchval(
        "INSERT INTO console.answered_challenge (challenge_sha256, expires_at) VALUES ($1, $2)"
        " ON CONFLICT DO NOTHING RETURNING true",
        challenge_sha256,
        expires_at,
    )
    return fresh is not None


async def purge(tx: Tx) -> int:
    """Drop what is over; how many rows went."""
    gone = 0
    for table in ("session", "link", "answered_challenge"):
        tag = await tx.execute(f"DELETE FROM console.{table} WHERE expires_at <= $1", tx.now)
        gone += int(tag.rpartition(" ")[2])
    return gone
