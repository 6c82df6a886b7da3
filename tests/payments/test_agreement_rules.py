"""The terms of automatic payments as rules: when, how much, how often, how long."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.clock import from_shanghai
from farewave.kit.outcome import Refused
from farewave.payments import agreement as rules
from farewave.payments.agreement import (
    FOREVER,
    Agreement,
    AgreementProduct,
    Cycle,
    CycleType,
    NewOffer,
    Terms,
)
from farewave.payments.errors import AgreementRefusal as G

DAY = date(2026, 7, 1)
CYCLE = AgreementProduct.CYCLE


def at(day: date) -> datetime:
    """Noon of a day in China."""
    return from_shanghai(day, 12 * 60)


def cycle(first_on: date = DAY, **changed: Any) -> Cycle:
    plan = {"type": CycleType.MONTH, "length": 1, "single_fen": 1_000, "total_fen": None}
    return Cycle(**{**plan, "first_on": first_on, "total_payments": None, **changed})


def agreed(plan: Cycle | None, **changed: Any) -> Agreement:
    product = AgreementProduct.GENERAL if plan is None else CYCLE
    fields = {
        "shard": 0,
        "agreement_no": "2" * 28,
        "agreement_id": UUID(int=1),
        "merchant_id": UUID(int=2),
        "app_id": "a",
        "external_agreement_no": None,
        "person_id": UUID(int=3),
        "user_no": "2088",
        "logon_id": "1",
        "notify_url": None,
        "terms": Terms(product, "S", plan, FOREVER),
        "signed_at": at(DAY),
        "stopped_at": None,
        "next_on": plan.first_on if plan else None,
        "last_at": None,
        "paid_fen": 0,
        "payments": 0,
    }
    return Agreement(**{**fields, **changed})


plans = st.one_of(
    st.builds(
        cycle,
        st.dates(DAY, date(2027, 7, 1)),
        type=st.just(CycleType.DAY),
        length=st.integers(7, 90),
    ),
    st.builds(
        cycle,
        st.dates(DAY, date(2027, 7, 1)).map(lambda day: day.replace(day=min(day.day, 28))),
        length=st.integers(1, 14),
    ),
)


@given(plans, st.integers(0, 3_000))
def test_the_next_day_is_the_first_one_of_the_plan_after_a_day(plan: Cycle, ahead: int) -> None:
    day = DAY + timedelta(days=ahead)
    found = plan.after(day)
    planned = plan.first_on
    step = 0
    while planned <= day:
        step += 1
        if plan.type is CycleType.DAY:
            planned = plan.first_on + timedelta(days=step * plan.length)
        else:
            planned = rules.plus_months(plan.first_on, step * plan.length)
    assert found == planned


@given(
    plans,
    st.none() | st.integers(1, 5_000),
    st.none() | st.integers(1, 6),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 1_200)), max_size=40),
)
def test_no_sequence_of_payments_gets_past_the_terms(
    plan: Cycle, total_fen: int | None, times: int | None, wanted: list[tuple[int, int]]
) -> None:
    plan = replace(plan, total_fen=total_fen, total_payments=times)
    known, day, taken = agreed(plan), DAY, []
    for later, amount_fen in wanted:
        day += timedelta(days=later)
        if rules.judge_deduction(known, CYCLE, amount_fen, at(day)) is None:
            taken.append((day, amount_fen))
            known = rules.deducted(known, amount_fen, at(day))
    assert sum(fen for _, fen in taken) == known.paid_fen <= (total_fen or known.paid_fen)
    assert len(taken) == known.payments <= (times or known.payments)
    assert all(fen <= plan.single_fen for _, fen in taken)
    assert all(day >= plan.first_on for day, _ in taken)
    for (one, _), (other, _) in pairwise(taken):
        assert plan.after(one) <= other, "at most one payment between two days of the plan"


WRONG = [
    (1_001, DAY, {}, G.SINGLE_EXCEEDED),
    (1_000, DAY - timedelta(days=1), {}, G.NOT_DUE),
    (1_000, DAY, {"stopped_at": at(DAY)}, G.NOT_NORMAL),
    (1_000, DAY, {"terms": Terms(CYCLE, "S", cycle(), at(DAY))}, G.NOT_NORMAL),
    (600, DAY, {"paid_fen": 500}, G.TOTAL_EXCEEDED),
    (100, DAY, {"payments": 3}, G.TIMES_EXCEEDED),
    (1_001, DAY - timedelta(days=1), {"payments": 3}, G.NOT_DUE),
]


@pytest.mark.parametrize(("amount_fen", "day", "changed", "why"), WRONG)
def test_each_way_past_the_terms_is_refused_by_its_name(
    amount_fen: int, day: date, changed: dict[str, Any], why: G
) -> None:
    known = agreed(cycle(total_fen=1_000, total_payments=3), **changed)
    assert rules.judge_deduction(known, CYCLE, amount_fen, at(day)) == Refused(why)


def test_another_product_doesnt_take_by_an_agreement() -> None:
    known = agreed(cycle())
    wrong = rules.judge_deduction(known, AgreementProduct.GENERAL, 1, at(DAY))
    assert wrong == Refused(G.OF_ANOTHER_PRODUCT)
    assert rules.judge_deduction(known, None, 1, at(DAY)) is None


BAD_PLANS = [
    (cycle(type=CycleType.DAY, length=6), G.PLAN_WRONG),
    (cycle(length=367), G.PLAN_WRONG),
    (cycle(date(2026, 7, 29)), G.PLAN_WRONG),
    (cycle(total_fen=10**15), G.PLAN_WRONG),
    (cycle(date(2026, 6, 28)), G.DAY_WRONG),
    (None, G.PLAN_WRONG),
]


@pytest.mark.parametrize(("plan", "why"), BAD_PLANS)
def test_a_plan_that_cant_be_kept_isnt_offered(plan: Cycle | None, why: G) -> None:
    new = NewOffer(UUID(int=2), "a", None, Terms(CYCLE, "S", plan, FOREVER), None, None)
    assert rules.judge_new(new, at(DAY)) == Refused(why)


def test_a_payment_can_be_put_off_but_not_brought_forward() -> None:
    known = agreed(cycle())
    for day in (DAY, DAY - timedelta(days=1), date(2026, 7, 29), date(2116, 1, 1)):
        assert rules.judge_move(known, day, at(DAY)) == Refused(G.DAY_WRONG)
    assert rules.judge_move(agreed(None), date(2026, 7, 9), at(DAY)) == Refused(
        G.OF_ANOTHER_PRODUCT
    )
    to = date(2026, 7, 9)
    assert rules.judge_move(known, to, at(DAY)) is None
    moved = rules.moved(known, to)
    assert rules.judge_deduction(moved, None, 1, at(date(2026, 7, 8))) == Refused(G.NOT_DUE)
    assert rules.deducted(moved, 1, at(to)).next_on == date(2026, 8, 9)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        (None, FOREVER),
        ("90d", at(DAY) + timedelta(days=90)),
        ("2m", at(date(2026, 9, 1))),
        ("0d", None),
        ("2y", None),
        ("-1d", None),
    ],
)
def test_how_long_an_agreement_holds(text: str | None, until: datetime | None) -> None:
    assert rules.valid_until(text, at(DAY)) == until


def test_a_month_that_is_too_short_ends_with_its_last_day() -> None:
    assert rules.valid_until("1m", datetime.fromisoformat("2027-01-31T00:00:00+00:00")) == (
        datetime.fromisoformat("2027-02-28T00:00:00+00:00")
    )
