"""Whether seats are held, and which: one request after the other, on what the former ones left.

Pure. `HoldState` is what many requests need to know at once: who has an unpaid order, who travels
when, what is sold. `decide` judges one request by it, `apply` writes an accepted one into it, so
that the next is judged as if the first had been committed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from farewave.kit.outcome import Refused
from farewave.rail.errors import RailRefusal
from farewave.rail.rules.sale import OrdererState, Traveller, judge_orderer
from farewave.rail.rules.seatmap import Seat, SeatMap
from farewave.rail.rules.seats import choose

OrdererKey = tuple[int, UUID]
"""Shard and person."""
ClassKey = tuple[UUID, str]
"""A run and a class."""
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hold:
    """What is asked: who orders, who travels when, on which segments of which class."""

    orderer: OrdererKey
    party: Sequence[Traveller]
    depart_at: datetime
    arrive_at: datetime
    class_key: ClassKey
    first: int
    end: int
    wishes: Sequence[str]


@dataclass(slots=True)
class HoldState:
    """What holds are judged by."""

    orderers: dict[OrdererKey, OrdererState]
    busy: dict[bytes, list[Span]]
    """When each traveller is under way, by identity index."""
    seats: Mapping[ClassKey, SeatMap] = field(default_factory=dict)


def judge_people(state: HoldState, hold: Hold, now: datetime) -> Refused | None:
    """Why these people may not hold anything then, whatever seats there are, or None."""
    refused = judge_orderer(state.orderers[hold.orderer], now)
    if refused is not None:
        return refused
    for each in hold.party:
        for depart_at, arrive_at in state.busy.get(each.identity_index, ()):
            if depart_at < hold.arrive_at and hold.depart_at < arrive_at:
                return Refused(RailRefusal.TIME_CONFLICT, {"name": each.name_masked})
    return None


def decide(state: HoldState, hold: Hold, now: datetime) -> tuple[Seat, ...] | Refused:
    """The seats for `hold`, or why there are none."""
    refused = judge_people(state, hold, now)
    if refused is not None:
        return refused
    seats = state.seats[hold.class_key]
    chosen = choose(seats, hold.first, hold.end, len(hold.party), hold.wishes)
    if chosen is None:
        left = seats.free(hold.first, hold.end).bit_count()
        return Refused(RailRefusal.SOLD_OUT, {"left": left})
    return chosen


def apply(state: HoldState, hold: Hold, seats: Sequence[Seat]) -> None:
    """What `decide` gave is held from now on."""
    state.orderers[hold.orderer] = replace(state.orderers[hold.orderer], has_open_order=True)
    for each in hold.party:
        state.busy.setdefault(each.identity_index, []).append((hold.depart_at, hold.arrive_at))
    state.seats[hold.class_key].take(seats, hold.first, hold.end)
