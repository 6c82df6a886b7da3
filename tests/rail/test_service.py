"""Holding seats and what ends a hold, on PostgreSQL."""

from datetime import timedelta
from uuid import UUID

import pytest

from farewave.db import Database
from farewave.kit.outcome import Refused
from farewave.rail import jobs, service, trades
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Order, OrderStatus, TicketState
from farewave.rail.rules.payments import MoneyOutcome
from farewave.rail.trades import Step
from tests.support.database import move_clock
from tests.support.people import Someone, some_identity_number
from tests.support.rail import G1, G7, RailWorld

MINUTE = timedelta(minutes=1)


def reason(outcome: object) -> object:
    return outcome.reason if isinstance(outcome, Refused) else outcome


async def left(world: RailWorld, day: object, origin: str = "VNP", to: str = "AOH") -> int:
    """Second-class seats left on G1."""
    offers = await world.found(origin, to, day)  # type: ignore[arg-type]
    offer = next(each for each in offers if each.train_code == "G1")
    return next(each.left for each in offer.classes if each.class_code == "O")


async def events(database: Database, name: str) -> int:
    async with database.reading() as tx:
        count: int = await tx.fetchval("SELECT count(*) FROM db.event WHERE name = $1", name)
    return count


async def test_a_hold_takes_one_seat_on_its_segments_only(world: RailWorld) -> None:
    someone, day = await world.someone(), await world.day()
    assert await left(world, day) == 515
    order = await world.held(someone, destination="NKH")
    assert order.status is OrderStatus.HELD
    assert order.total_fen == 44350
    assert order.pay_before - order.created_at > 19 * MINUTE
    assert [ticket.seat for ticket in order.tickets] == ["01A"]
    assert await left(world, day) == 514
    assert await left(world, day, "VNP", "NKH") == 514
    assert await left(world, day, "NKH", "AOH") == 515
    # The next rides on where the first gets off: best fit puts them on the same seat.
    other = await world.held(await world.someone(), origin="NKH")
    assert (other.tickets[0].coach, other.tickets[0].seat) == ("02", "01A")
    assert await left(world, day) == 514
    assert await events(world.database, "rail.held") == 2
    await world.audited()


async def test_a_party_sits_together_with_its_wishes(world: RailWorld) -> None:
    someone = await world.someone()
    for _ in range(4):
        await world.add(someone, some_identity_number())
    ids = await world.passenger_ids(someone)
    order = await world.held(someone, passenger_ids=ids, seat_wishes=("A", "F"))
    assert [ticket.seat for ticket in order.tickets] == ["01A", "01B", "01C", "01D", "01F"]
    assert order.total_fen == 5 * 55300
    assert len({ticket.ticket_no for ticket in order.tickets}) == 5
    await world.audited()


async def test_sleeping_cars_give_berths_and_arrive_the_next_day(world: RailWorld) -> None:
    order = await world.held(
        await world.someone(), train_no="24000000Z10D", origin="BXP", destination="CSQ",
        class_code="3",
    )  # fmt: skip
    assert order.tickets[0].seat == "01上"
    assert order.arrive_at - order.depart_at == timedelta(hours=14, minutes=2)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"origin": "XXX"}, RailRefusal.STATION_UNKNOWN),
        ({"train_no": "nothing"}, RailRefusal.TRAIN_UNKNOWN),
        ({"origin": "AOH", "destination": "VNP"}, RailRefusal.NOT_SERVED),
        ({"destination": "CSQ"}, RailRefusal.NOT_SERVED),
        ({"class_code": "3"}, RailRefusal.CLASS_UNKNOWN),
        (
            {"passenger_ids": (UUID(int=1),)},
            RailRefusal.PASSENGER_UNKNOWN,
        ),
    ],
)
async def test_what_is_not_sold_is_refused(
    world: RailWorld, wanted: dict[str, object], refusal: RailRefusal
) -> None:
    assert reason(await world.order(await world.someone(), **wanted)) is refusal
    async with world.database.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM rail.run") == 0


async def test_days_outside_the_sale_and_trains_about_to_leave_are_refused(
    world: RailWorld,
) -> None:
    someone = await world.someone()
    for ahead in (-1, 15):
        day = await world.day(ahead)
        got = await world.order(someone, travel_day=day)
        assert reason(got) is RailRefusal.OUTSIDE_PRESALE
    order = await world.held(someone, train_no=G7)  # leaves at 19:00
    await move_clock(world.database, order.depart_at - await world.now() - 5 * MINUTE)
    late = await world.someone()
    got = await world.order(late, train_no=G7, travel_day=await world.day(0))
    assert reason(got) is RailRefusal.SALE_CLOSED
    # Further along the line the same train is still on sale.
    await world.held(late, train_no=G7, origin="JGK", travel_day=await world.day(0))


