"""How the places of a coach lie: rows, windows, aisles and what stands on the seat.

Layouts are modelled from a coach's total (`data/README.md` says which). Three kinds:

- letters with a dash for the aisle, `ABC-DF`: A and F at the windows, C and D at the aisle, B in
  the middle; E isn't used, as on the real trains;
- `numbered`: rows of five, the numbers that end in 0, 4, 5 or 9 at a window (25G hard seat);
- `berths`: three on each number (上 中 下), two numbers facing each other make a bay of six.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = re.compile(r"[A-F]{1,3}-[A-F]{1,3}")
_NUMBERED_ROW = 5
_BERTHS = "上中下"
_BAY = 2 * len(_BERTHS)
PLACES_MAX = 200


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a coach: `row` is a row of seats or a bay, `column` counts across it."""

    place: int
    row: int
    column: int
    label: str
    letter: str | None
    window: bool
    aisle: bool


def layout_fault(layout: str, places: int) -> str | None:
    """What is wrong with a coach's layout, in words, or None."""
    if not 1 <= places <= PLACES_MAX:
        return f"{places} places: 1 to {PLACES_MAX} are possible"
    if layout == "numbered":
        return None
    if layout == "berths":
        return None if places % _BAY == 0 else f"{places} berths don't make whole bays of {_BAY}"
    if _LETTERS.fullmatch(layout) is None:
        return f"unknown layout {layout!r}"
    width = len(layout) - 1
    return None if places % width == 0 else f"{places} places don't make whole rows of {width}"


@lru_cache(maxsize=256)
def places_of(layout: str, places: int) -> tuple[Place, ...]:
    """All places of a coach, in order; the first is number 1. The layout must have no fault."""
    if layout == "numbered":
        return tuple(_numbered(places))
    if layout == "berths":
        return tuple(_berths(places))
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


def _berths(places: int) -> Iterator[Place]:
    for index in range(places):
        number, level = divmod(index, len(_BERTHS))
        yield Place(
            place=index + 1,
            row=index // _BAY + 1,
            column=index % _BAY,
            label=f"{number + 1:02d}{_BERTHS[level]}",
            letter=None,
            window=False,
            aisle=False,
        )
