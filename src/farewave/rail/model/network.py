"""The timetable's nouns: stations, trains with their stops, coaches, fares.

Minutes are counted from China's midnight of a train's **service day**, the day on which it leaves
its first station; they pass 1,440 on the days after. A **segment** is the way between two
consecutive stops; a journey's segments are bits of an integer, bit 0 the first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from farewave.kit.clock import DAY_MIN, from_shanghai
from farewave.kit.invariant import invariant
from farewave.rail.model.rates import kilometres_in, modelled_fare_fen, rate_of

SEGMENTS_MAX = 62
"""So that a mask fits PostgreSQL's bigint with its sign."""

CLASS_NAMES: Mapping[str, tuple[str, str]] = {
    "9": ("商务座", "Business class"),
    "M": ("一等座", "First class"),
    "O": ("二等座", "Second class"),
    "6": ("高级软卧", "Deluxe soft sleeper"),
    "4": ("软卧", "Soft sleeper"),
    "3": ("硬卧", "Hard sleeper"),
    "2": ("软座", "Soft seat"),
    "1": ("硬座", "Hard seat"),
}
"""12306's class codes that may be sold here, best first: 中文, English."""


@dataclass(frozen=True, slots=True)
class Station:
    """`telecode`: three letters, the railway's own key; a digit at the end where it has none.

    `pinyin` and `initials` as people type them, empty where unknown.
    """

    telecode: str
    name: str
    name_en: str
    pinyin: str
    initials: str
    city: str
    city_en: str
    hot: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """`arrive_min` is None at the first stop, `depart_min` at the last; `km` where unknown."""

    seq: int
    telecode: str
    arrive_min: int | None
    depart_min: int | None
    km: int | None


@dataclass(frozen=True, slots=True)
class Coach:
    """One coach of a stock: its places are numbered from 1 (`rules.coaches` reads the layout)."""

    coach: str
    class_code: str
    layout: str
    places: int


@dataclass(frozen=True, slots=True)
class RunningDays:
    """The service days of a train that doesn't run every day.

    `weekdays`: Monday is bit 0, within `first_day` to `last_day`; `also` and `never` overrule.
    """

    weekdays: int
    first_day: date
    last_day: date
    also: frozenset[date] = frozenset()
    never: frozenset[date] = frozenset()

    def includes(self, service_day: date) -> bool:
        if service_day in self.also:
            return True
        return (
            self.first_day <= service_day <= self.last_day
            and bool(self.weekdays >> service_day.weekday() & 1)
            and service_day not in self.never
        )

    def text(self) -> str:
        """As in `1111100 2026-01-01 2026-12-31 +2026-05-02 -2026-10-01`."""
        week = "".join("1" if self.weekdays >> bit & 1 else "0" for bit in range(7))
        extra = [f"+{day}" for day in sorted(self.also)] + [f"-{day}" for day in sorted(self.never)]
        return " ".join([week, str(self.first_day), str(self.last_day), *extra])

    @classmethod
    def parse(cls, text: str) -> "RunningDays":
        """The days that `text()` wrote."""
        week, first, last, *extra = text.split(" ")
        return cls(
            sum(1 << bit for bit, flag in enumerate(week) if flag == "1"),
            date.fromisoformat(first),
            date.fromisoformat(last),
            frozenset(date.fromisoformat(each[1:]) for each in extra if each[0] == "+"),
            frozenset(date.fromisoformat(each[1:]) for each in extra if each[0] == "-"),
        )


