"""Whether a timetable is sound: five CSV texts in, a `Network` or every fault by file and line out.

`data/README.md` says what the columns mean.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeVar

from farewave.kit.clock import DAY_MIN
from farewave.kit.money import parse_yuan
from farewave.rail.model.network import (
    CLASS_NAMES,
    SEGMENTS_MAX,
    Coach,
    Fare,
    FareKey,
    Network,
    RunningDays,
    Station,
    Stop,
    Train,
)
from farewave.rail.model.rates import has_class, rate_of
from farewave.rail.rules.coaches import layout_fault
from farewave.rail.rules.rows import FAULTS_MAX, Faulty, Row, Rows, TimetableFaults, check, known

OWN_FORM = "own"
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
EMU_KINDS = ("G", "D", "C")
"""Electric multiple units; the other kinds are drawn."""
_K = TypeVar("_K")
_V = TypeVar("_V")
_TELECODE = re.compile(r"[A-Z]{2}[A-Z0-9]")
_TRAIN_NO = re.compile(r"[0-9A-Za-z]{1,20}")
_TRAIN_CODE = re.compile(r"[A-Z]?[0-9]{1,5}")
_KIND = re.compile(r"[A-Z0]")
_NAME = re.compile(r"\S(?:.{0,48}\S)?")
_SMALL = re.compile(r"[a-z]{1,40}")
_KEY = re.compile(r"[0-9A-Za-z-]{1,20}")
_COACH = re.compile(r"[0-9]{2}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,4}")
_KILOMETRES = re.compile(r"|0|[1-9][0-9]{0,4}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?:\+([1-9]))?")


@dataclass(frozen=True, slots=True)
class TrainHead:
    """A train without its stops."""

    train_no: str
    train_code: str
    kind: str
    tariff: str
    stock: str
    days: RunningDays | None = None


def kind_of(train_code: str) -> str:
    """A code's letter, or `0` for one without."""
    return train_code[0] if train_code[0].isalpha() else "0"


def rate_and_stock(kind: str) -> tuple[str, str]:
    """What a train of this kind goes by, and with which of the shipped stocks."""
    if kind in EMU_KINDS:
        return kind, "EMU8"
    return "P" if kind == "0" else "K", "25G"


def content_version(texts: Mapping[str, str], form: str = OWN_FORM) -> str:
    """The version of a timetable: 32 hexadecimal digits of its content's SHA-256.

    `form` tells one way of reading texts from another.
    """
    digest = hashlib.sha256(form.encode())
    for name in sorted(texts):
        content = texts[name].encode()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:32]


def read_timetable(texts: Mapping[str, str]) -> Network | TimetableFaults:
    """The network in `texts` (by file name), or what is wrong with it."""
    rows = Rows(texts)
    stations = rows.keyed("stations.csv", COLUMNS["stations.csv"], _station)
    stocks = read_stocks(rows)
    fares = rows.keyed("fares.csv", COLUMNS["fares.csv"], lambda row: _fare(row, stations))
    heads = rows.keyed("trains.csv", COLUMNS["trains.csv"], _train_head)
    stops = rows.keyed("stops.csv", COLUMNS["stops.csv"], lambda row: _stop(row, stations, heads))
    return rows.done() or assembled(
        content_version(texts),
        stations,
        heads,
        {number: sorted(way, key=lambda stop: stop.seq) for number, way in by_first(stops).items()},
        stocks,
        {(tariff, b, a, code): fare for (tariff, a, b, code), fare in fares.items()} | fares,
    )


def read_stocks(rows: Rows) -> dict[str, tuple[Coach, ...]]:
    """The coaches of `coaches.csv` by their stock."""
    coaches = rows.keyed("coaches.csv", COLUMNS["coaches.csv"], _coach)
    return {stock: tuple(each) for stock, each in by_first(coaches).items()}


