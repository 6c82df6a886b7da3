"""Phones that make pay codes by themselves: enrolled with the pay password, handed tickets.

A device is a session: it makes codes as long as it is signed in. `tx` comes first; the edge
commits.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.kit.limits import JOB_BATCH_MAX
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import device_code, limits, paycode, store
from farewave.payments.errors import PhoneRefusal
from farewave.payments.limits import Spending
from farewave.payments.paycode import PayCode
from farewave.people import service as people
from farewave.people.model import Actor

TICKETS = 40
"""Fetched at once: each makes the codes of half a minute."""
TICKET_LIVES = timedelta(days=3)
_TRIES = 8
_KEY_KIND = "pay-code-device"


@dataclass(frozen=True, slots=True)
class CodeDevice:
    """A phone that makes codes, as its person sees it."""

    device_id: UUID
    label: str
    enrolled_at: datetime
    is_this: bool


async def enrol(
    tx: Tx, sealer: Sealer, actor: Actor, public_key: bytes, pay_password: str
) -> bytes | Refused:
    """Let the actor's phone make codes; the server's public key for the agreement comes back.

    Again: with a new key; codes of the earlier one are dead. Refusals: those of
    `people.check_pay_password`, DEVICE_KEY_INVALID.
    """
    wrong = await people.check_pay_password(tx, actor, pay_password)
    if wrong is not None:
        return wrong
    private = device_code.new_server_key(tx.chance)
    ours = device_code.public_octets(private)
    key = device_code.agreed_key(private, public_key, device=public_key, server=ours)
    if key is None:
        return Refused(PhoneRefusal.DEVICE_KEY_INVALID)
    sealed = sealer.seal(_KEY_KIND, key.hex(), tx.chance)
    await store.put_device(tx, actor.shard, actor.session_id, actor.person_id, sealed)
    await store.ensure_spending(tx, actor.shard, actor.person_id, limits.nothing_spent(tx.now))
    return ours


async def fetch_tickets(tx: Tx, actor: Actor) -> list[PayCode] | Refused:
    """Fresh tickets for the actor's phone; those fetched before the last ones are dead.

    The last ones live on: one may be on the screen now. Refusal: CODE_DEVICE_UNKNOWN.
    """
    batch_no = await store.next_batch(tx, actor.shard, actor.session_id)
    if batch_no is None:
        return Refused(PhoneRefusal.CODE_DEVICE_UNKNOWN)
    await store.drop_tickets(tx, actor.shard, actor.session_id, batch_no - 1)
    person = await people.person(tx, actor.shard, actor.person_id)
    issued: list[PayCode] = []
    for _ in range(_TRIES):
        fresh = [_fresh(tx, actor, person.real_name_level) for _ in range(TICKETS - len(issued))]
        free = await store.insert_tickets(tx, actor.shard, batch_no, fresh)
        issued += [ticket for ticket in fresh if ticket.code in free]
        if len(issued) == TICKETS:
            return issued
    raise AssertionError("nine random digits aren't taken eight times in a row")


def _fresh(tx: Tx, actor: Actor, real_name_level: int) -> PayCode:
    return PayCode(
        shard=actor.shard,
        code=paycode.new_ticket(actor.shard, tx.chance),
        person_id=actor.person_id,
        user_no=actor.user_no,
        real_name_level=real_name_level,
        issued_at=tx.now,
        expires_at=tx.now + TICKET_LIVES,
        device_id=actor.session_id,
    )


async def unproved(
    tx: ReadTx, sealer: Sealer, codes: Mapping[str, PayCode], shown: Set[str]
) -> set[str]:
    """Those of `shown` whose ticket is among `codes` and that no living device of it made now.

    The server's own codes need no proof, and cost no statement here.
    """
    tickets = {
        code: codes[kept]
        for code in shown
        if (kept := paycode.kept_as(code)) != code and kept in codes
    }
    if not tickets:
        return set()
    shard = next(iter(tickets.values())).shard
    asked = {ticket.device_id for ticket in tickets.values() if ticket.device_id is not None}
    alive = await people.living_sessions(tx, shard, asked)
    sealed = await store.device_keys(tx, shard, alive)
    keys = {each: bytes.fromhex(sealer.unseal(_KEY_KIND, key)) for each, key in sealed.items()}

    def is_proved(code: str, ticket: PayCode) -> bool:
        key = None if ticket.device_id is None else keys.get(ticket.device_id)
        return key is not None and device_code.proves(key, code, tx.now)

    return {code for code, ticket in tickets.items() if not is_proved(code, ticket)}


async def devices(tx: ReadTx, actor: Actor) -> list[CodeDevice]:
    """The actor's phones that make codes and are signed in, the one last used first."""
    since = await store.devices_of(tx, actor.shard, actor.person_id)
    return [
        CodeDevice(
            each.session_id, each.label, since[each.session_id], each.session_id == actor.session_id
        )
        for each in await people.devices(tx, actor)
        if each.session_id in since
    ]


async def revoke(tx: Tx, actor: Actor, device_id: UUID) -> None:
    """Let a phone of the actor's make no more codes; one that makes none stays so."""
    await store.delete_device(tx, actor.shard, actor.person_id, device_id)


async def forget(tx: Tx, shard: int, after: UUID) -> tuple[UUID | None, int]:
    """Drop the keys of phones that aren't signed in any more, of a batch of those `after`.

    The last one looked at comes back, None at the end, and how many went: a session that has ended
    never comes back, and who signs in again gets another.
    """
    seen = await store.device_ids_after(tx, shard, after, JOB_BATCH_MAX)
    ended = set(seen) - await people.living_sessions(tx, shard, seen)
    if ended:
        await store.delete_devices(tx, shard, ended)
    return (seen[-1] if len(seen) == JOB_BATCH_MAX else None), len(ended)


async def unasked_limits(tx: ReadTx, actor: Actor) -> Spending:
    """What the actor's codes may pay unasked, and what they paid so today."""
    spent = await store.spending(tx, actor.shard, actor.person_id)
    return limits.plus(spent or limits.nothing_spent(tx.now), 0, tx.now)


async def set_unasked_limits(
    tx: Tx, actor: Actor, pay_password: str, payment_fen: int, day_fen: int
) -> Spending | Refused:
    """Set what codes may pay unasked. Refusals: those of `people.check_pay_password`,
    UNASKED_LIMIT_INVALID.
    """
    refused = limits.judge_unasked(payment_fen, day_fen)
    if refused is None:
        refused = await people.check_pay_password(tx, actor, pay_password)
    if refused is not None:
        return refused
    await store.ensure_spending(tx, actor.shard, actor.person_id, limits.nothing_spent(tx.now))
    await store.set_unasked(tx, actor.shard, actor.person_id, payment_fen, day_fen)
    return await unasked_limits(tx, actor)
