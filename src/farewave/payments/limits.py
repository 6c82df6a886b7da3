"""How much a person may pay: for each payment, a day, a month, by real-name level. Pure.

Days and months are China's. What was refunded counts as spent: a limit bounds what a thief of a
phone can do, not what is left of a budget. The figures are this project's own, in the order of what
payment institutions grant; an operator changes them here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from farewave.kit.clock import shanghai_day
from farewave.kit.money import yuan_text
from farewave.kit.outcome import Refused
from farewave.payments.errors import PaymentsRefusal, PhoneRefusal


@dataclass(frozen=True, slots=True)
class Limits:
    """All in fen."""

    payment_fen: int
    day_fen: int
    month_fen: int


LIMITS = (
    Limits(payment_fen=1_000_00, day_fen=1_000_00, month_fen=5_000_00),
    Limits(payment_fen=50_000_00, day_fen=100_000_00, month_fen=500_000_00),
)
"""By real-name level: 0 without a real name, 1 with one."""


UNASKED_PAYMENT_FEN = 200_00
UNASKED_DAY_FEN = 1_000_00
UNASKED_PAYMENT_FEN_MAX = 2_000_00
UNASKED_DAY_FEN_MAX = 10_000_00


class Spending(NamedTuple):
    """What a person has paid on `day` and in the month that begins with `month`.

    `unasked_fen`: what of it a device's codes paid without asking, and how much they may, at once
    and in a day.
    """

    day: date
    day_fen: int
    month: date
    month_fen: int
    unasked_fen: int = 0
    unasked_payment_max_fen: int = UNASKED_PAYMENT_FEN
    unasked_day_max_fen: int = UNASKED_DAY_FEN


def nothing_spent(now: datetime) -> Spending:
    """Where everybody begins."""
    today = shanghai_day(now)
    return Spending(today, 0, today.replace(day=1), 0)


def plus(spent: Spending, amount_fen: int, now: datetime, *, unasked: bool = False) -> Spending:
    """`spent` and `amount_fen` more, with the sums of days and months that are over left behind.

    The sandbox's clock can be moved back: then a later day than today's is over, too.
    """
    today = shanghai_day(now)
    month = today.replace(day=1)
    day_fen = spent.day_fen if spent.day == today else 0
    month_fen = spent.month_fen if spent.month == month else 0
    unasked_fen = spent.unasked_fen if spent.day == today else 0
    return spent._replace(
        day=today,
        day_fen=day_fen + amount_fen,
        month=month,
        month_fen=month_fen + amount_fen,
        unasked_fen=unasked_fen + (amount_fen if unasked else 0),
    )


def minus(spent: Spending, amount_fen: int, at: datetime) -> Spending:
    """`spent` without an amount that was counted `at` and then wasn't paid.

    Of a day or month that is over nothing is left to take it from.
    """
    day = shanghai_day(at)
    same_day, same_month = spent.day == day, spent.month == day.replace(day=1)
    return spent._replace(
        day_fen=max(spent.day_fen - amount_fen, 0) if same_day else spent.day_fen,
        month_fen=max(spent.month_fen - amount_fen, 0) if same_month else spent.month_fen,
    )


def judge(after: Spending, amount_fen: int, real_name_level: int) -> Refused | None:
    """Whether a payment of `amount_fen` that leads to `after` is within the limits."""
    limits = LIMITS[min(real_name_level, len(LIMITS) - 1)]
    for sum_fen, limit_fen, reason in (
        (amount_fen, limits.payment_fen, PaymentsRefusal.LIMIT_PAYMENT),
        (after.day_fen, limits.day_fen, PaymentsRefusal.LIMIT_DAY),
        (after.month_fen, limits.month_fen, PaymentsRefusal.LIMIT_MONTH),
    ):
        if sum_fen > limit_fen:
            return Refused(reason, {"limit_yuan": yuan_text(limit_fen)})
    return None


def may_pay_unasked(after: Spending, amount_fen: int) -> bool:
    """Whether a device's code pays without its person being asked; `after` counts it so."""
    once = amount_fen <= after.unasked_payment_max_fen
    return once and after.unasked_fen <= after.unasked_day_max_fen


def judge_unasked(payment_fen: int, day_fen: int) -> Refused | None:
    """Whether a person may let codes pay so much unasked. Nothing: each payment is asked."""
    if 0 <= payment_fen <= min(day_fen, UNASKED_PAYMENT_FEN_MAX) and day_fen <= UNASKED_DAY_FEN_MAX:
        return None
    return Refused(
        PhoneRefusal.UNASKED_LIMIT_INVALID,
        {
            "payment_yuan": yuan_text(UNASKED_PAYMENT_FEN_MAX),
            "day_yuan": yuan_text(UNASKED_DAY_FEN_MAX),
        },
    )
