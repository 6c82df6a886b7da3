"""The nouns of people: numbers that can't hold nonsense, the person, the actor behind a request."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from farewave.kit.chance import Chance, digits
from farewave.kit.invariant import invariant
from farewave.kit.sealing import Sealer, masked

_PHONE = re.compile(r"(?:\+86)?(1[3-9][0-9]{9})")
_IDENTITY = re.compile(r"[1-9][0-9]{16}[0-9X]")
_USER_NO = re.compile(r"2088[0-9]{12}")
_SHARD_DIGITS = 3
SHARDS_OF_USER_NO_MAX = 10**_SHARD_DIGITS
UNKNOWN_DEVICE = "unknown"
"""The label of a device that doesn't tell what it is."""

# GB 11643-1999: ISO 7064 MOD 11-2, the weight of place i is 2^(17 - i) mod 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
# GB/T 2260, first two digits; 81 to 83 are also those of the residence permits for people of
# Hong Kong, Macao and Taiwan (2018), which follow the same standard.
_PROVINCES = frozenset(
    f"{region}{province}"
    for region, provinces in {1: "12345", 2: "123", 3: "1234567", 4: "123456", 5: "01234"}.items()
    for province in provinces
) | {"61", "62", "63", "64", "65", "71", "81", "82", "83"}
_BIRTH_YEAR_MIN = 1900

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_CHINESE_NAME = re.compile(f"(?=.{{2,20}}$)[{_HAN}]+(?:·[{_HAN}]+)*")
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
_LATIN_NAME = re.compile(f"(?=.{{2,50}}$)[{_LATIN}]+(?:[ '.-]{{1,2}}[{_LATIN}]+)*\\.?")
_DOTS = str.maketrans(dict.fromkeys("•‧・･∙⋅．", "·"))

PHONE_KIND = "phone"
IDENTITY_KIND = "identity"
NAME_KIND = "name"


@dataclass(frozen=True, slots=True, repr=False)
class SealedText:
    """A secret as it lies in the table; only who holds the sealer can read it."""

    kind: str
    sealed: bytes

    def reveal(self, sealer: Sealer) -> str:
        """The plain text. Raises cryptography's InvalidTag for another installation's key."""
        return sealer.unseal(self.kind, self.sealed)


@dataclass(frozen=True, slots=True, repr=False)
class PhoneNumber:
    """A mainland mobile number: eleven digits, the first two from 13 to 19."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The number in `text` (`+86` and blanks are tolerated), or None."""
        match = _PHONE.fullmatch("".join(text.split()))
        return cls(match.group(1)) if match else None

    @property
    def masked(self) -> str:
        """`138****5678`."""
        return masked(self.digits, 3, 4)

    def index(self, sealer: Sealer) -> bytes:
        """The blind index by which the number is found: 32 bytes."""
        return sealer.blind_index(PHONE_KIND, self.digits)

    def seal(self, sealer: Sealer, chance: Chance) -> SealedText:
        return SealedText(PHONE_KIND, sealer.seal(PHONE_KIND, self.digits, chance))

    def __repr__(self) -> str:
        return f"PhoneNumber({self.masked})"


@dataclass(frozen=True, slots=True, repr=False)
class IdentityNumber:
    """A citizen's identity number of 18 characters (GB 11643-1999)."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The number in `text` (a small x is taken), or None.

        Checks the form, the province, that the birth date is in the calendar, and the check
        character. Whether the birth date has come yet is for who knows the day: `is_born_by`.
        """
        number = text.strip().upper()
        if _IDENTITY.fullmatch(number) is None or number[:2] not in _PROVINCES:
            return None
        if check_character(number[:17]) != number[17] or _birth_date(number) is None:
            return None
        return cls(number)

    @property
    def birth_date(self) -> date:
        born = _birth_date(self.text)
        invariant(born is not None, "an identity number holds a date of the calendar")
        assert born is not None
        return born

    def is_born_by(self, day: date) -> bool:
        return self.birth_date <= day

    def age_on(self, day: date) -> int:
        """Full years on `day`; who was born on 29 February ages on 1 March in common years."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    @property
    def masked(self) -> str:
        """`1101***********01X`, as 12306 shows it."""
        return masked(self.text, 4, 3)

    def index(self, sealer: Sealer) -> bytes:
        """The blind index by which the number is found: 32 bytes."""
        return sealer.blind_index(IDENTITY_KIND, self.text)

    def seal(self, sealer: Sealer, chance: Chance) -> SealedText:
        return SealedText(IDENTITY_KIND, sealer.seal(IDENTITY_KIND, self.text, chance))

    def __repr__(self) -> str:
        return f"IdentityNumber({self.masked})"


def check_character(first_17: str) -> str:
    """The 18th character that belongs to the first 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def _birth_date(number: str) -> date | None:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    if year < _BIRTH_YEAR_MIN:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, repr=False)
class RealName:
    """A name as it stands on the card: 2–20 Chinese characters with `·`, or 2–50 Latin ones."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The name in `text`, composed (NFC), blanks made single, look-alike dots made `·`."""
        name = " ".join(unicodedata.normalize("NFC", text).translate(_DOTS).split())
        if _CHINESE_NAME.fullmatch(name) or _LATIN_NAME.fullmatch(name):
            return cls(name)
        return None

    @property
    def masked(self) -> str:
        """`*三`: the last character of a Chinese name; `J***`: the first of a Latin one."""
        if _LATIN_NAME.fullmatch(self.text):
            return masked(self.text, 1, 0)
        return masked(self.text, 0, 1)

    def seal(self, sealer: Sealer, chance: Chance) -> SealedText:
        return SealedText(NAME_KIND, sealer.seal(NAME_KIND, self.text, chance))

    def __repr__(self) -> str:
        return f"RealName({self.masked})"


class CodePurpose(StrEnum):
    """What an SMS code is good for; a code of one purpose opens no other door."""

    SIGN_UP = "sign_up"
    SIGN_IN = "sign_in"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a purpose


@dataclass(frozen=True, slots=True)
class Actor:
    """Who a request acts for, proved by the session cookie."""

    person_id: UUID
    shard: int
    user_no: str
    session_id: UUID


@dataclass(frozen=True, slots=True)
class Device:
    """Where a person is signed in: one session, by the device's name. It may be in use or not."""

    session_id: UUID
    label: str
    signed_in_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """One account. `real_name`, `identity` and `phone` are sealed: `.reveal(sealer)` reads them.

    `name_masked` falls back to the masked phone number while there is no real name.
    """

    person_id: UUID
    shard: int
    user_no: str
    phone: SealedText
    phone_index: bytes
    phone_masked: str
    real_name: SealedText | None
    name_masked: str
    identity: SealedText | None
    identity_index: bytes | None
    identity_masked: str | None
    has_pay_password: bool
    pay_password_locked_until: datetime | None
    created_at: datetime

    @property
    def real_name_level(self) -> int:
        """1 with a real name, else 0."""
        return 0 if self.identity_index is None else 1


def new_user_no(shard: int, chance: Chance) -> str:
    """`2088`, the shard in three digits, nine random digits: 16 digits, the Open Platform's form.

    Not unique by itself; whoever writes it tries again on a collision.
    """
    invariant(0 <= shard < SHARDS_OF_USER_NO_MAX, "a user number has three digits for the shard")
    return f"2088{shard:0{_SHARD_DIGITS}d}{digits(chance, 9)}"


def shard_of_user_no(user_no: str) -> int | None:
    """The shard written in a user number, or None when it isn't one."""
    if _USER_NO.fullmatch(user_no) is None:
        return None
    return int(user_no[4 : 4 + _SHARD_DIGITS])
