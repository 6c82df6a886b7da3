"""How the places of a coach lie: rows, windows, aisles and what stands on the seat.

Layouts are modelled from a coach's total (`data/README.md` says which). Four kinds:

- letters with a dash for the aisle, `ABC-DF`: A and F at the windows, C and D at the aisle, B in
  the middle; E isn't used, as on the real trains;
- `numbered`: rows of five, the numbers that end in 0, 4, 5 or 9 at a window (25G hard seat);
- `berths`: three on each number (上 中 下), two numbers facing each other make a bay of six;
- `soft-berths`: two on each number (上 下), two numbers facing each other make a room of four.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = re.compile(r"[A-F]{1,3}-[A-F]{1,3}")
_NUMBERED_ROW = 5
_BERTHS = {
    "berths": (("上", "upper"), ("中", "middle"), ("下", "lower")),
    "soft-berths": (("上", "upper"), ("下", "lower")),
}
PLACES_MAX = 200


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a coach: `row` is a row of seats or a bay, `column` counts across it.

    `berth` is upper, middle or lower; None for a seat.
    """

    place: int
    row: int
    column: int
    label: str
    letter: str | None
    window: bool
    aisle: bool
    berth: str | None = None


def layout_fault(layout: str, places: int) -> str | None:
    """What is wrong with a coach's layout, in words, or None."""
    if not 1 <= places <= PLACES_MAX:
        return f"{places} places: 1 to {PLACES_MAX} are possible"
    if layout == "numbered":
        return None
    if layout in _BERTHS:
        bay = row_width(layout)
        return None if places % bay == 0 else f"{places} berths don't make whole bays of {bay}"
    if _LETTERS.fullmatch(layout) is None:
        return f"unknown layout {layout!r}"
    width = len(layout) - 1
    return None if places % width == 0 else f"{places} places don't make whole rows of {width}"


def row_width(layout: str) -> int:
    """How many places a whole row (or bay) of a layout without fault has."""
    if layout in _BERTHS:
        return 2 * len(_BERTHS[layout])
    return _NUMBERED_ROW if layout == "numbered" else len(layout) - 1


@lru_cache(maxsize=256)
def places_of(layout: str, places: int) -> tuple[Place, ...]:
    """All places of a coach, in order; the first is number 1. The layout must have no fault."""
    if layout == "numbered":
        return tuple(_numbered(places))
    if layout in _BERTHS:
        return tuple(_berths(layout, places))
    return tuple(_lettered(layout, places))


def _lettered(layout: str, places: int) -> Iterator[Place]:
    left, right = layout.split("-")
    letters = left + right
    for index in range(places):
        row, column = divmod(index, len(letters))
        yield Place(
            place=index + 1,
            row=row + 1,
            column=column,
            label=f"{row + 1:02d}{letters[column]}",
            letter=letters[column],
            window=column in (0, len(letters) - 1),
            aisle=column in (len(left) - 1, len(left)),
        )


def _numbered(places: int) -> Iterator[Place]:
    for number in range(1, places + 1):
        row, column = divmod(number, _NUMBERED_ROW)
        yield Place(
            place=number,
            row=row + 1,
            column=column,
            label=f"{number:03d}",
            letter=None,
            window=column in (0, _NUMBERED_ROW - 1),
            aisle=column in (2, 3),
        )


def _berths(layout: str, places: int) -> Iterator[Place]:
    levels, bay = _BERTHS[layout], row_width(layout)
    for index in range(places):
        number, level = divmod(index, len(levels))
        yield Place(
            place=index + 1,
            row=index // bay + 1,
            column=index % bay,
            label=f"{number + 1:02d}{levels[level][0]}",
            letter=None,
            window=False,
            aisle=False,
            berth=levels[level][1],
        )
