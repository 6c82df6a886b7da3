"""Limits: sums of China's days and months, and which of them refuses."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.clock import shanghai_day
from farewave.payments import limits
from farewave.payments.errors import PaymentsRefusal as P

NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)
PAYMENTS = st.lists(
    st.tuples(st.integers(1, 10**7), st.integers(0, 40 * 24)), min_size=1, max_size=30
)


@given(PAYMENTS)
def test_sums_are_those_of_the_payments_of_this_day_and_month(
    payments: list[tuple[int, int]],
) -> None:
    now, spent = NOON, limits.nothing_spent(NOON)
    made: list[tuple[datetime, int]] = []
    for amount_fen, hours in payments:
        now += timedelta(hours=hours)
        spent = limits.plus(spent, amount_fen, now)
        made.append((now, amount_fen))
        today = shanghai_day(now)
        assert spent.day_fen == sum(fen for at, fen in made if shanghai_day(at) == today)
        assert spent.month_fen == sum(
            fen for at, fen in made if shanghai_day(at).replace(day=1) == today.replace(day=1)
        )


def test_the_day_ends_at_midnight_in_china() -> None:
    before = datetime(2026, 11, 27, 15, 59, 59, tzinfo=UTC)
    spent = limits.plus(limits.nothing_spent(before), 500, before)
    after = limits.plus(spent, 1, before + timedelta(seconds=1))
    assert (spent.day_fen, after.day_fen, after.month_fen) == (500, 1, 501)


def test_the_narrowest_limit_that_is_passed_is_told_first() -> None:
    one, day, month = (
        limits.LIMITS[1].payment_fen,
        limits.LIMITS[1].day_fen,
        limits.LIMITS[1].month_fen,
    )
    spent = limits.nothing_spent(NOON)

    def why(amount_fen: int, day_fen: int, month_fen: int) -> object:
        after = spent._replace(day_fen=day_fen, month_fen=month_fen)
        refused = limits.judge(after, amount_fen, 1)
        return refused and refused.reason

    assert why(one, day, month) is None
    assert why(one + 1, day + 1, month + 1) is P.LIMIT_PAYMENT
    assert why(one, day + 1, month + 1) is P.LIMIT_DAY
    assert why(one, day, month + 1) is P.LIMIT_MONTH


def test_without_a_real_name_less_is_allowed() -> None:
    nobody, named = limits.LIMITS
    assert nobody.payment_fen < named.payment_fen
    assert nobody.day_fen < named.day_fen
    assert nobody.month_fen < named.month_fen
