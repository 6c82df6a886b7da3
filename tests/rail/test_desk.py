"""The booking desk: many holds in one commit are judged as if one had come after the other."""

import asyncio
import json
from collections import Counter
from datetime import timedelta

import pytest

from farewave.db import DatabaseAway
from farewave.kit.outcome import KitRefusal, Refused
from farewave.rail import trades
from farewave.rail.desk import Booked, Booking, BookingDesk
from farewave.rail.errors import RailRefusal
from farewave.rail.rules.payments import MoneyOutcome
from tests.support.database import move_clock
from tests.support.people import some_identity_number
from tests.support.rail import G1, G7, RailWorld

Outcome = Booked | Refused


async def book(desk: BookingDesk, *bookings: Booking) -> list[Outcome]:
    """All at once: they make one batch, unless the desk is at work."""
    return list(await asyncio.gather(*(desk.book(each) for each in bookings)))


def reasons(outcomes: list[Outcome]) -> list[object]:
    return [each.reason if isinstance(each, Refused) else "held" for each in outcomes]


async def commits(world: RailWorld) -> int:
    """How many transactions wrote orders; all rows of one carry its time."""
    async with world.database.reading() as tx:
        count: int = await tx.fetchval("SELECT count(DISTINCT created_at) FROM rail.ticket_order")
    return count


async def test_many_people_are_served_in_one_commit_each_on_a_seat_of_their_own(
    world: RailWorld,
) -> None:
    crowd = [await world.someone() for _ in range(12)]
    bookings = [await world.booking(each, "the-first-key") for each in crowd]
    outcomes = await book(world.deps.desk, *bookings)
    seats = [
        (seat["coach"], seat["seat"])
        for each in outcomes
        if isinstance(each, Booked)
        for seat in json.loads(each.answer.response or "")["seats"]
    ]
    assert len(set(seats)) == len(crowd)
    assert await commits(world) == 1
    await world.audited()


async def test_trains_and_refusals_of_one_batch_leave_each_other_alone(world: RailWorld) -> None:
    crowd = [await world.someone() for _ in range(4)]
    nobody = await world.someone(real_name=False)
    friend = await world.add(nobody, some_identity_number())
    outcomes = await book(
        world.deps.desk,
        await world.booking(crowd[0], "the-first-key"),
        await world.booking(crowd[1], "the-first-key", train_no="nothing"),
        await world.booking(nobody, "the-first-key", passenger_ids=(friend,)),
        await world.booking(crowd[2], "the-first-key", train_no=G7),
        await world.booking(crowd[3], "the-first-key", travel_day=await world.day(20)),
    )
    assert reasons(outcomes) == [
        "held",
        RailRefusal.TRAIN_UNKNOWN,
        RailRefusal.REAL_NAME_NEEDED,
        "held",
        RailRefusal.OUTSIDE_PRESALE,
    ]
    assert await commits(world) == 1
    await world.audited()


async def test_one_traveller_on_two_lists_of_a_batch_gets_one_seat(world: RailWorld) -> None:
    one, other = await world.someone(), await world.someone()
    assert one.identity_number
    twin = (await world.add(other, one.identity_number, "李明"),)
    outcomes = await book(
        world.deps.desk,
        await world.booking(one, "the-first-key"),
        await world.booking(other, "the-first-key", passenger_ids=twin, destination="NKH"),
    )
    assert reasons(outcomes) == ["held", RailRefusal.TIME_CONFLICT]
    await world.audited()


async def test_two_orders_of_one_person_in_a_batch_leave_one_open(world: RailWorld) -> None:
    someone = await world.someone()
    outcomes = await book(
        world.deps.desk,
        await world.booking(someone, "the-first-key"),
        await world.booking(someone, "another-key", train_no=G7),
    )
    assert reasons(outcomes) == ["held", RailRefusal.ORDER_OPEN]
    await world.audited()


async def test_who_was_refused_in_a_batch_blocks_nobody_behind(world: RailWorld) -> None:
    """A first order that is refused doesn't count as open, and claims nobody's time."""
    someone = await world.someone()
    outcomes = await book(
        world.deps.desk,
        await world.booking(someone, "the-first-key", train_no="nothing"),
        await world.booking(someone, "another-key"),
    )
    assert reasons(outcomes) == [RailRefusal.TRAIN_UNKNOWN, "held"]
    await world.audited()


async def test_the_last_seats_of_a_batch_go_to_those_who_came_first(world: RailWorld) -> None:
    """First class has 28 seats; parties are refused whole, and smaller ones still get in."""
    families = []
    for size in (5, 5, 5, 5, 5, 5, 3):
        family = await world.someone()
        for _ in range(size - 1):
            await world.add(family, some_identity_number())
        families.append(family)
    outcomes = await book(
        world.deps.desk,
        *[
            await world.booking(
                each,
                "the-first-key",
                class_code="M",
                passenger_ids=await world.passenger_ids(each),
            )
            for each in families
        ],
    )
    assert reasons(outcomes) == ["held"] * 5 + [RailRefusal.SOLD_OUT, "held"]
    assert isinstance(outcomes[5], Refused)
    assert outcomes[5].details == {"left": 3}
    await world.audited()