@dataclass(frozen=True, slots=True)
class Train:
    """`train_no` names one train with one timetable; `train_code` is what the board shows.

    Without `days` it runs every day.
    """

    train_no: str
    train_code: str
    kind: str
    tariff: str
    stock: str
    stops: tuple[Stop, ...]
    days: RunningDays | None = None

    def __post_init__(self) -> None:
        invariant(2 <= len(self.stops) <= SEGMENTS_MAX + 1, "a train has 2 to 63 stops")

    def runs_on(self, service_day: date) -> bool:
        return self.days is None or self.days.includes(service_day)


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a train's way, from one of its stops to a later one."""

    train: Train
    origin: Stop
    destination: Stop

    def __post_init__(self) -> None:
        invariant(self.origin.seq < self.destination.seq, "a leg leads to a later stop")

    @property
    def mask(self) -> int:
        """The segments of this leg as bits."""
        return segments_mask(self.origin.seq, self.destination.seq)

    @property
    def duration_min(self) -> int:
        return _known(self.destination.arrive_min) - _known(self.origin.depart_min)

    @property
    def km(self) -> int | None:
        """Kilometres, None where they are unknown."""
        if self.origin.km is None or self.destination.km is None:
            return None
        return self.destination.km - self.origin.km

    def billed_km(self, rate: str) -> int:
        """The kilometres by which a fare is modelled: about so many where they are unknown."""
        return self.km or kilometres_in(rate, self.duration_min)

    @property
    def day_offset(self) -> int:
        """Days between the calendar days of departure and arrival in China."""
        arrive_day = _known(self.destination.arrive_min) // DAY_MIN
        return arrive_day - _known(self.origin.depart_min) // DAY_MIN

    def service_day(self, travel_day: date) -> date:
        """The service day of the run that leaves `origin` on China's day `travel_day`."""
        return travel_day - timedelta(days=_known(self.origin.depart_min) // DAY_MIN)

    def depart_at(self, service_day: date) -> datetime:
        return from_shanghai(service_day, _known(self.origin.depart_min))

    def arrive_at(self, service_day: date) -> datetime:
        return from_shanghai(service_day, _known(self.destination.arrive_min))


def segments_mask(from_seq: int, to_seq: int) -> int:
    """Bits `from_seq - 1` … `to_seq - 2`: the segments between two stops numbered from 1."""
    invariant(1 <= from_seq < to_seq <= SEGMENTS_MAX + 1, "a journey leads to a later stop")
    return ((1 << (to_seq - from_seq)) - 1) << (from_seq - 1)


@dataclass(frozen=True, slots=True)
class Fare:
    """`basis` tells a published fare from a modelled one."""

    fare_fen: int
    basis: str


FareKey = tuple[str, str, str, str]
"""Tariff, from, to, class code; stated for both directions."""


@dataclass(frozen=True)
class Network:
    """One version of the timetable, complete and checked; `version` is its content's hash."""

    version: str
    stations: Mapping[str, Station]
    trains: Mapping[str, Train]
    stocks: Mapping[str, tuple[Coach, ...]]
    fares: Mapping[FareKey, Fare]
    _of_city: dict[str, frozenset[str]] = field(init=False, repr=False)
    _in_order: list[Train] = field(init=False, repr=False)
    """By train number; a train's place in it stands for it in `_calls`."""
    _calls: dict[str, dict[int, list[Stop]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        cities: dict[str, set[str]] = {}
        for station in self.stations.values():
            cities.setdefault(station.city, set()).add(station.telecode)
        in_order = [self.trains[number] for number in sorted(self.trains)]
        calls: dict[str, dict[int, list[Stop]]] = {city: {} for city in cities}
        for place, train in enumerate(in_order):
            for stop in train.stops:
                there = calls[self.stations[stop.telecode].city]
                there.setdefault(place, []).append(stop)
        object.__setattr__(self, "_of_city", {k: frozenset(v) for k, v in cities.items()})
        object.__setattr__(self, "_in_order", in_order)
        object.__setattr__(self, "_calls", calls)

    def city_stations(self, telecode: str) -> frozenset[str]:
        """The telecodes of all stations in the city of `telecode`."""
        return self._of_city[self.stations[telecode].city]

    def legs(self, origin: str, destination: str) -> list[Leg]:
        """One leg a train from the city of `origin` to that of `destination`.

        A train that calls twice in a city is taken at the station asked for if it calls there.
        """
        starts = self._calls[self.stations[origin].city]
        ends = self._calls[self.stations[destination].city]
        legs: list[Leg | None] = []
        for place in sorted(starts.keys() & ends.keys()):
            train, leaves, arrives = self._in_order[place], starts[place], ends[place]
            if len(leaves) == len(arrives) == 1:  # the usual case; half of them run the other way
                if leaves[0].seq < arrives[0].seq:
                    legs.append(Leg(train, leaves[0], arrives[0]))
            else:
                legs.append(_best_leg(train, origin, leaves, destination, arrives))
        return [leg for leg in legs if leg is not None]

    def coaches(self, train: Train) -> tuple[Coach, ...]:
        return self.stocks[train.stock]

    def classes(self, train: Train) -> list[str]:
        """The class codes of the train's stock, best first."""
        return list(self.seats(train.stock))

    def seats(self, stock: str) -> dict[str, int]:
        """How many seats of each class a stock has, the best class first."""
        there = Counter[str]()
        for coach in self.stocks[stock]:
            there[coach.class_code] += coach.places
        return {code: there[code] for code in CLASS_NAMES if code in there}

    def fare_fen(self, leg: Leg, class_code: str) -> int:
        """The fare of an adult: the stated one, else by the tariff's rate and the kilometres."""
        tariff = leg.train.tariff
        stated = self.fares.get((tariff, leg.origin.telecode, leg.destination.telecode, class_code))
        if stated is not None:
            return stated.fare_fen
        rate = rate_of(tariff)
        invariant(rate is not None, "a tariff without a rate states every fare")
        assert rate is not None
        return modelled_fare_fen(rate, class_code, leg.billed_km(rate))


def _best_leg(
    train: Train, origin: str, starts: Iterable[Stop], destination: str, ends: Iterable[Stop]
) -> Leg | None:
    """The leg from one of `starts` to one of `ends`, or None when none leads forwards.

    The station asked for wins where the train calls at it; otherwise the last stop in the first
    city and the first in the second, so that nobody rides a way twice.
    """
    pairs = [(a, b) for a in starts for b in ends if a.seq < b.seq]
    if not pairs:
        return None
    start, end = min(
        pairs,
        key=lambda pair: (
            pair[0].telecode != origin,
            pair[1].telecode != destination,
            pair[1].seq - pair[0].seq,
        ),
    )
    return Leg(train, start, end)


def exact_leg(train: Train, origin: str, destination: str) -> Leg | None:
    """The leg between exactly these two stations, or None."""
    starts = [stop for stop in train.stops if stop.telecode == origin]
    ends = [stop for stop in train.stops if stop.telecode == destination]
    return _best_leg(train, origin, starts, destination, ends)


def _known(minutes: int | None) -> int:
    invariant(minutes is not None, "only a first stop lacks an arrival, a last one a departure")
    assert minutes is not None
    return minutes