async def test_a_real_name_comes_before_a_ticket(world: RailWorld) -> None:
    nobody = await world.someone(real_name=False)
    friend = await world.add(nobody, some_identity_number())
    got = await world.order(nobody, passenger_ids=(friend,))
    assert reason(got) is RailRefusal.REAL_NAME_NEEDED


async def test_children_are_not_sold_tickets_yet(world: RailWorld) -> None:
    someone = await world.someone()
    year = (await world.now()).year - 10
    child = await world.add(someone, some_identity_number(f"{year}0101"))
    got = await world.order(someone, passenger_ids=(child,))
    assert reason(got) is RailRefusal.CHILD


async def test_one_unpaid_order_at_a_time(world: RailWorld) -> None:
    someone = await world.someone()
    order = await world.held(someone)
    assert reason(await world.order(someone, train_no=G7)) is RailRefusal.ORDER_OPEN
    await trades.cancel(world.database, world.deps, someone.actor, order.order_id)
    await world.held(someone, train_no=G7)


async def test_nobody_travels_twice_at_once_whoever_orders(world: RailWorld) -> None:
    someone, friend = await world.someone(), await world.someone()
    assert someone.identity_number
    twin = await world.add(friend, someone.identity_number, "李明")
    await world.held(someone)
    got = await world.order(friend, passenger_ids=(twin,), train_no=G1, destination="NKH")
    assert reason(got) is RailRefusal.TIME_CONFLICT
    # G7 leaves after G1 has arrived.
    await world.held(friend, passenger_ids=(twin,), train_no=G7)
    await world.audited()


async def test_the_third_cancel_is_the_last_order_of_the_day(world: RailWorld) -> None:
    someone = await world.someone()
    for _ in range(3):
        order = await world.held(someone)
        view = await trades.cancel(world.database, world.deps, someone.actor, order.order_id)
        assert not isinstance(view, Refused)
        assert view.order.status is OrderStatus.CANCELLED
    assert reason(await world.order(someone)) is RailRefusal.TOO_MANY_CANCELS
    await move_clock(world.database, timedelta(days=1))
    await world.held(someone)
    await world.audited()


async def test_sold_out_says_how_many_are_left(world: RailWorld) -> None:
    someone = await world.someone()
    await world.held(someone, class_code="M")
    async with world.database.transaction() as tx:
        # 28 places are four octets a segment: all of them taken but the second.
        await tx.execute(
            "UPDATE rail.seat_map SET"
            " taken = decode(repeat('fdffff0f', octet_length(taken) / 4), 'hex')"
            " WHERE class_code = 'M'"
        )
    other = await world.someone()
    await world.add(other, some_identity_number())
    ids = await world.passenger_ids(other)
    got = await world.order(other, class_code="M", passenger_ids=ids)
    assert isinstance(got, Refused)
    assert (got.reason, got.details) == (RailRefusal.SOLD_OUT, {"left": 1})


# --- the trade and the money ---------------------------------------------------------------------


async def paid_order(world: RailWorld, someone: Someone) -> Order:
    order = await world.held(someone)
    assert await trades.make_trade(world.database, world.deps, order.ref) is Step.DONE
    paid = world.platform.pay(order.order_no, await world.now())
    assert await world.notified(order, paid) is MoneyOutcome.ISSUE
    return order


async def test_money_issues_the_tickets_once(world: RailWorld) -> None:
    someone = await world.someone()
    order = await paid_order(world, someone)
    seen = await world.seen(order.ref)
    assert seen.status is OrderStatus.ISSUED
    assert seen.trade_no is not None
    assert {ticket.state for ticket in seen.tickets} == {TicketState.VALID}
    trade = world.platform.trades[order.order_no]
    paid = trades.PaidTrade(trade.trade_no, trade.amount_fen, order.created_at)
    assert await world.notified(order, paid) is MoneyOutcome.KNOWN
    assert await events(world.database, "rail.issued") == 1
    async with world.database.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM rail.payment") == 1
    got = await trades.cancel(world.database, world.deps, someone.actor, order.order_id)
    assert reason(got) is RailRefusal.ORDER_PAID
    await world.held(someone, train_no=G7)
    await world.audited()


