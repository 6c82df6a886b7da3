"""What a search finds, and which timetable a run keeps."""

from datetime import timedelta

import pytest

from farewave.kit.outcome import Refused
from farewave.rail import service
from farewave.rail.errors import RailRefusal
from farewave.rail.timetable import Imported, import_timetable, shipped_texts
from tests.support.database import move_clock
from tests.support.rail import G1, RailWorld


def reason(outcome: object) -> object:
    return outcome.reason if isinstance(outcome, Refused) else outcome


async def test_search_names_every_train_of_the_day_in_order(world: RailWorld) -> None:
    found = await world.found("BJP", "SHH", await world.day())
    departures = [offer.depart_at for offer in found]
    assert departures == sorted(departures)
    assert {"G1", "G17", "G7", "T109", "D311"} <= {offer.train_code for offer in found}
    assert all(offer.bookable for offer in found)
    g1 = next(offer for offer in found if offer.train_code == "G1")
    assert [(each.class_code, each.left) for each in g1.classes] == [
        ("M", 28),
        ("O", 515),
    ]


@pytest.mark.parametrize(
    ("origin", "to", "ahead", "refusal"),
    [
        ("XXX", "SHH", 0, RailRefusal.STATION_UNKNOWN),
        ("BJP", "VNP", 0, RailRefusal.SAME_PLACE),
        ("BJP", "SHH", 15, RailRefusal.OUTSIDE_PRESALE),
        ("BJP", "SHH", -1, RailRefusal.OUTSIDE_PRESALE),
    ],
)
async def test_a_search_for_nothing_is_refused(
    world: RailWorld, origin: str, to: str, ahead: int, refusal: RailRefusal
) -> None:
    assert reason(await world.search(origin, to, await world.day(ahead))) is refusal


async def test_a_train_that_is_about_to_leave_is_shown_but_not_sold(world: RailWorld) -> None:
    order = await world.held(await world.someone())
    await move_clock(world.database, order.depart_at - await world.now() - timedelta(minutes=4))
    found = await world.found("VNP", "AOH", await world.day(0))
    closed = {offer.train_code for offer in found if not offer.bookable}
    assert "G1" in closed
    assert all(o.reason == "已停止发售" for o in found if not o.bookable)
    still_sold = [offer for offer in found if offer.depart_at > order.depart_at]
    assert still_sold
    assert all(offer.bookable for offer in still_sold)


async def test_a_run_keeps_the_times_it_was_sold_by(world: RailWorld) -> None:
    day = await world.day()
    before = await world.held(await world.someone(), travel_day=day)
    texts = dict(shipped_texts())
    texts["stops.csv"] = texts["stops.csv"].replace("AOH,13:48,,1318", "AOH,13:58,,1318")
    async with world.database.transaction() as tx:
        assert isinstance(await import_timetable(tx, texts), Imported)
    after = await world.held(await world.someone(), travel_day=day)
    next_day = day + timedelta(days=1)
    fresh = await world.held(await world.someone(), travel_day=next_day)
    assert after.arrive_at == before.arrive_at
    assert fresh.arrive_at == before.arrive_at + timedelta(days=1, minutes=10)
    for travel_day, order, left in ((day, before, 513), (next_day, fresh, 514)):
        found = await world.found("VNP", "AOH", travel_day)
        g1 = next(offer for offer in found if offer.train_no == G1)
        assert g1.arrive_at == order.arrive_at
        assert g1.classes[1].left == left
        async with world.database.reading() as tx:
            way = await service.train_way(tx, G1, travel_day, None)
        assert not isinstance(way, Refused)
        assert way.network.version == order.version
    await world.audited()
