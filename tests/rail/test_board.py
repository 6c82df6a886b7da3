"""Left tickets from memory: right to the octet, no older than stated, the same in each process."""

from datetime import date, timedelta

import pytest

from farewave.db import Database, DatabaseAway
from farewave.kit.outcome import Refused
from farewave.rail.board import (
    READ_AGAIN_AFTER_S,
    REFRESH_AFTER_S,
    STALE_MAX_S,
    Answer,
    Board,
)
from farewave.rail.model import CLASS_NAMES, OrderStatus
from farewave.rail.schemas import timetable as wire
from farewave.rail.service import current_network, end_unpaid, network_of
from farewave.rail.timetable import Imported, import_timetable, shipped_texts
from tests.support.database import move_clock
from tests.support.rail import Clockwork, RailWorld


async def answer(board: Board, day: date, origin: str = "VNP", to: str = "AOH") -> Answer:
    found = await board.search(origin, to, day, "zh")
    assert not isinstance(found, Refused), found
    return found


async def left(board: Board, day: date, to: str = "AOH") -> int:
    """Second-class seats left on G1."""
    offers = wire.Offers.model_validate_json((await answer(board, day, to=to)).body).items
    g1 = next(offer for offer in offers if offer.train_code == "G1")
    return next(each.left for each in g1.classes if each.class_code == "O")


async def test_every_journey_is_written_as_the_schema_writes_it_and_says_what_is_true(
    world: RailWorld,
) -> None:
    """Each pair of cities, on a day: to the octet, and field by field against the timetable."""
    day = await world.day()
    async with world.database.reading() as tx:
        network = await current_network(tx)
    one_of_city = {station.city: code for code, station in network.stations.items()}
    seen = 0
    for origin in one_of_city.values():
        for to in one_of_city.values():
            if origin == to:
                continue
            found = await world.board.search(origin, to, day, "en")
            assert isinstance(found, Answer)
            offers = wire.Offers.model_validate_json(found.body)
            assert offers.model_dump_json(by_alias=True).encode() == found.body
            legs = {leg.train.train_no: leg for leg in network.legs(origin, to)}
            assert {offer.train_no for offer in offers.items} == set(legs)
            for offer in offers.items:
                leg = legs[offer.train_no]
                service_day = leg.service_day(day)
                assert offer.depart_at == leg.depart_at(service_day)
                assert offer.arrive_at == leg.arrive_at(service_day)
                assert offer.origin.telecode == leg.origin.telecode
                assert offer.destination.telecode == leg.destination.telecode
                assert offer.day_offset == leg.day_offset
                assert offer.duration_min == leg.duration_min
                assert [
                    (each.class_code, each.name_en, each.fare_fen, each.left)
                    for each in offer.classes
                ] == [
                    (
                        code,
                        CLASS_NAMES[code][1],
                        network.fare_fen(leg, code),
                        sum(c.places for c in network.coaches(leg.train) if c.class_code == code),
                    )
                    for code in network.classes(leg.train)
                ]
                seen += 1
    assert seen > 50


async def test_a_count_is_as_old_as_stated_and_no_older(world: RailWorld) -> None:
    day = await world.day()
    assert await left(world.board, day) == 515
    order = await world.held(await world.someone())
    world.clockwork.seconds += STALE_MAX_S - 0.01
    assert await left(world.board, day) == 515, "this board hasn't looked again yet"
    world.clockwork.seconds += 0.01
    assert await left(world.board, day) == 514
    await world.database.run(lambda tx: end_unpaid(tx, order.ref, OrderStatus.CANCELLED))
    world.clockwork.seconds += STALE_MAX_S
    assert await left(world.board, day) == 515


async def test_the_next_reading_begins_while_answers_are_still_given(world: RailWorld) -> None:
    day = await world.day()
    assert await left(world.board, day) == 515
    await world.held(await world.someone())
    world.clockwork.seconds += REFRESH_AFTER_S
    assert await left(world.board, day) == 515
    await world.board.refresh()  # waits for the reading that has begun, and one more
    assert await left(world.board, day) == 514


async def test_a_change_that_wasn_t_told_of_is_seen_within_five_minutes_of_the_last_reading(
    world: RailWorld,
) -> None:
    day = await world.day()
    await world.held(await world.someone())
    assert await left(world.board, day) == 514
    await world.held(await world.someone())
    async with world.database.transaction() as tx:  # as if it had begun an hour before its commit
        await tx.execute("UPDATE rail.run SET changed_at = changed_at - interval '1 hour'")
    world.clockwork.seconds += READ_AGAIN_AFTER_S - 1
    assert await left(world.board, day, "NKH") == 514, "put together from what was read then"
    world.clockwork.seconds += 2
    assert await left(world.board, day, "NKH") == 513


async def test_only_the_segments_that_are_taken_count(world: RailWorld) -> None:
    day = await world.day()
    await world.held(await world.someone(), destination="NKH")
    for origin, to, seats in (("VNP", "NKH", 514), ("NKH", "AOH", 515), ("VNP", "AOH", 514)):
        found = await world.found(origin, to, day)
        g1 = next(offer for offer in found if offer.train_code == "G1")
        assert g1.classes[1].left == seats


async def test_two_processes_answer_alike(world: RailWorld) -> None:
    day = await world.day()
    await world.held(await world.someone())
    await world.board.refresh()
    other = Board(world.database, Clockwork())
    assert await answer(other, day) == await answer(world.board, day)