async def test_a_wrong_amount_issues_nothing(world: RailWorld) -> None:
    order = await world.held(await world.someone())
    await trades.make_trade(world.database, world.deps, order.ref)
    wrong = trades.PaidTrade(world.platform.trades[order.order_no].trade_no, 1, order.created_at)
    assert await world.notified(order, wrong) is MoneyOutcome.WRONG_AMOUNT
    assert (await world.seen(order.ref)).status is OrderStatus.HELD


async def test_a_trade_is_made_once_however_often_it_is_asked_for(world: RailWorld) -> None:
    order = await world.held(await world.someone())
    world.platform.silent = {"create"}  # made, but the answer is lost
    assert await trades.make_trade(world.database, world.deps, order.ref) is Step.AGAIN
    assert (await world.seen(order.ref)).trade_no is None
    world.platform.silent = set()
    for _ in range(2):
        assert await trades.make_trade(world.database, world.deps, order.ref) is Step.DONE
    assert len(world.platform.trades) == 1
    assert (await world.seen(order.ref)).trade_no is not None


async def test_an_unpaid_order_lapses_and_gives_everything_back(world: RailWorld) -> None:
    someone, day = await world.someone(), await world.day()
    order = await world.held(someone)
    await trades.make_trade(world.database, world.deps, order.ref)
    await move_clock(world.database, 19 * MINUTE)
    assert await jobs.lapse_due(world.database, world.deps) == 0
    await move_clock(world.database, MINUTE)
    assert await jobs.lapse_due(world.database, world.deps) == 1
    assert (await world.seen(order.ref)).status is OrderStatus.LAPSED
    assert world.platform.trades[order.order_no].status == "TRADE_CLOSED"
    assert await left(world, day) == 515
    await world.held(someone)  # neither the time nor the orderer is bound any more
    await world.audited()


async def test_a_lost_notification_is_made_good_at_the_deadline(world: RailWorld) -> None:
    order = await world.held(await world.someone())
    await trades.make_trade(world.database, world.deps, order.ref)
    world.platform.pay(order.order_no, await world.now())
    await move_clock(world.database, 21 * MINUTE)
    assert await jobs.lapse_due(world.database, world.deps) == 1
    assert (await world.seen(order.ref)).status is OrderStatus.ISSUED
    await world.audited()


async def test_a_lost_notification_is_made_good_when_the_order_is_opened(world: RailWorld) -> None:
    order = await world.held(await world.someone())
    await trades.refresh(world.database, world.deps, order.ref)  # makes the trade
    await trades.refresh(world.database, world.deps, order.ref)  # nobody has paid
    assert (await world.seen(order.ref)).status is OrderStatus.HELD
    world.platform.pay(order.order_no, await world.now())
    await trades.refresh(world.database, world.deps, order.ref)
    assert (await world.seen(order.ref)).status is OrderStatus.ISSUED


async def test_a_silent_platform_holds_the_seats_for_five_minutes_more(world: RailWorld) -> None:
    order = await world.held(await world.someone())
    await trades.make_trade(world.database, world.deps, order.ref)
    paid = world.platform.pay(order.order_no, await world.now())
    world.platform.deaf = {"close", "query"}
    await move_clock(world.database, 21 * MINUTE)
    assert await jobs.lapse_due(world.database, world.deps) == 0
    assert await jobs.lapse_due(world.database, world.deps) == 0  # not asked again at once
    assert world.platform.calls.count("close") == 1
    await move_clock(world.database, 4 * MINUTE)
    assert await jobs.lapse_due(world.database, world.deps) == 1
    assert (await world.seen(order.ref)).status is OrderStatus.LAPSED
    # The money is heard of later: it goes back by itself.
    assert await world.notified(order, paid) is MoneyOutcome.REFUND
    assert (await world.seen(order.ref)).status is OrderStatus.REFUNDING
    assert await world.notified(order, paid) is MoneyOutcome.KNOWN
    world.platform.silent = {"refund"}
    assert await trades.refund(world.database, world.deps, order.ref) is Step.AGAIN
    world.platform.silent = set()
    for _ in range(2):
        assert await trades.refund(world.database, world.deps, order.ref) is Step.DONE
    assert (await world.seen(order.ref)).status is OrderStatus.REFUNDED
    assert world.platform.refunds == {f"{order.order_no}R01": 55300}
    assert world.platform.calls.count("refund") == 2
    await world.audited()


