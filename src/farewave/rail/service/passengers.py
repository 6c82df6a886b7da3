"""An account's list of passengers; the person is in it as soon as the real name is known."""

from collections.abc import Sequence
from uuid import UUID

from farewave.db import Tx
from farewave.kit.clock import shanghai_day
from farewave.kit.ids import derived_id, new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people import service as people
from farewave.people.model import Actor, IdentityNumber, Person, PhoneNumber, RealName
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Passenger
from farewave.rail.rules.sale import PASSENGERS_MAX
from farewave.rail.store import claims
from farewave.rail.store import passengers as store


async def passengers(tx: Tx, actor: Actor) -> list[Passenger]:
    """The list, the person first."""
    listed = await store.load_passengers(tx, actor.shard, actor.person_id)
    if any(each.is_self for each in listed):
        return listed
    person = await people.person(tx, actor.shard, actor.person_id)
    if person.real_name_level == 0:
        return listed
    oneself = _oneself(person)
    if not await store.insert_passenger(tx, actor.shard, actor.person_id, oneself):
        # Had added the own identity number by hand before the real name was set.
        await store.mark_self(tx, actor.shard, actor.person_id, oneself.identity_index)
    return await store.load_passengers(tx, actor.shard, actor.person_id)


def _oneself(person: Person) -> Passenger:
    name, identity, index = person.real_name, person.identity, person.identity_index
    masked = person.identity_masked
    invariant(
        None not in (name, identity, index, masked), "a real name comes with an identity number"
    )
    assert name is not None
    assert identity is not None
    assert index is not None
    assert masked is not None
    return Passenger(
        passenger_id=derived_id(person.person_id, person.shard, "rail.passenger"),
        name=name,
        name_masked=person.name_masked,
        identity=identity,
        identity_index=index,
        identity_masked=masked,
        phone=person.phone,
        phone_masked=person.phone_masked,
        is_self=True,
    )


async def add_passenger(
    tx: Tx, sealer: Sealer, actor: Actor, *, name: str, identity_number: str, phone: str | None
) -> Passenger | Refused:
    """Put somebody on the list."""
    real_name = RealName.parse(name)
    if real_name is None:
        return Refused(RailRefusal.NAME_INVALID)
    identity = IdentityNumber.parse(identity_number)
    if identity is None or not identity.is_born_by(shanghai_day(tx.now)):
        return Refused(RailRefusal.IDENTITY_INVALID)
    number = PhoneNumber.parse(phone) if phone else None
    if phone and number is None:
        return Refused(RailRefusal.PHONE_INVALID)
    # The orderer's lock, so that two taps at once are counted one by one.
    await claims.lock_orderer(tx, actor.shard, actor.person_id)
    listed = await passengers(tx, actor)
    index = identity.index(sealer)
    if any(each.identity_index == index for each in listed):
        return Refused(RailRefusal.PASSENGER_TAKEN)
    if len(listed) >= PASSENGERS_MAX:
        return Refused(RailRefusal.PASSENGERS_FULL, {"most": PASSENGERS_MAX})
    passenger = Passenger(
        passenger_id=new_id(actor.shard, tx.now, tx.chance),
        name=real_name.seal(sealer, tx.chance),
        name_masked=real_name.masked,
        identity=identity.seal(sealer, tx.chance),
        identity_index=index,
        identity_masked=identity.masked,
        phone=number.seal(sealer, tx.chance) if number else None,
        phone_masked=number.masked if number else None,
        is_self=False,
    )
    inserted = await store.insert_passenger(tx, actor.shard, actor.person_id, passenger)
    invariant(inserted, "under the orderer's lock nobody else adds to the list")
    return passenger


async def list_proved(
    tx: Tx, sealer: Sealer, people: Sequence[tuple[Actor, RealName, IdentityNumber]]
) -> list[UUID]:
    """Put people of one shard on their own lists, as `passengers` does for who set a real name.

    For many at once whose names were proved elsewhere; nobody may be on a list yet. Their entries
    come back.
    """
    entries = [
        (
            actor.person_id,
            Passenger(
                passenger_id=derived_id(actor.person_id, actor.shard, "rail.passenger"),
                name=name.seal(sealer, tx.chance),
                name_masked=name.masked,
                identity=identity.seal(sealer, tx.chance),
                identity_index=identity.index(sealer),
                identity_masked=identity.masked,
                phone=None,
                phone_masked=None,
                is_self=True,
            ),
        )
        for actor, name, identity in people
    ]
    (shard,) = {actor.shard for actor, _, _ in people}
    await store.insert_oneself(tx, shard, entries)
    return [passenger.passenger_id for _, passenger in entries]


async def remove_passenger(tx: Tx, actor: Actor, passenger_id: UUID) -> Refused | None:
    """Take somebody off the list; tickets that were bought stay as they are."""
    listed = await store.load_passengers(tx, actor.shard, actor.person_id)
    passenger = next((each for each in listed if each.passenger_id == passenger_id), None)
    if passenger is None:
        return Refused(RailRefusal.PASSENGER_UNKNOWN)
    if passenger.is_self:
        return Refused(RailRefusal.PASSENGER_IS_SELF)
    await store.delete_passenger(tx, actor.shard, actor.person_id, passenger_id)
    return None


async def chosen(tx: Tx, actor: Actor, passenger_ids: list[UUID]) -> list[Passenger] | Refused:
    """The entries of the list with these ids, in their order."""
    listed = {each.passenger_id: each for each in await passengers(tx, actor)}
    if any(each not in listed for each in passenger_ids):
        return Refused(RailRefusal.PASSENGER_UNKNOWN)
    return [listed[each] for each in passenger_ids]
