"""The demonstration bank's nouns."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from farewave.banks.model import CardNumber
from farewave.people.model import PhoneNumber

BANK_CODE = "FWB"
BIN = "915601"
OPENING_FEN = 10_000_00
ACCOUNTS_MAX = 20


class Fault(StrEnum):
    """What is wrong with the bank. Whatever it is, what it carried out stands in its books."""

    NONE = "none"
    SLOW = "slow"
    """It gets to each call only after three seconds."""
    SILENT = "silent"
    """It carries out what it is told, and then doesn't answer; to queries it does."""
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
    """An account in the bank's books, found by its card's blind index."""

    card_index: bytes
    holder_index: bytes
    identity_index: bytes
    phone_index: bytes
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """A customer's consent to be debited: waiting for its code, confirmed, or ended."""

    request_id: UUID
    reference: UUID
    card_index: bytes
    code: str
    expires_at: datetime
    wrong_tries: int
    token: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DebitEntry:
    """An instruction that reached the bank. `refusal` None: the money moved."""

    instruction_id: UUID
    token: str
    card_index: bytes | None
    amount_fen: int
    memo: str
    refusal: str | None
    at: datetime
