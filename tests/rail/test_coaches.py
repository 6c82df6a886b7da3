"""How places lie in the layouts that the timetable may name."""

import pytest

from farewave.rail.rules.coaches import layout_fault, places_of


def test_second_class_has_windows_at_a_and_f_and_the_aisle_between_c_and_d() -> None:
    row = places_of("ABC-DF", 10)[5:]
    assert [place.label for place in row] == ["02A", "02B", "02C", "02D", "02F"]
    assert [place.letter for place in row if place.window] == ["A", "F"]
    assert [place.letter for place in row if place.aisle] == ["C", "D"]


def test_first_class_has_four_in_a_row_without_b() -> None:
    assert [place.letter for place in places_of("AC-DF", 4)] == ["A", "C", "D", "F"]


def test_hard_seats_that_end_in_0_4_5_or_9_are_at_a_window() -> None:
    places = places_of("numbered", 118)
    assert len(places) == 118
    assert {place.label[-1] for place in places if place.window} == {"0", "4", "5", "9"}
    assert all(place.window for place in places if place.label[-1] in "0459")


def test_a_bay_of_berths_has_six_on_two_numbers() -> None:
    bay = [place.label for place in places_of("berths", 66) if place.row == 1]
    assert bay == ["01上", "01中", "01下", "02上", "02中", "02下"]
    assert places_of("berths", 66)[-1].label == "22下"


def test_a_soft_sleeper_has_rooms_of_four_on_two_numbers() -> None:
    room = [place for place in places_of("soft-berths", 36) if place.row == 9]
    assert [place.label for place in room] == ["17上", "17下", "18上", "18下"]
    assert [place.berth for place in room] == ["upper", "lower"] * 2


@pytest.mark.parametrize(
    ("layout", "places"),
    [
        ("soft-berths", 35),
        ("ABC-DF", 7),
        ("AC-DF", 0),
        ("numbered", 201),
        ("berths", 64),
        ("ABCDF", 5),
        ("", 1),
    ],
)
def test_a_layout_that_makes_no_coach_is_refused(layout: str, places: int) -> None:
    assert layout_fault(layout, places)


@pytest.mark.parametrize(("layout", "places"), [("ABC-DF", 85), ("berths", 66), ("numbered", 118)])
def test_real_layouts_have_no_fault_and_distinct_labels(layout: str, places: int) -> None:
    assert layout_fault(layout, places) is None
    assert len({place.label for place in places_of(layout, places)}) == places
