"""Merchants' money is brought home from every shard, once, and back again for a refund."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from farewave.db import Database, Tx
from farewave.kit.chance import SeededChance
from farewave.kit.ids import derived_id, new_id
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.ledger import service as ledger
from farewave.ledger.model import Reason, posted
from farewave.payments import jobs, merchant_money, service, store, sweep, sweeping, sweeps
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import RefundDone, Trade, TradeStatus, merchant_account_id
from farewave.payments.sweep import Sweep
from tests.support.database import move_clock
from tests.support.payments import Shop, audited, buyer_with
from tests.support.people import Someone

PRICE_FEN = 60_00


class Away:
    """A shop, and a trade that was paid on a shard where the shop isn't at home."""

    def __init__(self, database: Database, shop: Shop, buyer: Someone, trade: Trade) -> None:
        self.database, self.shop, self.buyer, self.trade = database, shop, buyer, trade
        self.home = sweep.home_shard(shop.app.merchant_id, database.shards)

    async def has_fen(self, shard: int) -> int:
        account_id = merchant_account_id(self.shop.app.merchant_id, shard)
        async with self.database.reading() as tx:
            has = (await ledger.balances(tx, shard, [account_id])).get(account_id)
        return has.available_fen if has else 0

    async def where(self) -> tuple[int, int]:
        """What the shop has on the payer's shard, and at home."""
        return await self.has_fen(self.trade.shard), await self.has_fen(self.home)

    async def leave(self) -> list[Sweep]:
        """The first step alone: what a process leaves that died after it."""
        left = await self.database.run(
            lambda tx: sweeps.leave_for_home(tx, self.trade.shard, [self.shop.app.merchant_id])
        )
        assert not isinstance(left, Refused)
        return left

    async def refund(self, amount_fen: int, number: str = "R1") -> RefundDone | Refused:
        return await sweeping.refund(
            self.database, self.trade, out_request_no=number, amount_fen=amount_fen, why=""
        )


@pytest.fixture
async def away(database: Database, sealer: Sealer) -> Away:
    buyer = await buyer_with(database, sealer, 1_000_00)
    while True:
        shop = await Shop.opened(database)
        if sweep.home_shard(shop.app.merchant_id, database.shards) != buyer.actor.shard:
            return Away(database, shop, buyer, await shop.paid(buyer, PRICE_FEN))


async def test_what_was_paid_on_a_shard_is_brought_home(away: Away) -> None:
    assert await away.where() == (PRICE_FEN, 0)
    assert await jobs.sweep_home(away.database) == 1
    assert await away.where() == (0, PRICE_FEN)
    assert await jobs.sweep_home(away.database) == 0, "what is at home stays there"
    assert await jobs.carry_on_sweeps(away.database) == 0
    assert await audited(away.database) == []


