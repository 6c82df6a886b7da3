"""Randomness, handed in: the operating system's in service, a seeded one in tests."""

import random
import secrets
from typing import Protocol


class Chance(Protocol):
    """A source of random numbers."""

    def octets(self, count: int) -> bytes:
        """`count` random bytes."""
        ...

    def below(self, bound: int) -> int:
        """A number from 0 to `bound` - 1."""
        ...


class SystemChance:
    """Unpredictable: for keys, tokens, codes and ids in service."""

    def octets(self, count: int) -> bytes:
        return secrets.token_bytes(count)

    def below(self, bound: int) -> int:
        return secrets.randbelow(bound)


class SeededChance:
    """Repeatable from its seed: for tests and simulations only."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable is the point here

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def below(self, bound: int) -> int:
        return self._random.randrange(bound)


def digits(chance: Chance, count: int) -> str:
    """`count` random decimal digits."""
    return f"{chance.below(10**count):0{count}d}"
