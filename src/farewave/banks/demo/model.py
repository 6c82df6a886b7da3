"""The simulated banks' nouns."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from farewave.banks.model import CardNumber, InstructionKind
from farewave.people.model import PhoneNumber

BANK_CODE = "FWB"
"""The bank of the demonstration person; the others are in `banks.rules.BANKS`."""
OPENING_FEN = 10_000_00
ACCOUNTS_MAX = 20


class Fault(StrEnum):
    """What is wrong with a bank. Whatever it is, what it carried out stands in its books."""

    NONE = "none"
    SLOW = "slow"
    """It gets to each call only after three seconds."""
    SILENT = "silent"
    """It carries out what it is told, and then doesn't answer; to queries it does."""
    DUPLICATE = "duplicate"
    """Every request reaches it twice, and both are answered."""
    REFUSE = "refuse"
    """It refuses everything new."""
    DOWN = "down"
    """Nothing reaches it and nothing comes back."""


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """Who an account belongs to, as the bank knows it."""

    name: str
    identity_number: str
    phone: PhoneNumber


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """A new account with its card."""

    card_number: CardNumber
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Account:
    """An account in a bank's books, found by its card's blind index."""

    bank_code: str
    card_index: bytes
    holder_index: bytes
    identity_index: bytes
    phone_index: bytes
    balance_fen: int


@dataclass(frozen=True, slots=True, repr=False)
class Agreement:
    """A customer's consent to be debited: waiting for its code, confirmed, or ended."""

    bank_code: str
    request_id: UUID
    reference: UUID
    card_index: bytes
    code: str
    expires_at: datetime
    wrong_tries: int
    token: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """What a bank is told to do with money: take it from a card, pay it to one, give it back.

    `token` says which card; of a refund, `debit_id` says which debit instead.
    """

    instruction_id: UUID
    kind: InstructionKind
    token: str | None
    debit_id: UUID | None
    amount_fen: int
    memo: str


@dataclass(frozen=True, slots=True, repr=False)
class BookEntry:
    """An instruction that reached a bank. `refusal` None: the money moved."""

    bank_code: str
    instruction_id: UUID
    kind: InstructionKind
    token: str | None
    debit_id: UUID | None
    card_index: bytes | None
    amount_fen: int
    memo: str
    refusal: str | None
    at: datetime
