"""Decisions about signing in. Pure."""

import math
from datetime import datetime, timedelta

from farewave.console import totp
from farewave.console.errors import ConsoleRefusal
from farewave.console.model import Account, ProvedBy, Tries
from farewave.kit.outcome import Refused

LINK_LASTS = timedelta(days=1)
SESSION_LASTS = {
    ProvedBy.LINK: timedelta(hours=1),  # long enough to set up something better
    ProvedBy.PASSKEY: timedelta(hours=12),
    ProvedBy.TOTP: timedelta(hours=12),
}
WRONG_CODES_FREE = 5
_FIRST_LOCK = timedelta(minutes=15)
_LOCK_MAX = timedelta(hours=24)


def lock_of(wrong_codes: int) -> timedelta | None:
    """How long an account takes no codes after so many wrong ones in a row.

    None for the first four, then 15 minutes, doubled with each further one, at most a day: whoever
    guesses has some twenty tries in the first day and one a day after it.
    """
    if wrong_codes < WRONG_CODES_FREE:
        return None
    doubled = 1 << min(wrong_codes - WRONG_CODES_FREE, 16)
    return min(_FIRST_LOCK * doubled, _LOCK_MAX)


def judge_code(account: Account, secret: bytes, code: str, now: datetime) -> Tries | Refused:
    """Whether `code` opens the door now; refused LOCKED before it is even looked at."""
    if account.locked_until is not None and now < account.locked_until:
        return locked(account.locked_until, now)
    step = totp.matching_step(secret, code, now, account.totp_step)
    if step is not None:
        return Tries(0, None, step)
    wrong = account.wrong_codes + 1
    lock = lock_of(wrong)
    return Tries(wrong, None if lock is None else now + lock, account.totp_step)


def locked(until: datetime, now: datetime) -> Refused:
    """Told with the minutes that are left."""
    left = math.ceil((until - now) / timedelta(minutes=1))
    return Refused(ConsoleRefusal.LOCKED, {"wait_min": left})
