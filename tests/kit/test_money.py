"""Money: yuan as text to whole fen and back, and nothing that isn't money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.money import AMOUNT_FEN_MAX, parse_yuan, yuan_text

amounts = st.integers(0, AMOUNT_FEN_MAX)


@given(amounts)
def test_every_amount_reads_back_from_its_text(fen):
    assert parse_yuan(yuan_text(fen)) == fen


@given(amounts)
def test_trailing_zeros_may_be_left_out(fen):
    text = yuan_text(fen)
    assert parse_yuan(text.rstrip("0").rstrip(".") if "." in text else text) == fen


@given(st.integers(-(10**15), 10**15))
def test_the_text_is_the_exact_number_with_two_decimals(fen):
    text = yuan_text(fen)
    assert Decimal(text) * 100 == fen
    assert len(text.partition(".")[2]) == 2


@given(st.text())
def test_any_text_is_an_amount_in_bounds_or_none(text):
    fen = parse_yuan(text)
    assert fen is None or 0 <= fen <= AMOUNT_FEN_MAX


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0", 0), ("0.00", 0), ("0.01", 1), ("9", 900), ("9.5", 950), ("9.00", 900), ("553.5", 55350)],
)
def test_amounts(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-1",
        "+1",
        "0.001",
        "1e9",
        "1E2",
        "NaN",
        "Infinity",
        ".5",
        "5.",
        "01",
        "00",
        "1,000",
        "1 000",
        " 1",
        "1\n",
        "0x10",
        "１",
        "٣",
        "1_0",
        "¥1",
        "100000000.01",
        "9999999999999",
    ],
)
def test_what_is_no_amount_is_none(text):
    assert parse_yuan(text) is None


def test_the_largest_amount_is_the_open_platforms():
    assert parse_yuan("100000000.00") == AMOUNT_FEN_MAX
