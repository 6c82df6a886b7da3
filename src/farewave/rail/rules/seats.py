"""Which seats a party gets. Pure: from the masks of one class of one run to the places.

A seat's mask has a bit for each segment on which somebody sits there. A seat is free for a journey
when its mask and the journey's share no bit.

The order of what counts:

1. Everybody gets a seat, or nobody.
2. A party sits together: in one coach if any coach has room, in as few rows as possible, next to
   each other. Only when no coach has room for all is it split, the largest part first.
3. Wishes (window, aisle, a letter) where a free seat meets them. Never a reason to refuse.
4. **Best fit**: the seat whose free gap around the journey is the tightest, so that long gaps stay
   whole for long journeys.
5. The lower coach and place, so that equal states give equal answers.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from farewave.kit.invariant import invariant
from farewave.rail.rules.coaches import Place

WINDOW = "window"
AISLE = "aisle"
LETTERS = ("A", "B", "C", "D", "F")
WISHES = (WINDOW, AISLE, *LETTERS)


@dataclass(frozen=True, slots=True)
class SeatState:
    """One seat of a run: where it is and on which segments it is taken."""

    coach: str
    place: Place
    taken: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    seat: SeatState
    waste: int


def is_free(taken: int, mask: int) -> bool:
    """Whether nobody sits there on any segment of `mask`."""
    return taken & mask == 0


def gap_waste(taken: int, mask: int, segments: int) -> int:
    """How many free segments around the journey `mask` would stay unused next to it.

    The gap is the longest run of free segments that holds the journey, within `segments`.
    """
    invariant(is_free(taken, mask), "a gap is measured around a free journey")
    waste = 0
    below = (mask & -mask) >> 1
    while below and not taken & below:
        waste += 1
        below >>= 1
    above = 1 << mask.bit_length()
    while above < 1 << segments and not taken & above:
        waste += 1
        above <<= 1
    return waste


def unmet(wishes: Sequence[str], places: Iterable[Place]) -> int:
    """How many of `wishes` no place of the party meets, each place meeting at most one.

    Letters are given out first: a letter is asked of few places, and equal letters are alike.
    """
    free = list(places)
    missing = 0
    for wish in sorted(wishes, key=lambda each: each not in LETTERS):
        for place in free:
            if _meets(place, wish):
                free.remove(place)
                break
        else:
            missing += 1
    return missing


def _meets(place: Place, wish: str) -> bool:
    if wish == WINDOW:
        return place.window
    if wish == AISLE:
        return place.aisle
    return place.letter == wish


def allocate(
    seats: Iterable[SeatState],
    *,
    mask: int,
    segments: int,
    party: int,
    wishes: Sequence[str] = (),
) -> list[SeatState] | None:
    """Places for a `party` on the journey `mask` of a run with `segments`, or None.

    `seats` are all seats of the class. Wishes beyond the party's size are left out.
    """
    invariant(party >= 1, "a party has at least one person")
    by_coach: dict[str, list[_Candidate]] = {}
    wastes: dict[int, int] = {}  # many seats have equal masks
    for seat in seats:
        if is_free(seat.taken, mask):
            if seat.taken not in wastes:
                wastes[seat.taken] = gap_waste(seat.taken, mask, segments)
            by_coach.setdefault(seat.coach, []).append(_Candidate(seat, wastes[seat.taken]))
    if sum(map(len, by_coach.values())) < party:
        return None
    for candidates in by_coach.values():
        candidates.sort(key=lambda each: each.seat.place.place)
    chosen = _place_party(by_coach, party, list(wishes[:party]))
    invariant(
        len({(seat.coach, seat.place.place) for seat in chosen}) == party,
        "each of a party has a seat of one's own",
    )
    invariant(all(is_free(seat.taken, mask) for seat in chosen), "only free seats are given out")
    return chosen


def _place_party(
    by_coach: Mapping[str, list[_Candidate]], party: int, wishes: list[str]
) -> list[SeatState]:
    rooms = [coach for coach, candidates in by_coach.items() if len(candidates) >= party]
    if rooms:
        return min(
            (_best_in_coach(by_coach[coach], party, wishes) for coach in sorted(rooms)),
            key=lambda scored: scored[0],
        )[1]
    # No coach has room for all: the roomiest takes as many as it has places.
    largest = min(by_coach, key=lambda coach: (-len(by_coach[coach]), coach))
    part = len(by_coach[largest])
    together = _best_in_coach(by_coach[largest], part, wishes[:part])[1]
    rest = {coach: each for coach, each in by_coach.items() if coach != largest}
    return together + _place_party(rest, party - part, wishes[part:])


_Score = tuple[int, int, int, int, str, int]


def _best_in_coach(
    candidates: Sequence[_Candidate], party: int, wishes: Sequence[str]
) -> tuple[_Score, list[SeatState]]:
    """The best `party` places that lie next to each other in the coach's order of free places."""
    windows = (candidates[i : i + party] for i in range(len(candidates) - party + 1))
    scored = ((_score(window, wishes), window) for window in windows)
    score, best = min(scored, key=lambda each: each[0])
    return score, [each.seat for each in best]


def _score(window: Sequence[_Candidate], wishes: Sequence[str]) -> _Score:
    places = [each.seat.place for each in window]
    rows = places[-1].row - places[0].row
    apart = sum(
        1
        for left, right in itertools.pairwise(places)
        if left.row != right.row or right.column - left.column != 1
    )
    return (
        rows,
        apart,
        unmet(wishes, places),
        sum(each.waste for each in window),
        window[0].seat.coach,
        places[0].place,
    )
