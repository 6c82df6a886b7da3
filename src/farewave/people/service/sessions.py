"""Sessions: thirty days from when they were last used."""

from dataclasses import dataclass
from datetime import timedelta

from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import new_id
from farewave.people import store
from farewave.people.model import Actor, Person
from farewave.people.token import SessionToken

SESSION_LASTS = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=10)
"""How stale "last seen" may be: not every request writes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who a token speaks for, and whether it is time to write that down."""

    actor: Actor
    is_stale: bool


async def start_session(tx: Tx, person: Person, device: str) -> SessionToken:
    """A new session of `person` on `device`; the token is known to the caller alone."""
    token = SessionToken.make(person.shard, tx.chance)
    session_id = new_id(person.shard, tx.now, tx.chance)
    actor = Actor(person.person_id, person.shard, person.user_no, session_id)
    await store.insert_session(
        tx, actor, token.sha256, device=device, expires_at=tx.now + SESSION_LASTS
    )
    return token


async def actor_of_token(tx: ReadTx, token: SessionToken) -> Seen | None:
    """Who `token` speaks for; None when its session ended, expired or never was."""
    if token.shard >= tx.shards:
        return None
    found = await store.load_session(tx, token.shard, token.sha256)
    if found is None:
        return None
    actor, seen_at, expires_at = found
    if tx.now >= expires_at:
        return None
    return Seen(actor, is_stale=tx.now - seen_at >= SEEN_EVERY)


async def renew_session(tx: Tx, actor: Actor) -> None:
    """Write down that the session was used, and let it last from now."""
    await store.touch_session(tx, actor, tx.now + SESSION_LASTS)


async def sign_out(tx: Tx, token: SessionToken) -> None:
    """End the session of `token`, if there is one."""
    if token.shard < tx.shards:
        await store.delete_session(tx, token.shard, token.sha256)
