"""Card payments on PostgreSQL: paid once, told truly, given back when they come too late."""

import asyncio
from datetime import timedelta

import pytest

from farewave.banks import audit as banks_audit
from farewave.banks import jobs
from farewave.banks import service as banks
from farewave.banks.demo import audit as demo_audit
from farewave.banks.demo.model import OPENING_FEN, Fault
from farewave.banks.deps import BanksDeps
from farewave.banks.errors import BanksRefusal
from farewave.kit.outcome import Refused
from farewave.payments import card_payments, paying_by_card, service, store
from farewave.payments import jobs as payments_jobs
from farewave.payments.card_payments import CardWish
from farewave.payments.card_refunds import CardPaymentState as State
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.limits import LIMITS
from farewave.payments.model import Fund, TradeStatus
from farewave.wallet import service as wallet
from farewave.wallet.model import BillStatus
from tests.support.banks import bound_card, demo_bank, offered
from tests.support.database import move_clock
from tests.support.payments import Shop, audited, pay
from tests.support.people import PAY_PASSWORD, signed_up_person
from tests.support.wallet import with_balance

AMOUNT_FEN = 99_00


class Scene:
    """A buyer with a bound card and an empty balance, and a shop's trade."""

    def __init__(self, database, sealer, bank, buyer, card, shop):
        self.database = database
        self.bank = bank
        self.buyer = buyer
        self.card = card
        self.shop = shop
        self.deps = BanksDeps(sealer, offered(bank), sandbox=True)

    def pay(self, trade, key="pay-by-card", pay_password=PAY_PASSWORD, digest=bytes(32)):
        wish = CardWish(self.card.card_id, pay_password, key, digest)
        return paying_by_card.pay(self.database, self.deps, self.buyer.actor, trade.trade_no, wish)

    async def work(self, after=timedelta(minutes=2)):
        await move_clock(self.database, after)
        return await jobs.settle_due(self.database, self.deps, card_payments.CONCLUSIONS)

    async def seen(self, trade):
        async with self.database.reading() as tx:
            return await service.cashier(tx, self.buyer.actor, trade.trade_no)

    async def bills(self):
        async with self.database.reading() as tx:
            page, _ = await wallet.bills(tx, self.buyer.actor, before=None, limit=50)
        return {(bill.key.kind.value, bill.status, bill.note is None) for bill in page}

    async def balance_fen(self):
        actor = self.buyer.actor
        async with self.database.reading() as tx:
            return (await wallet.balance(tx, actor.shard, actor.person_id)).balance_fen

    async def taken_fen(self):
        async with self.database.reading() as tx:
            return OPENING_FEN - await tx.fetchval("SELECT balance_fen FROM demo_bank.account")

    async def spent_fen(self):
        actor = self.buyer.actor
        async with self.database.transaction() as tx:
            return (await store.lock_spending(tx, actor.shard, [actor.person_id]))[
                actor.person_id
            ].day_fen


@pytest.fixture
async def scene(database, sealer):
    bank = demo_bank(database, sealer, "CCB")
    buyer = await signed_up_person(database, sealer)
    card = await bound_card(database, sealer, bank, buyer)
    yield Scene(database, sealer, bank, buyer, card, await Shop.opened(database))
    assert await audited(database) == []
    async with database.reading() as tx:
        assert await banks_audit.audit(tx) == []
        compared = await demo_audit.reconcile(tx)
    assert (compared.findings, compared.in_flight) == ([], {})


async def test_a_trade_is_paid_from_the_card_once(scene):
    trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
    views = await asyncio.gather(*(scene.pay(trade) for _ in range(5)))
    assert {view.trade.status for view in views} <= {
        TradeStatus.TRADE_SUCCESS,
        TradeStatus.WAIT_BUYER_PAY,
    }
    view = await scene.seen(trade)
    assert (view.trade.status, view.trade.fund) == (TradeStatus.TRADE_SUCCESS, Fund.CARD)
    assert view.card_payment.state is State.PAID
    assert await scene.taken_fen() == AMOUNT_FEN
    assert await scene.bills() == {("payment", BillStatus.SUCCEEDED, True)}
    assert await scene.balance_fen() == 0
    again = await scene.pay(trade, "another-key")  # paid already: answered as paid
    assert again.trade.status is TradeStatus.TRADE_SUCCESS
    assert await scene.taken_fen() == AMOUNT_FEN


async def test_a_card_without_enough_money_leaves_the_trade_to_be_paid_otherwise(scene):
    trade = await scene.shop.trade(scene.buyer, OPENING_FEN + 1)
    view = await scene.pay(trade)
    assert view.trade.status is TradeStatus.WAIT_BUYER_PAY
    assert view.card_payment.state is State.FAILED
    assert view.card_payment.instruction.failure is BanksRefusal.INSUFFICIENT_FUNDS
    assert await scene.bills() == {("payment", BillStatus.FAILED, False)}
    assert await scene.spent_fen() == 0


async def test_a_clock_that_was_moved_back_between_two_attempts_hides_neither(scene):
    trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
    await move_clock(scene.database, timedelta(minutes=5))
    await scene.bank.set_fault(Fault.REFUSE)
    assert (await scene.pay(trade, "refused-1")).card_payment.state is State.FAILED
    await move_clock(scene.database, timedelta(minutes=-4))
    await scene.bank.set_fault(Fault.SILENT)
    view = await scene.pay(trade, "silence-1")
    assert view.card_payment.state is State.PENDING
    refused = await scene.pay(trade, "too-soon1")
    assert refused == Refused(PaymentsRefusal.CARD_PAYMENT_PENDING)
    await scene.bank.set_fault(Fault.NONE)
    await scene.work()
    assert (await scene.seen(trade)).card_payment.state is State.PAID
    assert await scene.taken_fen() == AMOUNT_FEN
    done = await scene.shop.refund(trade, AMOUNT_FEN)
    assert done.fresh
    await scene.work()
    assert await scene.taken_fen() == 0


