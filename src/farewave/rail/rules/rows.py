"""Rows of comma-separated files: read by their header, with every fault by file and line."""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")
Row = dict[str, str]
FAULTS_MAX = 50


@dataclass(frozen=True, slots=True)
class TimetableFaults:
    """What is wrong, at most `FAULTS_MAX` sentences, each beginning with file and line."""

    faults: tuple[str, ...]


class Faulty(Exception):  # noqa: N818
    """One row is wrong; the text says how."""


class Rows:
    """Reads rows and gathers faults, so that an importer sees all of them at once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.faults: list[str] = []

    def done(self) -> TimetableFaults | None:
        """The faults there were so far, or None."""
        return TimetableFaults(tuple(self.faults[:FAULTS_MAX])) if self.faults else None

    def each(
        self, name: str, columns: tuple[str, ...], parse: Callable[[Row], None], *, exact: bool
    ) -> None:
        """Hand every row of file `name` to `parse`, which may raise `Faulty`.

        `exact`: the file has these columns and no others; else it has these and maybe more, and a
        missing field is empty.
        """
        for line, row in self._rows(name, columns, exact=exact):
            try:
                parse(row)
            except Faulty as fault:
                self.faults.append(f"{name}, line {line}: {fault}")

    def keyed(
        self,
        name: str,
        columns: tuple[str, ...],
        parse: Callable[[Row], tuple[_K, _V]],
        *,
        exact: bool = True,
    ) -> dict[_K, _V]:
        """Every row of file `name` by its key."""
        found: dict[_K, _V] = {}

        def keep(row: Row) -> None:
            key, value = parse(row)
            if key in found:
                raise Faulty("stated twice")
            found[key] = value

        self.each(name, columns, keep, exact=exact)
        return found

    def _rows(
        self, name: str, columns: tuple[str, ...], *, exact: bool
    ) -> Iterator[tuple[int, Row]]:
        if name not in self._texts:
            self.faults.append(f"{name}: the file is missing")
            return
        rows = csv.reader(io.StringIO(self._texts[name], newline=""))
        header = tuple(next(rows, ()))
        if exact and header != columns:
            self.faults.append(f"{name}, line 1: the columns are {', '.join(columns)}")
            return
        missing = [column for column in columns if column not in header]
        if missing:
            self.faults.append(f"{name}, line 1: there is no column {', '.join(missing)}")
            return
        for row in rows:
            if len(row) == len(header):
                yield rows.line_num, dict(zip(header, row, strict=True))
            elif row:
                self.faults.append(f"{name}, line {rows.line_num}: {len(row)} columns")


def check(row: Row, **patterns: re.Pattern[str]) -> None:
    """Raise `Faulty` unless each named column matches its pattern."""
    for column, pattern in patterns.items():
        if pattern.fullmatch(row[column]) is None:
            raise Faulty(f"{column} {row[column]!r} is malformed")


def known(row: Row, column: str, among: Collection[str]) -> str:
    """The column's value; raises `Faulty` unless it is one of `among`."""
    if row[column] not in among:
        raise Faulty(f"{column} {row[column]!r} is not known")
    return row[column]
