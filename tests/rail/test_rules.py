"""When and to whom tickets are sold, what money does, who passes a gate."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.outcome import Refused
from farewave.people.model import SealedText
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Order, OrderStatus, PaidTrade, Ticket, TicketState, segments_mask
from farewave.rail.rules import sale
from farewave.rail.rules.gates import GateReason, Passed, judge_gate
from farewave.rail.rules.payments import MoneyOutcome, judge_money

MIDNIGHT = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
"""The first moment of 1 December in China."""
DEPART = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
ARRIVE = datetime(2026, 12, 1, 5, 48, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_sale_moves_on_at_midnight_in_china() -> None:
    before, after = MIDNIGHT - timedelta(microseconds=1), MIDNIGHT
    assert sale.sale_days(before) == sale.SaleDays(date(2026, 11, 30), date(2026, 12, 14))
    assert sale.sale_days(after) == sale.SaleDays(date(2026, 12, 1), date(2026, 12, 15))
    assert sale.judge_day(date(2026, 11, 30), before) is None
    assert isinstance(sale.judge_day(date(2026, 11, 30), after), Refused)
    assert isinstance(sale.judge_day(date(2026, 12, 15), before), Refused)
    assert sale.judge_day(date(2026, 12, 15), after) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.integers(-40, 40))
def test_exactly_fifteen_days_are_on_sale(moment: datetime, away: int) -> None:
    now = moment.replace(tzinfo=UTC)
    today = (now + timedelta(hours=8)).date()
    on_sale = sale.judge_day(today + timedelta(days=away), now) is None
    assert on_sale == (0 <= away <= 14)


def test_sale_ends_five_minutes_before_departure() -> None:
    assert not sale.sale_is_closed(DEPART, DEPART - 5 * MINUTE - timedelta(microseconds=1))
    assert sale.sale_is_closed(DEPART, DEPART - 5 * MINUTE)


def test_an_order_is_held_for_twenty_minutes() -> None:
    now = datetime(2026, 12, 1, 0, 0, 0, 999_999, tzinfo=UTC)
    assert sale.pay_before(now) == datetime(2026, 12, 1, 0, 20, tzinfo=UTC)


def reason(outcome: object) -> object:
    return outcome.reason if isinstance(outcome, Refused) else outcome


def test_three_cancels_end_the_day_in_china_and_no_longer() -> None:
    state = sale.OrdererState(False, date(2026, 11, 30), 3)
    assert reason(sale.judge_orderer(state, MIDNIGHT - MINUTE)) is RailRefusal.TOO_MANY_CANCELS
    assert sale.judge_orderer(state, MIDNIGHT) is None
    two = replace(state, cancels=2)
    assert sale.judge_orderer(two, MIDNIGHT - MINUTE) is None


def test_an_unpaid_order_blocks_the_next() -> None:
    state = sale.OrdererState(True, None, 0)
    assert reason(sale.judge_orderer(state, MIDNIGHT)) is RailRefusal.ORDER_OPEN


def someone(number: int, age: int = 30) -> sale.Traveller:
    return sale.Traveller("*三", bytes([number]) * 32, age)


@pytest.mark.parametrize(
    ("party", "refusal"),
    [
        ([], RailRefusal.PASSENGER_COUNT),
        ([someone(n) for n in range(6)], RailRefusal.PASSENGER_COUNT),
        ([someone(1), someone(1)], RailRefusal.PASSENGER_COUNT),
        ([someone(1), someone(2, age=13)], RailRefusal.CHILD),
        ([someone(1, age=14)], None),
        ([someone(n) for n in range(5)], None),
    ],
)
def test_one_to_five_different_adults_travel_on_an_order(
    party: list[sale.Traveller], refusal: RailRefusal | None
) -> None:
    assert reason(sale.judge_party(party)) is refusal


@given(st.integers(1, 62), st.integers(1, 62))
def test_a_journey_takes_the_segments_between_its_stops(start: int, length: int) -> None:
    end = min(start + length, 63)
    mask = segments_mask(start, end)
    assert [n for n in range(62) if mask >> n & 1] == list(range(start - 1, end - 1))
    assert mask < 2**63


def ticket(state: TicketState = TicketState.VALID) -> Ticket:
    sealed = SealedText("identity", b"")
    return Ticket(
        ticket_id=UUID(int=1), ticket_no="E00000000101", passenger_id=UUID(int=2), name=sealed,
        name_masked="*三", identity=sealed, identity_index=b"", identity_masked="1***", coach="05",
        place=1, seat="01A", fare_fen=55300, state=state,
    )  # fmt: skip


def order(status: OrderStatus = OrderStatus.ISSUED) -> Order:
    return Order(
        order_id=UUID(int=3), run_id=UUID(int=4), order_no="E000000001", shard=0,
        orderer_id=UUID(int=5), payer_user_no="2088", status=status, version="", train_no="",
        train_code="G1", service_day=date(2026, 12, 1), travel_day=date(2026, 12, 1), from_seq=1,
        to_seq=3, from_telecode="VNP", to_telecode="AOH", depart_at=DEPART, arrive_at=ARRIVE,
        class_code="O", total_fen=55300, created_at=MIDNIGHT, pay_before=MIDNIGHT + 20 * MINUTE,
        trade_no=None,
    )  # fmt: skip


@pytest.mark.parametrize("claimed", [True, False])
@pytest.mark.parametrize("status", list(OrderStatus))
def test_money_issues_goes_back_or_is_known(status: OrderStatus, claimed: bool) -> None:
    paid = PaidTrade("2026", 55300, MIDNIGHT)
    got = judge_money(order(status), paid, time_is_claimed=claimed)
    if status is OrderStatus.HELD:
        assert got is (MoneyOutcome.ISSUE if claimed else MoneyOutcome.REFUND)
    elif status in (OrderStatus.CANCELLED, OrderStatus.LAPSED):
        assert got is MoneyOutcome.REFUND
    else:
        assert got is MoneyOutcome.KNOWN
    wrong = replace(paid, amount_fen=55299)
    got = judge_money(order(status), wrong, time_is_claimed=claimed)
    assert got is MoneyOutcome.WRONG_AMOUNT


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "station", "expected"),
    [
        (DEPART - 4 * HOUR - MINUTE, "VNP", GateReason.TOO_EARLY),
        (DEPART - 4 * HOUR, "VNP", None),
        (DEPART + 30 * MINUTE, "VNP", None),
        (DEPART + 31 * MINUTE, "VNP", GateReason.TOO_LATE),
        (DEPART - MINUTE, "NKH", GateReason.WRONG_STATION),
        (ARRIVE, "AOH", GateReason.NOT_ENTERED),
    ],
)
def test_the_gate_opens_at_the_right_station_and_time(
    now: datetime, station: str, expected: GateReason | None
) -> None:
    got = judge_gate(order(), ticket(), station, now)
    assert (got if isinstance(got, GateReason) else None) is expected


def test_a_ticket_lets_in_once_and_out_once() -> None:
    entered = judge_gate(order(), ticket(), "VNP", DEPART - MINUTE)
    assert isinstance(entered, Passed)
    assert entered.entering
    assert entered.ticket.state is TicketState.USED
    assert judge_gate(order(), entered.ticket, "VNP", DEPART) is GateReason.USED
    left = judge_gate(order(), entered.ticket, "AOH", ARRIVE)
    assert isinstance(left, Passed)
    assert not left.entering
    assert judge_gate(order(), left.ticket, "AOH", ARRIVE + MINUTE) is GateReason.USED
    assert judge_gate(order(), entered.ticket, "AOH", ARRIVE + 13 * HOUR) is GateReason.TOO_LATE


@pytest.mark.parametrize("state", [TicketState.HELD, TicketState.RELEASED, TicketState.REFUNDED])
def test_a_ticket_that_is_not_issued_opens_nothing(state: TicketState) -> None:
    assert judge_gate(order(), ticket(state), "VNP", DEPART) is GateReason.NOT_VALID
