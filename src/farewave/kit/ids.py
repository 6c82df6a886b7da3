"""Ids made by the application: time-ordered, with the shard readable in them.

An id is a UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, the version, 12 bits that
hold the **shard**, the variant, 62 random bits. Outside it is written as `prefix_` and 26
characters of Crockford's base32 (`ord_01J9…`), so that a person can tell an order from a ticket.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from farewave.kit.chance import Chance
from farewave.kit.clock import epoch_ms

SHARDS_MAX = 1 << 12
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE_OF = {letter: value for value, letter in enumerate(_ALPHABET)}
_LENGTH = 26


def new_id(shard: int, now: datetime, chance: Chance) -> UUID:
    """A fresh id on `shard` (0 … 4095) at `now`."""
    (fresh,) = new_ids(shard, now, chance, 1)
    return fresh


def new_ids(shard: int, now: datetime, chance: Chance, count: int) -> list[UUID]:
    """As `new_id`, for `count` ids of one moment: their random bits are drawn at once."""
    if not 0 <= shard < SHARDS_MAX:
        raise ValueError(f"shard {shard} is outside 0 … {SHARDS_MAX - 1}")
    start = (epoch_ms(now) << 80) | (0x7 << 76) | (shard << 64) | (0b10 << 62)
    octets = chance.octets(8 * count)
    return [
        UUID(int=start | (int.from_bytes(octets[at : at + 8]) & ((1 << 62) - 1)))
        for at in range(0, 8 * count, 8)
    ]


def shard_of(an_id: UUID) -> int:
    """The shard written in an id that `new_id` made."""
    return (an_id.int >> 64) & (SHARDS_MAX - 1)


def derived_id(base: UUID, shard: int, label: str) -> UUID:
    """The id of something that belongs to `base` one to one, on `shard`: no look-up is needed.

    Used for ledger accounts: a person's balance is
    `derived_id(person_id, shard, "wallet.balance")`, a merchant has such an account in every shard.
    """
    if not 0 <= shard < SHARDS_MAX:
        raise ValueError(f"shard {shard} is outside 0 … {SHARDS_MAX - 1}")
    digest = hashlib.sha256(base.bytes + shard.to_bytes(2, "big") + label.encode()).digest()
    noise = int.from_bytes(digest[:8], "big") & ((1 << 62) - 1)
    milliseconds = base.int >> 80
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (shard << 64) | (0b10 << 62) | noise)


FIRST_ID = UUID(int=0)
"""Before every id: where a walk in the order of ids begins.

Not NULL: a statement that says `$1 IS NULL OR id > $1` is planned for both at once, and each of its
pages begins to look where the key begins (docs/decisions/0017).
"""

SYSTEM_ID = UUID(int=(0x7 << 76) | (0b10 << 62))
"""The installation itself, as the owner of accounts (`derived_id(SYSTEM_ID, shard, …)`)."""


def id_text(prefix: str, an_id: UUID) -> str:
    """`prefix_` and 26 base32 characters."""
    value = an_id.int
    letters = [_ALPHABET[(value >> (5 * place)) & 31] for place in reversed(range(_LENGTH))]
    return f"{prefix}_{''.join(letters)}"


def parse_id(prefix: str, text: str) -> UUID | None:
    """The id in `text`, or None when it isn't one of this `prefix`."""
    head, separator, body = text.rpartition("_")
    if head != prefix or not separator or len(body) != _LENGTH:
        return None
    value = 0
    for letter in body:
        digit = _VALUE_OF.get(letter)
        if digit is None:
            return None
        value = (value << 5) | digit
    if value >> 128:
        return None
    parsed = UUID(int=value)
    return parsed if parsed.version == 7 else None
