"""Offers as JSON, put together from pieces that many of them share: only seats left are filled in.

Left tickets are asked for thousands of times a second, and a whole network has half a million
journeys, too many to keep each written. So a train's head, a station, a time, a length of way with
its fares are written once, and an offer refers to them. What comes out is to the octet what
`schemas.timetable.Offer` would write; a test holds the two together.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from farewave.kit.clock import DAY_MIN
from farewave.kit.outcome import Language
from farewave.rail.model import CLASS_NAMES, Leg, Network, Train
from farewave.rail.model.rates import modelled_fare_fen, rate_of

_CHINA_AHEAD_MIN = 480
_CLOSED: Mapping[Language, str] = {"zh": "已停止发售", "en": "Sale has ended"}
_SOLD_OUT: Mapping[Language, str] = {"zh": "已售完", "en": "Sold out"}
_WAYS_KEPT_MAX = 20_000
OFFER_OCTETS = 500
"""What an offer takes in memory beside the pieces that it shares, about."""


def _ending(reason: str | None) -> bytes:
    bookable = "true" if reason is None else "false"
    return f'}}],"bookable":{bookable},"reason":{_json(reason)}}}'.encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_OPEN_END = _ending(None)
_CLOSED_END = {language: _ending(reason) for language, reason in _CLOSED.items()}
_SOLD_OUT_END = {language: _ending(reason) for language, reason in _SOLD_OUT.items()}


_CLASS_TEXTS = {
    code: f'{{"class_code":{_json(code)},"name":{_json(name)},"name_en":{_json(name_en)},'
    '"fare_fen":'
    for code, (name, name_en) in CLASS_NAMES.items()
}


class ClassesText:
    """The classes of an offer: all that stand in the train's stock, with the fares of one way."""

    __slots__ = ("_until_left", "capacities", "codes", "fares_fen", "untouched")

    def __init__(
        self, codes: tuple[str, ...], capacities: tuple[int, ...], fares_fen: tuple[int, ...]
    ) -> None:
        self.codes = codes
        self.capacities = capacities
        """Seats of each class in the whole train."""
        self.fares_fen = fares_fen
        self._until_left = tuple(
            f'{"}," if index else ""}{_CLASS_TEXTS[code]}{fare_fen},"left":'.encode()
            for index, (code, fare_fen) in enumerate(zip(codes, fares_fen, strict=True))
        )
        self.untouched = self.text(capacities, closed=False, language="zh")
        """The octets of a train that is still sold and of which nothing is taken."""

    def text(self, left: Sequence[int], *, closed: bool, language: Language) -> bytes:
        """The octets up to the offer's end; `left` is by class."""
        parts: list[bytes] = []
        for until, number in zip(self._until_left, left, strict=True):
            parts.append(until)
            parts.append(b"%d" % number)
        if closed:
            parts.append(_CLOSED_END[language])
        else:
            parts.append(_OPEN_END if any(left) else _SOLD_OUT_END[language])
        return b"".join(parts)


@dataclass(slots=True, eq=False)
class OfferText:
    """One leg's offer on any day. `depart_min` counts from the travel day's midnight in China."""

    leg: Leg
    train_no: str
    service_day_offset: int
    """Days from the travel day to the run's service day, 0 or less."""
    depart_min: int
    classes: ClassesText
    head: bytes
    """Of the train; begins with the comma that parts it from the offer before."""
    origin: bytes
    destination: bytes
    depart_utc_day: int
    depart_clock: bytes
    arrive_utc_day: int
    arrive_clock: bytes
    span: bytes


@dataclass(frozen=True, slots=True)
class _TrainText:
    head: bytes
    rate: str | None
    stated: AbstractSet[tuple[str, str]]
    """From and to of the journeys that have fares of their own."""


