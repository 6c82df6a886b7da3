"""The decisions about trades, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.kit.outcome import Refused
from farewave.ledger.model import Transfer, TransferResult
from farewave.payments import rules
from farewave.payments.errors import PaymentsRefusal as P
from farewave.payments.model import (
    Fund,
    NewTrade,
    Refund,
    Trade,
    TradeStatus,
    shard_of_trade_no,
    trade_no_of,
)
from farewave.payments.rules import Repeat

NOW = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)  # half past midnight in China, the next day
SELLER = derived_id(SYSTEM_ID, 0, "test.seller")
PAYER = derived_id(SYSTEM_ID, 3, "test.payer")
BUYER = "2088003000000001"


def trade(**given: object) -> Trade:
    waiting = Trade(
        shard=3,
        trade_no=trade_no_of(3, NOW, 7),
        trade_id=derived_id(SYSTEM_ID, 3, "test.trade"),
        merchant_id=SELLER,
        seller_id="2088999000000001",
        app_id="2021000000000001",
        out_trade_no="E1",
        subject="ticket",
        body=None,
        amount_fen=55_300,
        payer_id=PAYER,
        buyer_user_no=BUYER,
        status=TradeStatus.WAIT_BUYER_PAY,
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=20),
        paid_at=None,
        closed_at=None,
        refunded_fen=0,
        fund=None,
        notify_url=None,
        passback_params=None,
    )
    return replace(waiting, **given)  # type: ignore[arg-type]


def paid(**given: object) -> Trade:
    return trade(
        **{"status": TradeStatus.TRADE_SUCCESS, "paid_at": NOW, "fund": Fund.BALANCE, **given}
    )


def asked(**given: object) -> NewTrade:
    new = NewTrade(
        merchant_id=SELLER,
        app_id="2021000000000001",
        out_trade_no="E1",
        subject="ticket",
        amount_fen=55_300,
        buyer_user_no=BUYER,
        expires_at=None,
        notify_url=None,
    )
    return replace(new, **given)  # type: ignore[arg-type]


def reason(outcome: object) -> P | None:
    return outcome.reason if isinstance(outcome, Refused) else None  # type: ignore[return-value]


def test_a_trade_number_begins_with_the_day_in_china_and_tells_its_shard() -> None:
    number = trade_no_of(3, NOW, 7)
    assert number.startswith("20261126003")
    assert len(number) == 28
    assert shard_of_trade_no(number) == 3
    assert shard_of_trade_no("x" * 28) is None
    assert shard_of_trade_no("١" * 28) is None


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (asked(), None),
        (asked(amount_fen=0), P.AMOUNT_INVALID),
        (asked(amount_fen=-1), P.AMOUNT_INVALID),
        (asked(amount_fen=10**12), P.AMOUNT_INVALID),
        (asked(expires_at=NOW), P.EXPIRED_ALREADY),
        (asked(expires_at=NOW + timedelta(seconds=1)), None),
    ],
)
def test_a_new_trade_is_judged(new: NewTrade, expected: P | None) -> None:
    assert reason(rules.judge_new_trade(new, NOW)) is expected


@pytest.mark.parametrize(
    ("new", "known", "expected"),
    [
        (asked(), trade(), Repeat.SAME),
        (asked(amount_fen=1), trade(), P.CONTEXT_INCONSISTENT),
        (asked(subject="other"), trade(), P.CONTEXT_INCONSISTENT),
        (asked(buyer_user_no="2088003000000002"), trade(), P.CONTEXT_INCONSISTENT),
        (asked(), paid(), P.TRADE_HAS_SUCCESS),
        (asked(), trade(status=TradeStatus.TRADE_CLOSED, closed_at=NOW), P.TRADE_HAS_CLOSE),
    ],
)
def test_the_same_order_number_again(new: NewTrade, known: Trade, expected: object) -> None:
    outcome = rules.judge_repeated_trade(new, known)
    assert (reason(outcome) or outcome) is expected


@pytest.mark.parametrize(
    ("subject", "buyer", "expected"),
    [
        (trade(), "2088003000000002", P.NOT_YOUR_TRADE),
        (paid(), BUYER, Repeat.SAME),
        (trade(status=TradeStatus.TRADE_CLOSED, closed_at=NOW), BUYER, P.TRADE_EXPIRED),
        (paid(status=TradeStatus.TRADE_CLOSED, closed_at=NOW), BUYER, P.TRADE_HAS_CLOSE),
        (trade(expires_at=NOW), BUYER, P.TRADE_EXPIRED),
    ],
)
def test_what_does_not_lead_to_a_payment(subject: Trade, buyer: str, expected: object) -> None:
    outcome = rules.plan_payment(subject, buyer, NOW)
    assert (reason(outcome) or outcome) is expected


def test_a_payment_is_one_transfer_whose_id_follows_from_the_trade() -> None:
    plan = rules.plan_payment(trade(), BUYER, NOW)
    assert isinstance(plan, Transfer)
    assert (plan.amount_fen, plan.shard) == (55_300, 3)
    assert plan.transfer_id == trade().payment_id
    assert rules.conclude_payment(TransferResult.CREATED) is None
    short = rules.conclude_payment(TransferResult.EXCEEDS_CREDITS)
    assert reason(short) is P.BALANCE_NOT_ENOUGH


def refund_of(amount_fen: int) -> Refund:
    return Refund(UUID(int=1), "R1", amount_fen, "", NOW)


@pytest.mark.parametrize(
    ("subject", "known", "amount_fen", "expected"),
    [
        (paid(), refund_of(100), 100, Repeat.SAME),
        (paid(), refund_of(100), 101, P.DISCORDANT_REPEAT),
        (paid(), None, 55_301, P.REFUND_EXCEEDS),
        (paid(refunded_fen=55_299), None, 2, P.REFUND_EXCEEDS),
        (paid(), None, 0, P.AMOUNT_INVALID),
        (paid(), None, -5, P.AMOUNT_INVALID),
        (trade(), None, 1, P.TRADE_STATUS_WRONG),
        (paid(status=TradeStatus.TRADE_FINISHED), None, 1, P.TRADE_HAS_FINISHED),
        (paid(status=TradeStatus.TRADE_CLOSED), None, 1, P.TRADE_HAS_CLOSE),
        (paid(status=TradeStatus.TRADE_CLOSED), refund_of(100), 100, Repeat.SAME),
    ],
)
def test_what_does_not_lead_to_a_refund(
    subject: Trade, known: Refund | None, amount_fen: int, expected: object
) -> None:
    outcome = rules.plan_refund(subject, known, "R1", amount_fen)
    assert (reason(outcome) or outcome) is expected


@given(st.lists(st.integers(min_value=-10, max_value=60_000), max_size=12))
def test_refunds_never_exceed_the_amount_and_the_last_one_closes(amounts: list[int]) -> None:
    subject = paid()
    for number, amount_fen in enumerate(amounts):
        plan = rules.plan_refund(subject, None, f"R{number}", amount_fen)
        if isinstance(plan, Transfer):
            status = rules.conclude_refund(subject, amount_fen, TransferResult.CREATED)
            assert isinstance(status, TradeStatus)
            refunded_fen = subject.refunded_fen + amount_fen
            subject = replace(subject, status=status, refunded_fen=refunded_fen)
        assert 0 <= subject.refunded_fen <= subject.amount_fen
        closed = subject.status is TradeStatus.TRADE_CLOSED
        assert closed == (subject.refunded_fen == subject.amount_fen)


def test_a_notification_is_tried_eight_times_within_25_hours() -> None:
    at, attempts = NOW, 1
    while (due := rules.next_attempt(attempts, at)) is not None:
        at, attempts = due, attempts + 1
    assert attempts == 8
    assert at - NOW == timedelta(hours=24, minutes=24)
