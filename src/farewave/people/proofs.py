"""The states behind a proof: a code that was sent, the tries that went wrong."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Quota:
    """Codes sent to one phone number on `day` (China's), whatever their purpose."""

    day: date
    sent: int


@dataclass(frozen=True, slots=True)
class SmsCode:
    """The newest code of one purpose."""

    code_hash: bytes
    sent_at: datetime
    expires_at: datetime
    wrong_tries: int
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries in a row since the last right one or the last lock, and the locks so far."""

    wrong: int = 0
    locks: int = 0
    locked_until: datetime | None = None
    last_wrong_at: datetime | None = None