async def test_a_key_is_answered_once_and_repeated_verbatim(world: RailWorld) -> None:
    someone = await world.someone()
    asked = await world.booking(someone, "the-first-key")
    first, second = await book(world.deps.desk, asked, asked)
    (third,) = await book(world.deps.desk, asked)
    assert isinstance(first, Booked)
    assert first.held is not None
    for again in (second, third):
        assert isinstance(again, Booked)
        assert again.held is None
        assert again.answer.repeated
        assert again.answer.response == first.answer.response
    other = await world.booking(someone, "the-first-key", train_no=G7)
    assert reasons(await book(world.deps.desk, other)) == [KitRefusal.KEY_CONFLICT]
    assert reasons(await book(world.deps.desk, asked, other))[1] is KitRefusal.KEY_CONFLICT


async def test_a_refusal_is_not_kept_and_may_be_tried_again(world: RailWorld) -> None:
    someone = await world.someone()
    order = await world.held(someone)
    asked = await world.booking(someone, "the-first-key", train_no=G7)
    assert reasons(await book(world.deps.desk, asked)) == [RailRefusal.ORDER_OPEN]
    await trades.cancel(world.database, world.deps, someone.actor, order.order_id)
    assert reasons(await book(world.deps.desk, asked)) == ["held"]


async def test_two_desks_on_one_database_sell_each_seat_once(world: RailWorld) -> None:
    """Two processes: each sees half of the crowd, on the same trains, in the other order."""
    desks = [BookingDesk(world.database, world.sealer) for _ in range(2)]
    crowd = [await world.someone() for _ in range(40)]
    trains = [G1, G7]
    bookings = [
        await world.booking(each, "the-first-key", class_code="M", train_no=trains[n % 2])
        for n, each in enumerate(crowd)
    ]
    outcomes = await asyncio.gather(
        book(desks[0], *bookings[:20]), book(desks[1], *reversed(bookings[20:]))
    )
    assert reasons([*outcomes[0], *outcomes[1]]) == ["held"] * 40
    assert await commits(world) >= 2
    more = [await world.someone() for _ in range(20)]
    bookings = [
        await world.booking(each, "the-first-key", class_code="M", train_no=G1) for each in more
    ]
    outcomes = await asyncio.gather(book(desks[0], *bookings[:10]), book(desks[1], *bookings[10:]))
    said = Counter(reasons([*outcomes[0], *outcomes[1]]))
    assert said == {"held": 8, RailRefusal.SOLD_OUT: 12}
    await world.audited()


async def test_one_key_at_two_desks_at_once_makes_one_order(world: RailWorld) -> None:
    desks = [BookingDesk(world.database, world.sealer) for _ in range(2)]
    for _ in range(5):
        asked = await world.booking(await world.someone(), "the-first-key")
        one, other = await asyncio.gather(*(desk.book(asked) for desk in desks))
        assert isinstance(one, Booked)
        assert isinstance(other, Booked)
        assert (one.held is None) != (other.held is None)
        assert one.answer.response == other.answer.response
    await world.audited()


async def test_time_that_ran_out_gives_way_unless_it_was_paid_for_meanwhile(
    world: RailWorld,
) -> None:
    one, other = await world.someone(), await world.someone()
    assert one.identity_number
    twin = (await world.add(other, one.identity_number, "李明"),)
    day = await world.day()
    order = await world.held(one, travel_day=day)
    await trades.make_trade(world.database, world.deps, order.ref)
    paid = world.platform.pay(order.order_no, await world.now())
    await move_clock(world.database, timedelta(minutes=31))  # no job ran
    wanted = await world.booking(other, "the-first-key", passenger_ids=twin, travel_day=day)
    outcomes = await asyncio.gather(world.notified(order, paid), world.deps.desk.book(wanted))
    if outcomes[0] is MoneyOutcome.ISSUE:
        assert reasons([outcomes[1]]) == [RailRefusal.TIME_CONFLICT]
    else:
        assert reasons([outcomes[1]]) == ["held"]
    await world.audited()


async def test_a_full_queue_and_a_closed_desk_say_so_and_do_nothing(world: RailWorld) -> None:
    desk = BookingDesk(world.database, world.sealer, queue_max=1)
    bookings = [await world.booking(await world.someone(), "the-first-key") for _ in range(3)]
    outcomes = await asyncio.gather(*(desk.book(b) for b in bookings), return_exceptions=True)
    assert any(isinstance(each, DatabaseAway) for each in outcomes)
    served = [each for each in outcomes if isinstance(each, Booked)]
    async with world.database.reading() as tx:
        count = await tx.fetchval("SELECT count(*) FROM rail.ticket_order")
    assert count == len(served)
    await desk.close()
    with pytest.raises(DatabaseAway):
        await desk.book(bookings[0])
