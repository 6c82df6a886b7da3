"""A whole network as collections have it: what it says, what its noise means, what is refused."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from farewave.rail.model import Network, exact_leg
from farewave.rail.rules.collected import english_name, trusted_kilometres
from farewave.rail.rules.rows import TimetableFaults
from farewave.rail.timetable import Source, network_in, read_path

TEXTS: Mapping[str, str] = {
    "stations.csv": (
        "telecode,name,pinyin,initials,city,city_code,name_src,stops_2016\n"
        "AAA,东山,dongshan,ds,东山,,2021,7\n"
        "BBB,西山南,xishannan,xsn,西山,,2021,5\n"
        "BBB,新西山,xinxishan,xxs,西山,,2026,0\n"
        "CC1,小站,,,,,made up,2\n"
    ),
    "trains.csv": (
        "code,train_no,kind,origin,terminus\n"
        "K9,110000000K9A,K,AAA,CC1\n"
        "4001,,0,AAA,BBB\n"
        "G5,,G,AAA,BBB\n"
    ),
    "stops.csv": (
        "train,seq,station,arrive_min,depart_min,day,km\n"
        "K9,1,AAA,1380,1380,0,0\n"
        "K9,2,BBB,1500,1510,1,150\n"
        "K9,3,CC1,1600,1600,1,140\n"
        "4001,1,AAA,60,60,0,0\n"
        "4001,2,BBB,300,300,0,\n"
        "G5,1,AAA,60,60,0,0\n"
        "G5,2,BBB,90,90,0,150\n"
    ),
    "fares-from-origin.csv": (
        "train,seq,station,hard_or_2nd,soft_seat,hs_up,hs_mid,hs_low,ss_up,ss_low\n"
        "K9,2,BBB,24.5,,70.5,,,,\n"
        "K9,3,CC1,0,,,,,,\n"
        "G5,2,BBB,69.5,,,,,,\n"
    ),
}


def read(**changed: str) -> Network | TimetableFaults:
    return network_in(Source("collected", {**TEXTS, **changed}))


@pytest.fixture
def network() -> Network:
    found = read()
    assert isinstance(found, Network), found
    return found


def test_trains_stations_and_published_fares_are_as_the_files_say(network: Network) -> None:
    trains = {train.train_code: train for train in network.trains.values()}
    assert {t.train_code: t.train_no for t in network.trains.values()} == {
        "K9": "110000000K9A",
        "4001": "000000400100",
        "G5": "00000000G500",
    }
    night = exact_leg(trains["K9"], "AAA", "BBB")
    assert night is not None
    assert (night.duration_min, night.day_offset, night.km) == (120, 1, 150)
    assert (network.fare_fen(night, "1"), network.fare_fen(night, "3")) == (2450, 7050)
    fast = exact_leg(trains["G5"], "AAA", "BBB")
    assert fast is not None
    assert network.fare_fen(fast, "O") == 6950
    assert [(s.name, s.name_en) for s in network.stations.values()] == [
        ("东山", "Dongshan"),
        ("西山南", "Xishan South"),  # the name under which trains called
        ("小站", "小站"),
    ]


def test_kilometres_that_fall_or_are_missing_are_unknown_and_a_fare_is_there_anyway(
    network: Network,
) -> None:
    trains = {train.train_code: train for train in network.trains.values()}
    assert [stop.km for stop in trains["K9"].stops] == [0, 150, None]
    assert [stop.km for stop in trains["4001"].stops] == [0, None]
    for code, origin, to in (("K9", "BBB", "CC1"), ("4001", "AAA", "BBB")):
        leg = exact_leg(trains[code], origin, to)
        assert leg is not None
        assert leg.km is None
        assert network.fare_fen(leg, "1") > 0


@pytest.mark.parametrize(
    ("calls", "trusted"),
    [
        ([(0, 0, 0), (60, 61, 80), (120, 120, 170)], [0, 80, 170]),
        ([(0, 0, 0), (60, 61, 800), (120, 120, 170)], [0, None, 170]),  # 800 km in an hour
        ([(0, 0, 0), (60, 61, 80), (120, 121, 60), (180, 180, 200)], [0, 80, None, 200]),
        ([(0, 0, 0), (60, 61, None), (120, 120, 100)], [0, None, 100]),
        ([(0, 0, None), (60, 60, 80)], [None, None]),
        ([(0, 0, 7), (60, 60, 80)], [None, None]),
    ],
)
def test_as_many_kilometres_are_trusted_as_can_be_true_together(
    calls: list[tuple[int, int, int | None]], trusted: list[int | None]
) -> None:
    assert trusted_kilometres(calls) == trusted


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("stops.csv", "K9,2,BBB", "K9,2,XXX", "stops.csv, line 3: station 'XXX' is not known"),
        ("stops.csv", "K9,2,BBB,1500", "K9,2,BBB,noon", "stops.csv, line 3: arrive_min 'noon'"),
        ("stops.csv", "G5,2,BBB,90", "G5,2,BBB,60", "G5 (00000000G500): it arrives before"),
        ("trains.csv", "G5,,G", "G5,,?", "trains.csv, line 4: kind '?' is malformed"),
        ("trains.csv", "code,train_no", "code,number", "trains.csv, line 1: there is no column"),
        ("fares-from-origin.csv", "69.5", "x", "line 4: hard_or_2nd 'x' is not an amount"),
        ("stations.csv", "CC1,", "c1,", "stations.csv, line 5: telecode 'c1' is malformed"),
    ],
)
def test_what_can_t_be_read_is_refused_with_file_and_line(
    name: str, old: str, new: str, says: str
) -> None:
    assert old in TEXTS[name]
    found = read(**{name: TEXTS[name].replace(old, new, 1)})
    assert isinstance(found, TimetableFaults)
    assert any(says in fault for fault in found.faults), found.faults


def test_a_folder_tells_its_form_by_its_header(tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text("\ufeff" + text, "utf-8")
    assert read_path(tmp_path) == Source("collected", dict(TEXTS))
    (tmp_path / "stops.csv").unlink()
    assert read_path(tmp_path) == TimetableFaults(("stops.csv: the file is missing",))


def test_english_names_say_the_side_of_town_apart() -> None:
    assert english_name("北京南", "beijingnan") == "Beijing South"
    assert english_name("济南", "jinan") == "Jinan"
    assert english_name("淮北", "huaibei") == "Huaibei"
    assert english_name("小站", "") == "小站"
