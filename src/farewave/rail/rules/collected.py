"""A whole network in the form in which collections of China's timetable come: four CSV texts.

    stations.csv           telecode, name, pinyin, initials, city, …
    trains.csv             code, train_no, kind, …
    stops.csv              train, seq, station, arrive_min, depart_min, day, km
    fares-from-origin.csv  train, seq, station, hard_or_2nd, soft_seat, hs_up, …, ss_up, …

Minutes count from the service day's midnight. Such collections have noise: kilometres that fall, or
that no train could have run in its time, are unknown here, and so are those that are missing. A
telecode that was given to a second station keeps the name under which trains called. Every train
runs every day; a running day of years ago says nothing about today's.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from farewave.kit.money import parse_yuan
from farewave.rail.model.network import Coach, Fare, FareKey, Network, Station, Stop
from farewave.rail.rules.rows import Faulty, Row, Rows, TimetableFaults, check, known
from farewave.rail.rules.timetable import (
    EMU_KINDS,
    TrainHead,
    assembled,
    by_first,
    content_version,
    rate_and_stock,
)

FORM = "collected"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "stations.csv": ("telecode", "name", "pinyin", "initials", "city", "stops_2016"),
    "trains.csv": ("code", "train_no", "kind"),
    "stops.csv": ("train", "seq", "station", "arrive_min", "depart_min", "km"),
    "fares-from-origin.csv": (*("train", "station", "hard_or_2nd", "soft_seat", "hs_up", "ss_up"),),
}
SPEED_MAX_KM_PER_H = 360
_FARE_COLUMNS = {"soft_seat": "2", "hs_up": "3", "ss_up": "4"}
_TELECODE = re.compile(r"[A-Z]{2}[A-Z0-9]")
_CODE = re.compile(r"[A-Z]?[0-9]{1,5}")
_TRAIN_NO = re.compile(r"[0-9A-Za-z]{0,20}")
_KIND = re.compile(r"[A-Z0]")
_NAME = re.compile(r"\S(?:.{0,48}\S)?")
_SMALL = re.compile(r"[a-z]{0,60}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,4}")
_MAYBE_NUMBER = re.compile(r"|0|[1-9][0-9]{0,4}")
_SIDES = {
    "东": ("dong", "East"),
    "西": ("xi", "West"),
    "南": ("nan", "South"),
    "北": ("bei", "North"),
}


@dataclass(frozen=True, slots=True)
class _Call:
    seq: int
    telecode: str
    arrive_min: int
    depart_min: int
    km: int | None


def read_collected(
    texts: Mapping[str, str], stocks: Mapping[str, tuple[Coach, ...]]
) -> Network | TimetableFaults:
    """The network in `texts` (by file name), run with `stocks`; or what is wrong with it."""
    rows = Rows(texts)
    stations = _stations(rows)
    heads = rows.keyed("trains.csv", COLUMNS["trains.csv"], _head, exact=False)
    calls = rows.keyed(
        "stops.csv", COLUMNS["stops.csv"], lambda row: _call(row, stations, heads), exact=False
    )
    fares = _fares(
        rows, stations, heads, {key[0]: c.telecode for key, c in calls.items() if key[1] == 1}
    )
    faults = rows.done()
    if faults is not None:
        return faults
    numbers = _numbers(heads)
    return assembled(
        content_version(texts, FORM),
        stations,
        {numbers[code]: replace(head, train_no=numbers[code]) for code, head in heads.items()},
        {
            numbers[code]: _way(sorted(way, key=lambda call: call.seq))
            for code, way in by_first(calls).items()
        },
        stocks,
        fares,
    )


def _stations(rows: Rows) -> dict[str, Station]:
    """By telecode, in the order in which people look names up: by pinyin, the unknown ones last."""
    calls: dict[str, int] = {}
    found: dict[str, Station] = {}

    def keep(row: Row) -> None:
        check(row, telecode=_TELECODE, name=_NAME, pinyin=_SMALL, initials=_SMALL)
        check(row, stops_2016=_MAYBE_NUMBER)
        telecode, stops = row["telecode"], int(row["stops_2016"] or 0)
        if stops < calls.get(telecode, -1):
            return  # renamed since: trains called under the other name
        calls[telecode] = stops
        city = row["city"] or row["name"]
        found[telecode] = Station(
            telecode,
            row["name"],
            english_name(row["name"], row["pinyin"]),
            row["pinyin"],
            row["initials"],
            city,
            city,
            hot=False,
        )

    rows.each("stations.csv", COLUMNS["stations.csv"], keep, exact=False)
    cities = {each.name: each.name_en for each in found.values()}
    ordered = sorted(found.values(), key=lambda s: (not s.pinyin, s.pinyin, s.name))
    return {s.telecode: replace(s, city_en=cities.get(s.city, s.city)) for s in ordered}


def english_name(name: str, pinyin: str) -> str:
    """北京南, beijingnan: Beijing South. The name itself where there is no pinyin."""
    if not pinyin:
        return name
    stem, side = without_side(name, pinyin)
    return f"{stem.capitalize()} {side}".rstrip()


def without_side(name: str, pinyin: str) -> tuple[str, str]:
    """北京南, beijingnan: beijing and South. The side is empty where the name has none."""
    ending, side = _SIDES.get(name[-1], ("", ""))
    if side and len(name) > 2 and pinyin.endswith(ending):
        return pinyin.removesuffix(ending), side
    return pinyin, ""


def _head(row: Row) -> tuple[str, TrainHead]:
    check(row, code=_CODE, train_no=_TRAIN_NO, kind=_KIND)
    code, kind = row["code"], row["kind"]
    rate, stock = rate_and_stock(kind)
    return code, TrainHead(row["train_no"], code, kind, f"{rate}-{code}", stock)


def _numbers(heads: Mapping[str, TrainHead]) -> dict[str, str]:
    """A number of its own for each train: the railway's where it is known and given once."""
    given = Counter(head.train_no for head in heads.values())
    return {
        code: head.train_no if head.train_no and given[head.train_no] == 1 else f"00000{code:0>5}00"
        for code, head in heads.items()
    }


