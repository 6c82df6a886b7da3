"""Which seats are chosen: against naive ways that look at every seat and every combination."""

from collections.abc import Sequence
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from farewave.rail.model import Coach, segments_mask
from farewave.rail.rules.coaches import Place
from farewave.rail.rules.seatmap import (
    WISHES,
    Seat,
    SeatMap,
    class_plan,
    count_taken,
    joined,
    meets,
)
from farewave.rail.rules.seats import choose, unmet

SEGMENTS = 6
COACHES = (
    Coach("01", "O", "AC-DF", 8),
    Coach("02", "O", "ABC-DF", 10),
    Coach("03", "O", "numbered", 9),
    Coach("04", "O", "berths", 6),
    Coach("05", "O", "soft-berths", 4),
    Coach("06", "O", "numbered", 7),
)
PLAN = class_plan(COACHES)

Journey = tuple[int, int]
"""The first segment and the one behind the last."""


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    first = draw(st.integers(0, SEGMENTS - 1))
    return first, draw(st.integers(first + 1, SEGMENTS))


@st.composite
def maps(draw: st.DrawFn) -> SeatMap:
    """Any state at all, full trains more often than chance would make them."""
    bits = st.integers(0, PLAN.all_seats)
    taken = [draw(bits) for _ in range(SEGMENTS)]
    everywhere = draw(st.one_of(st.just(0), bits, st.just(PLAN.all_seats)))
    spared = 0
    for index in draw(st.lists(st.integers(0, len(PLAN.seats) - 1), max_size=8)):
        spared |= 1 << index
    return SeatMap(PLAN, [(each | everywhere) & ~spared for each in taken])


wishes = st.lists(st.sampled_from(WISHES), max_size=5)


def naive_free(seats: SeatMap, journey: Journey) -> list[Seat]:
    return [s for s in PLAN.seats if not any(takes(seats, s, n) for n in range(*journey))]


def takes(seats: SeatMap, seat: Seat, segment: int) -> bool:
    return bool(seats.taken[segment] >> seat.index & 1)


def naive_waste(seats: SeatMap, seat: Seat, journey: Journey) -> int:
    """The free segments beside the journey, counted one by one."""
    waste, before, after = 0, journey[0] - 1, journey[1]
    while before >= 0 and not takes(seats, seat, before):
        waste, before = waste + 1, before - 1
    while after < SEGMENTS and not takes(seats, seat, after):
        waste, after = waste + 1, after + 1
    return waste


def naive_unmet(wanted: Sequence[str], places: Sequence[Place]) -> int:
    """The fewest wishes unmet, over every way to give them out."""
    if not wanted:
        return 0
    wish, rest = wanted[0], wanted[1:]
    best = 1 + naive_unmet(rest, places)
    for place in places:
        if wish in meets(place):
            others = [each for each in places if each is not place]
            best = min(best, naive_unmet(rest, others))
    return best


def spread(party: Sequence[Seat]) -> tuple[int, int]:
    """(rows between the first and the last, how many don't sit next to the one before)."""
    inside = sorted(party, key=lambda seat: seat.index)
    apart = sum(
        a.place.row != b.place.row or b.place.column - a.place.column != 1
        for a, b in pairwise(inside)
    )
    return inside[-1].place.row - inside[0].place.row, apart


def naive_rank(group: Sequence[Seat], asked: list[str]) -> tuple[int, int, int, int]:
    """Rows, then how close and what is missing; of berths the other way round."""
    rows, apart = spread(group)
    missing = naive_unmet(asked, [seat.place for seat in group])
    return (rows, 0, missing, apart) if group[0].place.berth else (rows, apart, missing, 0)


@given(wishes, st.lists(st.sampled_from(PLAN.seats), max_size=5, unique=True))
def test_wishes_are_met_as_well_as_by_trying_everything(
    wanted: list[str], party: list[Seat]
) -> None:
    places = [seat.place for seat in party]
    assert unmet(wanted, [meets(place) for place in places]) == naive_unmet(wanted, places)


@given(maps(), journeys(), wishes)
def test_one_person_gets_the_best_seat_of_all(
    seats: SeatMap, journey: Journey, wanted: list[str]
) -> None:
    got = choose(seats, *journey, 1, wanted)
    free = naive_free(seats, journey)
    ranked = sorted(
        free,
        key=lambda s: (
            naive_unmet(wanted[:1], [s.place]),
            naive_waste(seats, s, journey),
            s.coach,
            s.place.place,
        ),
    )
    assert got == (tuple(ranked[:1]) or None)


@given(maps(), journeys(), st.integers(1, 5), wishes)
def test_a_party_gets_free_seats_of_its_own_or_none(
    seats: SeatMap, journey: Journey, party: int, wanted: list[str]
) -> None:
    got = choose(seats, *journey, party, wanted)
    free = naive_free(seats, journey)
    assert (got is None) == (len(free) < party)
    if got is None:
        return
    assert len({seat.index for seat in got}) == party
    assert set(got) <= set(free)
    roomy = {c.coach for c in COACHES if sum(seat.coach == c.coach for seat in free) >= party}
    coaches = {seat.coach for seat in got}
    assert len(coaches) == 1 if roomy else len(coaches) > 1


