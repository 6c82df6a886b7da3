"""JSON that every field and every column can hold.

Python's reader takes more than JSON (NaN, Infinity), and JSON more than PostgreSQL (NUL characters,
lone surrogates, integers without end). Whatever passes here can be stored or be refused by a rule,
but not break anything on its way.
"""

import json
import math
import re
from typing import Any, NoReturn

DEPTH_MAX = 32
INTEGER_MAX = 2**63 - 1
_DIGITS_MAX = 20
_TOO_LARGE = object()
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


class NotJson(ValueError):  # noqa: N818
    """It isn't JSON in UTF-8."""


class Unfit(ValueError):  # noqa: N818
    """It is JSON, but what stands at `place` can't be anything here."""

    def __init__(self, place: tuple[object, ...]) -> None:
        super().__init__("unfit")
        self.place = place


def unstorable(text: str) -> bool:
    """Whether `text` holds what PostgreSQL's text can't: NUL, or half a character."""
    return _UNSTORABLE.search(text) is not None


def check_json(octets: bytes) -> None:
    """Raise NotJson or Unfit unless `octets` is JSON that can be anything here.

    Refused are also an object with a name twice, and nesting deeper than 32.
    """
    try:
        value = json.loads(
            octets.decode(),
            parse_constant=_refuse_constant,
            parse_int=_integer,
            object_pairs_hook=_object,
        )
    except Unfit:
        raise
    except (ValueError, RecursionError):  # ValueError: also what isn't UTF-8
        raise NotJson("not JSON") from None
    _check(value, ())


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(name)


def _integer(digits: str) -> object:
    # Python refuses thousands of digits with a ValueError of its own: don't get there.
    return int(digits) if len(digits) <= _DIGITS_MAX else _TOO_LARGE


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        raise Unfit(tuple(name for name in made if names.count(name) > 1)[:1])
    return made


def _check(value: object, place: tuple[object, ...]) -> None:
    fits = True
    if isinstance(value, str):
        fits = not unstorable(value)
    elif isinstance(value, int):
        fits = abs(value) <= INTEGER_MAX
    elif isinstance(value, float):
        fits = math.isfinite(value)  # 1e999 is infinite
    elif isinstance(value, dict):
        fits = len(place) < DEPTH_MAX and not any(map(unstorable, value))
    elif isinstance(value, list):
        fits = len(place) < DEPTH_MAX
    if not fits or value is _TOO_LARGE:
        raise Unfit(place)
    if isinstance(value, dict):
        for name, inner in value.items():
            _check(inner, (*place, name))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            _check(inner, (*place, position))