async def test_what_is_known_to_be_paid_is_never_given_up(world: RailWorld) -> None:
    order = await world.held(await world.someone())
    await trades.make_trade(world.database, world.deps, order.ref)
    world.platform.pay(order.order_no, await world.now())
    world.platform.deaf = {"query"}
    await move_clock(world.database, 28 * MINUTE)
    assert await jobs.lapse_due(world.database, world.deps) == 0
    assert (await world.seen(order.ref)).status is OrderStatus.HELD
    world.platform.deaf = set()
    await move_clock(world.database, MINUTE)
    assert await jobs.lapse_due(world.database, world.deps) == 1
    assert (await world.seen(order.ref)).status is OrderStatus.ISSUED
    await world.audited()


async def test_money_after_somebody_else_took_the_time_goes_back(world: RailWorld) -> None:
    someone, friend = await world.someone(), await world.someone()
    assert someone.identity_number
    twin = await world.add(friend, someone.identity_number, "李明")
    day = await world.day()
    order = await world.held(someone, travel_day=day)
    await trades.make_trade(world.database, world.deps, order.ref)
    paid = world.platform.pay(order.order_no, await world.now())
    await move_clock(world.database, 31 * MINUTE)  # no job ran: the claim has run out
    await world.held(friend, passenger_ids=(twin,), travel_day=day)
    assert await world.notified(order, paid) is MoneyOutcome.REFUND
    assert (await world.seen(order.ref)).status is OrderStatus.REFUNDING
    assert await left(world, day) == 514
    await world.audited()


async def test_cancelling_closes_the_trade_first(world: RailWorld) -> None:
    someone = await world.someone()
    order = await world.held(someone)
    await trades.make_trade(world.database, world.deps, order.ref)
    world.platform.silent = {"close"}
    got = await trades.cancel(world.database, world.deps, someone.actor, order.order_id)
    assert reason(got) is RailRefusal.PAYMENT_UNSURE
    assert (await world.seen(order.ref)).status is OrderStatus.HELD
    world.platform.silent = set()
    for _ in range(2):  # the second time changes nothing
        view = await trades.cancel(world.database, world.deps, someone.actor, order.order_id)
        assert not isinstance(view, Refused)
        assert view.order.status is OrderStatus.CANCELLED
    assert await events(world.database, "rail.cancelled") == 1
    await world.audited()


async def test_cancelling_what_is_paid_issues_it_instead(world: RailWorld) -> None:
    someone = await world.someone()
    order = await world.held(someone)
    await trades.make_trade(world.database, world.deps, order.ref)
    world.platform.pay(order.order_no, await world.now())
    got = await trades.cancel(world.database, world.deps, someone.actor, order.order_id)
    assert reason(got) is RailRefusal.ORDER_PAID
    assert (await world.seen(order.ref)).status is OrderStatus.ISSUED
    stranger = await world.someone()
    got = await trades.cancel(world.database, world.deps, stranger.actor, order.order_id)
    assert reason(got) is RailRefusal.ORDER_UNKNOWN


async def test_a_trade_made_after_its_order_ended_is_closed(world: RailWorld) -> None:
    someone = await world.someone()
    order = await world.held(someone)
    await trades.cancel(world.database, world.deps, someone.actor, order.order_id)
    # The request to make the trade was on its way meanwhile, and is answered now.
    made = await world.platform.create_trade(out_trade_no=order.order_no, amount_fen=55300)
    async with world.database.transaction() as tx:
        await service.record_trade(tx, order.ref, made.trade_no)  # type: ignore[attr-defined]
    handlers = jobs.handlers(world.database, world.deps)
    async with world.database.reading() as tx:
        topics = await tx.fetch("SELECT topic FROM db.outbox WHERE topic LIKE 'rail.%'")
    assert {row["topic"] for row in topics} == {"rail.create_trade", "rail.close_trade"}
    assert set(handlers) == {"rail.create_trade", "rail.close_trade", "rail.refund"}
    assert await trades.close_trade(world.database, world.deps, order.ref) is Step.DONE
    assert world.platform.trades[order.order_no].status == "TRADE_CLOSED"


async def test_a_trade_that_nobody_noted_is_closed_too(world: RailWorld) -> None:
    someone = await world.someone()
    order = await world.held(someone)
    await trades.cancel(world.database, world.deps, someone.actor, order.order_id)
    await world.platform.create_trade(out_trade_no=order.order_no, amount_fen=55300)
    # The process died before it noted the trade; the outbox comes by.
    assert await trades.make_trade(world.database, world.deps, order.ref) is Step.DONE
    assert world.platform.trades[order.order_no].status == "TRADE_CLOSED"
