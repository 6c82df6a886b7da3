"""Whether a timetable is sound: five CSV texts in, a `Network` or every fault by file and line out.

`data/README.md` says what the columns mean.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeVar

from farewave.kit.money import parse_yuan
from farewave.rail.model.network import (
    CLASS_NAMES,
    SEGMENTS_MAX,
    Coach,
    Fare,
    FareKey,
    Network,
    Station,
    Stop,
    Train,
)
from farewave.rail.rules.coaches import layout_fault

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "stations.csv": (
        *("telecode", "name", "name_en", "pinyin", "initials", "city", "city_en", "hot"),
    ),
    "trains.csv": ("train_no", "train_code", "kind", "tariff", "stock"),
    "stops.csv": ("train_no", "seq", "telecode", "arrive", "depart", "km"),
    "fares.csv": ("tariff", "from", "to", "class_code", "fare_yuan", "basis"),
    "coaches.csv": ("stock", "coach", "class_code", "layout", "places"),
}
"""The files of a timetable folder and their columns."""
BASES = ("published", "modelled")
FAULTS_MAX = 50

_K = TypeVar("_K")
_V = TypeVar("_V")
_Row = dict[str, str]
_TELECODE = re.compile(r"[A-Z]{2}[A-Z0-9]")
_TRAIN_NO = re.compile(r"[0-9A-Za-z]{1,20}")
_TRAIN_CODE = re.compile(r"[A-Z]?[0-9]{1,5}")
_KIND = re.compile(r"[A-Z0]")
_NAME = re.compile(r"\S(?:.{0,48}\S)?")
_SMALL = re.compile(r"[a-z]{1,40}")
_KEY = re.compile(r"[0-9A-Za-z-]{1,20}")
_COACH = re.compile(r"[0-9]{2}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,4}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?:\+([1-9]))?")


@dataclass(frozen=True, slots=True)
class TimetableFaults:
    """What is wrong, at most `FAULTS_MAX` sentences, each beginning with file and line."""

    faults: tuple[str, ...]


class _Faulty(Exception):  # noqa: N818
    """One row is wrong; the text says how."""


def content_version(texts: Mapping[str, str]) -> str:
    """The version of a timetable: 32 hexadecimal digits of its content's SHA-256."""
    digest = hashlib.sha256()
    for name in COLUMNS:
        content = texts[name].encode()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:32]


def read_timetable(texts: Mapping[str, str]) -> Network | TimetableFaults:
    """The network in `texts` (by file name), or what is wrong with it."""
    reader = _Reader(texts)
    stations = reader.keyed("stations.csv", _station)
    coaches = reader.keyed("coaches.csv", _coach)
    fares = reader.keyed("fares.csv", lambda row: _fare(row, stations))
    heads = reader.keyed("trains.csv", _train_head)
    stops = reader.keyed("stops.csv", lambda row: _stop(row, stations, heads))
    if reader.faults:
        return TimetableFaults(tuple(reader.faults[:FAULTS_MAX]))
    stocks = _by_first(coaches)
    both_ways = {(tariff, b, a, code): fare for (tariff, a, b, code), fare in fares.items()} | fares
    trains: dict[str, Train] = {}
    faults: list[str] = []
    calls = _by_first(stops)
    for number, head in heads.items():
        way = sorted(calls.get(number, ()), key=lambda stop: stop.seq)
        found = [*_way_faults(way), *_supply_faults(head, way, stocks, both_ways)]
        faults += [f"trains.csv: {head['train_code']} ({number}): {fault}" for fault in found]
        if not found:
            trains[number] = _train(head, way)
    if not heads:
        faults.append("trains.csv: there is no train")
    if faults:
        return TimetableFaults(tuple(faults[:FAULTS_MAX]))
    return Network(
        version=content_version(texts),
        stations=stations,
        trains=trains,
        stocks={stock: tuple(each) for stock, each in stocks.items()},
        fares=both_ways,
    )


