"""What a journey costs by its kilometres, where no fare of its own is known.

Five rates are modelled, in whole yuan steps as the railway rounds them:

- `G`, `D`, `C`: electric multiple units, by kilometres, the price of one falling with the way;
- `K`, `P`: fast (K, T, Z) and ordinary trains with air conditioning: seat, speed and air
  conditioning by billing kilometres in bands, berths on top (the upper one's price for all).

A tariff is the name of a rate, or begins with one and a dash (`K-T109`). Any other name has no
rate: every fare of such a tariff has to be stated.
"""

from collections.abc import Mapping

from farewave.kit.invariant import invariant

_MICRO = 1_000_000
_HALF_YUAN_FEN = 50
_BANDS = (
    (200, 10, 0),
    (400, 20, 200),
    (700, 30, 400),
    (1100, 40, 700),
    (1600, 50, 1100),
    (2200, 60, 1600),
    (2900, 70, 2200),
    (3700, 80, 2900),
    (4600, 90, 3700),
    (10**6, 100, 4600),
)
"""Up to so many kilometres, in steps of, counted from."""
_TAPER = ((200, 10), (300, 9), (500, 8), (500, 7), (1000, 6), (10**6, 5))
"""So many kilometres each at so many tenths."""
_SEAT, _SPEED, _COOLING = 5861, 1172, 1465
_BERTH: Mapping[str, int] = {"3": 6447, "4": 10257, "6": 12308}
"""Hundred-thousandths of a yuan a kilometre; berths by class code."""
_HARD = ("1", "3")
_SPEEDS: Mapping[str, int] = {"K": 2, "P": 1}
_EMU: Mapping[str, tuple[tuple[int, int], ...]] = {
    "G": ((500, 4600), (500, 4200), (500, 3800), (10**6, 2300)),
    "D": ((10**6, 3086),),
    "C": ((150, 4300), (10**6, 3086)),
}
"""Second class: so many kilometres each at so many ten-thousandths of a yuan."""
_EMU_PER_MILLE: Mapping[str, Mapping[str, int]] = {
    "G": {"O": 1000, "M": 1600, "9": 3160},
    "D": {"O": 1000, "M": 1200, "9": 3000, "3": 1600, "4": 1920},
    "C": {"O": 1000, "M": 1200, "9": 3000},
}
_KM_PER_H: Mapping[str, int] = {"G": 210, "D": 150, "C": 120, "K": 75, "P": 55}

RATES = frozenset(_KM_PER_H)


def rate_of(tariff: str) -> str | None:
    """The rate that a tariff falls back on, or None."""
    rate = tariff.partition("-")[0]
    return rate if rate in RATES else None


def has_class(rate: str, class_code: str) -> bool:
    """Whether the rate has a price for this class."""
    if rate in _EMU:
        return class_code in _EMU_PER_MILLE[rate]
    return class_code in ("1", "2", *_BERTH)


def kilometres_in(rate: str, minutes: int) -> int:
    """About how far such a train gets in so many minutes; where no kilometres are known."""
    return max(1, minutes * _KM_PER_H[rate] // 60)


def modelled_fare_fen(rate: str, class_code: str, km: int) -> int:
    """The fare of an adult over `km` kilometres, 1 or more."""
    invariant(has_class(rate, class_code), "a rate is asked for classes that it has")
    invariant(km >= 1, "a journey leads somewhere")
    if rate in _EMU:
        return _emu_fen(rate, class_code, km)
    return _ordinary_fen(_SPEEDS[rate], class_code, km)


def _emu_fen(rate: str, class_code: str, km: int) -> int:
    ten_thousandths, left = 0, km
    for length, price in _EMU[rate]:
        ten_thousandths += min(left, length) * price
        left = max(0, left - length)
    fen_by_million = ten_thousandths * _EMU_PER_MILLE[rate][class_code] * 10
    half_yuan = (fen_by_million + 25 * _MICRO) // (_HALF_YUAN_FEN * _MICRO)
    return max(2, half_yuan) * _HALF_YUAN_FEN


def _ordinary_fen(speed: int, class_code: str, km: int) -> int:
    """Seat, speed, cooling and berth, each rounded to whole yuan on its own; half yuan in all."""
    billed = _billing_km(km)
    raw = _SEAT * _tenths(max(billed, 20)) * (1 if class_code in _HARD else 2)
    # Two per cent of insurance, no longer charged: added before rounding, taken off at the end.
    insurance = -(-raw * 2 // (100 * 100_000)) * 100_000
    seat = _and_a_half(_whole(raw + insurance))
    fen = 100 * seat
    fen += 100 * speed * _and_a_half(_whole(_SPEED * _tenths(max(billed, 100))))
    fen += 100 * _and_a_half(max(_whole(_COOLING * _tenths(max(billed, 20))), 1))
    if class_code in _BERTH:
        fen += 100 * _and_a_half(_whole(_BERTH[class_code] * _tenths(max(billed, 400)))) + 1000
    fen += 50 if seat <= 5 else 100
    if class_code in _HARD and km > 200:
        fen += 100
    return fen - max(-(-insurance // 500_000) * 50, 50)


def _billing_km(km: int) -> int:
    _, step, start = next(band for band in _BANDS if km <= band[0])
    return start + (km - 1 - start) // step * step + step // 2


def _tenths(billed: int) -> int:
    """Kilometres after the taper, in tenths."""
    tenths, left = 0, billed
    for length, weight in _TAPER:
        tenths += min(left, length) * weight
        left = max(0, left - length)
    return tenths


def _whole(micro_yuan: int) -> int:
    """Whole yuan, half up."""
    return (micro_yuan + _MICRO // 2) // _MICRO


def _and_a_half(yuan: int) -> int:
    """Half as much again for air conditioning, in whole yuan, half up."""
    return (3 * yuan + 1) // 2
