"""SMS codes, their quota, and what the sandbox "sent"."""

from datetime import datetime
from uuid import UUID

from farewave.db.transaction import ReadTx, Tx
from farewave.people.model import CodePurpose
from farewave.people.proofs import Quota, SmsCode


async def lock_quota(tx: Tx, phone_index: bytes, quota: Quota) -> Quota:
    """The quota of a phone number (`quota` when it is new), locked until the transaction ends."""
    row = await tx.fetchrow(
        "INSERT INTO people.sms_quota AS q (phone_index, day, sent) VALUES ($1, $2, $3)"
        " ON CONFLICT (phone_index) DO UPDATE SET sent = q.sent RETURNING day, sent",
        phone_index,
        quota.day,
        quota.sent,
    )
    assert row is not None
    return Quota(row["day"], row["sent"])


async def save_quota(tx: Tx, phone_index: bytes, quota: Quota) -> None:
    await tx.execute(
        "UPDATE people.sms_quota SET day = $2, sent = $3 WHERE phone_index = $1",
        phone_index,
        quota.day,
        quota.sent,
    )


async def lock_code(tx: Tx, phone_index: bytes, purpose: CodePurpose) -> SmsCode | None:
    """The newest code of `purpose`, locked until the end of the transaction."""
    row = await tx.fetchrow(
        "SELECT code_hash, sent_at, expires_at, wrong_tries, used_at FROM people.sms_code"
        " WHERE phone_index = $1 AND purpose = $2 FOR UPDATE",
        phone_index,
        purpose.value,
    )
    return SmsCode(*row.values()) if row else None


async def save_code(tx: Tx, phone_index: bytes, purpose: CodePurpose, code: SmsCode) -> None:
    """Write `code` in the place of the one before."""
    await tx.execute(
        "INSERT INTO people.sms_code (phone_index, purpose, code_hash, sent_at, expires_at,"
        " wrong_tries, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (phone_index, purpose) DO UPDATE SET code_hash = excluded.code_hash,"
        " sent_at = excluded.sent_at, expires_at = excluded.expires_at,"
        " wrong_tries = excluded.wrong_tries, used_at = excluded.used_at",
        phone_index,
        purpose.value,
        code.code_hash,
        code.sent_at,
        code.expires_at,
        code.wrong_tries,
        code.used_at,
    )


async def insert_sandbox_sms(tx: Tx, phone_index: bytes, sms_id: UUID, text_sealed: bytes) -> None:
    await tx.execute(
        "INSERT INTO people.sandbox_sms (phone_index, sms_id, text_sealed, sent_at)"
        " VALUES ($1, $2, $3, $4)",
        phone_index,
        sms_id,
        text_sealed,
        tx.now,
    )


async def sandbox_sms(tx: ReadTx, phone_index: bytes, limit: int) -> list[tuple[datetime, bytes]]:
    """When and what was "sent" to a phone number in the sandbox, newest first."""
    rows = await tx.fetch(
        "SELECT sent_at, text_sealed FROM people.sandbox_sms WHERE phone_index = $1"
        " ORDER BY sms_id DESC LIMIT $2",
        phone_index,
        limit,
    )
    return [(row["sent_at"], row["text_sealed"]) for row in rows]
