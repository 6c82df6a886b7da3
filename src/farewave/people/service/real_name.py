"""The real name: set once, one account for each identity number."""

from farewave.db.events import record_event
from farewave.db.transaction import Tx
from farewave.kit.clock import shanghai_day
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people import rules, store
from farewave.people.errors import PeopleRefusal
from farewave.people.model import Actor, Person
from farewave.people.store import Owner


async def set_real_name(
    tx: Tx, sealer: Sealer, actor: Actor, *, name: str, identity_number: str
) -> Person | Refused:
    """Give the account its real name. The same again changes nothing and answers alike."""
    return await write_real_name(
        tx, sealer, Owner(actor.shard, actor.person_id), name, identity_number
    )


async def write_real_name(
    tx: Tx, sealer: Sealer, owner: Owner, name: str, identity_number: str
) -> Person | Refused:
    """As `set_real_name`, for an account that has no session yet."""
    judged = rules.judge_real_name(name, identity_number, shanghai_day(tx.now))
    if isinstance(judged, Refused):
        return judged
    person = await _person(tx, owner)
    if person.real_name_level:
        return _again(person, judged, sealer)
    identity_index = judged.identity.index(sealer)
    # Claimed first. A refusal from here on rolls the claim back.
    if not await store.claim_identity(tx, identity_index, owner):
        return Refused(PeopleRefusal.IDENTITY_TAKEN)
    written = await store.set_real_name(
        tx,
        owner,
        name=judged.name.seal(sealer, tx.chance),
        name_masked=judged.name.masked,
        identity=judged.identity.seal(sealer, tx.chance),
        identity_index=identity_index,
        identity_masked=judged.identity.masked,
    )
    person = await _person(tx, owner)
    if not written:  # another request of the same person was faster
        return _again(person, judged, sealer)
    await record_event(tx, shard=owner.shard, name="people.real_name_set", actor_id=owner.person_id)
    return person


def _again(person: Person, asked: rules.RealIdentity, sealer: Sealer) -> Person | Refused:
    assert person.real_name is not None
    same = person.identity_index == asked.identity.index(sealer)
    if same and person.real_name.reveal(sealer) == asked.name.text:
        return person
    return Refused(PeopleRefusal.REAL_NAME_SET)


async def _person(tx: Tx, owner: Owner) -> Person:
    person = await store.load_person(tx, owner.shard, owner.person_id)
    assert person is not None
    return person
