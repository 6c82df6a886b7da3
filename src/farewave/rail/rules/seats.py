"""Which seats a party gets. Pure: from the map of one class of one run to the seats.

The order of what counts:

1. Everybody gets a seat, or nobody.
2. A party sits together: in one coach if any coach has room, in as few rows as possible, next to
   each other. Only when no coach has room for all is it split, the largest part first.
3. Wishes (window, aisle, a letter, a berth) where a free seat meets them. Never a reason to refuse.
4. **Best fit**: the seat whose free gap around the journey is the tightest, so that long gaps stay
   whole for long journeys; of a party's seats the worst gap counts.
5. The lower coach and place, so that equal states give equal answers.

A seat is looked at as one bit among all seats of the class, so each step is a few operations on
integers, not a walk over seats.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import combinations, pairwise

from farewave.kit.invariant import invariant
from farewave.rail.rules.seatmap import BERTHS, LETTERS, ClassPlan, Rows, Seat, SeatMap, meets

Levels = list[tuple[int, int]]
"""(waste, seats): the free seats by how many free segments beside the journey stay unused."""


def choose(
    seats: SeatMap, first: int, end: int, party: int, wishes: Sequence[str] = ()
) -> tuple[Seat, ...] | None:
    """Seats for a `party` from segment `first` to before `end`, or None if there aren't enough.

    Wishes beyond the party's size are left out.
    """
    invariant(party >= 1, "a party has at least one person")
    free = seats.free(first, end)
    if free.bit_count() < party:
        return None
    if party == 1:
        return (seats.plan.seats[_one(seats, free, first, end, wishes[0] if wishes else None)],)
    chosen = _together(seats, free, first, end, party, tuple(wishes[:party]))
    return tuple(seats.plan.seats[index] for index in chosen)


def _one(seats: SeatMap, free: int, first: int, end: int, wish: str | None) -> int:
    if wish is not None:
        free = free & seats.plan.meeting[wish] or free
    return _lowest(_tightest(seats.taken, free, first, end))


def _tightest(taken: list[int], free: int, first: int, end: int) -> int:
    """Those of the `free` seats whose gap around the journey is the smallest."""
    exact = _exact(taken, free, first, end)
    if exact:
        return exact  # on a busy train most journeys find such a seat
    before, after = _beside(taken, free, first, end)
    best, found = len(taken), 0
    for below, left in before:
        if below > best:
            break
        for above, right in after:
            waste = below + above
            if waste > best:
                break
            if both := left & right:
                found = found | both if waste == best else both
                best = waste
                break  # a longer gap above only wastes more
    return found


def _exact(taken: list[int], free: int, first: int, end: int) -> int:
    """The `free` seats on which nothing stays unused beside the journey."""
    if first:
        free &= taken[first - 1]
    return free & taken[end] if end < len(taken) else free


def _beside(taken: list[int], free: int, first: int, end: int) -> tuple[Levels, Levels]:
    """How far the `free` seats stay free before the journey, and behind it."""
    before = taken[first - 1 :: -1] if first else []
    return _reach(before, free), _reach(taken[end:], free)


def _reach(taken: list[int], free: int) -> Levels:
    """For each number of segments that stay free in this direction, the seats where it is so."""
    levels: Levels = []
    for reach, bits in enumerate(taken):
        ends = free & bits
        if ends:
            levels.append((reach, ends))
            free ^= ends
            if not free:
                return levels
    levels.append((len(taken), free))
    return levels


def _by_waste(taken: list[int], free: int, first: int, end: int) -> Iterator[int]:
    """The `free` seats that waste the least, then those and the next ones, and so on to all."""
    held = _exact(taken, free, first, end)
    if held:
        yield held
    before, after = _beside(taken, free, first, end)
    beyond = dict(after)
    for waste in range(max(1, before[0][0] + after[0][0]), before[-1][0] + after[-1][0] + 1):
        more = 0
        for below, left in before:
            if below > waste:
                break
            more |= left & beyond.get(waste - below, 0)
        if more:
            held |= more
            yield held


def _together(
    seats: SeatMap, free: int, first: int, end: int, party: int, wishes: tuple[str, ...]
) -> list[int]:
    """Places for more than one, as near to each other as they can be had."""
    plan = seats.plan

    finders = [
        *(partial(_in_one_row, shapes) for shapes in _shapes(plan.rows, party, wishes)),
        partial(_in_two_rows, plan, party, wishes),
    ]
    for find in finders:
        if find(free):
            tight = _by_waste(seats.taken, free, first, end)
            return next(found for part in tight if (found := find(part)))
    roomy = [room for room in plan.rooms if (free & room.seats).bit_count() >= party]
    if roomy:
        return min(
            (_nearest(seats, free & room.seats, party, wishes) for room in roomy),
            key=lambda scored: scored[0],
        )[1]
    # No coach has room for all: the roomiest takes as many as it has places.
    largest = max(plan.rooms, key=lambda room: ((free & room.seats).bit_count(), -room.offset))
    part = _indexes(free & largest.seats)
    rest, left = free & ~largest.seats, party - len(part)
    if left == 1:
        return [*part, _one(seats, rest, first, end, (*wishes[len(part) :], None)[0])]
    return [*part, *_together(seats, rest, first, end, left, wishes[len(part) :])]


Shape = tuple[int, tuple[int, ...]]
"""Where a group of seats may begin, and how far its others are from its first seat."""


@lru_cache(maxsize=4096)
def _shapes(
    layouts: tuple[Rows, ...], party: int, wishes: tuple[str, ...]
) -> tuple[tuple[Shape, ...], ...]:
    """Every way to sit in one row, the best first: fewest gaps, then fewest wishes unmet.

    In a bay of berths everybody is together wherever they lie: there the wishes come first.
    """
    ranked: dict[tuple[int, int, int], dict[tuple[int, ...], int]] = {}
    for rows in layouts:
        for columns in combinations(range(rows.width), party):
            offsets = tuple(column - columns[0] for column in columns)
            starts = rows.columns[columns[0]]
            for column, offset in zip(columns, offsets, strict=True):
                starts &= rows.columns[column] >> offset  # a coach's last row may be short
            missing = unmet(wishes, [rows.traits[c] for c in columns])
            berths = any(rows.traits[c] & BERTHS for c in columns)
            gaps = _gaps(columns)
            rank = (0, missing, gaps) if berths else (gaps, missing, 0)
            alike = ranked.setdefault(rank, {})
            alike[offsets] = alike.get(offsets, 0) | starts
    return tuple(
        tuple((starts, offsets) for offsets, starts in ranked[rank].items())
        for rank in sorted(ranked)
    )


def _gaps(columns: Sequence[int]) -> int:
    return sum(right - left > 1 for left, right in pairwise(columns))


def _in_one_row(shapes: Sequence[Shape], free: int) -> list[int] | None:
    """The lowest seats of any of the `shapes` that are all free."""
    best: list[int] | None = None
    for starts, offsets in shapes:
        fits = starts
        for offset in offsets:
            fits &= free >> offset
        if fits and (best is None or _lowest(fits) < best[0]):
            best = [_lowest(fits) + offset for offset in offsets]
    return best


def _in_two_rows(plan: ClassPlan, party: int, wishes: Sequence[str], free: int) -> list[int] | None:
    """Seats in the first two neighbouring rows that have enough free ones between them.

    Neither has enough alone: that is looked for before.
    """
    best: list[int] | None = None
    for rows in plan.rows:
        have = _rows_with(rows, free, party - 1)
        pairs = 0
        for here in range(1, party):
            pairs |= have[here] & (have[party - here] >> rows.width)
        pairs &= rows.has_next
        if pairs and (best is None or _lowest(pairs) < best[0]):
            start = _lowest(pairs)
            both_rows = ((1 << 2 * rows.width) - 1) << start
            two = _indexes(free & both_rows & plan.room(start).seats)
            best = min(_windows(two, party), key=lambda each: unmet(wishes, _met(plan, each)))
    return best


def _rows_with(rows: Rows, free: int, most: int) -> list[int]:
    """At n, the rows with at least n free seats, as bits at their first seats; n up to `most`."""
    have = [-1] + [0] * most
    for column, seats in enumerate(rows.columns):
        here = (free & seats) >> column
        for n in range(most, 0, -1):
            have[n] |= have[n - 1] & here
    return have


def _windows(indexes: list[int], party: int) -> list[list[int]]:
    return [indexes[at : at + party] for at in range(len(indexes) - party + 1)]


def _met(plan: ClassPlan, indexes: Sequence[int]) -> list[frozenset[str]]:
    return [meets(plan.seats[index].place) for index in indexes]


def _nearest(
    seats: SeatMap, free: int, party: int, wishes: Sequence[str]
) -> tuple[tuple[int, int, int, int], list[int]]:
    """The `party` free places of a coach that lie in the fewest rows, with their score.

    Looked for one by one: where no two neighbouring rows have room, few places are left.
    """
    plan = seats.plan

    def score(window: list[int]) -> tuple[int, int, int, int]:
        places = [plan.seats[index].place for index in window]
        apart = sum(
            left.row != right.row or right.column - left.column != 1
            for left, right in pairwise(places)
        )
        missing = unmet(wishes, _met(plan, window))
        return places[-1].row - places[0].row, apart, missing, window[0]

    best = min(_windows(_indexes(free), party), key=score)
    return score(best), best


def unmet(wishes: Sequence[str], places: Sequence[frozenset[str]]) -> int:
    """How many of `wishes` no place of the party meets, each place meeting at most one.

    Letters are given out first: a letter is asked of few places, and equal letters are alike.
    """
    free = list(places)
    missing = 0
    for wish in sorted(wishes, key=lambda each: each not in LETTERS):
        for place in free:
            if wish in place:
                free.remove(place)
                break
        else:
            missing += 1
    return missing


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _indexes(bits: int) -> list[int]:
    """The numbers of the bits that are set, the lowest first."""
    found = []
    while bits:
        found.append(_lowest(bits))
        bits &= bits - 1
    return found