async def test_while_the_bank_is_silent_nobody_pays_again_and_then_it_is_paid_once(scene):
    trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
    await scene.bank.set_fault(Fault.SILENT)
    view = await scene.pay(trade)
    assert (view.trade.status, view.card_payment.state) == (
        TradeStatus.WAIT_BUYER_PAY,
        State.PENDING,
    )
    assert await scene.bills() == {("payment", BillStatus.PENDING, False)}
    refused = Refused(PaymentsRefusal.CARD_PAYMENT_PENDING)
    assert await scene.pay(trade, "another-key") == refused
    assert await pay(scene.database, scene.buyer, trade) == refused
    assert (await scene.pay(trade)).card_payment.state is State.PENDING  # the same key: how it is
    assert await scene.work() == 1
    assert (await scene.seen(trade)).trade.status is TradeStatus.TRADE_SUCCESS
    assert await scene.taken_fen() == AMOUNT_FEN


@pytest.mark.parametrize("closed_by", ["the seller", "its time"])
async def test_what_the_bank_took_for_a_trade_that_closed_meanwhile_is_back_on_the_card(
    scene, closed_by
):
    async with scene.database.reading() as tx:
        expires_at = tx.now + timedelta(minutes=1)
    trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN, expires_at=expires_at)
    await scene.bank.set_fault(Fault.SILENT)
    assert (await scene.pay(trade)).card_payment.state is State.PENDING
    if closed_by == "the seller":
        closed = await scene.shop.close(trade)
        assert closed.status is TradeStatus.TRADE_CLOSED
    else:
        await move_clock(scene.database, timedelta(minutes=1))
        await payments_jobs.expire_due(scene.database)
    view = await scene.seen(trade)
    assert (view.status, view.card_payment.state) == (TradeStatus.TRADE_CLOSED, State.PENDING)
    assert await scene.taken_fen() == AMOUNT_FEN
    # The silent bank answers the query; its return is sent, and answered when it is asked again.
    assert await scene.work() == 1
    assert (await scene.seen(trade)).card_payment.state is State.RETURNING
    assert await scene.balance_fen() == 0
    assert await scene.work() == 1
    view = await scene.seen(trade)
    assert (view.status, view.card_payment.state) == (TradeStatus.TRADE_CLOSED, State.RETURNED)
    assert await scene.taken_fen() == 0
    assert await scene.bills() == {("payment", BillStatus.CLOSED, False)}
    assert await scene.spent_fen() == 0


async def test_what_came_too_late_and_the_bank_will_not_take_back_is_in_the_balance(scene):
    trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
    await scene.bank.set_fault(Fault.SILENT)
    await scene.pay(trade)
    await scene.shop.close(trade)
    await scene.bank.set_fault(Fault.REFUSE)
    while await scene.work():
        pass
    assert (await scene.seen(trade)).card_payment.state is State.IN_BALANCE
    assert await scene.balance_fen() == AMOUNT_FEN == await scene.taken_fen()


async def test_a_refund_goes_back_to_the_card_in_parts_also_when_it_was_unbound(scene):
    trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
    await scene.pay(trade)
    await scene.shop.refund(trade, 40_00, "R1")
    assert ("refund", BillStatus.PENDING, False) in await scene.bills()

    async def let_go(tx):
        return await banks.unbind(tx, scene.buyer.actor, scene.card.card_id)

    assert await scene.database.run(let_go) == Refused(BanksRefusal.CARD_BUSY)
    assert await scene.work(after=timedelta(0)) == 1
    assert await scene.taken_fen() == AMOUNT_FEN - 40_00
    assert await scene.database.run(let_go) is None
    await scene.shop.refund(trade, 59_00, "R2")
    await scene.shop.refund(trade, 59_00, "R2")  # asked again: once
    assert await scene.work() == 1
    assert await scene.taken_fen() == 0
    assert await scene.bills() == {
        ("payment", BillStatus.SUCCEEDED, True),
        ("refund", BillStatus.SUCCEEDED, True),
    }
    assert await scene.balance_fen() == 0


async def test_a_refund_that_the_bank_refuses_is_in_the_balance(scene):
    trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
    await scene.pay(trade)
    await scene.bank.set_fault(Fault.REFUSE)
    await scene.shop.refund(trade, AMOUNT_FEN)
    assert await scene.work() == 1
    assert await scene.balance_fen() == AMOUNT_FEN
    assert ("refund", BillStatus.SUCCEEDED, False) in await scene.bills()


async def test_the_limits_count_card_payments_as_well(scene):
    over_fen = LIMITS[1].payment_fen + 1
    trade = await scene.shop.trade(scene.buyer, over_fen)
    refused = await scene.pay(trade)
    assert refused.reason is PaymentsRefusal.LIMIT_PAYMENT
    fine = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
    await scene.pay(fine, "another-key")
    assert await scene.spent_fen() == AMOUNT_FEN


async def test_two_phones_pay_one_trade_by_card_and_by_balance_and_one_of_them_does(
    scene, database
):
    await with_balance(database, scene.buyer.actor, AMOUNT_FEN)
    trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
    await asyncio.gather(scene.pay(trade), pay(database, scene.buyer, trade))
    view = await scene.seen(trade)
    assert view.trade.status is TradeStatus.TRADE_SUCCESS
    left_fen = await scene.balance_fen()
    assert left_fen == (AMOUNT_FEN if view.trade.fund is Fund.CARD else 0)