def assembled(
    version: str,
    stations: Mapping[str, Station],
    heads: Mapping[str, TrainHead],
    ways: Mapping[str, list[Stop]],
    stocks: Mapping[str, tuple[Coach, ...]],
    fares: Mapping[FareKey, Fare],
) -> Network | TimetableFaults:
    """A network of parts that are sound each for itself, or what doesn't fit together."""
    trains: dict[str, Train] = {}
    faults: list[str] = []
    for number, head in heads.items():
        way = ways.get(number, [])
        found = [*_way_faults(way), *_supply_faults(head, way, stocks, fares)]
        faults += [f"trains: {head.train_code} ({number}): {fault}" for fault in found]
        if not found:
            trains[number] = Train(
                head.train_no,
                head.train_code,
                head.kind,
                head.tariff,
                head.stock,
                tuple(way),
                head.days,
            )
    if not heads:
        faults.append("trains: there is no train")
    if faults:
        return TimetableFaults(tuple(faults[:FAULTS_MAX]))
    return Network(version, stations, trains, stocks, fares)


def _station(row: Row) -> tuple[str, Station]:
    check(row, telecode=_TELECODE, name=_NAME, name_en=_NAME, city=_NAME, city_en=_NAME)
    check(row, pinyin=_SMALL, initials=_SMALL)
    hot = known(row, "hot", ("yes", "no")) == "yes"
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


def _coach(row: Row) -> tuple[tuple[str, str], Coach]:
    check(row, stock=_KEY, coach=_COACH, places=_NUMBER)
    class_code = known(row, "class_code", CLASS_NAMES)
    places = int(row["places"])
    fault = layout_fault(row["layout"], places)
    if fault is not None:
        raise Faulty(fault)
    return (row["stock"], row["coach"]), Coach(row["coach"], class_code, row["layout"], places)


def _fare(row: Row, stations: Mapping[str, Station]) -> tuple[FareKey, Fare]:
    check(row, tariff=_KEY)
    origin, destination = known(row, "from", stations), known(row, "to", stations)
    class_code = known(row, "class_code", CLASS_NAMES)
    basis = known(row, "basis", BASES)
    fare_fen = parse_yuan(row["fare_yuan"])
    if not fare_fen:
        raise Faulty(f"fare_yuan {row['fare_yuan']!r} is not an amount")
    return (row["tariff"], origin, destination, class_code), Fare(fare_fen, basis)


def _train_head(row: Row) -> tuple[str, TrainHead]:
    check(row, train_no=_TRAIN_NO, train_code=_TRAIN_CODE, kind=_KIND, tariff=_KEY, stock=_KEY)
    head = TrainHead(row["train_no"], row["train_code"], row["kind"], row["tariff"], row["stock"])
    return head.train_no, head


def _stop(
    row: Row, stations: Mapping[str, Station], trains: Mapping[str, TrainHead]
) -> tuple[tuple[str, int], Stop]:
    check(row, seq=_NUMBER, km=_KILOMETRES)
    stop = Stop(
        seq=int(row["seq"]),
        telecode=known(row, "telecode", stations),
        arrive_min=_minutes(row["arrive"]),
        depart_min=_minutes(row["depart"]),
        km=int(row["km"]) if row["km"] else None,
    )
    return (known(row, "train_no", trains), stop.seq), stop


def _minutes(text: str) -> int | None:
    """Minutes since the service day's midnight from `HH:MM` or `HH:MM+1`; None when empty."""
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise Faulty(f"{text!r} is not a time like 08:02 or 08:02+1")
    hour, minute, days = match.groups()
    return int(days or 0) * DAY_MIN + int(hour) * 60 + int(minute)


def by_first(keyed: Mapping[tuple[str, _K], _V]) -> dict[str, list[_V]]:
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
    if leaves[0] >= DAY_MIN:
        yield "it leaves its first station after its service day"
    kilometres = [stop.km for stop in way if stop.km is not None]
    if way[0].km not in (0, None) or any(a >= b for a, b in pairwise(kilometres)):
        yield "the kilometres don't rise from 0"


def _supply_faults(
    head: TrainHead,
    way: list[Stop],
    stocks: Mapping[str, tuple[Coach, ...]],
    fares: Mapping[FareKey, Fare],
) -> Iterator[str]:
    """What a train lacks to be sold: coaches, and a rate or a fare for each journey and class."""
    coaches = stocks.get(head.stock)
    if coaches is None:
        yield f"its stock {head.stock} has no coaches"
        return
    rate = rate_of(head.tariff)
    for code in sorted({coach.class_code for coach in coaches}):
        if rate is not None and has_class(rate, code):
            continue
        for origin, destination in combinations((stop.telecode for stop in way), 2):
            if (head.tariff, origin, destination, code) not in fares:
                yield f"no fare {head.tariff} {origin}-{destination} in class {code}"
