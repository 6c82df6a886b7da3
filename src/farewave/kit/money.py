"""Money is whole fen (0.01 yuan), in `int`. Never a float, never a Decimal outside this module."""

import re

AMOUNT_FEN_MAX = 100_000_000_00  # 100 million yuan: the Open Platform's own bound for one amount
_YUAN = re.compile(r"(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,2}))?")


def parse_yuan(text: str) -> int | None:
    """Fen from yuan as text (`9`, `9.5`, `9.00`), or None.

    Signs, exponents, blanks, NaN, a third decimal and amounts above `AMOUNT_FEN_MAX` are refused.
    Zero is a number like any other here; whoever needs a positive amount checks that.
    """
    match = _YUAN.fullmatch(text)
    if match is None or not text.isascii():
        return None
    whole, part = match.group(1), match.group(2) or ""
    fen = int(whole) * 100 + int(part.ljust(2, "0"))
    return fen if fen <= AMOUNT_FEN_MAX else None


def yuan_text(amount_fen: int) -> str:
    """Yuan with two decimals, the Open Platform's form: 900 → `9.00`, -5 → `-0.05`."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{yuan}.{fen:02d}"
