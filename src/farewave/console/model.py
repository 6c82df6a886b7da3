"""The nouns of the console: accounts, sessions, tokens, passkeys."""

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from farewave.kit.chance import Chance
from farewave.kit.ids import SYSTEM_ID, derived_id

OPERATOR_ID = derived_id(SYSTEM_ID, 0, "console.operator")
"""The operator's account: one an installation."""
PASSKEY_PREFIX = "pk"
_SECRET_OCTETS = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class ProvedBy(StrEnum):
    """How whoever is signed in proved it."""

    LINK = "link"
    PASSKEY = "passkey"
    TOTP = "totp"


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """What a link's address or a cookie holds: 43 base64url characters. Its repr shows nothing."""

    text: str

    @classmethod
    def make(cls, chance: Chance) -> Self:
        """A fresh one of 256 random bits."""
        return cls(urlsafe_b64encode(chance.octets(_SECRET_OCTETS)).decode().rstrip("="))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The token in `text`, or None when it can't be one."""
        return cls(text) if _TOKEN.fullmatch(text) else None

    @property
    def sha256(self) -> bytes:
        """What the tables know of it: 32 octets."""
        return hashlib.sha256(self.text.encode()).digest()


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """An account. `merchant_id` None: the operator's. The secrets are sealed."""

    account_id: UUID
    merchant_id: UUID | None
    totp_secret: bytes | None
    totp_waiting: bytes | None
    totp_step: int
    wrong_codes: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Tries:
    """What is written down of an account after a code was tried."""

    wrong_codes: int
    locked_until: datetime | None
    totp_step: int


@dataclass(frozen=True, slots=True)
class ConsoleActor:
    """Who a request acts for. `merchant_id` None: the operator."""

    account_id: UUID
    merchant_id: UUID | None
    proved_by: ProvedBy
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner sees it."""

    passkey_id: UUID
    label: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class KnownPasskey:
    """What a passkey's answer is checked against; `sign_count` only grows, where it counts."""

    credential_id: bytes
    account_id: UUID
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Entered:
    """Signed in: the cookie's token, and until when it is good."""

    token: Token
    expires_at: datetime
    account_id: UUID