class _Reader:
    """Reads rows and gathers faults, so that an importer sees all of them at once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.faults: list[str] = []

    def keyed(self, name: str, parse: Callable[[_Row], tuple[_K, _V]]) -> dict[_K, _V]:
        """Every row of file `name` by its key."""
        found: dict[_K, _V] = {}
        for line, row in self._rows(name):
            try:
                key, value = parse(row)
            except _Faulty as fault:
                self.faults.append(f"{name}, line {line}: {fault}")
                continue
            if key in found:
                self.faults.append(f"{name}, line {line}: stated twice")
            found[key] = value
        return found

    def _rows(self, name: str) -> Iterator[tuple[int, _Row]]:
        if name not in self._texts:
            self.faults.append(f"{name}: the file is missing")
            return
        rows = csv.reader(io.StringIO(self._texts[name]))
        header = tuple(next(rows, ()))
        if header != COLUMNS[name]:
            self.faults.append(f"{name}, line 1: the columns are {', '.join(COLUMNS[name])}")
            return
        for row in rows:
            if len(row) == len(header):
                yield rows.line_num, dict(zip(header, row, strict=True))
            elif row:
                self.faults.append(f"{name}, line {rows.line_num}: {len(row)} columns")


def _check(row: _Row, **patterns: re.Pattern[str]) -> None:
    for column, pattern in patterns.items():
        if pattern.fullmatch(row[column]) is None:
            raise _Faulty(f"{column} {row[column]!r} is malformed")


def _known(row: _Row, column: str, among: Collection[str]) -> str:
    if row[column] not in among:
        raise _Faulty(f"{column} {row[column]!r} is not known")
    return row[column]


def _station(row: _Row) -> tuple[str, Station]:
    _check(row, telecode=_TELECODE, name=_NAME, name_en=_NAME, city=_NAME, city_en=_NAME)
    _check(row, pinyin=_SMALL, initials=_SMALL)
    hot = _known(row, "hot", ("yes", "no")) == "yes"
    return row["telecode"], Station(
        row["telecode"],
        row["name"],
        row["name_en"],
        row["pinyin"],
        row["initials"],
        row["city"],
        row["city_en"],
        hot,
    )


def _coach(row: _Row) -> tuple[tuple[str, str], Coach]:
    _check(row, stock=_KEY, coach=_COACH, places=_NUMBER)
    class_code = _known(row, "class_code", CLASS_NAMES)
    places = int(row["places"])
    fault = layout_fault(row["layout"], places)
    if fault is not None:
        raise _Faulty(fault)
    return (row["stock"], row["coach"]), Coach(row["coach"], class_code, row["layout"], places)


def _fare(row: _Row, stations: Mapping[str, Station]) -> tuple[FareKey, Fare]:
    _check(row, tariff=_KEY)
    origin, destination = _known(row, "from", stations), _known(row, "to", stations)
    class_code = _known(row, "class_code", CLASS_NAMES)
    basis = _known(row, "basis", BASES)
    fare_fen = parse_yuan(row["fare_yuan"])
    if not fare_fen:
        raise _Faulty(f"fare_yuan {row['fare_yuan']!r} is not an amount")
    return (row["tariff"], origin, destination, class_code), Fare(fare_fen, basis)


def _train_head(row: _Row) -> tuple[str, _Row]:
    _check(row, train_no=_TRAIN_NO, train_code=_TRAIN_CODE, kind=_KIND, tariff=_KEY, stock=_KEY)
    return row["train_no"], row


def _train(head: _Row, way: list[Stop]) -> Train:
    return Train(
        head["train_no"],
        head["train_code"],
        head["kind"],
        head["tariff"],
        head["stock"],
        tuple(way),
    )


def _stop(
    row: _Row, stations: Mapping[str, Station], trains: Mapping[str, _Row]
) -> tuple[tuple[str, int], Stop]:
    _check(row, seq=_NUMBER, km=_NUMBER)
    stop = Stop(
        seq=int(row["seq"]),
        telecode=_known(row, "telecode", stations),
        arrive_min=_minutes(row["arrive"]),
        depart_min=_minutes(row["depart"]),
        km=int(row["km"]),
    )
    return (_known(row, "train_no", trains), stop.seq), stop


def _minutes(text: str) -> int | None:
    """Minutes since the service day's midnight from `HH:MM` or `HH:MM+1`; None when empty."""
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise _Faulty(f"{text!r} is not a time like 08:02 or 08:02+1")
    hour, minute, days = match.groups()
    return int(days or 0) * 1440 + int(hour) * 60 + int(minute)


def _by_first(keyed: Mapping[tuple[str, _K], _V]) -> dict[str, list[_V]]:
    """The values gathered by the first part of their keys, in order."""
    gathered: dict[str, list[_V]] = {}
    for (first, _), value in keyed.items():
        gathered.setdefault(first, []).append(value)
    return gathered


def _way_faults(way: list[Stop]) -> Iterator[str]:
    """What is wrong with a train's stops: gaps, times or kilometres that don't rise."""
    if not 2 <= len(way) <= SEGMENTS_MAX + 1:
        yield f"{len(way)} stops: 2 to {SEGMENTS_MAX + 1} are possible"
        return
    if [stop.seq for stop in way] != list(range(1, len(way) + 1)):
        yield "the stops aren't numbered 1, 2, 3 …"
    if len({stop.telecode for stop in way}) != len(way):
        yield "it calls twice at one station"
    if way[0].arrive_min is not None or way[-1].depart_min is not None:
        yield "the first stop has no arrival and the last no departure"
    if any(s.depart_min is None for s in way[:-1]) or any(s.arrive_min is None for s in way[1:]):
        yield "a stop lacks a time"
        return
    times = [m for s in way for m in (s.arrive_min, s.depart_min) if m is not None]
    leaves, arrives = times[0::2], times[1::2]
    if any(a >= b for a, b in zip(leaves, arrives, strict=True)):
        yield "it arrives before it has left"
    if any(a > b for a, b in zip(arrives, leaves[1:], strict=False)):
        yield "it leaves before it has arrived"
    if leaves[0] >= 1440:
        yield "it leaves its first station after its service day"
    if way[0].km != 0 or any(a.km >= b.km for a, b in pairwise(way)):
        yield "the kilometres don't rise from 0"


def _supply_faults(
    head: _Row,
    way: list[Stop],
    stocks: Mapping[str, list[Coach]],
    fares: Mapping[FareKey, Fare],
) -> Iterator[str]:
    """What a train lacks to be sold: coaches, and a fare for each pair of stops and class."""
    coaches = stocks.get(head["stock"])
    if coaches is None:
        yield f"its stock {head['stock']} has no coaches"
        return
    for code in sorted({coach.class_code for coach in coaches}):
        for origin, destination in combinations((stop.telecode for stop in way), 2):
            if (head["tariff"], origin, destination, code) not in fares:
                yield f"no fare {head['tariff']} {origin}-{destination} in class {code}"
