"""Instructions to banks, in two halves: before the bank is asked, and after it answered.

The contexts above write them down and move their money into transit with
`banks.instruction.begin_transfer` in the same transaction; they conclude them, and with
`leave_transit` move the money on or back. Who died in between is followed by
`jobs.settle_due`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from farewave.banks import instruction as rules
from farewave.banks import store
from farewave.banks.instruction import Instruction, InstructionStatus, Purpose
from farewave.banks.model import MoneyAnswer
from farewave.banks.service.cards import card, ensure_accounts
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import KitRefusal, Refused
from farewave.ledger import service as ledger
from farewave.people.model import SealedText

log = structlog.get_logger("farewave.banks")


@dataclass(frozen=True, slots=True)
class NewInstruction:
    """An instruction to write down. `instruction_id` is given where it follows from something."""

    shard: int
    person_id: UUID
    purpose: Purpose
    card_id: UUID
    bank_code: str
    last4: str
    amount_fen: int
    reference: str | None = None
    debit_id: UUID | None = None
    instruction_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """`token` is what the bank is to be asked with; None for what was begun before."""

    instruction: Instruction
    token: SealedText | None


@dataclass(frozen=True, slots=True)
class Concluded:
    """`fresh`: it ended just now, and its money is to be moved; else there is nothing to do."""

    instruction: Instruction
    fresh: bool


async def begun_before(
    tx: ReadTx, shard: int, person_id: UUID, purpose: Purpose, key: str, digest: bytes
) -> Begun | Refused | None:
    """What was begun under this key. Refused KEY_CONFLICT when something else was."""
    before = await store.instruction_of_key(tx, shard, person_id, purpose, key)
    if before is None:
        return None
    instruction, given = before
    return Begun(instruction, None) if given == digest else Refused(KitRefusal.KEY_CONFLICT)


async def write_instruction(
    tx: Tx,
    new: NewInstruction,
    *,
    key: str | None = None,
    digest: bytes | None = None,
    first_check: timedelta = rules.FIRST_CHECK,
) -> Instruction:
    """Write an instruction down, its bank's accounts opened. Everything was judged before."""
    instruction = Instruction(
        shard=new.shard,
        instruction_id=new.instruction_id or new_id(new.shard, tx.now, tx.chance),
        kind=rules.kind_of(new.purpose),
        purpose=new.purpose,
        reference=new.reference,
        person_id=new.person_id,
        card_id=new.card_id,
        bank_code=new.bank_code,
        last4=new.last4,
        amount_fen=new.amount_fen,
        debit_id=new.debit_id,
        status=InstructionStatus.PENDING,
        failure=None,
        bank_serial=None,
        created_at=tx.now,
        finished_at=None,
    )
    written = await store.insert_instruction(tx, instruction, key, digest, tx.now + first_check)
    invariant(written, "a key is looked up under the lock that its instruction is written under")
    await ensure_accounts(tx, new.shard, new.bank_code)
    return instruction


async def conclude(tx: Tx, begun: Instruction, answer: MoneyAnswer) -> Concluded:
    """Write the bank's answer down; without one it stays pending. Again is safe."""
    instruction = await store.lock_instruction(tx, begun.shard, begun.instruction_id)
    assert instruction is not None, "instructions are never deleted"
    if instruction.status is not InstructionStatus.PENDING:
        if rules.contradicts(instruction, answer):
            # Money is not moved back and forth on a bank's second thoughts: the comparison of the
            # books shows it, and a person decides.
            log.error("banks.bank_contradicts_itself", instruction=instruction.text)
        return Concluded(instruction, fresh=False)
    ended = rules.ended(instruction, answer, tx.now)
    if ended is None:
        await store.set_check(tx, instruction, tx.now + rules.CHECK_SOON, counted=False)
        return Concluded(instruction, fresh=False)
    await store.end_instruction(tx, ended)
    return Concluded(ended, fresh=True)


async def leave_transit(tx: Tx, ended: Instruction, ours: UUID) -> None:
    """Move the money of one that ended just now on, or back; `ours` as for `end_transfer`.

    The last step of a transaction, because the book's head stays locked from here on.
    """
    (result,) = await ledger.submit(tx, [rules.end_transfer(ended, ours)])
    invariant(result.done, f"what is in transit can leave it, not {result}")


async def instruction(tx: ReadTx, shard: int, instruction_id: UUID) -> Instruction | None:
    """The instruction of this id."""
    return await store.load_instruction(tx, shard, instruction_id)


async def instructions_by_id(
    tx: ReadTx, shard: int, ids: Collection[UUID]
) -> dict[UUID, Instruction]:
    """Those of `ids` that there are."""
    return await store.instructions_by_id(tx, shard, ids)


async def instructions_of(tx: ReadTx, shard: int, references: Collection[str]) -> list[Instruction]:
    """Those that serve these objects, oldest first."""
    return await store.instructions_of(tx, shard, references)


async def instructions_after(
    tx: ReadTx, shard: int, instruction_id: UUID | None, limit: int
) -> list[Instruction]:
    """The instructions of a shard in order of their ids: for walking over all of them."""
    return await store.instructions_after(tx, shard, instruction_id, limit)


async def under_way_fen(tx: ReadTx, shard: int, person_id: UUID) -> dict[Purpose, int]:
    """What of a person's money banks haven't answered about, by what it is for."""
    return await store.under_way_fen(tx, shard, person_id)


async def lease_due(tx: Tx, at_most: int) -> list[tuple[Instruction, SealedText]]:
    """Pending instructions to ask banks about now, with their cards' tokens; nobody else gets them
    for a while.
    """
    leased: list[tuple[Instruction, SealedText]] = []
    for shard in range(tx.shards):
        due = await store.due_instructions(tx, shard, rules.CHECK_MAX, at_most - len(leased))
        for each, checks in due:
            await store.set_check(tx, each, tx.now + rules.check_after(checks), counted=True)
            leased.append((each, (await card(tx, shard, each.card_id)).token))
    return leased
