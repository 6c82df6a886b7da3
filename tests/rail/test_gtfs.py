"""GTFS feeds: days, times past midnight, and every mistake by file and line."""

import zipfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from farewave.db import Tx
from farewave.kit.outcome import Refused
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Network, exact_leg
from farewave.rail.rules.rows import TimetableFaults
from farewave.rail.store.network import load_network
from farewave.rail.timetable import Source, import_network, network_in, read_path
from tests.support.rail import RailWorld

FEED: Mapping[str, str] = {
    "agency.txt": "agency_name,agency_url,agency_timezone\nLine,https://example.test,Asia/Shanghai\n",
    "stops.txt": (
        "stop_id,stop_code,stop_name,location_type,parent_station\n"
        "s1,DSA,East Hill,1,\ns1a,,East Hill platform 1,0,s1\n"
        "s2,,West Hill,,\ns3,,Harbour,,\n"
    ),
    "routes.txt": "route_id,route_short_name,route_type\nr1,D7,2\nr2,Metro 1,1\n",
    "trips.txt": (
        "route_id,service_id,trip_id,trip_short_name\n"
        "r1,week,t1,\nr1,week,night-train,Z98\nr2,feast,m1,\n"
    ),
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,8:00:00,8:00:00,s1a,5\nt1,08:30:40,08:31:10,s2,10\nt1,,,s3,15\nt1,09:00:00,09:00:00,s3,20\n"
        "night-train,23:50:00,23:50:00,s1a,1\nnight-train,25:10:00,25:10:00,s3,2\n"
        "m1,10:00:00,10:00:10,s2,1\nm1,10:00:50,10:00:50,s3,2\n"
    ),
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "week,1,1,1,1,1,0,0,20261201,20261231\n"
    ),
    "calendar_dates.txt": (
        "service_id,date,exception_type\nweek,20261205,1\nweek,20261204,2\nfeast,20261225,1\n"
    ),
}


def read(**changed: str | None) -> Network | TimetableFaults:
    texts = {**FEED, **changed}
    return network_in(Source("gtfs", {name: t for name, t in texts.items() if t is not None}))


@pytest.fixture
def network() -> Network:
    found = read()
    assert isinstance(found, Network), found
    return found


def test_stops_are_stations_with_telecodes_of_their_own(network: Network) -> None:
    assert {s.name: code for code, s in network.stations.items()} == {
        "East Hill": "DSA",
        "West Hill": "AA0",
        "Harbour": "AA1",
    }
    assert [s.pinyin for s in network.stations.values()] == ["easthill", "harbour", "westhill"]


def test_times_are_to_the_minute_and_go_on_past_midnight(network: Network) -> None:
    trains = {train.train_code: train for train in network.trains.values()}
    assert [(s.telecode, s.arrive_min, s.depart_min) for s in trains["D7"].stops] == [
        ("DSA", None, 480),
        ("AA0", 510, 511),
        ("AA1", 540, None),
    ]
    night = exact_leg(trains["Z98"], "DSA", "AA1")
    assert night is not None
    assert (night.duration_min, night.day_offset, night.km) == (80, 1, None)
    assert network.fare_fen(night, "1") > 0
    metro = network.trains["m1"]
    assert [(s.arrive_min, s.depart_min) for s in metro.stops] == [(None, 600), (601, None)]


def test_a_train_runs_on_the_days_of_its_service(network: Network) -> None:
    train = network.trains["t1"]
    running = {
        day for n in range(-10, 60) if train.runs_on(day := date(2026, 12, 1) + timedelta(days=n))
    }
    weekdays = {date(2026, 12, n) for n in range(1, 32) if date(2026, 12, n).weekday() < 5}
    assert running == weekdays - {date(2026, 12, 4)} | {date(2026, 12, 5)}
    metro = network.trains["m1"]
    assert [n for n in range(1, 32) if metro.runs_on(date(2026, 12, n))] == [25]


async def test_a_feed_reads_back_equal_from_the_database(tx: Tx, network: Network) -> None:
    await import_network(tx, network)
    assert await load_network(tx, network.version) == network


