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
from farewave.payments.errors import PaymentsRefusal


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


class Spending(NamedTuple):
    """What a person has paid on `day` and in the month that begins with `month`."""

    day: date
    day_fen: int
    month: date
    month_fen: int


def nothing_spent(now: datetime) -> Spending:
    """Where everybody begins."""
    today = shanghai_day(now)
    return Spending(today, 0, today.replace(day=1), 0)


def plus(spent: Spending, amount_fen: int, now: datetime) -> Spending:
    """`spent` and `amount_fen` more, with the sums of days and months that are over left behind.

    The sandbox's clock can be moved back: then a later day than today's is over, too.
    """
    today = shanghai_day(now)
    month = today.replace(day=1)
    day_fen = spent.day_fen if spent.day == today else 0
    month_fen = spent.month_fen if spent.month == month else 0
    return Spending(today, day_fen + amount_fen, month, month_fen + amount_fen)


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
