"""What we ship, compared with a whole timetable that the machine may have (never shipped)."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from farewave.rail.model import Network
from farewave.rail.rules.timetable import read_timetable
from farewave.rail.timetable import shipped_texts

FOLDER = os.environ.get("FAREWAVE_RAIL_DATA")

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="FAREWAVE_RAIL_DATA names no folder with a whole timetable"
)

Call = tuple[str, int | None, int | None, int]


def whole_calls(codes: set[str]) -> dict[str, list[Call]]:
    """Telecode, arrival, departure and kilometres of each stop of these trains, in order."""
    calls: dict[str, list[Call]] = {}
    for row in _rows("stops.csv"):
        if row["train"] in codes:
            calls.setdefault(row["train"], []).append(
                (row["station"], int(row["arrive_min"]), int(row["depart_min"]), int(row["km"]))
            )
    # It gives a first stop an arrival and a last stop a departure; ours have neither.
    for way in calls.values():
        (first, _, depart, km), (last, arrive, _, last_km) = way[0], way[-1]
        way[0], way[-1] = (first, None, depart, km), (last, arrive, None, last_km)
    return calls


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (Path(FOLDER or "") / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def test_every_shipped_train_calls_where_and_when_the_whole_timetable_says() -> None:
    network = read_timetable(shipped_texts())
    assert isinstance(network, Network), network
    ours = {
        train.train_code: [(s.telecode, s.arrive_min, s.depart_min, s.km) for s in train.stops]
        for train in network.trains.values()
    }
    assert ours == whole_calls(set(ours))
