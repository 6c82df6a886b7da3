"""When and to whom tickets are sold. Today's rules of China's railway, as this slice has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from farewave.kit.clock import shanghai_day
from farewave.kit.limits import PASSENGERS_PER_ORDER_MAX
from farewave.kit.outcome import Refused
from farewave.rail.errors import RailRefusal
from farewave.rail.model.orders import OrderStatus

PRESALE_DAYS = 15
"""Today and the fourteen days after it (12306's `other_control`, since 2021)."""
PAY_LIMIT = timedelta(minutes=20)
"""How long a seat is held for money (12306 in 2024 to 2026)."""
SALE_ENDS_BEFORE = timedelta(minutes=5)
"""Sale at a station ends this long before the train leaves it."""
CANCELS_PER_DAY = 3
"""Cancelled orders after which a person places no more that day."""
PASSENGERS_MAX = 15
"""Entries of an account's list, the person included."""
FULL_FARE_AGE = 14
"""Full fare from this age on (since 2023-01-01); child tickets aren't sold yet."""
GIVE_UP_CLOSING_AFTER = timedelta(minutes=5)
"""So long after its deadline a seat goes back even if the platform stays silent. The trade is over
by its own time; money that comes nevertheless is refunded by itself."""
CLAIM_SPARE = timedelta(minutes=10)
"""A claim of a passenger's time outlives its order's deadline by this, then anyone may take it."""


@dataclass(frozen=True, slots=True)
class SaleDays:
    """The first and the last day, both on sale."""

    first_day: date
    last_day: date


def sale_days(now: datetime) -> SaleDays:
    """The travel days (China's, at the station of departure) on sale at `now`."""
    today = shanghai_day(now)
    return SaleDays(today, today + timedelta(days=PRESALE_DAYS - 1))


def judge_day(travel_day: date, now: datetime) -> Refused | None:
    """Why `travel_day` is not on sale at `now`, or None."""
    days = sale_days(now)
    if days.first_day <= travel_day <= days.last_day:
        return None
    return Refused(
        RailRefusal.OUTSIDE_PRESALE,
        {"first_day": days.first_day.isoformat(), "last_day": days.last_day.isoformat()},
    )


def sale_is_closed(depart_at: datetime, now: datetime) -> bool:
    """Whether it is too late to buy for a train that leaves at `depart_at`."""
    return now >= depart_at - SALE_ENDS_BEFORE


def pay_before(now: datetime) -> datetime:
    """The deadline of an order that is held at `now`, to the whole second."""
    return (now + PAY_LIMIT).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class OrdererState:
    """What counts against a new order: an unpaid one, and how many were cancelled on `day`."""

    has_open_order: bool
    cancels_day: date | None
    cancels: int


def judge_orderer(state: OrdererState, now: datetime) -> Refused | None:
    """Why this person may not place an order at `now`, or None."""
    if cancels_today(state, now) >= CANCELS_PER_DAY:
        return Refused(RailRefusal.TOO_MANY_CANCELS)
    if state.has_open_order:
        return Refused(RailRefusal.ORDER_OPEN)
    return None


def cancels_today(state: OrdererState, now: datetime) -> int:
    return state.cancels if state.cancels_day == shanghai_day(now) else 0


@dataclass(frozen=True, slots=True)
class Traveller:
    """What the rules need to know of a passenger."""

    name_masked: str
    identity_index: bytes
    age: int


def judge_party(party: Sequence[Traveller]) -> Refused | None:
    """Why these may not travel on one order, or None."""
    if not 1 <= len(party) <= PASSENGERS_PER_ORDER_MAX:
        return Refused(RailRefusal.PASSENGER_COUNT, {"most": PASSENGERS_PER_ORDER_MAX})
    if len({each.identity_index for each in party}) != len(party):
        return Refused(RailRefusal.PASSENGER_COUNT, {"most": PASSENGERS_PER_ORDER_MAX})
    for each in party:
        if each.age < FULL_FARE_AGE:
            return Refused(RailRefusal.CHILD, {"name": each.name_masked, "age": FULL_FARE_AGE})
    return None


def judge_cancel(status: OrderStatus) -> Refused | None:
    """Why an order that stands at `status` can't be cancelled by a person, or None."""
    if status is OrderStatus.HELD:
        return None
    if status in (OrderStatus.PAID, OrderStatus.ISSUED):
        return Refused(RailRefusal.ORDER_PAID)
    return Refused(RailRefusal.ORDER_ENDED)
