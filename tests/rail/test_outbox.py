"""What the outbox carries out when nobody is waiting for it."""

from datetime import timedelta

from farewave.db.outbox import Courier
from farewave.rail import jobs, trades
from farewave.rail.model import OrderStatus
from tests.support.database import move_clock
from tests.support.rail import RailWorld


async def test_the_outbox_makes_the_trade_that_the_endpoint_could_not(world: RailWorld) -> None:
    courier = Courier(world.database, jobs.handlers(world.database, world.deps))
    order = await world.held(await world.someone())
    assert await courier.deliver_due() == 0  # the endpoint's turn
    await move_clock(world.database, timedelta(seconds=5))
    world.platform.deaf = {"create"}
    assert await courier.deliver_due() == 1
    world.platform.deaf = set()
    await move_clock(world.database, timedelta(seconds=5))
    assert await courier.deliver_due() == 1
    assert (await world.seen(order.ref)).trade_no is not None
    assert await courier.deliver_due() == 0


async def test_a_refund_that_is_refused_is_tried_until_it_is_made(world: RailWorld) -> None:
    courier = Courier(world.database, jobs.handlers(world.database, world.deps))
    someone = await world.someone()
    order = await world.held(someone)
    await trades.make_trade(world.database, world.deps, order.ref)
    paid = world.platform.pay(order.order_no, await world.now())
    world.platform.deaf = {"close"}
    await move_clock(world.database, timedelta(minutes=26))
    assert await jobs.lapse_due(world.database, world.deps) == 1
    await world.notified(order, paid)
    world.platform.refused = {"refund"}
    for _ in range(3):
        await courier.deliver_due()
        await move_clock(world.database, timedelta(minutes=2))
    assert (await world.seen(order.ref)).status is OrderStatus.REFUNDING
    world.platform.refused = set()
    await courier.deliver_due()
    assert (await world.seen(order.ref)).status is OrderStatus.REFUNDED
    assert len(world.platform.refunds) == 1
    await world.audited()


async def test_a_refused_trade_leaves_the_order_to_its_deadline(world: RailWorld) -> None:
    courier = Courier(world.database, jobs.handlers(world.database, world.deps))
    order = await world.held(await world.someone())
    world.platform.refused = {"create"}
    await move_clock(world.database, timedelta(seconds=5))
    assert await courier.deliver_due() == 1
    assert await courier.deliver_due() == 0
    await move_clock(world.database, timedelta(minutes=21))
    assert await jobs.lapse_due(world.database, world.deps) == 1
    assert (await world.seen(order.ref)).status is OrderStatus.LAPSED


async def test_one_order_that_cannot_be_ended_keeps_no_other(world: RailWorld) -> None:
    broken, sound = await world.held(await world.someone()), await world.held(await world.someone())
    async with world.database.transaction() as tx:
        await tx.execute(
            "UPDATE rail.seat_map SET taken = set_bit(taken, $3, 0)"
            " WHERE run_id = $1 AND coach = $2",
            broken.run_id,
            broken.tickets[0].coach,
            broken.tickets[0].place - 1,
        )
    await move_clock(world.database, timedelta(minutes=21))
    assert await jobs.lapse_due(world.database, world.deps) == 1
    assert (await world.seen(sound.ref)).status is OrderStatus.LAPSED
    assert (await world.seen(broken.ref)).status is OrderStatus.HELD
