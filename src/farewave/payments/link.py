"""Links that nobody can guess: an id, which names its shard, and a secret. Pure."""

import re
from typing import NamedTuple
from uuid import UUID

from farewave.kit.chance import Chance
from farewave.kit.ids import shard_of

_SECRET_OCTETS = 8
_TOKEN = re.compile(r"([0-9a-f]{32})([0-9a-f]{16})")


class Link(NamedTuple):
    """What a token says; whether the secret is the right one, only the row can tell."""

    shard: int
    row_id: UUID
    secret: str


def new_secret(chance: Chance) -> str:
    """Of a new link."""
    return chance.octets(_SECRET_OCTETS).hex()


def token_of(row_id: UUID, secret: str) -> str:
    """What a link carries."""
    return f"{row_id.hex}{secret}"


def is_token(text: str) -> bool:
    """Whether it can be one."""
    return _TOKEN.fullmatch(text) is not None


def parse_token(text: str, shards: int) -> Link | None:
    """None when it can't be a token of an installation with so many shards."""
    match = _TOKEN.fullmatch(text)
    if match is None:
        return None
    row_id = UUID(hex=match[1])
    return Link(shard_of(row_id), row_id, match[2]) if shard_of(row_id) < shards else None