def _call(
    row: Row, stations: Mapping[str, Station], heads: Mapping[str, TrainHead]
) -> tuple[tuple[str, int], _Call]:
    check(row, seq=_NUMBER, arrive_min=_NUMBER, depart_min=_NUMBER, km=_MAYBE_NUMBER)
    call = _Call(
        int(row["seq"]),
        known(row, "station", stations),
        int(row["arrive_min"]),
        int(row["depart_min"]),
        int(row["km"]) if row["km"] else None,
    )
    return (known(row, "train", heads), call.seq), call


def _way(calls: list[_Call]) -> list[Stop]:
    """The stops, with the kilometres that can be true."""
    trusted = trusted_kilometres([(c.arrive_min, c.depart_min, c.km) for c in calls])
    last = len(calls) - 1
    return [
        Stop(
            call.seq,
            call.telecode,
            None if index == 0 else call.arrive_min,
            None if index == last else call.depart_min,
            km,
        )
        for index, (call, km) in enumerate(zip(calls, trusted, strict=True))
    ]


def trusted_kilometres(calls: list[tuple[int, int, int | None]]) -> list[int | None]:
    """The kilometres of (arrival, departure, kilometres), None where they are missing or noise.

    As many as can be true together, counted from 0 at the first stop: each more than the one before
    it, and near enough to be reached from there in time.
    """
    best: list[tuple[int, int | None]] = []  # longest chain that ends here; the call before it
    for index, (arrive, _, km) in enumerate(calls):
        if index == 0:
            best.append((1, None) if km == 0 else (0, None))
            continue
        length, before = 0, None
        for earlier in range(index):
            depart, earlier_km = calls[earlier][1], calls[earlier][2]
            if km is None or earlier_km is None or best[earlier][0] <= length:
                continue
            if 0 < km - earlier_km <= (arrive - depart) * SPEED_MAX_KM_PER_H / 60:
                length, before = best[earlier][0], earlier
        best.append((length + 1, before) if length else (0, None))
    trusted: list[int | None] = [None] * len(calls)
    at: int | None = max(range(len(calls)), key=lambda index: best[index][0], default=None)
    while at is not None and best[at][0]:
        trusted[at] = calls[at][2]
        at = best[at][1]
    return trusted


def _fares(
    rows: Rows,
    stations: Mapping[str, Station],
    heads: Mapping[str, TrainHead],
    origins: Mapping[str, str],
) -> dict[FareKey, Fare]:
    """The published fares from each train's first station; a fare of nothing isn't one."""
    fares: dict[FareKey, Fare] = {}

    def keep(row: Row) -> None:
        head, station = heads[known(row, "train", heads)], known(row, "station", stations)
        seat = "O" if head.kind in EMU_KINDS else "1"
        for column, code in {"hard_or_2nd": seat, **_FARE_COLUMNS}.items():
            if not row[column]:
                continue
            fare_fen = parse_yuan(row[column])
            if fare_fen is None:
                raise Faulty(f"{column} {row[column]!r} is not an amount")
            if fare_fen and head.train_code in origins:
                key = (head.tariff, origins[head.train_code], station, code)
                fares.setdefault(key, Fare(fare_fen, "published"))

    name = "fares-from-origin.csv"
    rows.each(name, COLUMNS[name], keep, exact=False)
    return fares
