"""The trunk lines: their kilometres, and that the shipped trains run along them."""

from itertools import pairwise

import pytest

from farewave.rail import shipped
from farewave.rail.model import Network
from farewave.rail.rules.timetable import read_timetable
from farewave.rail.shipped import shipped_texts, trunk_lines

ANOTHER_WAY = {
    ("K53", "BJP", "SBT"),
    ("K54", "SBT", "BJP"),
    ("Z15", "BJP", "HBB"),
    ("Z17", "BJP", "HBB"),
    ("T17", "FUP", "QTP"),
    ("T17", "QTP", "SBT"),
    ("Z203", "FUP", "QTP"),
    ("Z203", "QTP", "HBB"),
    ("4216", "QTP", "FUP"),
    ("G1202", "SBT", "JOD"),
    ("K87", "GZG", "LUQ"),
    ("K87", "LUQ", "VIQ"),
    ("Z3", "ESN", "CUW"),
    ("Z37", "BXP", "WCN"),
    ("Z49", "HKN", "ESN"),
    ("Z49", "ESN", "CUW"),
}
"""Train, from, to: longer or shorter than the line by what the published timetable says."""


@pytest.fixture(scope="module")
def network() -> Network:
    made = read_timetable(shipped_texts())
    assert isinstance(made, Network), made
    return made


@pytest.mark.parametrize(
    ("name", "origin", "destination", "km"),
    [
        ("京沪高速线", "VNP", "AOH", 1318),
        ("京沪高速线", "NKH", "JGK", 617),
        ("京广高速线", "BXP", "IZQ", 2298),
        ("京广线", "BXP", "GZQ", 2294),
        ("京沪线", "BJP", "SHH", 1463),
        ("京津城际线", "VNP", "TJP", 120),
        ("青藏线", "XNO", "LSO", 1971),
    ],
)
def test_well_known_lines_have_their_length(
    name: str, origin: str, destination: str, km: int
) -> None:
    line = next(line for line in trunk_lines() if line.name == name)
    assert line.between(origin, destination) == km


def test_lines_lead_through_known_stations_with_rising_kilometres(network: Network) -> None:
    lines = trunk_lines()
    assert len({line.name for line in lines}) == len({line.name_en for line in lines}) == len(lines)
    for line in lines:
        assert line.km.keys() <= network.stations.keys(), line.name
        kilometres = list(line.km.values())
        assert kilometres[0] == 0, line.name
        assert all(a < b for a, b in pairwise(kilometres)), line.name


def test_every_train_agrees_with_a_line_or_is_known_to_run_another_way(network: Network) -> None:
    lines, along, astray = trunk_lines(), 0, set()
    for train in network.trains.values():
        for start, end in pairwise(train.stops):
            lengths = {line.between(start.telecode, end.telecode) for line in lines} - {None}
            if not lengths:
                continue
            assert start.km is not None
            assert end.km is not None
            if end.km - start.km in lengths:
                along += 1
            else:
                astray.add((train.train_code, start.telecode, end.telecode))
    assert astray == ANOTHER_WAY
    assert along > 800


def test_a_train_that_tells_no_kilometres_has_those_of_the_first_line_with_both_stations() -> None:
    lines = [
        shipped.TrunkLine("甲", "A", {"AAA": 0, "BBB": 70}),
        shipped.TrunkLine("乙", "B", {"CCC": 5, "BBB": 9, "AAA": 80}),
    ]
    _, stops = shipped.written_train("G9 240000 AAA 08:00, BBB 08:30/08:31, CCC 09:00", lines)
    assert [line.rpartition(",")[2] for line in stops.splitlines()] == ["0", "70", "74"]
    with pytest.raises(ValueError, match="no line has both AAA and DDD"):
        shipped.written_train("G9 240000 AAA 08:00, DDD 09:00", lines)
