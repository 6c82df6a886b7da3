"""The nouns of banks: card numbers, banks, bindings, cards, and what a bank can answer."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from farewave.banks.errors import BanksRefusal
from farewave.kit.chance import Chance
from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Language
from farewave.kit.sealing import Sealer, masked
from farewave.people.model import PhoneNumber, SealedText

_PAN = re.compile(r"[0-9]{13,19}")
_SEPARATORS = str.maketrans("", "", " -\u3000")
BIN_DIGITS = 6
CARD_PREFIX = "crd"
"""What the text of a bound card's id begins with."""
CARD_KIND = "card"
TOKEN_KIND = "bank_token"  # noqa: S105 - the name of a kind


def luhn_digit(payload: str) -> str:
    """The check digit that belongs after `payload` (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(payload)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


@dataclass(frozen=True, slots=True, repr=False)
class CardNumber:
    """A bank card's number: 13 to 19 digits, the last one Luhn's check digit."""

    digits: str

    def __post_init__(self) -> None:
        sound = _PAN.fullmatch(self.digits) is not None
        invariant(sound, "a card number has 13 to 19 digits")
        invariant(luhn_digit(self.digits[:-1]) == self.digits[-1], "a card number passes Luhn")

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The number in `text` (blanks and hyphens between digits are tolerated), or None."""
        digits = text.strip().translate(_SEPARATORS)
        if _PAN.fullmatch(digits) is None or luhn_digit(digits[:-1]) != digits[-1]:
            return None
        return cls(digits)

    @property
    def bin(self) -> str:
        """The bank identification number: the first six digits."""
        return self.digits[:BIN_DIGITS]

    @property
    def last4(self) -> str:
        return self.digits[-4:]

    def index(self, sealer: Sealer) -> bytes:
        """The blind index by which the number is found: 32 bytes."""
        return sealer.blind_index(CARD_KIND, self.digits)

    def seal(self, sealer: Sealer, chance: Chance) -> SealedText:
        return SealedText(CARD_KIND, sealer.seal(CARD_KIND, self.digits, chance))

    def __repr__(self) -> str:
        return f"CardNumber({masked(self.digits, 0, 4)})"


@dataclass(frozen=True, slots=True)
class BankInfo:
    """A bank as people see it, and the first six digits of its cards."""

    bank_code: str
    name_zh: str
    name_en: str
    color: str
    bins: frozenset[str]

    def name(self, language: Language) -> str:
        return self.name_zh if language == "zh" else self.name_en


class BindingStatus(StrEnum):
    """Asked: the bank may not know of it. Sent: the bank sent its code. Bound; or refused."""

    ASKED = "asked"
    SENT = "sent"
    BOUND = "bound"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Binding:
    """A card on its way to being bound. `sandbox_code` is what a simulated bank "sent"."""

    shard: int
    binding_id: UUID
    person_id: UUID
    bank_code: str
    card_index: bytes
    card: SealedText
    phone: SealedText
    last4: str
    status: BindingStatus
    bank_reference: str | None
    sandbox_code: str | None
    code_tries: int
    created_at: datetime
    expires_at: datetime

    @property
    def card_id(self) -> UUID:
        """The card that comes of it: derived, so that a repeat makes no second one."""
        return derived_id(self.binding_id, self.shard, "banks.card")


@dataclass(frozen=True, slots=True)
class BindingQuota:
    """How many bindings a person began on `day` (China's)."""

    day: date
    begun: int


@dataclass(frozen=True, slots=True)
class Card:
    """A bound card. `token` is the bank's word for it, sealed."""

    shard: int
    card_id: UUID
    person_id: UUID
    bank_code: str
    token: SealedText
    last4: str
    holder_masked: str
    bound_at: datetime
    unbound_at: datetime | None
    is_default: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class BindingRequest:
    """What a bank is asked to check and to send a code for. `binding_id` is ours."""

    binding_id: UUID
    holder_name: str
    identity_number: str
    card_number: CardNumber
    phone: PhoneNumber


@dataclass(frozen=True, slots=True)
class BindingStarted:
    """The bank sent a code to the phone. Only a simulated bank tells it (`sandbox_code`)."""

    bank_reference: str
    sandbox_code: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Bound:
    """The card may be debited with this token from now on."""

    token: str


@dataclass(frozen=True, slots=True)
class Released:
    """The token is worth nothing any more."""


class InstructionKind(StrEnum):
    """What a bank is told to do with money: take it from a card, pay to one, give a debit back."""

    DEBIT = "debit"
    CREDIT = "credit"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Moved:
    """The money moved as the instruction says; `bank_serial` is the bank's own number of it."""

    bank_serial: str


@dataclass(frozen=True, slots=True)
class BankRefused:
    """A final no: nothing moved under this id and nothing will. `sentence` is for operators."""

    reason: BanksRefusal
    sentence: str


@dataclass(frozen=True, slots=True)
class BankUnknown:
    """No answer: it may have been done or not. `why` holds nothing personal."""

    why: str


@dataclass(frozen=True, slots=True)
class NeverHeard:
    """The bank hasn't seen the instruction so far; it may still be on its way to it."""


StartAnswer = BindingStarted | BankRefused | BankUnknown
ConfirmAnswer = Bound | BankRefused | BankUnknown
ReleaseAnswer = Released | BankUnknown
MoneyAnswer = Moved | BankRefused | BankUnknown
QueryAnswer = MoneyAnswer | NeverHeard


def settlement_account_id(bank_code: str, shard: int) -> UUID:
    """The ledger account of what the bank owes us, in one shard."""
    return derived_id(SYSTEM_ID, shard, f"banks.settlement.{bank_code}")


def in_transit_account_id(bank_code: str, shard: int) -> UUID:
    """The ledger account of money between us and a bank that hasn't answered, in one shard."""
    return derived_id(SYSTEM_ID, shard, f"banks.in_transit.{bank_code}")


def payout_account_id(bank_code: str, shard: int) -> UUID:
    """The ledger account of what a bank paid to cards for us, in one shard.

    Apart from the settlement account, so that what came and what went can each be compared with
    the bank's books. A bank may pay more than it took: people top up from one and withdraw to
    another, and banks settle among themselves.
    """
    return derived_id(SYSTEM_ID, shard, f"banks.payout.{bank_code}")
