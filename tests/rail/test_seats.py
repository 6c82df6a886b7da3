"""The allocator against a naive one, and the seat model against a list of journeys."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from farewave.rail.model import segments_mask
from farewave.rail.rules.coaches import Place, places_of
from farewave.rail.rules.seats import SeatState, allocate, gap_waste, is_free, unmet

SEGMENTS = 6
LAYOUTS = {"01": ("AC-DF", 8), "02": ("ABC-DF", 10), "03": ("numbered", 9), "04": ("berths", 6)}


def all_places() -> list[tuple[str, Place]]:
    return [
        (coach, place) for coach, (layout, count) in LAYOUTS.items()
        for place in places_of(layout, count)
    ]  # fmt: skip


@st.composite
def journeys(draw: st.DrawFn) -> int:
    start = draw(st.integers(1, SEGMENTS))
    return segments_mask(start, draw(st.integers(start + 1, SEGMENTS + 1)))


@st.composite
def coach_states(draw: st.DrawFn) -> list[SeatState]:
    masks = draw(
        st.lists(
            st.integers(0, 2**SEGMENTS - 1), min_size=len(all_places()), max_size=len(all_places())
        )
    )
    seats = zip(all_places(), masks, strict=True)
    return [SeatState(coach, place, mask) for (coach, place), mask in seats]


wishes = st.lists(st.sampled_from(["window", "aisle", "A", "B", "C", "D", "F"]), max_size=5)


def naive_waste(taken: int, mask: int) -> int:
    """The free gap around the journey, counted segment by segment on a list."""
    free = [not taken >> n & 1 for n in range(SEGMENTS)]
    wanted = [n for n in range(SEGMENTS) if mask >> n & 1]
    gap = 0
    for n in range(wanted[0], -1, -1):
        if not free[n]:
            break
        gap += 1
    for n in range(wanted[0] + 1, SEGMENTS):
        if not free[n]:
            break
        gap += 1
    return gap - len(wanted)


def naive_unmet(wanted: list[str], places: list[Place]) -> int:
    """The fewest wishes unmet, over every way to give them out."""
    if not wanted:
        return 0
    wish, rest = wanted[0], wanted[1:]
    best = 1 + naive_unmet(rest, places)
    for place in places:
        meets = {"window": place.window, "aisle": place.aisle}.get(wish, place.letter == wish)
        if meets:
            others = [each for each in places if each is not place]
            best = min(best, naive_unmet(rest, others))
    return best


@given(st.integers(0, 2**SEGMENTS - 1), journeys())
def test_the_gap_is_the_one_counted_by_hand(taken: int, mask: int) -> None:
    taken &= ~mask
    assert gap_waste(taken, mask, SEGMENTS) == naive_waste(taken, mask)


@given(wishes, st.lists(st.sampled_from(all_places()), max_size=5, unique=True))
def test_wishes_are_met_as_well_as_by_trying_everything(
    wanted: list[str], party: list[tuple[str, Place]]
) -> None:
    places = [place for _, place in party]
    assert unmet(wanted, places) == naive_unmet(wanted, places)


@given(coach_states(), journeys(), wishes)
def test_one_person_gets_the_best_seat_of_all(
    seats: list[SeatState], mask: int, wanted: list[str]
) -> None:
    got = allocate(seats, mask=mask, segments=SEGMENTS, party=1, wishes=wanted)
    free = [seat for seat in seats if seat.taken & mask == 0]
    best = min(
        (
            (naive_unmet(wanted[:1], [s.place]), naive_waste(s.taken, mask), s.coach, s.place.place)
            for s in free
        ),
        default=None,
    )
    assert (got is None) == (best is None)
    if got is not None and best is not None:
        assert (got[0].coach, got[0].place.place) == best[2:]


@given(coach_states(), journeys(), st.integers(1, 5), wishes)
def test_a_party_gets_free_seats_of_its_own_or_none(
    seats: list[SeatState], mask: int, party: int, wanted: list[str]
) -> None:
    got = allocate(seats, mask=mask, segments=SEGMENTS, party=party, wishes=wanted)
    free = [seat for seat in seats if seat.taken & mask == 0]
    assert (got is None) == (len(free) < party)
    if got is None:
        return
    assert len({(seat.coach, seat.place.place) for seat in got}) == party
    assert all(is_free(seat.taken, mask) for seat in got)
    roomy = {c for c in LAYOUTS if sum(seat.coach == c for seat in free) >= party}
    coaches = {seat.coach for seat in got}
    assert len(coaches) == 1 if roomy else len(coaches) > 1


@given(coach_states(), journeys(), st.integers(2, 3))
def test_a_party_sits_side_by_side_where_that_is_possible(
    seats: list[SeatState], mask: int, party: int
) -> None:
    got = allocate(seats, mask=mask, segments=SEGMENTS, party=party)
    free = [seat for seat in seats if seat.taken & mask == 0]

    def together(group: tuple[SeatState, ...]) -> bool:
        columns = sorted(seat.place.column for seat in group)
        same_row = len({(seat.coach, seat.place.row) for seat in group}) == 1
        return same_row and columns[-1] - columns[0] == party - 1

    if any(together(group) for group in combinations(free, party)):
        assert got is not None
        assert together(tuple(got))


def test_a_short_journey_fills_a_gap_and_leaves_the_empty_seat_whole() -> None:
    gap, empty = places_of("AC-DF", 4)[1], places_of("AC-DF", 4)[0]
    seats = [SeatState("01", empty, 0b000000), SeatState("01", gap, 0b110011)]
    got = allocate(seats, mask=0b001100, segments=6, party=1)
    assert got == [seats[1]]


def test_a_wish_comes_before_the_fit_and_never_refuses() -> None:
    window, middle = places_of("ABC-DF", 5)[0], places_of("ABC-DF", 5)[1]
    seats = [SeatState("02", window, 0b000000), SeatState("02", middle, 0b110011)]
    assert allocate(seats, mask=0b001100, segments=6, party=1, wishes=["window"]) == [seats[0]]
    assert allocate(seats, mask=0b001100, segments=6, party=1, wishes=["F"]) == [seats[1]]


class SeatMachine(RuleBasedStateMachine):
    """Holds and frees at random; a plain list of journeys says who sits where."""

    held = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.masks = {(coach, place.place): 0 for coach, place in all_places()}
        self.sitting: list[tuple[tuple[str, int], int]] = []

    def seats(self) -> list[SeatState]:
        return [SeatState(c, place, self.masks[c, place.place]) for c, place in all_places()]

    @rule(target=held, mask=journeys(), party=st.integers(1, 5), wanted=wishes)
    def hold(self, mask: int, party: int, wanted: list[str]) -> list[tuple[tuple[str, int], int]]:
        got = allocate(self.seats(), mask=mask, segments=SEGMENTS, party=party, wishes=wanted)
        naive_free = [
            key for key in self.masks
            if not any(seat == key and other & mask for seat, other in self.sitting)
        ]  # fmt: skip
        assert (got is None) == (len(naive_free) < party)
        taken = [((seat.coach, seat.place.place), mask) for seat in got or ()]
        for key, bits in taken:
            assert key in naive_free
            self.masks[key] |= bits
        self.sitting += taken
        return taken

    @rule(order=consumes(held))
    def free(self, order: list[tuple[tuple[str, int], int]]) -> None:
        for key, bits in order:
            self.masks[key] &= ~bits
            self.sitting.remove((key, bits))

    @invariant()
    def nobody_sits_on_anybody(self) -> None:
        for key, mask in self.masks.items():
            union = 0
            for seat, bits in self.sitting:
                if seat == key:
                    assert union & bits == 0
                    union |= bits
            assert union == mask


TestSeatMachine = SeatMachine.TestCase