async def test_an_answer_that_is_kept_ends_when_a_train_of_it_goes_off_sale(
    world: RailWorld,
) -> None:
    order = await world.held(await world.someone())
    just_before = order.depart_at - timedelta(minutes=5, seconds=30)
    await move_clock(world.database, just_before - await world.now())
    await world.board.refresh()
    today = await world.day(0)

    async def bookable() -> bool:
        offers = wire.Offers.model_validate_json((await answer(world.board, today)).body).items
        return next(offer for offer in offers if offer.train_code == "G1").bookable

    assert await bookable()
    await move_clock(world.database, timedelta(seconds=31))
    world.clockwork.seconds += STALE_MAX_S
    assert not await bookable()


async def test_days_that_go_off_sale_are_refused_though_their_answer_is_kept(
    world: RailWorld,
) -> None:
    today = await world.day(0)
    assert isinstance(await world.board.search("VNP", "AOH", today, "zh"), Answer)
    await move_clock(world.database, timedelta(days=1))
    world.clockwork.seconds += STALE_MAX_S
    assert isinstance(await world.board.search("VNP", "AOH", today, "zh"), Refused)


async def test_a_new_timetable_is_answered_by_within_the_same_bound(world: RailWorld) -> None:
    day = await world.day()
    before = await answer(world.board, day)
    texts = dict(shipped_texts())
    texts["stops.csv"] = texts["stops.csv"].replace("AOH,13:48,,1318", "AOH,13:58,,1318")
    async with world.database.transaction() as tx:
        imported = await import_timetable(tx, texts)
        assert isinstance(imported, Imported)
        await network_of(tx, imported.version)
    assert await answer(world.board, day) == before
    world.clockwork.seconds += STALE_MAX_S
    after = wire.Offers.model_validate_json((await answer(world.board, day)).body)
    g1 = next(offer for offer in after.items if offer.train_code == "G1")
    assert g1.duration_min == 298


async def test_an_older_timetable_is_kept_for_as_long_as_a_run_is_sold_by_it(
    world: RailWorld,
) -> None:
    await world.held(await world.someone())
    await world.board.refresh()
    texts = dict(shipped_texts())
    texts["stops.csv"] = texts["stops.csv"].replace("AOH,13:48,,1318", "AOH,13:58,,1318")
    async with world.database.transaction() as tx:
        await import_timetable(tx, texts)
    await world.board.refresh()
    assert world.board.timetables_kept == 2
    found = wire.Offers.model_validate_json((await answer(world.board, await world.day())).body)
    g1 = next(offer for offer in found.items if offer.train_code == "G1")
    assert g1.duration_min == 288, "the run keeps its own times"
    await move_clock(world.database, timedelta(days=20))
    await world.board.refresh()
    assert world.board.timetables_kept == 1


async def test_a_station_that_only_the_new_timetable_knows_finds_what_the_older_one_still_sells(
    world: RailWorld,
) -> None:
    await world.held(await world.someone())
    texts = dict(shipped_texts())
    texts["stations.csv"] += "XBJ,新北京,Xinbeijing,xinbeijing,xbj,北京,Beijing,no\n"
    texts["stations.csv"] += "XSH,新上海,Xinshanghai,xinshanghai,xsh,上海,Shanghai,no\n"
    async with world.database.transaction() as tx:
        assert isinstance(await import_timetable(tx, texts), Imported)
    day = await world.day()
    for origin, to in (("XBJ", "AOH"), ("VNP", "XSH"), ("XBJ", "XSH")):
        found = await world.found(origin, to, day)
        assert {offer.train_no for offer in found} == {
            offer.train_no for offer in await world.found("VNP", "AOH", day)
        }
        g1 = next(offer for offer in found if offer.train_code == "G1")
        assert (g1.origin.telecode, g1.destination.telecode) == ("VNP", "AOH")
        assert next(each.left for each in g1.classes if each.class_code == "O") == 514


async def test_a_run_of_an_older_timetable_isn_t_offered_to_a_city_that_only_the_new_one_knows(
    world: RailWorld,
) -> None:
    await world.held(await world.someone())
    texts = dict(shipped_texts())
    texts["stations.csv"] += "XNC,新城,Xincheng,xincheng,xc,新城,Xincheng,no\n"
    texts["stops.csv"] = texts["stops.csv"].replace(
        "AOH,13:48,,1318\n", "AOH,13:48,13:50,1318\n24000000G109,4,XNC,14:20,,1380\n"
    )
    async with world.database.transaction() as tx:
        assert isinstance(await import_timetable(tx, texts), Imported)
    day = await world.day()
    assert await world.found("VNP", "XNC", day) == []
    (g1,) = await world.found("VNP", "XNC", day + timedelta(days=1))
    assert g1.train_code == "G1"


async def test_old_counts_are_not_told_while_the_database_is_away(
    database: Database, world: RailWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await world.day()
    await answer(world.board, day)

    def away() -> object:
        raise DatabaseAway("gone")

    monkeypatch.setattr(world.database, "reading", away)
    assert await answer(world.board, day), "what is fresh enough is told"
    world.clockwork.seconds += STALE_MAX_S
    with pytest.raises(DatabaseAway):
        await answer(world.board, day)
    monkeypatch.undo()
    assert await answer(world.board, day)
