"""Two phones, one last seat.

What is scarce here: a seat's segments, and a traveller's time. Each test that shows one sale is
paired with a control that shows two as soon as the locks are away, so that the first proves
something.
"""

import asyncio
from collections.abc import Collection, Mapping
from uuid import UUID

import pytest

from farewave.db import Database, ReadTx, Tx
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.rail import audit, service
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Order, OrderStatus, Run
from farewave.rail.store import claims, seats
from farewave.rail.store.claims import JourneyRow
from farewave.rail.store.seats import ClassKey, CoachSeats
from farewave.rail.timetable import Imported, import_timetable, shipped_texts
from tests.support.people import Someone, some_identity_number
from tests.support.rail import G7, RailWorld

TRIES = 100


@pytest.fixture
async def world(database: Database, sealer: Sealer) -> RailWorld:
    """Trains with a single row of four in first class, three of them sold."""
    made = await RailWorld.made(database, sealer)
    texts = dict(shipped_texts())
    texts["coaches.csv"] = texts["coaches.csv"].replace("01,M,AC-DF,28", "01,M,AC-DF,4")
    async with database.transaction() as tx:
        assert isinstance(await import_timetable(tx, texts), Imported)
    family = await made.someone()
    for _ in range(2):
        await made.add(family, some_identity_number())
    await made.held(family, class_code="M", passenger_ids=await made.passenger_ids(family))
    return made


async def race(world: RailWorld, *people: Someone, **wanted: object) -> list[Order | Refused]:
    """All of them order at the same time, each on a connection of their own."""
    return list(
        await asyncio.gather(*(world.order(each, class_code="M", **wanted) for each in people))
    )


def sold(outcomes: list[Order | Refused]) -> list[Order]:
    return [each for each in outcomes if not isinstance(each, Refused)]


def reasons(outcomes: list[Order | Refused]) -> list[object]:
    return [each.reason for each in outcomes if isinstance(each, Refused)]


async def give_back(world: RailWorld, order: Order) -> None:
    async with world.database.transaction() as tx:
        await service.end_unpaid(tx, order.ref, OrderStatus.LAPSED)


async def checks(world: RailWorld) -> set[str]:
    async with world.database.reading() as tx:
        return {finding.check for finding in await audit.audit(tx)}


def both_read_before_either_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst interleaving, made certain; whoever reads again afterwards isn't kept."""
    barrier, load, reads = asyncio.Barrier(2), seats.load_classes, 0

    async def load_together(
        tx: ReadTx, keys: Collection[ClassKey]
    ) -> dict[ClassKey, dict[str, CoachSeats]]:
        nonlocal reads
        found = await load(tx, keys)
        reads += 1
        if reads <= 2:
            async with asyncio.timeout(60):
                await barrier.wait()
        return found

    monkeypatch.setattr(seats, "load_classes", load_together)


def without_the_runs_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(tx: Tx, runs: Collection[Run]) -> dict[UUID, tuple[Run, bool]]:
        rows = await tx.fetch(
            "SELECT run_id, train_no, service_day, version FROM rail.run WHERE run_id = ANY ($1)",
            [run.run_id for run in runs],
        )
        return {row["run_id"]: (Run(*row), False) for row in rows}

    monkeypatch.setattr(seats, "lock_runs", look)


def without_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    async def write(tx: Tx, changed: Mapping[CoachSeats, bytes]) -> None:
        for each, taken in changed.items():
            await tx.execute(
                "UPDATE rail.seat_map SET taken = $4"
                " WHERE run_id = $1 AND class_code = $2 AND coach = $3",
                *(each.run_id, each.class_code, each.coach, taken),
            )

    monkeypatch.setattr(seats, "write_coaches", write)


