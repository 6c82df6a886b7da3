"""Every SQL statement of people, on the schema `people`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db.transaction import ReadTx, Tx
from farewave.people.model import (
    IDENTITY_KIND,
    NAME_KIND,
    PHONE_KIND,
    Actor,
    CodePurpose,
    Person,
    SealedText,
)
from farewave.people.proofs import Quota, SmsCode, Tries

_PERSON = """
    SELECT p.shard, p.person_id, p.user_no, p.phone_index, p.phone_sealed, p.phone_masked,
           p.name_sealed, p.name_masked, p.identity_index, p.identity_sealed, p.identity_masked,
           p.created_at, w.person_id IS NOT NULL AS has_pay_password, w.locked_until
    FROM people.person AS p
    LEFT JOIN people.pay_password AS w ON w.shard = p.shard AND w.person_id = p.person_id
"""


def _person_of(row: asyncpg.Record, now: datetime) -> Person:
    locked_until = row["locked_until"]
    return Person(
        person_id=row["person_id"],
        shard=row["shard"],
        user_no=row["user_no"],
        phone=SealedText(PHONE_KIND, row["phone_sealed"]),
        phone_index=row["phone_index"],
        phone_masked=row["phone_masked"],
        real_name=SealedText(NAME_KIND, row["name_sealed"]) if row["name_sealed"] else None,
        name_masked=row["name_masked"] or row["phone_masked"],
        identity=SealedText(IDENTITY_KIND, row["identity_sealed"]) if row["name_sealed"] else None,
        identity_index=row["identity_index"],
        identity_masked=row["identity_masked"],
        has_pay_password=row["has_pay_password"],
        pay_password_locked_until=locked_until if locked_until and locked_until > now else None,
        created_at=row["created_at"],
    )


# --- persons and what they claim ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a claim."""

    shard: int
    person_id: UUID


async def claim_phone(tx: Tx, phone_index: bytes, owner: Owner) -> bool:
    """Claim a phone number; False when it is somebody's. Waits for a claim in flight."""
    claimed = await tx.fetchval(
        "INSERT INTO people.phone_claim (phone_index, shard, person_id, claimed_at)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT (phone_index) DO NOTHING RETURNING true",
        phone_index,
        owner.shard,
        owner.person_id,
        tx.now,
    )
    return claimed is not None


async def phone_owner(tx: ReadTx, phone_index: bytes) -> Owner | None:
    row = await tx.fetchrow(
        "SELECT shard, person_id FROM people.phone_claim WHERE phone_index = $1", phone_index
    )
    return Owner(row["shard"], row["person_id"]) if row else None


async def claim_identity(tx: Tx, identity_index: bytes, owner: Owner) -> bool:
    """Claim an identity number; False when it is another's. Waits for a claim in flight."""
    await tx.execute(
        "INSERT INTO people.identity_claim (identity_index, shard, person_id, claimed_at)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT (identity_index) DO NOTHING",
        identity_index,
        owner.shard,
        owner.person_id,
        tx.now,
    )
    holder = await tx.fetchval(
        "SELECT person_id FROM people.identity_claim WHERE identity_index = $1", identity_index
    )
    return bool(holder == owner.person_id)


async def insert_person(
    tx: Tx,
    owner: Owner,
    *,
    user_no: str,
    phone: SealedText,
    phone_index: bytes,
    phone_masked: str,
    password_hash: str,
) -> bool:
    """Write a new person; False when `user_no` is taken on this shard."""
    inserted = await tx.fetchval(
        "INSERT INTO people.person (shard, person_id, user_no, phone_index, phone_sealed,"
        " phone_masked, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (shard, user_no) DO NOTHING RETURNING true",
        owner.shard,
        owner.person_id,
        user_no,
        phone_index,
        phone.sealed,
        phone_masked,
        password_hash,
        tx.now,
    )
    return inserted is not None


async def load_person(tx: ReadTx, shard: int, person_id: UUID) -> Person | None:
    row = await tx.fetchrow(f"{_PERSON} WHERE p.shard = $1 AND p.person_id = $2", shard, person_id)
    return _person_of(row, tx.now) if row else None


async def load_person_by_user_no(tx: ReadTx, shard: int, user_no: str) -> Person | None:
    row = await tx.fetchrow(f"{_PERSON} WHERE p.shard = $1 AND p.user_no = $2", shard, user_no)
    return _person_of(row, tx.now) if row else None


async def password_hash(tx: ReadTx, owner: Owner) -> str:
    found: str = await tx.fetchval(
        "SELECT password_hash FROM people.person WHERE shard = $1 AND person_id = $2",
        owner.shard,
        owner.person_id,
    )
    return found


