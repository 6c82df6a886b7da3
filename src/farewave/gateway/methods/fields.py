"""Reading `biz_content`: each field once, with its bounds; the first one that's wrong is told.

Numbers stay the text they were sent as, so an amount is never a float.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from farewave.db.edge import unstorable
from farewave.gateway.problems import Problem
from farewave.gateway.rules import local_time
from farewave.kit.clock import SHANGHAI, from_shanghai, shanghai_day
from farewave.kit.money import parse_yuan

ID_CHARS_MAX = 64
_TIMEOUT = re.compile(r"([1-9][0-9]{0,4})([mhdc])")
_WHOLE = re.compile(r"[1-9][0-9]{0,8}")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_TIMEOUT_MAX = timedelta(days=15)


class NumberText(str):
    """A JSON number, as written."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_int=NumberText, parse_float=NumberText, parse_constant=NumberText)


def read_object(text: str) -> Mapping[str, object] | None:
    """The JSON object in `text`, or None."""
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def invalid(what: str, family: str = "ACQ.") -> Problem:
    """A field is missing or malformed; the codes of funds have no `family` before them."""
    return Problem("40004", f"{family}INVALID_PARAMETER", f"参数无效：{what}")


class Fields:
    """Reads fields and keeps the first problem; read all of them, then ask for `problem`."""

    def __init__(self, content: Mapping[str, object], family: str = "ACQ.") -> None:
        self._content = content
        self._family = family
        self.problem: Problem | None = None

    def text(self, name: str, chars_max: int) -> str:
        """A required text of 1 to `chars_max` characters."""
        found = self.optional_text(name, chars_max)
        if found is None:
            self._wrong(name)
        return found or ""

    def optional_text(self, name: str, chars_max: int) -> str | None:
        """A text, or None when it's absent or empty."""
        value = self._content.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or len(value) > chars_max or unstorable(value):
            self._wrong(name)
            return None
        return str(value)

    def amount_fen(self, name: str) -> int:
        """A required amount above zero, in yuan as text or number."""
        value = self._content.get(name)
        fen = parse_yuan(value) if isinstance(value, str) else None
        if not fen:
            self._wrong(name)
        return fen or 0

    def texts(self, name: str, count_max: int, chars_max: int) -> frozenset[str]:
        """A list of texts, an empty one when it's absent."""
        value = self._content.get(name) or []
        if not isinstance(value, list) or len(value) > count_max:
            self._wrong(name)
            return frozenset()
        if not all(isinstance(each, str) and len(each) <= chars_max for each in value):
            self._wrong(name)
            return frozenset()
        return frozenset(value)

    def has(self, name: str) -> bool:
        """Whether something stands in the field."""
        return self._content.get(name) not in (None, "")

    def whole(self, name: str, most: int) -> int:
        """A required whole number from 1 to `most`, as text or number."""
        value = self._content.get(name)
        fits = isinstance(value, str) and _WHOLE.fullmatch(value) is not None
        number = int(value) if fits and isinstance(value, str) else 0
        if not 1 <= number <= most:
            self._wrong(name)
            return 1
        return number

    def instant(self, name: str) -> datetime | None:
        """`yyyy-MM-dd HH:mm:ss` in China, as UTC, or None when it's absent."""
        text = self.optional_text(name, ID_CHARS_MAX)
        if text is None:
            return None
        local = local_time(text)
        # Years at the calendar's ends have no UTC of their own.
        if local is None or not 1970 <= local.year < 9999:
            self._wrong(name)
            return None
        return local.replace(tzinfo=SHANGHAI).astimezone(UTC)

    def timeout(self, name: str) -> "Timeout | None":
        """`90m`, `2h`, `1d`, `1c` (the end of the day in China), or None when it's absent."""
        text = self.optional_text(name, ID_CHARS_MAX)
        if text is None:
            return None
        match = _TIMEOUT.fullmatch(text)
        if match is None or (match[2] == "c" and match[1] != "1"):
            self._wrong(name)
            return None
        span = None if match[2] == "c" else int(match[1]) * _UNITS[match[2]]
        if span is not None and span > _TIMEOUT_MAX:
            self._wrong(name)
            return None
        return Timeout(span)

    def inner(self, name: str) -> "Fields":
        """The fields of an object in a field, an empty one when it's absent."""
        value = self._content.get(name, {})
        if not isinstance(value, dict):
            self._wrong(name)
            value = {}
        return Fields(value, self._family)

    def each(self, name: str, count_max: int) -> "list[Fields]":
        """The fields of each object in a required list of 1 to `count_max`."""
        value = self._content.get(name)
        fits = isinstance(value, list) and 0 < len(value) <= count_max
        if not isinstance(value, list) or not fits or not all(isinstance(e, dict) for e in value):
            self._wrong(name)
            return []
        return [Fields(each, self._family) for each in value]

    def invalid(self, name: str) -> Problem:
        """That a field isn't right, in the words of these fields' family."""
        return invalid(name, self._family)

    def _wrong(self, name: str) -> None:
        self.problem = self.problem or self.invalid(name)


class Timeout:
    """How long a trade waits for its money; `span` None is until the end of the day in China."""

    __slots__ = ("span",)

    def __init__(self, span: timedelta | None) -> None:
        self.span = span

    def ends_at(self, now: datetime) -> datetime:
        """The instant it ends, counted from `now`."""
        if self.span is None:
            return from_shanghai(shanghai_day(now) + timedelta(days=1))
        return now + self.span