async def test_a_hundred_times_the_last_seat_is_sold_once(world: RailWorld) -> None:
    two = [await world.someone(), await world.someone()]
    winners: set[UUID] = set()
    for number in range(TRIES):
        outcomes = await race(world, two[number % 2], two[1 - number % 2])
        (order,) = sold(outcomes)
        assert [ticket.seat for ticket in order.tickets] == ["01F"]
        assert reasons(outcomes) == [RailRefusal.SOLD_OUT]
        winners.add(order.orderer_id)
        await give_back(world, order)
    assert len(winners) == 2, "both phones are the faster one now and then"
    assert await checks(world) == set()


async def test_control_without_lock_and_guard_the_last_seat_is_sold_twice(
    world: RailWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, the tests beside it prove nothing."""
    two = [await world.someone(), await world.someone()]
    without_the_runs_lock(monkeypatch)
    without_the_guard(monkeypatch)
    both_read_before_either_writes(monkeypatch)
    orders = sold(await race(world, *two))
    assert [order.tickets[0].seat for order in orders] == ["01F", "01F"]
    assert "seat_sold_once" in await checks(world)


async def test_without_the_runs_lock_the_guard_still_sells_it_once(
    world: RailWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = [await world.someone(), await world.someone()]
    without_the_runs_lock(monkeypatch)
    both_read_before_either_writes(monkeypatch)
    outcomes = await race(world, *two)
    assert len(sold(outcomes)) == 1
    assert reasons(outcomes) == [RailRefusal.SOLD_OUT]
    assert await checks(world) == set()


async def test_the_first_two_to_touch_a_run_open_it_once(world: RailWorld) -> None:
    day = await world.day(9)
    crowd = [await world.someone() for _ in range(6)]
    outcomes = await race(world, *crowd, travel_day=day)
    assert len(sold(outcomes)) == 4
    assert reasons(outcomes) == [RailRefusal.SOLD_OUT] * 2
    assert await checks(world) == set()


async def test_one_traveller_on_two_lists_gets_one_seat(world: RailWorld) -> None:
    one, other = await world.someone(), await world.someone()
    assert one.identity_number
    mine = await world.passenger_ids(one)
    twin = (await world.add(other, one.identity_number, "李明"),)
    day = await world.day(9)

    async def both() -> list[Order | Refused]:
        return list(
            await asyncio.gather(
                world.order(one, passenger_ids=mine, train_no=G7, travel_day=day),
                world.order(other, passenger_ids=twin, train_no=G7, travel_day=day),
            )
        )

    for _ in range(20):
        outcomes = await both()
        (order,) = sold(outcomes)
        assert reasons(outcomes) == [RailRefusal.TIME_CONFLICT]
        await give_back(world, order)
    assert await checks(world) == set()


async def test_control_without_the_travellers_lock_one_sits_twice(
    world: RailWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, the test above proves nothing."""
    one, other = await world.someone(), await world.someone()
    assert one.identity_number
    mine = await world.passenger_ids(one)
    twin = (await world.add(other, one.identity_number, "李明"),)
    barrier, find = asyncio.Barrier(2), claims.load_journeys

    async def no_lock(tx: Tx, identity_indexes: Collection[bytes]) -> None:
        return None

    async def find_together(tx: ReadTx, *args: object) -> list[JourneyRow]:
        busy = await find(tx, *args)  # type: ignore[arg-type]
        async with asyncio.timeout(60):
            await barrier.wait()
        return busy

    monkeypatch.setattr(claims, "lock_travellers", no_lock)
    monkeypatch.setattr(claims, "load_journeys", find_together)
    day = await world.day(9)
    outcomes = await asyncio.gather(
        world.order(one, passenger_ids=mine, train_no=G7, travel_day=day),
        world.order(other, passenger_ids=twin, train_no=G7, travel_day=day),
    )
    assert len(sold(list(outcomes))) == 2
    assert "one_train_at_a_time" in await checks(world)


async def test_a_double_tap_without_a_key_holds_one_order(world: RailWorld) -> None:
    someone = await world.someone()
    ids = await world.passenger_ids(someone)
    outcomes = await race(world, someone, someone, passenger_ids=ids)
    assert len(sold(outcomes)) == 1
    assert reasons(outcomes) == [RailRefusal.ORDER_OPEN]
    assert await checks(world) == set()
