"""Sealing of identity and card numbers: encrypted at rest, found again by a blind index.

The index is an HMAC, so a number can be looked up without being readable in the table; the two keys
are separate, and the `kind` of a number keeps equal digits of different kinds apart.
"""

import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from farewave.kit.chance import Chance
from farewave.kit.invariant import invariant

_NONCE_BYTES = 12
KEY_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Sealer:
    """Seals short secrets of a `kind` (`identity`, `card`, …). Its repr shows no key."""

    data_key: bytes
    index_key: bytes

    def __post_init__(self) -> None:
        invariant(len(self.data_key) == KEY_BYTES, "the data key has 32 bytes")
        invariant(len(self.index_key) == KEY_BYTES, "the index key has 32 bytes")
        invariant(self.data_key != self.index_key, "the data key and the index key differ")

    def seal(self, kind: str, plain: str, chance: Chance) -> bytes:
        """Nonce and AES-256-GCM ciphertext of `plain`, bound to `kind`."""
        nonce = chance.octets(_NONCE_BYTES)
        return nonce + AESGCM(self.data_key).encrypt(nonce, plain.encode(), kind.encode())

    def unseal(self, kind: str, sealed: bytes) -> str:
        """What `seal` was given. Raises cryptography's InvalidTag for another key or kind."""
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return AESGCM(self.data_key).decrypt(nonce, body, kind.encode()).decode()

    def blind_index(self, kind: str, plain: str) -> bytes:
        """32 bytes that are equal for equal numbers of one kind, and tell nothing else."""
        return hmac.digest(self.index_key, f"{kind}\x00{plain}".encode(), "sha256")


def masked(plain: str, head: int, tail: int) -> str:
    """`plain` with everything between the first `head` and last `tail` characters starred."""
    hidden = len(plain) - head - tail
    if hidden <= 0:
        return "*" * len(plain)
    return plain[:head] + "*" * hidden + plain[len(plain) - tail :]
