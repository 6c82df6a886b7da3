"""A GTFS feed: the texts of its files in, a `Network` or every fault by file and line out.

Read are agency, stops, routes, trips, stop_times, calendar and calendar_dates. Times are to the
minute and go on past 24:00; stops without a time are left out. What a feed doesn't have is
modelled: a telecode with a digit at the end for a stop without one, fares by the time that a
journey takes, the coaches of the kind of train. A station is a stop's parent station if it has one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from farewave.rail.model.network import Coach, Network, RunningDays, Station, Stop
from farewave.rail.rules.rows import FAULTS_MAX, Faulty, Row, Rows, TimetableFaults, check, known
from farewave.rail.rules.timetable import (
    EMU_KINDS,
    TrainHead,
    assembled,
    by_first,
    content_version,
    kind_of,
    rate_and_stock,
)

FORM = "gtfs"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "agency.txt": ("agency_name", "agency_timezone"),
    "stops.txt": ("stop_id", "stop_name"),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("route_id", "service_id", "trip_id"),
    "stop_times.txt": ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"),
    "calendar.txt": (
        *("service_id", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"),
        *("sunday", "start_date", "end_date"),
    ),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
}
NEEDED = ("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
ZONES = ("Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "Asia/Hong_Kong", "Asia/Macau", "PRC")
"""Times here are China's."""
_LONG_DISTANCE = re.compile(r"2|10[0-9]|11[0-7]")
_ID = re.compile(r"\S(?:.{0,98}\S)?")
_TIME = re.compile(r"\s?([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_FLAG = re.compile(r"[01]")
_NUMBER = re.compile(r"[0-9]{1,9}")
_TELECODE = re.compile(r"[A-Z]{3}")
_TRAIN_NO = re.compile(r"[0-9A-Za-z]{1,20}")
_CODE = re.compile(r"[A-Z]?[0-9]{1,5}")
_HOURS_MAX = 240
_MADE_UP_MAX = 26 * 26 * 10
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class _Trip:
    route_id: str
    service_id: str
    short_name: str


@dataclass(frozen=True, slots=True)
class _Call:
    stop_id: str
    arrive_min: int | None
    depart_min: int | None


def read_gtfs(
    texts: Mapping[str, str], stocks: Mapping[str, tuple[Coach, ...]]
) -> Network | TimetableFaults:
    """The network of a feed, run with `stocks`; or what is wrong with it."""
    rows = Rows(texts)
    rows.each("agency.txt", COLUMNS["agency.txt"], _check_agency, exact=False)
    stops = rows.keyed("stops.txt", COLUMNS["stops.txt"], _stop, exact=False)
    routes = rows.keyed("routes.txt", COLUMNS["routes.txt"], _route, exact=False)
    days = _services(rows, texts)
    trips = rows.keyed(
        "trips.txt", COLUMNS["trips.txt"], lambda row: _trip(row, routes, days), exact=False
    )
    calls = rows.keyed(
        "stop_times.txt",
        COLUMNS["stop_times.txt"],
        lambda row: _call(row, stops, trips),
        exact=False,
    )
    if "frequencies.txt" in texts and texts["frequencies.txt"].count("\n") > 1:
        rows.faults.append("frequencies.txt, line 2: trains by headway can't be sold by seat")
    faults = rows.done()
    if faults is not None:
        return faults
    places = _stations(stops)
    if isinstance(places, TimetableFaults):
        return places
    stations, telecodes = places
    numbers = {trip_id: _number(trip_id, place) for place, trip_id in enumerate(trips)}
    heads = {
        numbers[trip_id]: replace(
            _head(numbers[trip_id], trip, routes[trip.route_id], place),
            days=days[trip.service_id],
        )
        for place, (trip_id, trip) in enumerate(trips.items())
    }
    ways: dict[str, list[Stop]] = {}
    gaps: list[str] = []
    for trip_id, at in by_first({key: calls[key] for key in sorted(calls)}).items():
        way = _way(at, telecodes)
        if way is None:
            gaps.append(f"stop_times.txt: trip {trip_id!r} has no time at its first or last stop")
        else:
            ways[numbers[trip_id]] = way
    if gaps:
        return TimetableFaults(tuple(gaps[:FAULTS_MAX]))
    return assembled(content_version(texts, FORM), stations, heads, ways, stocks, {})


def _check_agency(row: Row) -> None:
    if row["agency_timezone"] not in ZONES:
        raise Faulty(f"agency_timezone {row['agency_timezone']!r}: times here are China's")


def _stop(row: Row) -> tuple[str, Row]:
    check(row, stop_id=_ID)
    if row.get("location_type", "") in ("", "0", "1"):
        check(row, stop_name=_ID)
    return row["stop_id"], row


def _route(row: Row) -> tuple[str, Row]:
    check(row, route_id=_ID, route_type=_NUMBER)
    return row["route_id"], row


def _services(rows: Rows, texts: Mapping[str, str]) -> dict[str, RunningDays]:
    """The days of each service; a feed has a calendar, dates, or both."""
    if not {"calendar.txt", "calendar_dates.txt"} & texts.keys():
        rows.faults.append("calendar.txt: the file is missing, and so is calendar_dates.txt")
        return {}
    found: dict[str, RunningDays] = {}
    if "calendar.txt" in texts:
        found = rows.keyed("calendar.txt", COLUMNS["calendar.txt"], _service, exact=False)

    def change(row: Row) -> None:
        check(row, service_id=_ID)
        day, kind = _day(row, "date"), known(row, "exception_type", ("1", "2"))
        service = found.get(row["service_id"]) or RunningDays(0, day, day)
        if kind == "1":
            service = replace(service, also=service.also | {day}, never=service.never - {day})
        else:
            service = replace(service, never=service.never | {day}, also=service.also - {day})
        found[row["service_id"]] = service

    if "calendar_dates.txt" in texts:
        rows.each("calendar_dates.txt", COLUMNS["calendar_dates.txt"], change, exact=False)
    return found


def _service(row: Row) -> tuple[str, RunningDays]:
    check(row, service_id=_ID)
    weekdays = 0
    for bit, name in enumerate(_DAYS):
        check(row, **{name: _FLAG})
        weekdays |= int(row[name]) << bit
    return row["service_id"], RunningDays(weekdays, _day(row, "start_date"), _day(row, "end_date"))


def _day(row: Row, column: str) -> date:
    match = _DATE.fullmatch(row[column])
    try:
        if match is not None:
            return date(*map(int, match.groups()))
    except ValueError:
        pass
    raise Faulty(f"{column} {row[column]!r} is not a day like 20261201")


def _trip(
    row: Row, routes: Mapping[str, Row], services: Mapping[str, RunningDays]
) -> tuple[str, _Trip]:
    check(row, trip_id=_ID)
    known(row, "route_id", routes)
    known(row, "service_id", services)
    short_name = row.get("trip_short_name", "").strip()
    return row["trip_id"], _Trip(row["route_id"], row["service_id"], short_name)


def _call(
    row: Row, stops: Mapping[str, Row], trips: Mapping[str, _Trip]
) -> tuple[tuple[str, int], _Call]:
    check(row, stop_sequence=_NUMBER)
    call = _Call(
        known(row, "stop_id", stops),
        _minutes(row, "arrival_time"),
        _minutes(row, "departure_time"),
    )
    return (known(row, "trip_id", trips), int(row["stop_sequence"])), call


def _minutes(row: Row, column: str) -> int | None:
    """Whole minutes since the service day's midnight; None where a stop isn't timed."""
    if not row[column].strip():
        return None
    match = _TIME.fullmatch(row[column])
    if match is None:
        raise Faulty(f"{column} {row[column]!r} is not a time like 25:10:00")
    hours, minutes, _ = match.groups()
    if int(hours) > _HOURS_MAX:
        raise Faulty(f"{column} {row[column]!r} is more than {_HOURS_MAX} hours")
    return int(hours) * 60 + int(minutes)


def _way(calls: list[_Call], telecodes: Mapping[str, str]) -> list[Stop] | None:
    """The timed stops in order, each a minute after the one before at least; None without ends."""
    arrive, depart = calls[-1].arrive_min, calls[0].depart_min
    if arrive is None or depart is None:
        return None
    timed = [c for c in calls if c.arrive_min is not None and c.depart_min is not None]
    way: list[Stop] = []
    earliest = 0
    for index, call in enumerate(timed):
        assert call.arrive_min is not None
        assert call.depart_min is not None
        first, last = index == 0, index == len(timed) - 1
        arrives = max(call.arrive_min, earliest)
        departs = call.depart_min if first else max(call.depart_min, arrives)
        earliest = departs + 1
        telecode = telecodes[call.stop_id]
        way.append(
            Stop(index + 1, telecode, None if first else arrives, None if last else departs, None)
        )
    return way


def _stations(
    stops: Mapping[str, Row],
) -> tuple[dict[str, Station], dict[str, str]] | TimetableFaults:
    """The stations by telecode, and the telecode of every stop of the feed."""
    station_of = {stop_id: row.get("parent_station") or stop_id for stop_id, row in stops.items()}
    lost = sorted({each for each in station_of.values() if each not in stops})
    if lost:
        return TimetableFaults(
            tuple(f"stops.txt: there is no stop {each!r}" for each in lost[:FAULTS_MAX])
        )
    own: dict[str, str] = {}
    without: list[str] = []
    for each in sorted(set(station_of.values())):
        codes = (stops[each].get("stop_code", ""), each)
        code = next((code for code in codes if _TELECODE.fullmatch(code)), None)
        if code is None or code in own.values():
            without.append(each)
        else:
            own[each] = code
    if len(without) > _MADE_UP_MAX:
        return TimetableFaults((f"stops.txt: more than {_MADE_UP_MAX} stations without telecode",))
    own |= {each: _made_up(place) for place, each in enumerate(without)}
    named = sorted(own, key=lambda each: (stops[each]["stop_name"].casefold(), each))
    stations = {own[each]: _station(own[each], stops[each]["stop_name"].strip()) for each in named}
    return stations, {stop_id: own[station] for stop_id, station in station_of.items()}


def _made_up(place: int) -> str:
    letters, digit = divmod(place, 10)
    first, second = divmod(letters, 26)
    return f"{chr(65 + first)}{chr(65 + second)}{digit}"


def _station(telecode: str, name: str) -> Station:
    letters = re.sub(r"[^a-z]", "", name.lower())[:60]
    initials = "".join(word[0] for word in re.findall(r"[a-z]+", name.lower()))
    return Station(telecode, name, name, letters, initials, name, name, hot=False)


def _number(trip_id: str, place: int) -> str:
    return trip_id if _TRAIN_NO.fullmatch(trip_id) else f"T{place:07d}"


def _head(number: str, trip: _Trip, route: Row, place: int) -> TrainHead:
    """The board shows the trip's short name, else the route's, where it can be a train code."""
    names = (trip.short_name, route.get("route_short_name", "").strip())
    code = next((name for name in names if _CODE.fullmatch(name)), str(place + 1))
    kind = kind_of(code)
    is_train = kind in EMU_KINDS or _LONG_DISTANCE.fullmatch(route["route_type"])
    rate, stock = rate_and_stock(kind if is_train else "C")
    return TrainHead(number, code, kind, rate, stock)
