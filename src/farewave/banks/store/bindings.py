# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Bindings on their way, and how many a person began."""

from datetime import date, datetime
from uuid import UUID

import asyncpg

from farewave.banks.model import CARD_KIND, Binding, BindingQuota, BindingStatus
from farewave.db.transaction import ReadTx, Tx
from farewave.people.model import PHONE_KIND, SealedText

_BINDING = (
    "shard, binding_id, person_id, request_digest, bank_code, card_index, card_sealed,"
    " phone_sealed, last4, status, bank_reference, sandbox_code, code_tries, created_at, expires_at"
)
_BINDING_BY_ID = (
    f"SELECT {_BINDING} FROM banks.binding WHERE shard = $1 AND binding_id = $2 FOR UPDATE"
)
_BINDING_BY_KEY = (
    f"SELECT {_BINDING} FROM banks.binding"
    " WHERE shard = $1 AND person_id = $2 AND request_key = $3 FOR UPDATE"
)


def _binding(row: asyncpg.Record) -> Binding:
    return Binding(
        shard=row["shard"],
        binding_id=row["binding_id"],
        person_id=row["person_id"],
        bank_code=row["bank_code"],
        card_index=row["card_index"],
        card=SealedText(CARD_KIND, row["card_sealed"]),
        phone=SealedText(PHONE_KIND, row["phone_sealed"]),
        last4=row["last4"],
        status=BindingStatus(row["status"]),
        bank_reference=row["bank_reference"],
        sandbox_code=row["sandbox_code"],
        code_tries=row["code_tries"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )


async def lock_quota(tx: Tx, shard: int, person_id: UUID, today: date) -> BindingQuota:
    """How many bindings the person began, locked until the end of the transaction."""
    row = await tx.fetchrow(
        "INSERT INTO banks.holder AS h (shard, person_id, day, begun) VALUES ($1, $2, $3, 0)"
        " ON CONFLICT (shard, person_id) DO UPDATE SET begun = h.begun RETURNING day, begun",
        shard,
        person_id,
        today,
    )
    assert row is not None
    return BindingQuota(row["day"], row["begun"])


async def save_quota(tx: Tx, shard: int, person_id: UUID, quota: BindingQuota) -> None:
    await tx.execute(
        "UPDATE banks.holder SET day = $3, begun = $4 WHERE shard = $1 AND person_id = $2",
        shard,
        person_id,
        quota.day,
        quota.begun,
    )


async def insert_binding(tx: Tx, binding: Binding, request_key: str, digest: bytes) -> None:
    await tx.execute(
        "INSERT INTO banks.binding (shard, binding_id, person_id, request_key, request_digest,"
        " bank_code, card_index, card_sealed, phone_sealed, last4, status, code_tries, created_at,"
        " expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        binding.shard,
        binding.binding_id,
        binding.person_id,
        request_key,
        digest,
        binding.bank_code,
        binding.card_index,
        binding.card.sealed,
        binding.phone.sealed,
        binding.last4,
        binding.status.value,
        binding.code_tries,
        binding.created_at,
        binding.expires_at,
    )


async def lock_binding(tx: Tx, shard: int, binding_id: UUID) -> Binding | None:
    row = await tx.fetchrow(_BINDING_BY_ID, shard, binding_id)
    return _binding(row) if row else None


async def lock_binding_of_key(
    tx: Tx, shard: int, person_id: UUID, request_key: str
) -> tuple[Binding, bytes] | None:
    """The binding that was begun under this key, and the digest of what was asked."""
    row = await tx.fetchrow(_BINDING_BY_KEY, shard, person_id, request_key)
    return (_binding(row), row["request_digest"]) if row else None


async def free_request_key(tx: Tx, shard: int, binding_id: UUID) -> None:
    """Let the key begin another binding."""
    await tx.execute(
        "UPDATE banks.binding SET request_key = NULL WHERE shard = $1 AND binding_id = $2",
        shard,
        binding_id,
    )


async def save_binding(tx: Tx, binding: Binding) -> None:
    """Write what changes in the life of a binding."""
    await tx.execute(
        "UPDATE banks.binding SET status = $3, bank_reference = $4, sandbox_code = $5,"
        " code_tries = $6 WHERE shard = $1 AND binding_id = $2",
        binding.shard,
        binding.binding_id,
        binding.status.value,
        binding.bank_reference,
        binding.sandbox_code,
        binding.code_tries,
    )


async def purge_bindings(tx: Tx, shard: int, before: datetime, at_most: int) -> int:
    """Delete bindings that were begun before `before`; how many went."""
    tag = await tx.execute(
        "DELETE FROM banks.binding WHERE shard = $1 AND binding_id IN ("
        " SELECT binding_id FROM banks.binding WHERE shard = $1 AND created_at < $2"
        " LIMIT $3 FOR UPDATE SKIP LOCKED)",
        shard,
        before,
        at_most,
    )
    return int(tag.split()[1])


async def bound_without_card(tx: ReadTx) -> list[Binding]:
    """Bindings that say bound while no card came of them."""
    rows = await tx.fetch(f"SELECT {_BINDING} FROM banks.binding WHERE status = 'bound'")
    bindings = [_binding(row) for row in rows]
    cards = await tx.fetch(
        "SELECT shard, card_id FROM banks.card WHERE card_id = ANY ($1)",
        [each.card_id for each in bindings],
    )
    known = {(row["shard"], row["card_id"]) for row in cards}
    return [each for each in bindings if (each.shard, each.card_id) not in known]
