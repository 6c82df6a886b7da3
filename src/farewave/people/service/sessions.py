"""Sessions: thirty days from when they were last used."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from farewave.db.events import record_event
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import new_id
from farewave.people import store
from farewave.people.model import Actor, Device, Person
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


async def living_sessions(tx: ReadTx, shard: int, session_ids: Collection[UUID]) -> set[UUID]:
    """Those of `session_ids` that are signed in still: what a device may do ends then."""
    return await store.living_sessions(tx, shard, session_ids)


async def renew_session(tx: Tx, actor: Actor) -> None:
    """Write down that the session was used, and let it last from now."""
    await store.touch_session(tx, actor, tx.now + SESSION_LASTS)


async def sign_out(tx: Tx, token: SessionToken) -> None:
    """End the session of `token`, if there is one."""
    if token.shard < tx.shards:
        await store.delete_session(tx, token.shard, token.sha256)


async def devices(tx: ReadTx, actor: Actor) -> list[Device]:
    """Where the actor is signed in, the device last used first; the one that acts is among them."""
    return await store.devices_of(tx, actor.shard, actor.person_id)


async def sign_out_device(tx: Tx, actor: Actor, session_id: UUID) -> None:
    """End one of the actor's sessions; one that has ended, or is another's, changes nothing."""
    if await store.delete_session_of(tx, actor.shard, actor.person_id, session_id):
        await _note_sign_out(tx, actor, 1)


async def sign_out_others(tx: Tx, actor: Actor) -> None:
    """End every session of the actor but the one that acts."""
    ended = await store.delete_other_sessions(tx, actor)
    if ended:
        await _note_sign_out(tx, actor, ended)


async def _note_sign_out(tx: Tx, actor: Actor, devices: int) -> None:
    await record_event(
        tx,
        shard=actor.shard,
        name="people.devices_signed_out",
        actor_id=actor.person_id,
        attributes={"devices": devices},
    )
