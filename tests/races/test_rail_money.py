"""Money, deadlines, cancelling and gates that meet at the same moment."""

import asyncio
from datetime import timedelta

import pytest

from farewave.db import Database
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.rail import jobs, service, trades
from farewave.rail.model import Order, OrderStatus, PaidTrade
from farewave.rail.rules.gates import GateReason
from farewave.rail.rules.payments import MoneyOutcome
from tests.support.database import move_clock
from tests.support.people import Someone
from tests.support.rail import RailWorld

TRIES = 15


@pytest.fixture
async def world(database: Database, sealer: Sealer) -> RailWorld:
    return await RailWorld.made(database, sealer)


async def with_trade(world: RailWorld, someone: Someone) -> Order:
    order = await world.held(someone)
    await trades.make_trade(world.database, world.deps, order.ref)
    return order


async def test_ten_notifications_at_once_issue_once(world: RailWorld) -> None:
    order = await with_trade(world, await world.someone())
    paid = world.platform.pay(order.order_no, await world.now())
    outcomes = await asyncio.gather(*(world.notified(order, paid) for _ in range(10)))
    assert sorted(each.value for each in outcomes) == ["issue"] + ["known"] * 9
    await world.audited()


async def test_money_and_the_end_of_the_hold_leave_tickets_or_a_refund(world: RailWorld) -> None:
    """The platform closes no paid trade; but were both to happen, nothing is lost or doubled."""
    for _ in range(TRIES):
        someone = await world.someone()
        order = await with_trade(world, someone)
        trade_no = world.platform.trades[order.order_no].trade_no
        paid = PaidTrade(trade_no, order.total_fen, order.created_at)

        async def end(order: Order = order) -> None:
            await world.database.run(
                lambda tx: service.end_unpaid(tx, order.ref, OrderStatus.LAPSED)
            )

        await asyncio.gather(world.notified(order, paid), end())
        status = (await world.seen(order.ref)).status
        assert status in (OrderStatus.ISSUED, OrderStatus.REFUNDING)
    await world.audited()


async def test_paying_and_cancelling_at_once_agree_with_the_platform(world: RailWorld) -> None:
    for _ in range(TRIES):
        someone = await world.someone()
        order = await with_trade(world, someone)
        moment = await world.now()

        async def pay(order: Order = order, moment: object = moment) -> None:
            if world.platform.trades[order.order_no].status == "WAIT_BUYER_PAY":
                paid = world.platform.pay(order.order_no, moment)  # type: ignore[arg-type]
                await world.notified(order, paid)

        got, _ = await asyncio.gather(
            trades.cancel(world.database, world.deps, someone.actor, order.order_id), pay()
        )
        status = (await world.seen(order.ref)).status
        paid = world.platform.trades[order.order_no].status == "TRADE_SUCCESS"
        assert status is (OrderStatus.ISSUED if paid else OrderStatus.CANCELLED)
        assert isinstance(got, Refused) is paid
    await world.audited()


async def test_two_lapse_jobs_at_once_end_each_order_once(world: RailWorld) -> None:
    orders = [await with_trade(world, await world.someone()) for _ in range(6)]
    await move_clock(world.database, timedelta(minutes=21))
    await asyncio.gather(*(jobs.lapse_due(world.database, world.deps) for _ in range(3)))
    statuses = [(await world.seen(order.ref)).status for order in orders]
    assert statuses == [OrderStatus.LAPSED] * 6
    async with world.database.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM db.event WHERE name = 'rail.lapsed'") == 6
    await world.audited()


async def test_two_gates_at_once_let_one_in(world: RailWorld) -> None:
    order, text = await world.issued()
    await move_clock(world.database, order.depart_at - await world.now() - timedelta(hours=1))

    async def check() -> GateReason | None:
        async with world.database.transaction() as tx:
            return (await service.check_gate(tx, world.deps.signer, text, "VNP")).reason

    reasons = await asyncio.gather(*(check() for _ in range(5)))
    assert sorted(str(each) for each in reasons) == ["None", *["used"] * 4]


async def test_a_late_and_an_early_notification_meet_one_refund(world: RailWorld) -> None:
    order = await with_trade(world, await world.someone())
    paid = world.platform.pay(order.order_no, await world.now())
    async with world.database.transaction() as tx:
        await service.end_unpaid(tx, order.ref, OrderStatus.LAPSED)
    outcomes = await asyncio.gather(*(world.notified(order, paid) for _ in range(5)))
    assert outcomes.count(MoneyOutcome.REFUND) == 1
    await asyncio.gather(*(trades.refund(world.database, world.deps, order.ref) for _ in range(3)))
    assert (await world.seen(order.ref)).status is OrderStatus.REFUNDED
    assert len(world.platform.refunds) == 1
    await world.audited()
