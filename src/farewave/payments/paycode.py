"""Pay codes: what a phone shows and a merchant scans. Pure.

18 digits that the server makes: `28`, the shard in three digits, thirteen random ones; the Open
Platform's `auth_code` is 16 to 24 digits that begin with 25 to 30. A code is good for one payment
and a short time, so whoever guesses has ten to the thirteenth to choose from and minutes to do it.
The 24 digits that a phone makes (`device_code`) begin alike and are kept by their first 14.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from farewave.kit.chance import Chance, digits
from farewave.kit.outcome import Refused
from farewave.payments.device_code import CODE_LENGTH, TICKET_LENGTH
from farewave.payments.errors import PaymentsRefusal

LIVES = timedelta(minutes=5)
"""Counted from the pay password that the code was made with."""
KEPT = timedelta(days=2)
"""How long a code that is over is kept, so that using it again has its own refusal."""
_PREFIX = "28"
_LENGTH = 18


@dataclass(frozen=True, slots=True)
class PayCode:
    """A code, or a device's ticket, and whom it stands for. `trade_no`: what it paid."""

    shard: int
    code: str
    person_id: UUID
    user_no: str
    real_name_level: int
    issued_at: datetime
    expires_at: datetime
    trade_no: str | None = None
    device_id: UUID | None = None
    """Of a ticket: whose key proves its codes."""


@dataclass(frozen=True, slots=True)
class CodeRefusal:
    """Why the last payment by a code was refused, where its person can do something about it."""

    code: str
    merchant_id: UUID
    amount_fen: int
    refused: Refused
    at: datetime


CONCERN_THE_PAYER = frozenset(
    {
        PaymentsRefusal.LIMIT_PAYMENT,
        PaymentsRefusal.LIMIT_DAY,
        PaymentsRefusal.LIMIT_MONTH,
        PaymentsRefusal.BALANCE_NOT_ENOUGH,
    }
)
"""What the person who shows the code is told as well; the rest is the merchant's affair."""


def new_code(shard: int, chance: Chance) -> str:
    """A code that nobody can foresee."""
    return f"{_PREFIX}{shard:03d}{digits(chance, _LENGTH - 5)}"


def new_ticket(shard: int, chance: Chance) -> str:
    """A ticket for a device, which nobody can foresee."""
    return f"{_PREFIX}{shard:03d}{digits(chance, TICKET_LENGTH - 5)}"


def kept_as(code: str) -> str:
    """What a code is found by: itself, or the ticket of one that a device made."""
    return code[:TICKET_LENGTH] if len(code) == CODE_LENGTH else code


def shard_of_code(code: str) -> int | None:
    """The shard that is written in a code, or None when it can't be one of ours."""
    if len(code) not in (_LENGTH, CODE_LENGTH) or not (code.isascii() and code.isdigit()):
        return None
    return int(code[2:5]) if code.startswith(_PREFIX) else None


def judge(code: PayCode | None, now: datetime) -> PayCode | Refused:
    """The code when it can pay now. One that was never issued, is used or is over: one refusal.

    A merchant isn't told which it was.
    """
    if code is None or code.trade_no is not None or now >= code.expires_at:
        return Refused(PaymentsRefusal.AUTH_CODE_INVALID)
    return code