class OfferTexts:
    """Writes the offers of one timetable. Pieces are made when they are first needed."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.daily = all(train.days is None for train in network.trains.values())
        """Whether every train runs every day."""
        self._stated: dict[str, set[tuple[str, str]]] = {}
        for tariff, origin, destination, _ in network.fares:
            self._stated.setdefault(tariff, set()).add((origin, destination))
        self._trains: dict[str, _TrainText] = {}
        self._places: dict[str, tuple[bytes, bytes]] = {}
        self._of_stock = lru_cache(network.seats)
        self._by_fares = lru_cache(_WAYS_KEPT_MAX)(self._classes_text)
        self._modelled = lru_cache(_WAYS_KEPT_MAX)(self._by_rate)

    def between(self, origin: str, destination: str) -> list[OfferText]:
        """The offers between two telecodes' cities on any day, in order of departure."""
        offers = [self.of(leg) for leg in self.network.legs(origin, destination)]
        offers.sort(key=in_order)
        return offers

    def of(self, leg: Leg) -> OfferText:
        """The offer of one leg."""
        train, start, end = leg.train, leg.origin, leg.destination
        depart, arrive = start.depart_min, end.arrive_min
        assert depart is not None, "only a last stop lacks a departure"
        assert arrive is not None, "only a first stop lacks an arrival"
        later_days, depart_min = divmod(depart, DAY_MIN)
        arrive_min = arrive - later_days * DAY_MIN
        depart_day, depart_utc = divmod(depart_min - _CHINA_AHEAD_MIN, DAY_MIN)
        arrive_day, arrive_utc = divmod(arrive_min - _CHINA_AHEAD_MIN, DAY_MIN)
        of_train = self._trains.get(train.train_no) or self._train(train)
        if of_train.rate is None or (start.telecode, end.telecode) in of_train.stated:
            classes = self._with_stated_fares(leg)
        else:
            km = leg.billed_km(of_train.rate)
            classes = self._modelled(of_train.rate, train.stock, km)
        return OfferText(
            leg,
            train.train_no,
            -later_days,
            depart_min,
            classes,
            of_train.head,
            (self._places.get(start.telecode) or self._place(start.telecode))[0],
            (self._places.get(end.telecode) or self._place(end.telecode))[1],
            depart_day,
            _DEPART_CLOCKS[depart_utc],
            arrive_day,
            _ARRIVE_CLOCKS[arrive_utc],
            _span(arrive_min // DAY_MIN, arrive - depart),
        )

    def _train(self, train: Train) -> _TrainText:
        head = (
            f',{{"train_no":{_json(train.train_no)},"train_code":{_json(train.train_code)},'
            f'"kind":{_json(train.kind)},"from":'
        )
        made = _TrainText(
            head.encode(), rate_of(train.tariff), self._stated.get(train.tariff, frozenset())
        )
        self._trains[train.train_no] = made
        return made

    def _place(self, telecode: str) -> tuple[bytes, bytes]:
        """A station as where an offer begins, and as where it ends."""
        station = self.network.stations[telecode]
        place = (
            f'{{"telecode":{_json(station.telecode)},"name":{_json(station.name)},'
            f'"name_en":{_json(station.name_en)}}}'
        )
        made = f'{place},"to":'.encode(), f'{place},"depart_at":"'.encode()
        self._places[telecode] = made
        return made

    def _with_stated_fares(self, leg: Leg) -> ClassesText:
        codes = self._of_stock(leg.train.stock)
        fares_fen = tuple(self.network.fare_fen(leg, code) for code in codes)
        return self._by_fares(leg.train.stock, fares_fen)

    def _by_rate(self, rate: str, stock: str, km: int) -> ClassesText:
        codes = self._of_stock(stock)
        return self._by_fares(stock, tuple(modelled_fare_fen(rate, code, km) for code in codes))

    def _classes_text(self, stock: str, fares_fen: tuple[int, ...]) -> ClassesText:
        seats = self._of_stock(stock)
        return ClassesText(tuple(seats), tuple(seats.values()), fares_fen)


def in_order(offer: OfferText) -> tuple[int, str, str]:
    """What offers are sorted by: the departure, and trains that leave together by their code."""
    return offer.depart_min, offer.leg.train.train_code, offer.train_no


class _DayTexts(dict[int, bytes]):
    """The days around a travel day as they are written, by their distance from it."""

    def __init__(self, travel_day: date) -> None:
        super().__init__()
        self._travel_day = travel_day

    def __missing__(self, distance: int) -> bytes:
        text = (self._travel_day + timedelta(days=distance)).isoformat().encode()
        self[distance] = text
        return text


@lru_cache(maxsize=64)
def _days_around(travel_day: date) -> _DayTexts:
    """The same texts for everybody who asks for a day."""
    return _DayTexts(travel_day)


def offers_text(
    origin: str, destination: str, travel_day: date, offers: Iterable[tuple[OfferText, bytes]]
) -> bytes:
    """The whole answer; each offer with the text of its classes."""
    days = _days_around(travel_day)
    head = f'{{"from":"{origin}","to":"{destination}","date":"{travel_day.isoformat()}","items":['
    pieces = [head.encode()]
    for offer, classes in offers:
        pieces += (
            offer.head,
            offer.origin,
            offer.destination,
            days[offer.depart_utc_day],
            offer.depart_clock,
            days[offer.arrive_utc_day],
            offer.arrive_clock,
            offer.span,
            classes,
        )
    if len(pieces) > 1:
        pieces[1] = pieces[1][1:]  # no comma before the first
    pieces.append(b"]}")
    return b"".join(pieces)


_CLOCKS = [f"T{minutes // 60:02d}:{minutes % 60:02d}:00Z" for minutes in range(DAY_MIN)]
_DEPART_CLOCKS = [f'{clock}","arrive_at":"'.encode() for clock in _CLOCKS]
_ARRIVE_CLOCKS = [f'{clock}","day_offset":'.encode() for clock in _CLOCKS]


@lru_cache(maxsize=_WAYS_KEPT_MAX)
def _span(day_offset: int, duration_min: int) -> bytes:
    return f'{day_offset},"duration_min":{duration_min},"classes":['.encode()
