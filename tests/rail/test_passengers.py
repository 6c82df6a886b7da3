"""An account's list of passengers, and that nothing personal lies open."""

from uuid import UUID

import pytest

from farewave.kit.outcome import Refused
from farewave.people import service as people
from farewave.rail import service
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Passenger
from tests.support.people import Someone, some_identity_number
from tests.support.rail import RailWorld


def reason(outcome: object) -> object:
    return outcome.reason if isinstance(outcome, Refused) else outcome


async def listed(world: RailWorld, someone: Someone) -> list[Passenger]:
    async with world.database.transaction() as tx:
        return await service.passengers(tx, someone.actor)


async def test_the_person_is_on_the_list_as_soon_as_the_real_name_is(world: RailWorld) -> None:
    assert await listed(world, await world.someone(real_name=False)) == []
    for _ in range(2):
        someone = await world.someone()
        first, again = await listed(world, someone), await listed(world, someone)
        assert first == again
        assert [(each.is_self, each.name.reveal(world.sealer)) for each in first] == [
            (True, "李明")
        ]


async def test_who_added_oneself_before_the_real_name_is_the_same_entry(world: RailWorld) -> None:
    someone = await world.someone(real_name=False)
    number = some_identity_number()
    mine = await world.add(someone, number, "李明")
    async with world.database.transaction() as tx:
        await people.set_real_name(
            tx, world.sealer, someone.actor, name="李明", identity_number=number
        )
    assert [(each.passenger_id, each.is_self) for each in await listed(world, someone)] == [
        (mine, True)
    ]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"name": "7"}, RailRefusal.NAME_INVALID),
        ({"identity_number": "110105194912310021"}, RailRefusal.IDENTITY_INVALID),
        ({"phone": "12345"}, RailRefusal.PHONE_INVALID),
    ],
)
async def test_a_passenger_needs_a_name_and_a_true_number(
    world: RailWorld, given: dict[str, str], refusal: RailRefusal
) -> None:
    someone = await world.someone()
    wanted = {"name": "王芳", "identity_number": some_identity_number(), "phone": None, **given}
    async with world.database.transaction() as tx:
        got = await service.add_passenger(tx, world.sealer, someone.actor, **wanted)  # type: ignore[arg-type]
    assert reason(got) is refusal


async def test_a_list_has_fifteen_different_people_and_keeps_oneself(world: RailWorld) -> None:
    someone = await world.someone()
    assert someone.identity_number
    added = [await world.add(someone, some_identity_number()) for _ in range(14)]

    async def add(number: str) -> object:
        async with world.database.transaction() as tx:
            return reason(
                await service.add_passenger(
                    tx, world.sealer, someone.actor, name="王芳", identity_number=number, phone=None
                )
            )

    assert await add(someone.identity_number) is RailRefusal.PASSENGER_TAKEN
    assert await add(some_identity_number()) is RailRefusal.PASSENGERS_FULL
    async with world.database.transaction() as tx:
        assert await service.remove_passenger(tx, someone.actor, added[0]) is None
        oneself = (await service.passengers(tx, someone.actor))[0].passenger_id
        got = await service.remove_passenger(tx, someone.actor, oneself)
        assert reason(got) is RailRefusal.PASSENGER_IS_SELF
        got = await service.remove_passenger(tx, someone.actor, UUID(int=1))
        assert reason(got) is RailRefusal.PASSENGER_UNKNOWN
    assert not isinstance(await add(some_identity_number()), RailRefusal)


async def test_nothing_personal_lies_open_in_the_tables(world: RailWorld) -> None:
    someone = await world.someone()
    assert someone.identity_number
    await world.held(someone)
    async with world.database.reading() as tx:
        for table in ("passenger", "ticket", "ticket_order", "journey"):
            text = str([dict(row) for row in await tx.fetch(f"SELECT * FROM rail.{table}")])
            assert text != "[]"
            for secret in (someone.identity_number, "李明", someone.phone.digits):
                assert secret not in text
        text = str([row["attributes"] for row in await tx.fetch("SELECT * FROM db.event")])
        assert "李明" not in text
