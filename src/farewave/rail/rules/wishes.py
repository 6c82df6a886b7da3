"""Which of a day's trains somebody wants to see, and in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Sort = Literal["departure", "arrival", "duration", "price"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What isn't wished for is empty, None or the whole day.

    `hours`: the train leaves at the first hour or later, and before the second, in China's time.
    `class_code`: there are seats left in this class, and they are still sold.
    """

    kinds: frozenset[str] = frozenset()
    class_code: str | None = None
    hours: tuple[int, int] = (0, 24)
    origin: str | None = None
    destination: str | None = None
    sort: Sort = "departure"


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """Of one offer; `left` and `fares_fen` by class, minutes from the travel day's midnight."""

    kind: str
    origin: str
    destination: str
    depart_min: int
    duration_min: int
    left: Mapping[str, int]
    fares_fen: Mapping[str, int]
    closed: bool

    @property
    def lowest_fare_fen(self) -> int:
        """Of the classes that can still be had, or of all."""
        free = [self.fares_fen[code] for code, left in self.left.items() if left]
        return min(free or self.fares_fen.values())


def wished(offers: Sequence[OfferFacts], wishes: Wishes) -> list[int]:
    """The places in `offers` (in order of departure) of those wished for, in the order wished."""
    places = [place for place, offer in enumerate(offers) if _is_wished(offer, wishes)]
    if wishes.sort == "arrival":
        places.sort(key=lambda p: offers[p].depart_min + offers[p].duration_min)
    elif wishes.sort == "duration":
        places.sort(key=lambda p: offers[p].duration_min)
    elif wishes.sort == "price":
        # What can't be had has no price: it comes last.
        places.sort(key=lambda p: (not _can_be_had(offers[p]), offers[p].lowest_fare_fen))
    return places


def _can_be_had(offer: OfferFacts) -> bool:
    return not offer.closed and any(offer.left.values())


def _is_wished(offer: OfferFacts, wishes: Wishes) -> bool:
    first_hour, end_hour = wishes.hours
    return (
        (not wishes.kinds or offer.kind in wishes.kinds)
        and first_hour * 60 <= offer.depart_min < end_hour * 60
        and wishes.origin in (None, offer.origin)
        and wishes.destination in (None, offer.destination)
        and (
            wishes.class_code is None
            or (not offer.closed and offer.left.get(wishes.class_code, 0) > 0)
        )
    )
