"""The shipped timetable says what is true of well-known trains; unsound ones are named by line."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from farewave.db import Database, Tx
from farewave.rail.model import Network, exact_leg
from farewave.rail.rules.timetable import TimetableFaults, read_timetable
from farewave.rail.store import network as store
from farewave.rail.timetable import (
    Imported,
    ensure_shipped_timetable,
    import_timetable,
    read_folder,
    shipped_texts,
)


@pytest.fixture(scope="module")
def shipped() -> Network:
    network = read_timetable(shipped_texts())
    assert isinstance(network, Network), network
    return network


@pytest.mark.parametrize(
    ("code", "origin", "destination", "km", "depart", "arrive", "days", "fares"),
    [
        ("G1", "VNP", "AOH", 1318, "09:00", "13:48", 0, {"O": 55300, "M": 93300}),
        ("G1", "VNP", "NKH", 1023, "09:00", "12:39", 0, {"O": 44350, "M": 74850}),
        ("G2", "AOH", "VNP", 1318, "09:00", "13:48", 0, {"O": 55300, "M": 93300}),
        ("G7", "VNP", "AOH", 1318, "19:00", "23:55", 0, {"O": 55300, "M": 93300}),
        ("G17", "VNP", "NKH", 1023, "15:00", "18:46", 0, {"O": 44350, "M": 74850}),
        ("G79", "BXP", "IOQ", 2400, "10:00", "18:35", 0, {"O": 93150, "M": 149050}),
        ("C2001", "VNP", "TJP", 120, "06:01", "06:36", 0, {"O": 5450, "M": 6550}),
        ("D311", "VNP", "SHH", 1359, "21:16", "09:08", 1, {"O": 30900, "M": 37100}),
        ("Z1", "BXP", "CSQ", 1587, "18:00", "08:02", 1, {"1": 18950, "3": 32250}),
        ("Z1", "WCN", "CSQ", 362, "04:39", "08:02", 0, {"1": 5350, "3": 9950}),
        ("T109", "BJP", "SHH", 1452, "19:33", "10:43", 1, {"1": 17750, "3": 30450}),
        ("K53", "BJP", "SBT", 698, "22:24", "07:25", 1, {"1": 9800, "3": 17100}),
    ],
)
def test_well_known_journeys_are_as_in_the_real_timetable(
    shipped: Network,
    code: str,
    origin: str,
    destination: str,
    km: int,
    depart: str,
    arrive: str,
    days: int,
    fares: dict[str, int],
) -> None:
    train = next(each for each in shipped.trains.values() if each.train_code == code)
    leg = exact_leg(train, origin, destination)
    assert leg is not None
    travel_day = date(2026, 11, 30)
    service_day = leg.service_day(travel_day)
    china = timedelta(hours=8)
    departs, arrives = leg.depart_at(service_day) + china, leg.arrive_at(service_day) + china
    assert leg.destination.km - leg.origin.km == km
    assert (departs.date(), departs.strftime("%H:%M")) == (travel_day, depart)
    assert (arrives.strftime("%H:%M"), leg.day_offset) == (arrive, days)
    assert {each: shipped.fare_fen(leg, each) for each in shipped.classes(train)} == fares


def test_beijing_to_shanghai_finds_every_station_of_both_cities(shipped: Network) -> None:
    legs = shipped.legs("BXP", "AOH")
    assert {"G1", "G7", "G17", "D311", "T109"} <= {leg.train.train_code for leg in legs}
    assert {leg.origin.telecode for leg in legs} >= {"VNP", "BJP"}
    assert {leg.destination.telecode for leg in legs} >= {"AOH", "SHH"}


def test_boarding_after_midnight_belongs_to_the_run_of_the_day_before(shipped: Network) -> None:
    leg = exact_leg(shipped.trains["24000000Z10D"], "WCN", "CSQ")
    assert leg is not None
    assert leg.service_day(date(2026, 12, 2)) == date(2026, 12, 1)
    assert leg.depart_at(date(2026, 12, 1)) == datetime(2026, 12, 1, 20, 39, tzinfo=UTC)


def test_fares_rise_with_the_way_and_the_class(shipped: Network) -> None:
    for train in shipped.trains.values():
        dear, cheap = shipped.classes(train)[0], shipped.classes(train)[-1]
        for destination in train.stops[1:]:
            leg = exact_leg(train, train.stops[0].telecode, destination.telecode)
            assert leg is not None
            assert shipped.fare_fen(leg, dear) > shipped.fare_fen(leg, cheap)
        for code in shipped.classes(train):
            legs = [exact_leg(train, train.stops[0].telecode, s.telecode) for s in train.stops[1:]]
            fares = [shipped.fare_fen(leg, code) for leg in legs if leg is not None]
            assert fares == sorted(fares)


def test_totals_of_seats_are_those_of_the_stock(shipped: Network) -> None:
    emu, ordinary = shipped.trains["24000000G109"], shipped.trains["24000000Z10D"]
    assert shipped.seats(emu.stock) == {"M": 28, "O": 515}
    assert {c: shipped.seats(ordinary.stock)[c] for c in ("1", "3")} == {"1": 4 * 118, "3": 6 * 66}


def test_at_least_three_hundred_trains_of_every_kind_are_shipped(shipped: Network) -> None:
    kinds = Counter(train.kind for train in shipped.trains.values())
    assert sum(kinds.values()) >= 300
    assert set(kinds) == {"G", "D", "C", "Z", "T", "K", "0"}
    assert any((train.stops[-1].arrive_min or 0) >= 2880 for train in shipped.trains.values())


def test_cities_and_stations_have_one_name_in_english_each(shipped: Network) -> None:
    names: dict[str, set[str]] = {}
    for station in shipped.stations.values():
        names.setdefault(station.city, set()).add(station.city_en)
    assert {city: each for city, each in names.items() if len(each) > 1} == {}
    english = {station.name: station.name_en for station in shipped.stations.values()}
    assert english["哈尔滨西"] == "Harbin West"
    assert english["西安"] == "Xi'an"
    assert english["东莞东"] == "Dongguan East"
    assert english["中川机场"] == "Zhongchuan Airport"


Change = Callable[[dict[str, str]], None]


def replaced(name: str, old: str, new: str) -> Change:
    def change(texts: dict[str, str]) -> None:
        assert old in texts[name]
        texts[name] = texts[name].replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda texts: texts.pop("fares.csv"), "fares.csv: the file is missing"),
        (replaced("stops.csv", "AOH,13:48,,1318", "AOX,13:48,,1318"), "stops.csv, line 4"),
        (replaced("stops.csv", "12:39,12:41,1023", "08:39,12:41,1023"), "arrives before"),
        (replaced("stops.csv", "12:39,12:41,1023", "12:39,12:38,1023"), "leaves before"),
        (replaced("stops.csv", "12:39,12:41,1023", "12:39,12:41,1320"), "kilometres don't rise"),
        (replaced("stops.csv", "12:39,12:41,1023", "12:39,,1023"), "a stop lacks a time"),
        (replaced("stops.csv", "12:39", "25:39"), "not a time"),
        (replaced("stops.csv", "G109,3,AOH", "G109,5,AOH"), "aren't numbered"),
        (replaced("fares.csv", "G,VNP,AOH,O,553.0", "G,VNP,AOH,O,0"), "is not an amount"),
        (
            replaced("trains.csv", "G1,G,G,EMU8", "G1,G,OWN,EMU8"),
            "no fare OWN VNP-AOH in class O",
        ),
        (replaced("stations.csv", "BJP,", "bjp,"), "telecode 'bjp' is malformed"),
        (replaced("stations.csv", "VNP,", "BJP,"), "stations.csv, line 3: stated twice"),
        (replaced("trains.csv", "G,G,EMU8", "G,G,EMU9"), "its stock EMU9 has no coaches"),
        (replaced("coaches.csv", "AC-DF,28", "AC-DF,27"), "whole rows of 4"),
        (replaced("coaches.csv", "M,AC-DF", "X,AC-DF"), "class_code 'X' is not known"),
        (replaced("trains.csv", "train_no,", "number,"), "trains.csv, line 1: the columns are"),
    ],
)
def test_an_unsound_timetable_is_refused_with_file_and_line(change: Change, says: str) -> None:
    texts = dict(shipped_texts())
    change(texts)
    found = read_timetable(texts)
    assert isinstance(found, TimetableFaults)
    assert any(says in fault for fault in found.faults), found.faults


async def test_the_shipped_timetable_comes_in_once_and_reads_back_equal(
    database: Database, shipped: Network
) -> None:
    async with database.transaction() as tx:
        first = await ensure_shipped_timetable(tx)
    async with database.transaction() as tx:
        again = await ensure_shipped_timetable(tx)
        loaded = await store.load_network(tx, shipped.version)
    assert first is not None
    assert (first.version, first.changed) == (shipped.version, True)
    assert (first.stations, first.trains) == (len(shipped.stations), len(shipped.trains))
    assert again is None
    assert loaded == shipped


async def test_an_imported_timetable_stays_and_a_faulty_one_changes_nothing(tx: Tx) -> None:
    await ensure_shipped_timetable(tx)
    own = dict(shipped_texts())
    replaced("stops.csv", "AOH,13:48,,1318", "AOH,13:50,,1318")(own)
    imported = await import_timetable(tx, own)
    assert isinstance(imported, Imported)
    assert imported.changed
    broken: Mapping[str, str] = {**own, "trains.csv": "nonsense"}
    assert isinstance(await import_timetable(tx, broken), TimetableFaults)
    assert await ensure_shipped_timetable(tx) is None
    assert await store.current_version(tx) == imported.version


def test_a_folder_is_read_whole_or_its_faults_are_named(tmp_path: Path) -> None:
    for name, text in shipped_texts().items():
        (tmp_path / name).write_text("\ufeff" + text, "utf-8")
    assert read_folder(tmp_path) == shipped_texts()
    (tmp_path / "fares.csv").unlink()
    (tmp_path / "stops.csv").write_bytes(b"\xff\xfe")
    found = read_folder(tmp_path)
    assert isinstance(found, TimetableFaults)
    assert [fault.split(":")[0] for fault in found.faults] == ["stops.csv", "fares.csv"]
