"""The nouns of the wallet: whose it is, what they have, bills. Amounts are whole fen.

A top-up and a withdrawal are instructions to a bank (`banks.instruction.Instruction`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from farewave.kit.ids import derived_id
from farewave.kit.outcome import Language

BILL_PREFIX = "bil"


class Holder(Protocol):
    """Whose wallet is meant: people's `Person` and `Actor` both say it."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def shard(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Owner:
    """A `Holder` of whom no more is known than where to find them."""

    person_id: UUID
    shard: int


def balance_account_id(person_id: UUID, shard: int) -> UUID:
    """The ledger account of a person's balance: what we owe them."""
    return derived_id(person_id, shard, "wallet.balance")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text for people, in both languages."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


BALANCE_LABEL = Wording("账户余额", "Balance")
"""The balance as bills and the cashier name it."""


@dataclass(frozen=True, slots=True)
class WalletView:
    """What a person has; what of it may be spent now; what is on its way in, and out to a card.

    What is on its way is with a bank that hasn't answered, and no part of the balance.
    """

    balance_fen: int = 0
    available_fen: int = 0
    incoming_fen: int = 0
    outgoing_fen: int = 0


class BillKind(StrEnum):
    """What moved the money."""

    TOP_UP = "top_up"
    PAYMENT = "payment"
    REFUND = "refund"
    TRANSFER = "transfer"
    WITHDRAWAL = "withdrawal"


class Direction(StrEnum):
    """Seen from the person."""

    IN = "in"
    OUT = "out"


class BillStatus(StrEnum):
    """Closed: undone after it had been agreed, or ended before any money moved."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class BillKey:
    """What a bill is of: there is one for each of these.

    `part` tells several of one kind under one reference apart (a trade's refunds, by their
    request numbers); mostly there is only one, and it is empty.
    """

    shard: int
    person_id: UUID
    kind: BillKind
    reference_type: str
    reference_id: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class NewBill:
    """A bill to write. `fund_label` says which fund of the person's the money left or reached: the
    balance or a card.
    """

    key: BillKey
    direction: Direction
    amount_fen: int
    status: BillStatus
    title: Wording
    counterparty: Wording
    fund_label: Wording
    note: Wording | None = None
    order_no: str = ""
    """The other side's number of it, where there is one: what a person finds it by."""


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as it is listed."""

    bill_id: UUID
    at: datetime
    key: BillKey
    direction: Direction
    amount_fen: int
    status: BillStatus
    title: Wording
    counterparty: Wording
    fund_label: Wording
    note: Wording | None
    order_no: str


@dataclass(frozen=True, slots=True)
class Period:
    """From `begin` up to `end`, which is outside."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class BillFilter:
    """Which bills are wanted; None lets all through.

    `text` is looked for in title, counterparty, note and numbers, Latin letters in either case.
    """

    text: str | None = None
    period: Period | None = None
    kind: BillKind | None = None
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class BillTotals:
    """What came in and went out, of bills that succeeded."""

    in_fen: int = 0
    out_fen: int = 0
