"""Which seats of one class of one run are taken where, as bits.

A class's seats are numbered through its coaches; for each segment there is one integer with a bit
for each seat that somebody sits on there. So "who is free from A to B" is a handful of `|` over
integers of some hundred bits, whatever the number of seats, and a decision costs microseconds.

A `ClassPlan` is what never changes (how the coaches are built), a `SeatMap` is what is sold. In the
database a coach is a row of octets: for each segment, a bit for each place (`SeatMap.octets`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from farewave.kit.invariant import invariant
from farewave.rail.model import Coach
from farewave.rail.rules.coaches import Place, places_of, row_width

WINDOW, AISLE = "window", "aisle"
LETTERS = ("A", "B", "C", "D", "F")
BERTHS = frozenset({"upper", "middle", "lower"})
WISHES = (WINDOW, AISLE, *LETTERS, *sorted(BERTHS))


def meets(place: Place) -> frozenset[str]:
    """The wishes that a place meets."""
    said = (place.window and WINDOW, place.aisle and AISLE, place.letter, place.berth)
    return frozenset(word for word in said if word)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of all coaches of one layout, as bits at each row's first seat.

    `columns[c]`: the seats of column c. `has_next`: rows behind which another one of the same coach
    stands. `traits[c]`: the wishes that column c meets.
    """

    layout: str
    width: int
    columns: tuple[int, ...]
    has_next: int
    traits: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A coach within its class: its seats are the bits from `offset` on."""

    coach: str
    offset: int
    places: int

    @property
    def seats(self) -> int:
        return ((1 << self.places) - 1) << self.offset


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of a class: its bit's number, its coach, its place there."""

    index: int
    coach: str
    place: Place


@dataclass(frozen=True)
class ClassPlan:
    """How the coaches of one class are built; the seats by their bit, in order of the coaches."""

    rooms: tuple[Room, ...]
    seats: tuple[Seat, ...]
    rows: tuple[Rows, ...]
    meeting: Mapping[str, int]
    """The seats that meet each wish."""

    @property
    def all_seats(self) -> int:
        return (1 << len(self.seats)) - 1

    def room(self, index: int) -> Room:
        """The coach that a seat is in."""
        return next(room for room in reversed(self.rooms) if room.offset <= index)

    def seat(self, coach: str, place: int) -> Seat:
        """The seat at a place of a coach of this class."""
        room = next(room for room in self.rooms if room.coach == coach)
        invariant(1 <= place <= room.places, "a place is one of its coach")
        return self.seats[room.offset + place - 1]


@lru_cache(maxsize=256)
def class_plan(coaches: tuple[Coach, ...]) -> ClassPlan:
    """The plan of `coaches`, all of one class, in order of their numbers."""
    invariant(len({coach.class_code for coach in coaches}) == 1, "a plan is of one class")
    rooms: list[Room] = []
    seats: list[Seat] = []
    by_layout: dict[str, list[Seat]] = {}
    for coach in sorted(coaches, key=lambda each: each.coach):
        rooms.append(Room(coach.coach, len(seats), coach.places))
        for place in places_of(coach.layout, coach.places):
            seat = Seat(len(seats), coach.coach, place)
            seats.append(seat)
            by_layout.setdefault(coach.layout, []).append(seat)
    return ClassPlan(
        rooms=tuple(rooms),
        seats=tuple(seats),
        rows=tuple(_rows(layout, found) for layout, found in by_layout.items()),
        meeting={wish: _bits(s for s in seats if wish in meets(s.place)) for wish in WISHES},
    )


def _bits(seats: Iterable[Seat]) -> int:
    bits = 0
    for seat in seats:
        bits |= 1 << seat.index
    return bits


def _rows(layout: str, seats: list[Seat]) -> Rows:
    width = row_width(layout)
    columns = [[seat for seat in seats if seat.place.column == c] for c in range(width)]
    last = {seat.coach: seat.place.row for seat in seats}
    return Rows(
        layout=layout,
        width=width,
        columns=tuple(_bits(column) for column in columns),
        has_next=_bits(seat for seat in columns[0] if seat.place.row < last[seat.coach]),
        traits=tuple(meets(column[0].place) if column else frozenset() for column in columns),
    )


class SeatMap:
    """The seats of one class of one run: `taken[s]` has a bit for each seat taken on segment s.

    Journeys are given as their first segment and the one behind their last, counted from 0.
    """

    __slots__ = ("plan", "taken")

    def __init__(self, plan: ClassPlan, taken: list[int]) -> None:
        self.plan = plan
        self.taken = taken

    @classmethod
    def empty(cls, plan: ClassPlan, segments: int) -> "SeatMap":
        """A map on which nothing is sold."""
        return cls(plan, [0] * segments)

    @classmethod
    def read(cls, plan: ClassPlan, coaches: Mapping[str, bytes], segments: int) -> "SeatMap":
        """The map whose coaches are stored as these octets."""
        stored = [(room.places, coaches[room.coach]) for room in plan.rooms]
        for places, octets in stored:
            whole = octets_a_segment(places) * segments
            invariant(len(octets) == whole, "a coach has octets for each segment")
        return cls(plan, joined(stored))

    def octets(self, room: Room) -> bytes:
        """One coach as it is stored: for each segment, bit n of the octets is place n + 1."""
        width, mask = octets_a_segment(room.places), (1 << room.places) - 1
        return b"".join(
            ((bits >> room.offset) & mask).to_bytes(width, "little") for bits in self.taken
        )

    def free(self, first: int, end: int) -> int:
        """The seats on which nobody sits from segment `first` to before `end`."""
        occupied = 0
        for bits in self.taken[first:end]:
            occupied |= bits
        return self.plan.all_seats & ~occupied

    def take(self, seats: Iterable[Seat], first: int, end: int) -> None:
        """Sell seats that are free there."""
        bits = _bits(seats)
        invariant(self.free(first, end) & bits == bits, "only free seats are sold")
        for segment in range(first, end):
            self.taken[segment] |= bits

    def release(self, seats: Iterable[Seat], first: int, end: int) -> bool:
        """Give back seats; False, and nothing is changed, unless all of them are taken there."""
        bits = _bits(seats)
        if any(self.taken[segment] & bits != bits for segment in range(first, end)):
            return False
        for segment in range(first, end):
            self.taken[segment] ^= bits
        return True


def octets_a_segment(places: int) -> int:
    """How many octets hold a bit for each place of a coach."""
    return (places + 7) // 8


def joined(coaches: Iterable[tuple[int, bytes]]) -> list[int]:
    """What is taken in stored coaches, each given with its places: for each segment, a bit a seat.

    Seats are numbered through the coaches as they are given; for who only counts, in any order.
    """
    segments: list[int] = []
    offset = 0
    for places, octets in coaches:
        width = octets_a_segment(places)
        for segment in range(len(octets) // width):
            bits = int.from_bytes(octets[segment * width : (segment + 1) * width], "little")
            if segment == len(segments):
                segments.append(0)
            segments[segment] |= bits << offset
        offset += places
    return segments


def count_taken(segments: Sequence[int], mask: int) -> int:
    """On how many seats somebody sits on any segment of `mask` (bit 0 is the first)."""
    occupied = 0
    for segment, bits in enumerate(segments):
        if mask >> segment & 1:
            occupied |= bits
    return occupied.bit_count()