async def set_password_hash(tx: Tx, owner: Owner, new_hash: str) -> None:
    await tx.execute(
        "UPDATE people.person SET password_hash = $3 WHERE shard = $1 AND person_id = $2",
        owner.shard,
        owner.person_id,
        new_hash,
    )


async def renew_password_hash(tx: Tx, owner: Owner, old_hash: str, new_hash: str) -> None:
    """Put `new_hash` in the place of `old_hash`, unless the password was changed in between."""
    await tx.execute(
        "UPDATE people.person SET password_hash = $4"
        " WHERE shard = $1 AND person_id = $2 AND password_hash = $3",
        owner.shard,
        owner.person_id,
        old_hash,
        new_hash,
    )


async def set_real_name(
    tx: Tx,
    owner: Owner,
    *,
    name: SealedText,
    name_masked: str,
    identity: SealedText,
    identity_index: bytes,
    identity_masked: str,
) -> bool:
    """Write the real name; False when there is one already."""
    done = await tx.fetchval(
        "UPDATE people.person SET name_sealed = $3, name_masked = $4, identity_sealed = $5,"
        " identity_index = $6, identity_masked = $7, real_name_at = $8"
        " WHERE shard = $1 AND person_id = $2 AND identity_index IS NULL RETURNING true",
        owner.shard,
        owner.person_id,
        name.sealed,
        name_masked,
        identity.sealed,
        identity_index,
        identity_masked,
        tx.now,
    )
    return done is not None


# --- pay passwords -----------------------------------------------------------------------------


async def lock_pay_password(tx: Tx, shard: int, person_id: UUID) -> tuple[str, Tries] | None:
    """The hash and the tries, locked until the end of the transaction."""
    row = await tx.fetchrow(
        "SELECT password_hash, wrong_tries, locked_until FROM people.pay_password"
        " WHERE shard = $1 AND person_id = $2 FOR UPDATE",
        shard,
        person_id,
    )
    if row is None:
        return None
    return row["password_hash"], Tries(wrong=row["wrong_tries"], locked_until=row["locked_until"])


async def save_pay_tries(tx: Tx, shard: int, person_id: UUID, tries: Tries) -> None:
    await tx.execute(
        "UPDATE people.pay_password SET wrong_tries = $3, locked_until = $4"
        " WHERE shard = $1 AND person_id = $2",
        shard,
        person_id,
        tries.wrong,
        tries.locked_until,
    )


async def set_pay_password(tx: Tx, shard: int, person_id: UUID, new_hash: str) -> None:
    await tx.execute(
        "INSERT INTO people.pay_password (shard, person_id, password_hash, wrong_tries, set_at)"
        " VALUES ($1, $2, $3, 0, $4) ON CONFLICT (shard, person_id) DO UPDATE"
        " SET password_hash = excluded.password_hash, wrong_tries = 0, locked_until = NULL,"
        " set_at = excluded.set_at",
        shard,
        person_id,
        new_hash,
        tx.now,
    )


# --- sessions ----------------------------------------------------------------------------------


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


# --- wrong passwords, by phone number ----------------------------------------------------------


async def lock_guard(tx: Tx, phone_index: bytes) -> Tries:
    """The tries of a phone number, registered or not, locked until the end of the transaction."""
    # One statement makes and locks the row, so that a purge in between takes nothing away.
    row = await tx.fetchrow(
        "INSERT INTO people.sign_in_guard AS g (phone_index, wrong_tries, locks) VALUES ($1, 0, 0)"
        " ON CONFLICT (phone_index) DO UPDATE SET wrong_tries = g.wrong_tries"
        " RETURNING wrong_tries, locks, locked_until, last_wrong_at",
        phone_index,
    )
    assert row is not None
    return Tries(row["wrong_tries"], row["locks"], row["locked_until"], row["last_wrong_at"])


async def save_guard(tx: Tx, phone_index: bytes, tries: Tries) -> None:
    await tx.execute(
        "UPDATE people.sign_in_guard SET wrong_tries = $2, locks = $3, locked_until = $4,"
        " last_wrong_at = $5 WHERE phone_index = $1",
        phone_index,
        tries.wrong,
        tries.locks,
        tries.locked_until,
        tries.last_wrong_at,
    )


async def delete_guard(tx: Tx, phone_index: bytes) -> None:
    await tx.execute("DELETE FROM people.sign_in_guard WHERE phone_index = $1", phone_index)


# --- SMS codes ---------------------------------------------------------------------------------


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
