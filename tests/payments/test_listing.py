"""A merchant's list begins in its index where the page before ended, however many there are."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from farewave.db import Database
from farewave.payments import store
from farewave.payments.listing import EVERY_STATUS
from tests.wallet.test_plans import buffers, index_condition, plan_of

SHARD = 1
ROWS = 6_000
SHOP = UUID(int=7)
DAY = datetime(2026, 1, 1, tzinfo=UTC)
FEW = 80
"""Pages of tables and indexes looked at for one page of the list."""


@pytest.fixture
async def busy(database: Database) -> Database:
    """A shard with trades of two merchants in turn, a hundred in each instant."""
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO payments.trade (shard, trade_no, trade_id, merchant_id, seller_id, app_id,"
            " out_trade_no, subject, amount_fen, payer_id, buyer_user_no, status, created_at,"
            " expires_at, paid_at, fund) SELECT 1, '20260101001' || lpad(n::text, 17, '0'),"
            " gen_random_uuid(), CASE WHEN n % 2 = 0 THEN $1 ELSE gen_random_uuid() END, '', '',"
            " n::text, 'x', 100, gen_random_uuid(), '', 'TRADE_SUCCESS',"
            " $2::timestamptz + n / 100 * interval '1 hour', '2099-01-01',"
            " '2026-02-01', 'balance' FROM generate_series(1, $3::int) AS n",
            SHOP,
            DAY,
            ROWS,
        )
        await tx.execute("ANALYZE payments.trade")
    return database


@pytest.mark.parametrize("hours", [59, 20, 1])
async def test_a_page_of_trades_is_looked_up_in_their_index(busy: Database, hours: int) -> None:
    before = (DAY + timedelta(hours=hours), "20260101001" + "9" * 17)
    async with busy.transaction() as tx:
        plan = await plan_of(
            tx,
            lambda tx: store.trades_of_merchant(
                tx,
                SHARD,
                SHOP,
                since=DAY,
                before=before,
                statuses=EVERY_STATUS,
                refunded_fen_min=0,
                limit=20,
            ),
        )
    assert "using trade_of_merchant" in plan, plan
    assert "created_at >=" in index_condition(plan), plan
    assert "created_at" in index_condition(plan).split(">=", 1)[1], plan
    assert buffers(plan) <= FEW, plan


async def test_pages_part_the_trades_of_one_instant_by_their_numbers(busy: Database) -> None:
    seen: list[str] = []
    before = (datetime(9999, 1, 1, tzinfo=UTC), "")
    async with busy.reading() as tx:
        while page := await store.trades_of_merchant(
            tx,
            SHARD,
            SHOP,
            since=DAY,
            before=before,
            statuses=EVERY_STATUS,
            refunded_fen_min=0,
            limit=37,
        ):
            seen += [each.trade_no for each in page]
            before = (page[-1].created_at, page[-1].trade_no)
            if len(seen) > 500:
                break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen)
    assert int(seen[0][11:]) == ROWS
    assert int(seen[500][11:]) == ROWS - 2 * 500
