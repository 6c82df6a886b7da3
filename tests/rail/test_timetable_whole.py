"""What we ship, compared with a whole timetable that the machine may have (never shipped)."""

import csv
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from farewave.db import Database
from farewave.kit.chance import SeededChance
from farewave.rail.model import Network, exact_leg
from farewave.rail.rules.timetable import read_timetable
from farewave.rail.shipped import principal_only, trunk_lines
from farewave.rail.store.network import load_network
from farewave.rail.timetable import Source, import_network, network_in, read_path, shipped_texts

FOLDER = os.environ.get("FAREWAVE_RAIL_DATA")

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="FAREWAVE_RAIL_DATA names no folder with a whole timetable"
)

Call = tuple[str, int | None, int | None, int | None]


def whole_calls(codes: set[str]) -> dict[str, list[Call]]:
    """Telecode, arrival, departure and kilometres of each stop of these trains, in order."""
    calls: dict[str, list[Call]] = {}
    for row in _rows("stops.csv"):
        if row["train"] in codes:
            calls.setdefault(row["train"], []).append(
                (
                    row["station"],
                    int(row["arrive_min"]),
                    int(row["depart_min"]),
                    kilometres(row),
                )
            )
    # It gives a first stop an arrival and a last stop a departure; ours have neither.
    for way in calls.values():
        (first, _, depart, km), (last, arrive, _, last_km) = way[0], way[-1]
        way[0], way[-1] = (first, None, depart, km), (last, arrive, None, last_km)
    return calls


def kilometres(row: dict[str, str]) -> int | None:
    return int(row["km"]) if row["km"] else None


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (Path(FOLDER or "") / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def test_every_shipped_train_calls_where_and_when_the_whole_timetable_says() -> None:
    network = read_timetable(shipped_texts())
    assert isinstance(network, Network), network
    ours = {
        train.train_code: [(s.telecode, s.arrive_min, s.depart_min, s.km) for s in train.stops]
        for train in network.trains.values()
    }
    theirs = whole_calls(set(ours))
    for code, way in ours.items():
        told = set(theirs[code])
        assert [call for call in way if call not in told] == [], code
        assert (way[0], way[-1]) == (theirs[code][0], theirs[code][-1]), code
        if code not in principal_only():
            assert way == theirs[code], code


def test_every_shipped_station_has_its_real_telecode_and_name() -> None:
    network = read_timetable(shipped_texts())
    assert isinstance(network, Network), network
    theirs: dict[str, set[tuple[str, str]]] = {}
    for row in _rows("stations.csv"):
        theirs.setdefault(row["telecode"], set()).add((row["name"], row["pinyin"]))
    for station in network.stations.values():
        assert (station.name, station.pinyin) in theirs[station.telecode], station


def test_every_shipped_train_has_its_real_number() -> None:
    network = read_timetable(shipped_texts())
    assert isinstance(network, Network), network
    theirs = {row["code"]: row["train_no"] for row in _rows("trains.csv")}
    for train in network.trains.values():
        assert train.train_no == theirs[train.train_code] or not theirs[train.train_code]


@pytest.fixture(scope="module")
def whole() -> Network:
    source = read_path(Path(FOLDER or ""))
    assert isinstance(source, Source), source
    network = network_in(source)
    assert isinstance(network, Network), network
    return network


async def test_the_whole_network_comes_in_within_a_minute_and_complete(database: Database) -> None:
    started = time.perf_counter()
    source = read_path(Path(FOLDER or ""))
    assert isinstance(source, Source), source
    network = network_in(source)
    assert isinstance(network, Network), network
    shares: list[float] = []
    async with database.transaction() as tx:
        imported = await import_network(tx, network, tick=shares.append)
    assert time.perf_counter() - started < 60
    names = list(_rows("stations.csv"))
    assert (imported.trains, imported.stops, len(names)) == (5505, 57289, 4201)
    # Some telecodes were given to a second station later: one place each.
    assert imported.stations == len({row["telecode"] for row in names})
    assert shares == sorted(shares)
    async with database.reading() as tx:
        loaded = await load_network(tx, network.version)
    assert loaded == network


def test_a_thousand_journeys_are_as_the_files_say(whole: Network) -> None:
    stops: dict[str, list[dict[str, str]]] = {}
    for row in _rows("stops.csv"):
        stops.setdefault(row["train"], []).append(row)
    fares = {
        (row["train"], row["seq"]): row["hard_or_2nd"] for row in _rows("fares-from-origin.csv")
    }
    trains = {train.train_code: train for train in whole.trains.values()}
    chance, codes, priced = SeededChance(2016), sorted(stops), 0
    midnight = timedelta(hours=8)
    for _ in range(1_000):
        code = codes[chance.below(len(codes))]
        way = stops[code]
        first = chance.below(len(way) - 1)
        last = first + 1 + chance.below(len(way) - 1 - first)
        get_on, get_off = way[first], way[last]
        train = trains[code]
        leg = exact_leg(train, get_on["station"], get_off["station"])
        assert leg is not None
        if (leg.origin.seq, leg.destination.seq) != (first + 1, last + 1):
            assert len({row["station"] for row in way}) < len(way), "it calls somewhere twice"
            continue
        day = date(2026, 12, 1)
        start = leg.depart_at(day) + midnight
        minutes = int(get_on["depart_min"])
        assert (start.hour * 60 + start.minute) == minutes % 1440
        assert (start.date() - day).days == minutes // 1440
        assert leg.duration_min == int(get_off["arrive_min"]) - minutes
        if leg.km is not None:
            assert leg.km == int(get_off["km"]) - int(get_on["km"])
            assert leg.km * 60 <= 360 * leg.duration_min
        fare = fares.get((code, get_off["seq"]), "")
        if first == 0 and fare not in ("", "0"):
            seat = "O" if train.kind in "GDC" else "1"
            assert whole.fare_fen(leg, seat) == round(float(fare) * 100)
            priced += 1
    assert priced > 50


def test_noise_in_the_kilometres_is_unknown(whole: Network) -> None:
    for train in whole.trains.values():
        known = [(stop, stop.km) for stop in train.stops if stop.km is not None]
        for (before, km), (after, further) in pairwise(known):
            minutes = (after.arrive_min or 0) - (before.depart_min or 0)
            assert 0 < further - km <= minutes * 6


def test_the_trunk_lines_are_as_long_as_some_train_of_the_whole_timetable_says() -> None:
    """Between neighbours on a line, where any train calls at both."""
    neighbours = {pair for line in trunk_lines() for pair in pairwise(line.km)}
    said: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    ways: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows("stops.csv"):
        if row["km"]:
            ways[row["train"]][row["station"]] = int(row["km"])
    for way in ways.values():
        for pair in neighbours:
            if pair[0] in way and pair[1] in way:
                said[pair][abs(way[pair[1]] - way[pair[0]])] += 1
    for line in trunk_lines():
        for pair in pairwise(line.km):
            assert not said[pair] or said[pair][line.between(*pair) or 0], (line.name, pair)
    assert len(said) > 150