async def test_nobody_finds_or_books_a_train_on_a_day_on_which_it_doesn_t_run(
    world: RailWorld,
) -> None:
    today = await world.day(0)
    texts = {
        "calendar.txt": None,
        "calendar_dates.txt": "service_id,date,exception_type\n"
        + "".join(
            f"{service},{today + timedelta(days=n):%Y%m%d},1\n"
            for service, n in (("week", 2), ("feast", 3))
        ),
    }
    feed = read(**texts)
    assert isinstance(feed, Network), feed
    async with world.database.transaction() as tx:
        await import_network(tx, feed)
    found = [await world.found("AA0", "AA1", await world.day(n)) for n in (1, 2, 3)]
    assert [[offer.train_code for offer in each] for each in found] == [[], ["D7"], ["3"]]
    someone = await world.someone()
    for ahead, refusal in ((1, RailRefusal.NOT_RUNNING), (2, None)):
        outcome = await world.order(
            someone,
            train_no="t1",
            origin="AA0",
            destination="AA1",
            travel_day=await world.day(ahead),
        )
        assert (outcome.reason if isinstance(outcome, Refused) else None) is refusal


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("agency.txt", "Asia/Shanghai", "Europe/Bern", "agency.txt, line 2: agency_timezone"),
        ("stops.txt", "s3,,Harbour", "s3,,", "stops.txt, line 5: stop_name '' is malformed"),
        ("stops.txt", "0,s1\n", "0,s9\n", "stops.txt: there is no stop 's9'"),
        ("routes.txt", "r2,Metro 1,1", "r2,Metro 1,x", "routes.txt, line 3: route_type 'x'"),
        ("trips.txt", "r2,feast", "r9,feast", "trips.txt, line 4: route_id 'r9' is not known"),
        ("trips.txt", "r2,feast", "r2,fast", "trips.txt, line 4: service_id 'fast'"),
        ("stop_times.txt", "t1,8:00:00", "t1,8h00", "stop_times.txt, line 2: arrival_time '8h00'"),
        ("stop_times.txt", "25:10:00", "925:10:00", "line 7: arrival_time '925:10:00' is more"),
        ("stop_times.txt", "s3,20", "s9,20", "stop_times.txt, line 5: stop_id 's9' is not known"),
        ("stop_times.txt", "s3,20", "s3,15", "stop_times.txt, line 5: stated twice"),
        ("stop_times.txt", "t1,8:00:00,8:00:00", "t1,,", "trip 't1' has no time at its first"),
        ("calendar.txt", "20261231", "20261301", "calendar.txt, line 2: end_date '20261301'"),
        ("calendar.txt", "week,1,1", "week,1,2", "calendar.txt, line 2: tuesday '2' is malformed"),
        ("calendar_dates.txt", "20261225,1", "20261225,3", "line 4: exception_type '3'"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(name: str, old: str, new: str, says: str) -> None:
    assert old in FEED[name]
    found = read(**{name: FEED[name].replace(old, new, 1)})
    assert isinstance(found, TimetableFaults)
    assert any(says in fault for fault in found.faults), found.faults


def test_trains_by_headway_are_refused() -> None:
    found = read(**{"frequencies.txt": "trip_id,start_time,end_time,headway_secs\nt1,a,b,60\n"})
    assert isinstance(found, TimetableFaults)
    assert "headway" in found.faults[0]


def test_a_zip_is_read_or_what_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FEED.items():
            archive.writestr(name, "\ufeff" + text)
    assert read_path(path) == Source("gtfs", dict(FEED))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stops.txt", b"\xff\xfe")
    found = read_path(path)
    assert isinstance(found, TimetableFaults)
    assert "agency.txt: the file is missing" in found.faults
    assert "stops.txt: isn't UTF-8" in found.faults
    path.write_text("not a zip")
    assert isinstance(read_path(path), TimetableFaults)
    assert isinstance(read_path(tmp_path / "nothing"), TimetableFaults)
