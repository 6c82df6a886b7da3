"""The session token: what a cookie holds. The shard is readable in it, the rest is chance."""

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Self

from farewave.kit.chance import Chance
from farewave.people.model import SHARDS_OF_USER_NO_MAX

_SECRET_BYTES = 32
_TOKEN = re.compile(r"(0|[1-9][0-9]{0,2})\.[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, repr=False)
class SessionToken:
    """`<shard>.<43 base64url characters>`; its repr shows nothing."""

    text: str

    @classmethod
    def make(cls, shard: int, chance: Chance) -> Self:
        """A fresh token for a person on `shard`."""
        assert 0 <= shard < SHARDS_OF_USER_NO_MAX
        secret = urlsafe_b64encode(chance.octets(_SECRET_BYTES)).decode().rstrip("=")
        return cls(f"{shard}.{secret}")

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The token in `text`, or None when it can't be one."""
        return cls(text) if _TOKEN.fullmatch(text) else None

    @property
    def shard(self) -> int:
        return int(self.text.partition(".")[0])

    @property
    def sha256(self) -> bytes:
        """What the table knows of the token: 32 bytes."""
        return hashlib.sha256(self.text.encode()).digest()
