"""Each thing that the audit proves is found when it is broken."""

from datetime import timedelta

import pytest

from farewave.rail import audit
from farewave.rail.model import OrderStatus
from tests.support.database import move_clock
from tests.support.rail import RailWorld


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE rail.seat_map SET taken = set_bit(taken, 0, 0)", "mask_is_its_tickets"),
        ("UPDATE rail.seat_map SET taken = set_bit(taken, 7, 1)", "mask_is_its_tickets"),
        ("DELETE FROM rail.seat_map WHERE coach = '02'", "mask_is_its_tickets"),
        ("UPDATE rail.ticket SET coach = '02', place = 1", "seat_sold_once"),
        ("UPDATE rail.ticket SET segments = 1", "tickets_fit_order"),
        ("UPDATE rail.ticket SET fare_fen = 1", "tickets_fit_order"),
        ("UPDATE rail.ticket SET state = 'used'", "tickets_fit_order"),
        ("UPDATE rail.payment SET amount_fen = 1", "payment_fits_order"),
        ("DELETE FROM rail.payment", "payment_fits_order"),
        ("UPDATE rail.journey SET expires_at = now()", "time_is_claimed"),
        ("DELETE FROM rail.journey", "time_is_claimed"),
        ("UPDATE rail.journey SET ticket_id = gen_random_uuid()", "claim_has_ticket"),
        ("UPDATE rail.journey SET identity_index = 'x'", "one_train_at_a_time"),
        ("DELETE FROM rail.order_number", "order_is_found"),
        ("UPDATE rail.orderer SET open_order_id = NULL", "order_is_found"),
    ],
)
async def test_the_audit_finds_what_is_broken(world: RailWorld, damage: str, check: str) -> None:
    day = await world.day()
    await world.issued()
    await world.held(await world.someone(), travel_day=day)
    await world.audited()
    async with world.database.transaction() as tx:
        await tx.execute(damage)
    async with world.database.reading() as tx:
        assert check in {finding.check for finding in await audit.audit(tx)}


async def test_the_audit_finds_orders_and_refunds_that_are_overdue(world: RailWorld) -> None:
    order, _ = await world.issued()
    await world.held(await world.someone())
    await move_clock(world.database, timedelta(minutes=31))
    async with world.database.transaction() as tx:
        await tx.execute(
            "UPDATE rail.payment SET refund_request_no = 'R', recorded_at = $1",
            tx.now - timedelta(days=2),
        )
    async with world.database.reading() as tx:
        checks = {finding.check for finding in await audit.audit(tx)}
    assert {"unpaid_orders_end", "refunds_are_made"} <= checks
    assert order.status is OrderStatus.HELD
