"""The decisions of people, pure: codes, wrong tries and locks, passwords, real names."""

import itertools
import math
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from farewave.kit.clock import shanghai_day
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.people.errors import PeopleRefusal
from farewave.people.model import UNKNOWN_DEVICE, IdentityNumber, PhoneNumber, RealName
from farewave.people.proofs import Quota, SmsCode, Tries

ACCOUNT_AGE_MIN = 16

# --- SMS codes ---------------------------------------------------------------------------------

CODE_DIGITS = 6
CODE_VALID = timedelta(minutes=5)
CODE_RESEND_AFTER = timedelta(seconds=60)
CODE_TRIES = 5
CODES_PER_DAY = 10
_CODE_TEXT = re.compile(r"[0-9]{6}")


def may_send_code(quota: Quota, newest: SmsCode | None, now: datetime) -> Quota | Refused:
    """The quota after one more code at `now`, or why there is none."""
    today = shanghai_day(now)
    sent = quota.sent if quota.day == today else 0
    if sent >= CODES_PER_DAY:
        return Refused(PeopleRefusal.CODE_DAILY_LIMIT)
    if newest is not None:
        wait = newest.sent_at + CODE_RESEND_AFTER - now
        if wait > timedelta(0):
            seconds = math.ceil(wait.total_seconds())
            return Refused(PeopleRefusal.CODE_TOO_SOON, {"seconds": seconds})
    return Quota(today, sent + 1)


def judge_code(code: SmsCode | None, hash_matches: bool, now: datetime) -> SmsCode | Refused:
    """The code as used at `now`, or why it opens nothing.

    A wrong try is a `Refused` with `keep_changes`; the caller counts it (`CODE_WRONG`, and
    `CODE_DEAD` for the last one). A code that is void is not told from a code that never was.
    """
    if code is None or code.used_at is not None or now >= code.expires_at:
        return Refused(PeopleRefusal.CODE_EXPIRED)
    if code.wrong_tries >= CODE_TRIES:
        return Refused(PeopleRefusal.CODE_DEAD)
    if hash_matches:
        return replace(code, used_at=now)
    tries_left = CODE_TRIES - code.wrong_tries - 1
    if tries_left == 0:
        return Refused(PeopleRefusal.CODE_DEAD, keep_changes=True)
    return Refused(PeopleRefusal.CODE_WRONG, {"tries_left": tries_left}, keep_changes=True)


def is_code_text(text: str) -> bool:
    """Whether `text` has the form of a code: six digits."""
    return _CODE_TEXT.fullmatch(text) is not None


# --- wrong tries and locks ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LockPolicy:
    """`tries` wrong ones in a row lock for `first`; each further lock lasts `growth` times longer.

    Nothing wrong for `forgotten_after` starts afresh, as a right one does.
    """

    tries: int
    first: timedelta
    growth: int
    longest: timedelta
    forgotten_after: timedelta

    def lock_time(self, locks_before: int) -> timedelta:
        """How long the next lock lasts after `locks_before` of them."""
        lasts = self.first
        for _ in range(locks_before):
            lasts = min(lasts * self.growth, self.longest)
            if lasts == self.longest:
                break
        return lasts


SIGN_IN_POLICY = LockPolicy(
    tries=5,
    first=timedelta(minutes=15),
    growth=2,
    longest=timedelta(hours=24),
    forgotten_after=timedelta(hours=48),
)
PAY_POLICY = LockPolicy(
    tries=5,
    first=timedelta(hours=3),
    growth=1,
    longest=timedelta(hours=3),
    forgotten_after=timedelta(days=3650),
)


def remembered(policy: LockPolicy, tries: Tries, now: datetime) -> Tries:
    """`tries` as they count at `now`: forgotten ones are gone."""
    if tries.last_wrong_at is not None and now - tries.last_wrong_at >= policy.forgotten_after:
        return Tries()
    return tries


def locked_minutes(tries: Tries, now: datetime) -> int:
    """Whole minutes, rounded up, that a lock still lasts at `now`; 0 without one."""
    if tries.locked_until is None or tries.locked_until <= now:
        return 0
    return math.ceil((tries.locked_until - now) / timedelta(minutes=1))


def after_wrong(policy: LockPolicy, tries: Tries, now: datetime) -> Tries:
    """The tries after one more wrong one at `now`; the last allowed one locks."""
    invariant(locked_minutes(tries, now) == 0, "nothing is tried while a lock lasts")
    wrong = tries.wrong + 1
    if wrong < policy.tries:
        return replace(tries, wrong=wrong, locked_until=None, last_wrong_at=now)
    until = now + policy.lock_time(tries.locks)
    return Tries(wrong=0, locks=tries.locks + 1, locked_until=until, last_wrong_at=now)


# --- passwords ---------------------------------------------------------------------------------

PASSWORD_CHARS_MIN = 8
PASSWORD_CHARS_MAX = 64
_PAY_PASSWORD = re.compile(r"[0-9]{6}")


def is_strong_password(password: str) -> bool:
    """8 to 64 printable characters, a letter and a digit among them."""
    return (
        PASSWORD_CHARS_MIN <= len(password) <= PASSWORD_CHARS_MAX
        and password.isprintable()
        and any(character.isalpha() for character in password)
        and any(character.isdecimal() for character in password)
    )


def is_pay_password_form(pay_password: str) -> bool:
    """Exactly six decimal digits."""
    return _PAY_PASSWORD.fullmatch(pay_password) is not None


def judge_pay_password(
    pay_password: str, phone: PhoneNumber, identity: IdentityNumber | None
) -> Refused | None:
    """Why `pay_password` may not be set, or None.

    Trivial are: all digits equal; a run up or down by one (9 and 0 are neighbours); the last six
    digits of the phone number; the birth date as yymmdd.
    """
    if not is_pay_password_form(pay_password):
        return Refused(PeopleRefusal.PAY_PASSWORD_FORM)
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pay_password)}
    one_step = len(steps) == 1 and steps <= {0, 1, 9}
    of_phone = pay_password == phone.digits[-6:]
    of_birth = identity is not None and pay_password == identity.birth_date.strftime("%y%m%d")
    if one_step or of_phone or of_birth:
        return Refused(PeopleRefusal.PAY_PASSWORD_TRIVIAL)
    return None


# --- real names --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RealIdentity:
    """A name and an identity number that may open an account."""

    name: RealName
    identity: IdentityNumber


def judge_real_name(name: str, identity_number: str, today: date) -> RealIdentity | Refused:
    """The parsed pair, or why it can't be a real name on `today` (China's day)."""
    real_name = RealName.parse(name)
    if real_name is None:
        return Refused(PeopleRefusal.NAME_INVALID)
    identity = IdentityNumber.parse(identity_number)
    if identity is None or not identity.is_born_by(today):
        return Refused(PeopleRefusal.IDENTITY_INVALID)
    if identity.age_on(today) < ACCOUNT_AGE_MIN:
        return Refused(PeopleRefusal.TOO_YOUNG, {"age": ACCOUNT_AGE_MIN})
    return RealIdentity(real_name, identity)


# --- devices -----------------------------------------------------------------------------------

# Looked for in this order: a browser names its ancestors too.
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)


def device_label(user_agent: str) -> str:
    """`iPhone · Safari` from a User-Agent, in words of ours only; `unknown` when none fits."""
    parts = [
        next((label for sign, label in signs if sign in user_agent), None)
        for signs in (_SYSTEMS, _BROWSERS)
    ]
    return " · ".join(part for part in parts if part) or UNKNOWN_DEVICE
