# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Instructions: written before a bank is asked, locked while they are brought to their end."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from farewave.banks.errors import BanksRefusal
from farewave.banks.instruction import Instruction, InstructionStatus, Purpose
from farewave.banks.model import InstructionKind
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import FIRST_ID

_FIELDS = (
    "shard, instruction_id, kind, purpose, reference, person_id, card_id, bank_code, last4,"
    " amount_fen, debit_id, status, failure, bank_serial, created_at, finished_at"
)


def _instruction(row: asyncpg.Record) -> Instruction:
    failure = row["failure"]
    return Instruction(
        shard=row["shard"],
        instruction_id=row["instruction_id"],
        kind=InstructionKind(row["kind"]),
        purpose=Purpose(row["purpose"]),
        reference=row["reference"],
        person_id=row["person_id"],
        card_id=row["card_id"],
        bank_code=row["bank_code"],
        last4=row["last4"],
        amount_fen=row["amount_fen"],
        debit_id=row["debit_id"],
        status=InstructionStatus(row["status"]),
        failure=BanksRefusal.of_code(failure) if failure is not None else None,
        bank_serial=row["bank_serial"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )


async def instruction_of_key(
    tx: ReadTx, shard: int, person_id: UUID, purpose: Purpose, request_key: str
) -> tuple[Instruction, bytes] | None:
    """The instruction that was begun under this key, and the digest of what was asked."""
    row = await tx.fetchrow(
        f"SELECT {_FIELDS}, request_digest FROM banks.instruction"
        " WHERE shard = $1 AND person_id = $2 AND purpose = $3 AND request_key = $4",
        shard,
        person_id,
        purpose.value,
        request_key,
    )
    return (_instruction(row), row["request_digest"]) if row else None


async def insert_instruction(
    tx: Tx,
    instruction: Instruction,
    request_key: str | None,
    digest: bytes | None,
    check_at: datetime,
) -> bool:
    """Write a new instruction; False when its key is in use. Waits for one in flight."""
    inserted = await tx.fetchval(
        "INSERT INTO banks.instruction (shard, instruction_id, kind, purpose, reference, person_id,"
        " request_key, request_digest, card_id, bank_code, last4, amount_fen, debit_id, status,"
        " created_at, checks, check_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16)"
        " ON CONFLICT (shard, person_id, purpose, request_key) DO NOTHING RETURNING true",
        instruction.shard,
        instruction.instruction_id,
        instruction.kind.value,
        instruction.purpose.value,
        instruction.reference,
        instruction.person_id,
        request_key,
        digest,
        instruction.card_id,
        instruction.bank_code,
        instruction.last4,
        instruction.amount_fen,
        instruction.debit_id,
        instruction.status.value,
        instruction.created_at,
        check_at,
    )
    return inserted is not None


async def load_instruction(tx: ReadTx, shard: int, instruction_id: UUID) -> Instruction | None:
    row = await tx.fetchrow(
        f"SELECT {_FIELDS} FROM banks.instruction WHERE shard = $1 AND instruction_id = $2",
        shard,
        instruction_id,
    )
    return _instruction(row) if row else None


async def lock_instruction(tx: Tx, shard: int, instruction_id: UUID) -> Instruction | None:
    row = await tx.fetchrow(
        f"SELECT {_FIELDS} FROM banks.instruction"
        " WHERE shard = $1 AND instruction_id = $2 FOR UPDATE",
        shard,
        instruction_id,
    )
    return _instruction(row) if row else None


async def instructions_by_id(
    tx: ReadTx, shard: int, ids: Collection[UUID]
) -> dict[UUID, Instruction]:
    rows = await tx.fetch(
        f"SELECT {_FIELDS} FROM banks.instruction WHERE shard = $1 AND instruction_id = ANY ($2)",
        shard,
        list(ids),
    )
    return {row["instruction_id"]: _instruction(row) for row in rows}


async def instructions_of(tx: ReadTx, shard: int, references: Collection[str]) -> list[Instruction]:
    """Those that serve these objects, oldest first."""
    rows = await tx.fetch(
        f"SELECT {_FIELDS} FROM banks.instruction WHERE shard = $1 AND reference = ANY ($2)"
        " ORDER BY created_at, instruction_id",
        shard,
        list(references),
    )
    return [_instruction(row) for row in rows]


async def end_instruction(tx: Tx, instruction: Instruction) -> None:
    """Write how an instruction ended."""
    await tx.execute(
        "UPDATE banks.instruction SET status = $3, failure = $4, bank_serial = $5,"
        " finished_at = $6 WHERE shard = $1 AND instruction_id = $2",
        instruction.shard,
        instruction.instruction_id,
        instruction.status.value,
        instruction.failure.code if instruction.failure else None,
        instruction.bank_serial,
        instruction.finished_at,
    )


async def due_instructions(
    tx: Tx, shard: int, check_max: timedelta, limit: int
) -> list[tuple[Instruction, int]]:
    """Pending ones to ask the bank about now, locked, with how often that was done before.

    A check farther ahead than `check_max` was set before the clock was moved back: due as well.
    """
    rows = await tx.fetch(
        f"SELECT {_FIELDS}, checks FROM banks.instruction"
        " WHERE shard = $1 AND status = 'pending' AND (check_at <= $2 OR check_at > $3)"
        " ORDER BY check_at LIMIT $4 FOR UPDATE SKIP LOCKED",
        shard,
        tx.now,
        tx.now + check_max,
        limit,
    )
    return [(_instruction(row), row["checks"]) for row in rows]


async def set_check(tx: Tx, instruction: Instruction, check_at: datetime, *, counted: bool) -> None:
    """When the job looks at a pending one next; `counted` when it looks at it now."""
    await tx.execute(
        "UPDATE banks.instruction SET check_at = $3, checks = least(checks + $4, 1000)"
        " WHERE shard = $1 AND instruction_id = $2 AND status = 'pending'",
        instruction.shard,
        instruction.instruction_id,
        check_at,
        int(counted),
    )


async def under_way_fen(tx: ReadTx, shard: int, person_id: UUID) -> dict[Purpose, int]:
    """What of a person's money banks haven't answered about, by what it is for."""
    rows = await tx.fetch(
        "SELECT purpose, sum(amount_fen)::bigint AS fen FROM banks.instruction"
        " WHERE shard = $1 AND person_id = $2 AND status = 'pending' GROUP BY purpose",
        shard,
        person_id,
    )
    return {Purpose(row["purpose"]): row["fen"] for row in rows}


async def is_under_way(tx: ReadTx, shard: int, person_id: UUID, card_id: UUID) -> bool:
    """Whether a bank hasn't answered yet about money of this card."""
    return bool(
        await tx.fetchval(
            "SELECT EXISTS (SELECT FROM banks.instruction WHERE shard = $1 AND person_id = $2"
            " AND card_id = $3 AND status = 'pending')",
            shard,
            person_id,
            card_id,
        )
    )


async def instructions_after(
    tx: ReadTx, shard: int, instruction_id: UUID | None, limit: int
) -> list[Instruction]:
    """The instructions of a shard in order of their ids, `limit` at a time."""
    rows = await tx.fetch(
        f"SELECT {_FIELDS} FROM banks.instruction WHERE shard = $1"
        " AND instruction_id > $2 ORDER BY instruction_id LIMIT $3",
        shard,
        instruction_id or FIRST_ID,
        limit,
    )
    return [_instruction(row) for row in rows]
