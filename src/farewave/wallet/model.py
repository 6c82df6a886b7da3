"""The nouns of the wallet: whose it is, top-ups, bills. Amounts are whole fen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from farewave.banks.errors import BanksRefusal
from farewave.kit.ids import derived_id, id_text
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Language

TOP_UP_PREFIX = "top"
BILL_PREFIX = "bil"
TOP_UP_REFERENCE = "top_up"


class Holder(Protocol):
    """Whose wallet is meant: people's `Person` and `Actor` both say it."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def shard(self) -> int: ...


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


@dataclass(frozen=True, slots=True)
class WalletView:
    """What a person has; what of it may be spent now; what is on its way in."""

    balance_fen: int = 0
    available_fen: int = 0
    incoming_fen: int = 0


class TopUpStatus(StrEnum):
    """Pending: the bank hasn't said yet."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TopUp:
    """Money on its way from a card to the balance. `top_up_id` is the bank's instruction too."""

    shard: int
    top_up_id: UUID
    person_id: UUID
    card_id: UUID
    bank_code: str
    last4: str
    amount_fen: int
    status: TopUpStatus
    failure: BanksRefusal | None
    bank_serial: str | None
    created_at: datetime
    finished_at: datetime | None

    def __post_init__(self) -> None:
        ended = self.status is not TopUpStatus.PENDING
        invariant((self.finished_at is not None) == ended, "an ended top-up has its time")
        failed = self.status is TopUpStatus.FAILED
        invariant((self.failure is not None) == failed, "a failed top-up has its reason")

    @property
    def text(self) -> str:
        """The id as people and bills see it."""
        return id_text(TOP_UP_PREFIX, self.top_up_id)

    @property
    def business(self) -> str:
        """The object that the ledger's transfers name."""
        return f"top_up:{self.text}"


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
    """A bill to write. `fund_label` says what was paid with, or where the money came from."""

    key: BillKey
    direction: Direction
    amount_fen: int
    status: BillStatus
    title: Wording
    counterparty: Wording
    fund_label: Wording
    note: Wording | None = None


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
