"""What a bank is told to do with money: the noun, its end, and its transfers. Pure.

Whatever it is for, an instruction's money goes through the bank's in-transit account: there from
the moment that the instruction is written down until the bank's answer is. Each account on the way
is named:

    debit   settlement (what the bank owes us) → in transit → whom it is for; refused: → settlement
    credit  who pays → in transit → payout (what the bank paid for us); refused: → whom it is for
    refund  as a credit
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from farewave.banks.errors import BanksRefusal
from farewave.banks.model import (
    BankRefused,
    InstructionKind,
    MoneyAnswer,
    Moved,
    in_transit_account_id,
    payout_account_id,
    settlement_account_id,
)
from farewave.kit.ids import derived_id, id_text, shard_of
from farewave.kit.invariant import invariant
from farewave.ledger.model import Reason, Transfer, posted

FIRST_CHECK = timedelta(seconds=15)
"""By then whoever wrote an instruction down has heard from the bank, or died."""
AT_ONCE = timedelta(0)
"""Where nobody waits for the answer: the job sends it."""
CHECK_SOON = timedelta(seconds=2)
"""After a silence that somebody lived to notice."""
_CHECK = timedelta(seconds=20)
CHECK_MAX = timedelta(seconds=60)


class Purpose(StrEnum):
    """What it is for: whose context concludes it."""

    TOP_UP = "top_up"
    WITHDRAWAL = "withdrawal"
    PAYMENT = "payment"
    REFUND = "refund"
    RETURN = "return"
    """Money of a payment that came too late, on its way back to its card."""


_KIND = {
    Purpose.TOP_UP: InstructionKind.DEBIT,
    Purpose.WITHDRAWAL: InstructionKind.CREDIT,
    Purpose.PAYMENT: InstructionKind.DEBIT,
    Purpose.REFUND: InstructionKind.REFUND,
    Purpose.RETURN: InstructionKind.REFUND,
}
_PREFIX = {
    Purpose.TOP_UP: "top",
    Purpose.WITHDRAWAL: "wdr",
    Purpose.PAYMENT: "cpy",
    Purpose.REFUND: "crf",
    Purpose.RETURN: "crt",
}
_REASON = {
    Purpose.TOP_UP: Reason.TOP_UP,
    Purpose.WITHDRAWAL: Reason.WITHDRAWAL,
    Purpose.PAYMENT: Reason.PAYMENT,
    Purpose.REFUND: Reason.REFUND,
    Purpose.RETURN: Reason.REFUND,
}


class InstructionStatus(StrEnum):
    """Pending: the bank hasn't said yet."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Instruction:
    """`debit_id`: of a refund, the debit that it gives back. `reference`: the object it serves."""

    shard: int
    instruction_id: UUID
    kind: InstructionKind
    purpose: Purpose
    reference: str | None
    person_id: UUID
    card_id: UUID
    bank_code: str
    last4: str
    amount_fen: int
    debit_id: UUID | None
    status: InstructionStatus
    failure: BanksRefusal | None
    bank_serial: str | None
    created_at: datetime
    finished_at: datetime | None

    def __post_init__(self) -> None:
        ended = self.status is not InstructionStatus.PENDING
        invariant((self.finished_at is not None) == ended, "an ended instruction has its time")
        failed = self.status is InstructionStatus.FAILED
        invariant((self.failure is not None) == failed, "a failed instruction has its reason")
        refund = self.kind is InstructionKind.REFUND
        invariant((self.debit_id is not None) == refund, "a refund names its debit")

    @property
    def text(self) -> str:
        """The id as people and bills see it."""
        return id_text(_PREFIX[self.purpose], self.instruction_id)

    @property
    def business(self) -> str:
        """The object that the ledger's transfers name."""
        return self.reference or f"{self.purpose.value}:{self.text}"


def kind_of(purpose: Purpose) -> InstructionKind:
    """What the bank does for it."""
    return _KIND[purpose]


def prefix_of(purpose: Purpose) -> str:
    """What the texts of its ids begin with."""
    return _PREFIX[purpose]


def check_after(checks: int) -> timedelta:
    """How long to leave a pending one alone after the bank was asked `checks` times before.

    Longer than asking takes, so that two processes seldom ask for the same one.
    """
    return min(_CHECK * (1 << min(checks, 8)), CHECK_MAX)


def ended(instruction: Instruction, answer: MoneyAnswer, now: datetime) -> Instruction | None:
    """What a bank's answer makes of a pending instruction; None while nobody knows."""
    invariant(instruction.status is InstructionStatus.PENDING, "an instruction ends once")
    if isinstance(answer, Moved):
        return replace(
            instruction,
            status=InstructionStatus.SUCCEEDED,
            bank_serial=answer.bank_serial,
            finished_at=now,
        )
    if isinstance(answer, BankRefused):
        return replace(
            instruction,
            status=InstructionStatus.FAILED,
            failure=answer.reason,
            finished_at=now,
        )
    return None


def contradicts(instruction: Instruction, answer: MoneyAnswer) -> bool:
    """Whether a bank now says the opposite of what it said when the instruction ended."""
    if isinstance(answer, Moved):
        return instruction.status is InstructionStatus.FAILED
    return isinstance(answer, BankRefused) and instruction.status is InstructionStatus.SUCCEEDED


@dataclass(frozen=True, slots=True)
class InstructionTransfers:
    """The ids of an instruction's ledger transfers: into transit; then on, or back.

    Derived from the instruction's, so that a repeat is recognised by the ledger.
    """

    begin_id: UUID
    settle_id: UUID
    return_id: UUID

    @classmethod
    def of(cls, instruction_id: UUID) -> Self:
        shard = shard_of(instruction_id)
        return cls(
            derived_id(instruction_id, shard, "banks.instruction.begin"),
            derived_id(instruction_id, shard, "banks.instruction.settle"),
            derived_id(instruction_id, shard, "banks.instruction.return"),
        )


def begin_transfer(instruction: Instruction, ours: UUID | None = None) -> Transfer:
    """Into transit. `ours` is the account that pays; of a debit it is the bank's."""
    if instruction.kind is InstructionKind.DEBIT:
        source = settlement_account_id(instruction.bank_code, instruction.shard)
    else:
        invariant(ours is not None, "money that goes to a bank comes from an account")
        assert ours is not None
        source = ours
    return _transfer(
        instruction,
        InstructionTransfers.of(instruction.instruction_id).begin_id,
        source,
        in_transit_account_id(instruction.bank_code, instruction.shard),
    )


def end_transfer(instruction: Instruction, ours: UUID) -> Transfer:
    """Out of transit, by how the instruction ended. `ours` is whom a debit was for, or who gets
    back what the bank refused to pay.
    """
    ids = InstructionTransfers.of(instruction.instruction_id)
    succeeded = instruction.status is InstructionStatus.SUCCEEDED
    invariant(instruction.status is not InstructionStatus.PENDING, "it ended")
    bank, shard = instruction.bank_code, instruction.shard
    if instruction.kind is InstructionKind.DEBIT:
        target = ours if succeeded else settlement_account_id(bank, shard)
    else:
        target = payout_account_id(bank, shard) if succeeded else ours
    return _transfer(
        instruction,
        ids.settle_id if succeeded else ids.return_id,
        in_transit_account_id(bank, shard),
        target,
    )


def _transfer(instruction: Instruction, an_id: UUID, debit: UUID, credit: UUID) -> Transfer:
    return posted(
        an_id,
        instruction.shard,
        debit=debit,
        credit=credit,
        amount_fen=instruction.amount_fen,
        reason=_REASON[instruction.purpose],
        business=instruction.business,
    )
