"""Fares by kilometres: the railway's own examples, and never less for a longer way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.rail.model.rates import RATES, has_class, modelled_fare_fen, rate_of

CLASSES = [(rate, code) for rate in sorted(RATES) for code in "9MO6431" if has_class(rate, code)]


@pytest.mark.parametrize(
    ("rate", "code", "km", "fare_fen"),
    [
        ("K", "1", 765, 10200),
        ("K", "1", 1463, 17750),  # T109, Beijing to Shanghai
        ("K", "3", 1463, 30450),
        ("K", "1", 1587, 18950),  # Z1, Beijing West to Changsha
        ("K", "3", 1587, 32250),
    ],
)
def test_ordinary_fares_are_the_published_ones(
    rate: str, code: str, km: int, fare_fen: int
) -> None:
    assert modelled_fare_fen(rate, code, km) == fare_fen


@pytest.mark.parametrize(
    ("rate", "km", "published_fen"),
    [("G", 1318, 55300), ("G", 406, 18450), ("G", 2298, 81200), ("D", 1359, 30900 * 4 // 3)],
)
def test_fast_fares_are_near_the_published_ones(rate: str, km: int, published_fen: int) -> None:
    assert abs(modelled_fare_fen(rate, "O", km) - published_fen) < published_fen * 0.05


@given(st.sampled_from(CLASSES), st.integers(1, 4999))
def test_a_longer_way_is_never_cheaper_and_fares_are_half_yuan(
    rate_and_class: tuple[str, str], km: int
) -> None:
    rate, code = rate_and_class
    fare = modelled_fare_fen(rate, code, km)
    assert 0 < fare <= modelled_fare_fen(rate, code, km + 1)
    assert fare % 50 == 0


def test_a_tariff_names_its_rate_or_has_none() -> None:
    assert [rate_of(each) for each in ("K", "K-T109", "G", "METRO", "KX")] == [
        *("K", "K", "G"),
        *(None, None),
    ]
