"""Passwords as argon2id hashes, computed in a thread so that the event loop goes on.

The cost in service is `SERVICE_COST`; a cheaper one reaches tests only by being handed in. Checking
takes the cost from the hash itself, so hashes of different costs live side by side.
"""

import asyncio
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from farewave.kit.chance import Chance

_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class HashCost:
    """What one hash takes: passes over `memory_kib` KiB in `lanes` lanes."""

    passes: int
    memory_kib: int
    lanes: int


SERVICE_COST = HashCost(passes=3, memory_kib=32 * 1024, lanes=1)
"""Above OWASP's minimum for argon2id (2 passes over 19 MiB, one lane): some 50 ms on one core."""


class PasswordHashing:
    """Makes and checks hashes. Nothing here keeps or shows a password."""

    def __init__(self, cost: HashCost = SERVICE_COST) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            type=Type.ID,
        )

    async def hash(self, plain: str, chance: Chance) -> str:
        """The hash of `plain` in PHC form (`$argon2id$v=19$…`)."""
        salt = chance.octets(_SALT_BYTES)
        return await asyncio.to_thread(self._hasher.hash, _octets(plain), salt=salt)

    async def verify(self, password_hash: str, plain: str) -> bool:
        """Whether `plain` is what `password_hash` was made from. Raises for a broken hash."""
        return await asyncio.to_thread(self._verify, password_hash, plain)

    async def verify_nobody(self, plain: str) -> bool:
        """False, after the time that `verify` takes: for phone numbers without an account."""
        await asyncio.to_thread(lambda: self._verify(self._nobody, plain))
        return False

    def is_outdated(self, password_hash: str) -> bool:
        """Whether `password_hash` was made at another cost and should be made again."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str, plain: str) -> bool:
        try:
            return self._hasher.verify(password_hash, _octets(plain))
        except VerifyMismatchError:
            return False

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(b"nobody's password", salt=bytes(_SALT_BYTES))


def _octets(plain: str) -> bytes:
    """Composed first: the same password from any keyboard gives the same bytes."""
    return unicodedata.normalize("NFC", plain).encode()


SERVICE_HASHING = PasswordHashing()