async def test_every_merchant_is_swept_page_by_page(
    away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_MERCHANTS_AT_ONCE", 2)
    shops = [await Shop.opened(away.database) for _ in range(5)]
    for shop in shops:
        await shop.paid(away.buyer, 1_00)
    await jobs.sweep_home(away.database)
    for shop in shops:
        home = sweep.home_shard(shop.app.merchant_id, away.database.shards)
        account_id = merchant_account_id(shop.app.merchant_id, home)
        async with away.database.reading() as tx:
            assert (await ledger.balances(tx, home, [account_id]))[account_id].available_fen == 100
    assert await audited(away.database) == []


async def test_processes_that_sweep_at_once_move_the_money_once(away: Away) -> None:
    counted = await asyncio.gather(*(jobs.sweep_home(away.database) for _ in range(4)))
    assert sum(counted) == 1
    assert await away.where() == (0, PRICE_FEN)
    assert await audited(away.database) == []


async def test_a_sweep_that_stopped_after_leaving_is_carried_on_by_the_job(away: Away) -> None:
    await away.leave()
    assert await away.where() == (0, 0)
    assert await audited(away.database) == [], "what is under way is accounted for"
    assert await jobs.carry_on_sweeps(away.database) == 0, "whoever began it has a moment to do it"
    await move_clock(away.database, sweep.CHECK_AFTER)
    assert await jobs.carry_on_sweeps(away.database) == 1
    assert await jobs.carry_on_sweeps(away.database) == 0
    assert await away.where() == (0, PRICE_FEN)
    assert await audited(away.database) == []


async def test_a_sweep_that_stopped_after_arriving_arrives_once(away: Away) -> None:
    (left,) = await away.leave()
    await away.database.run(lambda tx: sweeps.arrive(tx, away.home, [left]))
    assert await audited(away.database) == []
    await asyncio.gather(*(sweeping.carry_on(away.database, [left]) for _ in range(3)))
    assert await away.where() == (0, PRICE_FEN)
    assert await audited(away.database) == []


async def test_a_clock_that_was_moved_back_leaves_no_sweep_behind(away: Away) -> None:
    await move_clock(away.database, timedelta(days=30))
    await away.leave()
    await move_clock(away.database, timedelta(days=-30))
    assert await jobs.carry_on_sweeps(away.database) == 1


async def test_one_sweep_that_cannot_be_carried_on_keeps_no_other_from_its_turn(
    away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    (broken,) = await away.leave()
    await away.shop.paid(away.buyer, 1_00)
    await away.leave()
    await move_clock(away.database, sweep.CHECK_AFTER)
    real = sweeps.arrive

    async def a_bug(tx: Tx, to_shard: int, sweeps: list[Sweep]) -> None:
        assert broken not in sweeps, "a bug"
        await real(tx, to_shard, sweeps)

    monkeypatch.setattr(sweeps, "arrive", a_bug)
    assert await jobs.carry_on_sweeps(away.database) == 1
    assert await away.where() == (0, 1_00)
    assert await audited(away.database) == []


@pytest.mark.parametrize("at_once", [200, 1])
@pytest.mark.parametrize("step", ["leave", "arrive"])
async def test_one_merchant_that_cannot_be_swept_keeps_no_other_from_its_turn(
    away: Away, monkeypatch: pytest.MonkeyPatch, step: str, at_once: int
) -> None:
    """The first by its id; the others come on its page, or on pages after it."""
    monkeypatch.setattr(jobs, "_MERCHANTS_AT_ONCE", at_once)
    shops = [away.shop]
    while len(shops) < 3:
        shop = await Shop.opened(away.database)
        if sweep.home_shard(shop.app.merchant_id, away.database.shards) != away.trade.shard:
            shops.append(shop)
            await shop.paid(away.buyer, PRICE_FEN)
    shops.sort(key=lambda shop: shop.app.merchant_id)
    broken, *fine = (shop.app.merchant_id for shop in shops)
    real = getattr(sweeps, step)

    async def a_bug(*args: object, **named: list[Sweep]) -> object:
        moved = [
            each for those in (*args, *named.values()) if isinstance(those, list) for each in those
        ]
        assert broken not in {each.merchant_id for each in moved}, "a bug"
        return await real(*args, **named)

    monkeypatch.setattr(sweeps, step, a_bug)
    await jobs.sweep_home(away.database)
    await move_clock(away.database, sweep.CHECK_AFTER)
    await jobs.carry_on_sweeps(away.database)
    for merchant_id in (broken, *fine):
        home = sweep.home_shard(merchant_id, away.database.shards)
        account_id = merchant_account_id(merchant_id, home)
        async with away.database.reading() as tx:
            has = (await ledger.balances(tx, home, [account_id])).get(account_id)
        assert (has.available_fen if has else 0) == (0 if merchant_id == broken else PRICE_FEN)
    assert await audited(away.database) == []
    monkeypatch.undo()
    await move_clock(away.database, sweep.CHECK_AFTER)
    assert await jobs.sweep_home(away.database) + await jobs.carry_on_sweeps(away.database) == 1
    assert await audited(away.database) == []


async def test_a_refund_brings_back_what_was_swept_and_no_more(away: Away) -> None:
    await jobs.sweep_home(away.database)
    done = await away.refund(25_00)
    assert isinstance(done, RefundDone)
    assert done.fresh
    assert await away.where() == (0, PRICE_FEN - 25_00)
    again = await away.refund(25_00)
    assert isinstance(again, RefundDone)
    assert not again.fresh
    assert await away.where() == (0, PRICE_FEN - 25_00)
    rest = await away.refund(35_00, "R2")
    assert isinstance(rest, RefundDone)
    assert rest.trade.status is TradeStatus.TRADE_CLOSED
    assert await away.where() == (0, 0)
    assert await audited(away.database) == []


async def test_a_refund_that_died_after_the_money_came_back_is_made_by_asking_again(
    away: Away,
) -> None:
    await jobs.sweep_home(away.database)
    async with away.database.reading() as tx:
        plan = await sweeps.plan_back(tx, away.shop.app.merchant_id, away.trade.shard, 25_00)
    assert plan
    left = await away.database.run(lambda tx: sweeps.leave(tx, plan))
    assert await audited(away.database) == []
    await sweeping.carry_on(away.database, left)
    assert await away.where() == (25_00, PRICE_FEN - 25_00)
    assert isinstance(await away.refund(25_00), RefundDone)
    assert await away.where() == (0, PRICE_FEN - 25_00)
    assert await audited(away.database) == []


async def test_refunds_at_once_of_what_was_swept_give_back_each_once(away: Away) -> None:
    await jobs.sweep_home(away.database)
    done = await asyncio.gather(
        *(away.refund(10_00, f"R{number % 3}") for number in range(6)),
        jobs.sweep_home(away.database),
    )
    refunded = [each for each in done[:6] if isinstance(each, RefundDone)]
    # A sweep may take it home again meanwhile: who was told that the seller is short asks again.
    for number in range(3):
        assert isinstance(await away.refund(10_00, f"R{number}"), RefundDone)
    assert refunded
    assert (await away.shop.seen(away.trade)).refunded_fen == 30_00
    assert sum(await away.where()) == PRICE_FEN - 30_00
    assert await audited(away.database) == []


@pytest.mark.parametrize("taken_home", [1, 2])
async def test_what_a_refund_brings_back_is_tried_however_often_it_was_taken_home(
    away: Away, monkeypatch: pytest.MonkeyPatch, taken_home: int
) -> None:
    """A sweep comes between bringing back and refunding, as often as `taken_home` says."""
    await jobs.sweep_home(away.database)
    bring_back = sweeping._bring_back
    brought = 0

    async def overtaken(database: Database, merchant_id: UUID, shard: int, amount_fen: int) -> bool:
        nonlocal brought
        brought += 1
        enough = await bring_back(database, merchant_id, shard, amount_fen)
        if brought <= taken_home:
            await jobs.sweep_home(database)
        return enough

    monkeypatch.setattr(sweeping, "_bring_back", overtaken)
    done = await away.refund(25_00)
    assert brought == 2
    if taken_home == 1:
        assert isinstance(done, RefundDone)
        assert await away.where() == (0, PRICE_FEN - 25_00)
    else:
        assert done == Refused(PaymentsRefusal.SELLER_BALANCE_NOT_ENOUGH)
        assert await away.where() == (0, PRICE_FEN), "nothing was brought in vain"
    assert await audited(away.database) == []


async def test_a_refund_of_more_than_the_seller_has_anywhere_moves_nothing(away: Away) -> None:
    await jobs.sweep_home(away.database)
    other = await Shop.opened(away.database)
    spent = posted(
        derived_id(away.trade.trade_id, away.home, "tests.spent"),
        away.home,
        debit=merchant_account_id(away.shop.app.merchant_id, away.home),
        credit=merchant_account_id(other.app.merchant_id, away.home),
        amount_fen=1,
        reason=Reason.ADJUSTMENT,
        business="test",
    )
    async with away.database.transaction() as tx:
        await service.open_merchant_accounts(tx, away.home, [other.app.merchant_id])
        (result,) = await ledger.submit(tx, [spent])
        assert result.done
    refused = await away.refund(PRICE_FEN)
    assert isinstance(refused, Refused)
    assert refused.reason is PaymentsRefusal.SELLER_BALANCE_NOT_ENOUGH
    assert await away.where() == (0, PRICE_FEN - 1)
    assert isinstance(await away.refund(PRICE_FEN - 1), RefundDone)
    assert await audited(away.database) == []


async def test_the_audit_sees_money_that_was_lost_between_two_shards(away: Away) -> None:
    (left,) = await away.leave()
    async with away.database.transaction() as tx:
        await store.set_arrived(tx, left.shard, [left.sweep_id])
    (found,) = await audited(away.database)
    assert (found.check, found.subject) == ("sweep_is_its_ledger_transfers", left.text)
    async with away.database.transaction() as tx:
        await tx.execute("DELETE FROM payments.sweep")
    (found,) = await audited(away.database)
    assert found.check == "in_transit_is_under_way"


async def test_what_a_merchant_has_is_the_same_at_every_step_of_a_sweep(away: Away) -> None:
    async def has_fen() -> int:
        async with away.database.reading() as tx:
            has = await merchant_money.money_of(tx, away.shop.app.merchant_id)
        return has.available_fen

    seen = [await has_fen()]
    (left,) = await away.leave()
    seen.append(await has_fen())
    await away.database.run(lambda tx: sweeps.arrive(tx, away.home, [left]))
    seen.append(await has_fen())
    await away.database.run(lambda tx: sweeps.conclude(tx, left.shard, [left]))
    assert [*seen, await has_fen()] == [PRICE_FEN] * 4


@pytest.mark.parametrize(
    ("has", "expected"),
    [
        ({0: 5, 1: 100, 2: 0, 3: 0}, [(1, 25)]),
        ({0: 30, 1: 100, 2: 0, 3: 0}, []),
        ({0: 0, 1: 20, 2: 7, 3: 50}, [(1, 20), (2, 7), (3, 3)]),
        ({0: 0, 1: 20, 2: 5, 3: 4}, None),
        ({0: 0, 1: 0, 2: 0, 3: 0}, None),
    ],
)
def test_the_home_shard_sends_first_and_nobody_sends_in_vain(
    has: dict[int, int], expected: list[tuple[int, int]] | None
) -> None:
    assert sweep.plan_back(has, shard=0, home=1, amount_fen=30) == expected


def test_home_shards_are_spread_though_all_ids_name_one_shard() -> None:
    chance = SeededChance(1)
    ids = [new_id(0, datetime(2013, 11, 1, tzinfo=UTC), chance) for _ in range(200)]
    homes = [sweep.home_shard(each, 4) for each in ids]
    assert all(30 < homes.count(shard) < 70 for shard in range(4))