@given(maps(), journeys(), st.integers(2, 4), wishes)
def test_a_party_sits_in_as_few_rows_and_as_close_as_it_can(
    seats: SeatMap, journey: Journey, party: int, wanted: list[str]
) -> None:
    got = choose(seats, *journey, party, wanted)
    free = naive_free(seats, journey)
    groups = [
        group
        for coach in COACHES
        for group in combinations([s for s in free if s.coach == coach.coach], party)
    ]
    if not groups:
        return
    assert got is not None
    asked = wanted[:party]
    fewest = min(spread(group) for group in groups)
    assert spread(got)[0] == fewest[0]
    if fewest[0] == 0:  # in one row: also as close as that row allows, and with their wishes
        best = min(naive_rank(group, asked) for group in groups)
        assert naive_rank(got, asked) == best
        # Best fit of a party: its worst gap is the smallest that such a group can have.
        alike = [group for group in groups if naive_rank(group, asked) == best]
        worst = min(max(naive_waste(seats, s, journey) for s in group) for group in alike)
        assert max(naive_waste(seats, s, journey) for s in got) == worst


def test_a_short_journey_fills_a_gap_and_leaves_the_empty_seat_whole() -> None:
    plan = class_plan((Coach("01", "M", "AC-DF", 4),))
    seats = SeatMap.empty(plan, 6)
    gap = plan.seat("01", 2)
    seats.take([gap], 0, 2)
    seats.take([gap], 4, 6)
    assert choose(seats, 2, 4, 1) == (gap,)


def test_a_wish_comes_before_the_fit_and_never_refuses() -> None:
    plan = class_plan((Coach("02", "O", "ABC-DF", 5),))
    seats = SeatMap.empty(plan, 6)
    middle = plan.seat("02", 2)
    seats.take([middle], 0, 2)
    seats.take([middle], 4, 6)
    assert choose(seats, 2, 4, 1, ["window"]) == (plan.seat("02", 1),)
    assert choose(seats, 2, 4, 1, ["lower"]) == (middle,)


def test_a_berth_is_given_as_wished() -> None:
    plan = class_plan((Coach("06", "3", "berths", 66), Coach("07", "4", "soft-berths", 36))[:1])
    seats = SeatMap.empty(plan, 3)
    for wish, label in (("lower", "01下"), ("middle", "01中"), ("upper", "01上")):
        got = choose(seats, 0, 3, 1, [wish])
        assert got is not None
        assert got[0].place.label == label
    pair = choose(seats, 0, 3, 2, ["lower", "lower"])
    assert pair is not None
    assert [seat.place.label for seat in pair] == ["01下", "02下"], "who shares a bay is near"


def test_a_party_that_no_row_holds_sits_where_two_rows_meet() -> None:
    plan = class_plan((Coach("01", "9", "AC-F", 24),))
    got = choose(SeatMap.empty(plan, 2), 0, 2, 4)
    assert got is not None
    assert [seat.place.label for seat in got] == ["01A", "01C", "01F", "02A"]


@given(maps())
def test_a_stored_coach_is_read_back_as_it_was(seats: SeatMap) -> None:
    stored = {room.coach: seats.octets(room) for room in PLAN.rooms}
    assert SeatMap.read(PLAN, stored, SEGMENTS).taken == seats.taken


@given(maps(), journeys())
def test_free_places_of_stored_coaches_are_counted_as_in_the_map(
    seats: SeatMap, journey: Journey
) -> None:
    segments = joined((room.places, seats.octets(room)) for room in PLAN.rooms)
    mask = segments_mask(journey[0] + 1, journey[1] + 1)
    assert len(PLAN.seats) - count_taken(segments, mask) == len(naive_free(seats, journey))


class SeatMachine(RuleBasedStateMachine):
    """Holds and frees at random, beside a plain set of (seat, segment)."""

    held = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.map = SeatMap.empty(PLAN, SEGMENTS)
        self.sitting: set[tuple[int, int]] = set()

    @rule(target=held, journey=journeys(), party=st.integers(1, 5), wanted=wishes)
    def hold(
        self, journey: Journey, party: int, wanted: list[str]
    ) -> tuple[tuple[Seat, ...], Journey]:
        got = choose(self.map, *journey, party, wanted)
        free = {
            seat.index
            for seat in PLAN.seats
            if not any((seat.index, segment) in self.sitting for segment in range(*journey))
        }
        assert (got is None) == (len(free) < party)
        for seat in got or ():
            assert seat.index in free
            self.sitting |= {(seat.index, segment) for segment in range(*journey)}
        self.map.take(got or (), *journey)
        return got or (), journey

    @rule(order=consumes(held))
    def free(self, order: tuple[tuple[Seat, ...], Journey]) -> None:
        seats, journey = order
        assert self.map.release(seats, *journey)
        self.sitting -= {(seat.index, n) for seat in seats for n in range(*journey)}

    @rule(order=held)
    def free_only_what_is_taken(self, order: tuple[tuple[Seat, ...], Journey]) -> None:
        seats, journey = order
        first = journey[0] - 1
        if seats and first >= 0 and (seats[0].index, first) not in self.sitting:
            before = list(self.map.taken)
            assert not self.map.release(seats, first, journey[1])
            assert self.map.taken == before

    @rule()
    def stored_and_read_again(self) -> None:
        stored = {room.coach: self.map.octets(room) for room in PLAN.rooms}
        self.map = SeatMap.read(PLAN, stored, SEGMENTS)

    @invariant()
    def the_map_is_who_sits_there(self) -> None:
        bits = {
            (seat.index, segment)
            for seat in PLAN.seats
            for segment in range(SEGMENTS)
            if takes(self.map, seat, segment)
        }
        assert bits == self.sitting


TestSeatMachine = SeatMachine.TestCase
