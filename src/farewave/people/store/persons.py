"""Persons, and the claims that keep a number with one of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db.transaction import ReadTx, Tx
from farewave.people.model import IDENTITY_KIND, NAME_KIND, PHONE_KIND, Person, SealedText

_PERSON = """
    SELECT p.shard, p.person_id, p.user_no, p.phone_index, p.phone_sealed, p.phone_masked,
           p.name_sealed, p.name_masked, p.identity_index, p.identity_sealed, p.identity_masked,
           p.created_at, w.person_id IS NOT NULL AS has_pay_password, w.locked_until
    FROM people.person AS p
    LEFT JOIN people.pay_password AS w ON w.shard = p.shard AND w.person_id = p.person_id
    WHERE p.shard = $1 AND
"""
_PERSON_BY_ID = f"{_PERSON} p.person_id = $2"
_PERSON_BY_USER_NO = f"{_PERSON} p.user_no = $2"


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
    row = await tx.fetchrow(_PERSON_BY_ID, shard, person_id)
    return _person_of(row, tx.now) if row else None


async def load_person_by_user_no(tx: ReadTx, shard: int, user_no: str) -> Person | None:
    row = await tx.fetchrow(_PERSON_BY_USER_NO, shard, user_no)
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
