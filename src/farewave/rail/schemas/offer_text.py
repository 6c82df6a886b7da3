"""An offer as JSON, most of it written once for each leg: only days and seats left are filled in.

Left tickets are asked for thousands of times a second, and of an offer's 600 octets no more than 30
change from one day, or one booking, to the next. What comes out is to the octet what
`schemas.timetable.Offer` would write; a test holds the two together.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from farewave.kit.invariant import invariant
from farewave.kit.outcome import Language
from farewave.rail.model import CLASS_NAMES, Leg, Network, Station

_DAY_MIN = 1440
_CHINA_AHEAD_MIN = 480
_CLOSED: Mapping[Language, str] = {"zh": "已停止发售", "en": "Sale has ended"}
_SOLD_OUT: Mapping[Language, str] = {"zh": "已售完", "en": "Sold out"}


def _ending(reason: str | None) -> bytes:
    bookable = "true" if reason is None else "false"
    return f'}}],"bookable":{bookable},"reason":{_json(reason)}}}'.encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_OPEN_END = _ending(None)
_CLOSED_END = {language: _ending(reason) for language, reason in _CLOSED.items()}
_SOLD_OUT_END = {language: _ending(reason) for language, reason in _SOLD_OUT.items()}


@dataclass(frozen=True, slots=True)
class OfferText:
    """One leg's offer on any day. `depart_min` counts from the travel day's midnight in China."""

    leg: Leg
    mask: int
    service_day_offset: int
    """Days from the travel day to the run's service day, 0 or less."""
    depart_min: int
    class_codes: tuple[str, ...]
    capacities: tuple[int, ...]
    """Seats of each class in the whole train."""
    fares_fen: tuple[int, ...]
    _until_departure: bytes
    _depart_utc_day: int
    _until_arrival: bytes
    _arrive_utc_day: int
    _until_left: tuple[bytes, ...]
    weight: int
    """Octets, about."""

    @classmethod
    def of(cls, network: Network, leg: Leg) -> "OfferText":
        train = leg.train
        depart, arrive = leg.origin.depart_min, leg.destination.arrive_min
        invariant(depart is not None and arrive is not None, "a leg leaves and arrives")
        assert depart is not None
        assert arrive is not None
        later_days, depart_min = divmod(depart, _DAY_MIN)
        arrive_min = arrive - later_days * _DAY_MIN
        depart_day, depart_utc = divmod(depart_min - _CHINA_AHEAD_MIN, _DAY_MIN)
        arrive_day, arrive_utc = divmod(arrive_min - _CHINA_AHEAD_MIN, _DAY_MIN)
        codes = tuple(network.classes(train))
        fares = tuple(network.fare_fen(leg, code) for code in codes)
        head = (
            f'{{"train_no":{_json(train.train_no)},"train_code":{_json(train.train_code)},'
            f'"kind":{_json(train.kind)},'
            f'"from":{_place(network.stations[leg.origin.telecode])},'
            f'"to":{_place(network.stations[leg.destination.telecode])},"depart_at":"'
        )
        after_arrival = (
            f'{_clock(arrive_utc)}","day_offset":{leg.day_offset},'
            f'"duration_min":{leg.duration_min},"classes":['
        )
        until_left = []
        for index, (code, fare_fen) in enumerate(zip(codes, fares, strict=True)):
            name, name_en = CLASS_NAMES[code]
            until_left.append(
                ("}," if index else after_arrival)
                + f'{{"class_code":{_json(code)},"name":{_json(name)},"name_en":{_json(name_en)},'
                f'"fare_fen":{fare_fen},"left":'
            )
        return cls(
            leg=leg,
            mask=leg.mask,
            service_day_offset=-later_days,
            depart_min=depart_min,
            class_codes=codes,
            capacities=tuple(network.capacity(train, code) for code in codes),
            fares_fen=fares,
            _until_departure=head.encode(),
            _depart_utc_day=depart_day,
            _until_arrival=f'{_clock(depart_utc)}","arrive_at":"'.encode(),
            _arrive_utc_day=arrive_day,
            _until_left=tuple(part.encode() for part in until_left),
            weight=400 + len(head.encode()) + sum(map(len, until_left)),
        )

    def parts(
        self, days: "DayTexts", left: Sequence[int], *, closed: bool, language: Language
    ) -> list[bytes]:
        """The octets of the offer, in pieces; `left` is by class."""
        parts = [
            self._until_departure,
            days[self._depart_utc_day],
            self._until_arrival,
            days[self._arrive_utc_day],
        ]
        for until, number in zip(self._until_left, left, strict=True):
            parts.append(until)
            parts.append(b"%d" % number)
        if closed:
            parts.append(_CLOSED_END[language])
        else:
            parts.append(_OPEN_END if any(left) else _SOLD_OUT_END[language])
        return parts


class DayTexts(dict[int, bytes]):
    """The days around a travel day as they are written, by their distance from it."""

    def __init__(self, travel_day: date) -> None:
        super().__init__()
        self._travel_day = travel_day

    def __missing__(self, distance: int) -> bytes:
        text = (self._travel_day + timedelta(days=distance)).isoformat().encode()
        self[distance] = text
        return text


def offers_text(
    origin: str, destination: str, travel_day: date, offers: Sequence[Sequence[bytes]]
) -> bytes:
    """The whole answer, from the parts of its offers."""
    head = f'{{"from":"{origin}","to":"{destination}","date":"{travel_day.isoformat()}","items":['
    pieces = [head.encode()]
    for index, parts in enumerate(offers):
        if index:
            pieces.append(b",")
        pieces += parts
    pieces.append(b"]}")
    return b"".join(pieces)


def _place(station: Station) -> str:
    return (
        f'{{"telecode":{_json(station.telecode)},"name":{_json(station.name)},'
        f'"name_en":{_json(station.name_en)}}}'
    )


def _clock(minutes: int) -> str:
    return f"T{minutes // 60:02d}:{minutes % 60:02d}:00Z"
