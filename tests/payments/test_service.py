"""Trades on PostgreSQL: made once, paid once, given back within their amount, told about."""

import asyncio
from datetime import timedelta

import pytest

from farewave.kit.clock import shanghai_day, shanghai_text
from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.ledger.model import AccountKind, NewAccount, Reason, TransferResult, posted
from farewave.payments import jobs, rules, service
from farewave.payments.errors import PaymentsRefusal as P
from farewave.payments.model import Trade, TradeStatus, merchant_account_id, shard_of_trade_no
from farewave.people.errors import PeopleRefusal
from tests.payments.conftest import BALANCE_FEN, Scene
from tests.support.database import move_clock
from tests.support.payments import Shop, audited, buyer_with, pay
from tests.support.people import PAY_PASSWORD

WRONG = "975310"


def reason(outcome: object) -> object:
    assert isinstance(outcome, Refused), outcome
    return outcome.reason


async def now_of(scene: Scene):
    async with scene.database.reading() as tx:
        return tx.now


# --- making one --------------------------------------------------------------------------------


async def test_a_trade_waits_on_the_shard_of_its_buyer(scene):
    trade = await scene.shop.trade(scene.buyer)
    assert trade.status is TradeStatus.WAIT_BUYER_PAY
    assert trade.shard == scene.buyer.actor.shard == shard_of_trade_no(trade.trade_no)
    assert trade.trade_no.startswith(f"{shanghai_day(trade.created_at):%Y%m%d}")
    assert trade.payer_id == scene.buyer.actor.person_id
    assert trade.expires_at == trade.created_at + rules.EXPIRES_AFTER_MAX
    assert await audited(scene.database) == []


async def test_asking_again_gives_the_same_trade_and_other_contents_are_refused(scene, sealer):
    asked = scene.shop.asks(scene.buyer, out_trade_no="a b.c 中")
    first = await scene.shop.create(asked)
    assert isinstance(first, Trade)
    assert await scene.shop.create(asked) == first
    other = await buyer_with(scene.database, sealer, 0)
    for changed in (
        scene.shop.asks(scene.buyer, 9_901, out_trade_no=asked.out_trade_no),
        scene.shop.asks(scene.buyer, out_trade_no=asked.out_trade_no, subject="别的"),
        scene.shop.asks(other, out_trade_no=asked.out_trade_no),
    ):
        assert reason(await scene.shop.create(changed)) is P.CONTEXT_INCONSISTENT
    assert await scene.shop.seen(first) == first


async def test_two_shops_may_use_the_same_number(scene):
    second = await Shop.opened(scene.database)
    ours = await scene.shop.trade(scene.buyer, out_trade_no="1")
    theirs = await second.trade(scene.buyer, out_trade_no="1")
    assert ours.trade_no != theirs.trade_no
    assert ours.seller_id != theirs.seller_id


async def test_a_merchant_whose_number_is_taken_gets_another(tx, monkeypatch):
    """Numbers are hashes: among some ten thousand merchants two are likely to be the same."""
    numbers = ["2088999000000007", "2088999000000008"]
    monkeypatch.setattr(service, "seller_id_of", lambda merchant_id, attempt: numbers[attempt])
    ids = [derived_id(SYSTEM_ID, 0, f"test.merchant.{number}") for number in range(2)]
    made = [
        await service.ensure_merchant(tx, merchant_id=an_id, name="店", name_en="Shop")
        for an_id in (*ids, *ids)
    ]
    assert [each.seller_id for each in made] == numbers * 2


async def test_what_can_not_be_a_trade_leaves_no_claim(scene):
    at = await now_of(scene)
    for asked, expected in (
        (scene.shop.asks(scene.buyer, 0), P.AMOUNT_INVALID),
        (scene.shop.asks(scene.buyer, -1), P.AMOUNT_INVALID),
        (scene.shop.asks(scene.buyer, expires_at=at), P.EXPIRED_ALREADY),
        (scene.shop.asks(scene.buyer, buyer_user_no="2088000999999999"), P.BUYER_NOT_FOUND),
        (scene.shop.asks(scene.buyer, buyer_user_no="2088777999999999"), P.BUYER_NOT_FOUND),
        (scene.shop.asks(scene.buyer, buyer_user_no="x"), P.BUYER_NOT_FOUND),
    ):
        assert reason(await scene.shop.create(asked)) is expected
    async with scene.database.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM payments.trade_claim") == 0


async def test_another_shop_neither_sees_nor_closes_nor_refunds_it(scene):
    trade = await scene.shop.paid(scene.buyer)
    stranger = await Shop.opened(scene.database)
    assert reason(await stranger.refund(trade, 1)) is P.TRADE_NOT_FOUND
    assert reason(await stranger.close(trade)) is P.TRADE_NOT_FOUND
    with pytest.raises(AssertionError):
        await stranger.seen(trade)


# --- paying it ---------------------------------------------------------------------------------


async def test_a_payment_is_money_state_bill_event_and_notification_at_once(scene):
    trade = await scene.shop.trade(scene.buyer, 9_900, passback_params="a%3D1", body="精装")
    view = await pay(scene.database, scene.buyer, trade)
    assert not isinstance(view, Refused)
    assert view.trade.status is TradeStatus.TRADE_SUCCESS
    assert view.available_fen == await scene.balance_fen() == BALANCE_FEN - 9_900
    (bill,) = await scene.bills("payment")
    assert (bill.amount_fen, bill.direction, bill.title.zh) == (9_900, "out", trade.subject)
    assert (bill.key.reference_type, bill.key.reference_id) == ("trade", trade.trade_no)
    assert await scene.paid_events() == 1
    (notice,) = await scene.notices(trade)
    assert notice["trade_status"] == "TRADE_SUCCESS"
    assert (notice["total_amount"], notice["out_trade_no"]) == ("99.00", trade.out_trade_no)
    assert (notice["seller_id"], notice["app_id"]) == (trade.seller_id, trade.app_id)
    assert notice["buyer_id"] == scene.buyer.person.user_no
    assert notice["gmt_payment"] == shanghai_text(view.trade.paid_at)
    assert (notice["passback_params"], notice["body"]) == ("a%3D1", "精装")
    assert all(notice.values()), "nothing empty is ever posted"
    assert await audited(scene.database) == []


async def test_paying_again_answers_the_same_and_charges_nothing(scene):
    trade = await scene.shop.paid(scene.buyer)
    again = await pay(scene.database, scene.buyer, trade)
    assert not isinstance(again, Refused)
    assert again.trade == trade
    assert await scene.balance_fen() == BALANCE_FEN - trade.amount_fen
    assert len(await scene.notices(trade)) == len(await scene.bills("payment")) == 1


@pytest.mark.parametrize("amount_fen", [BALANCE_FEN + 1, 40 * BALANCE_FEN])
async def test_a_short_balance_changes_nothing(scene, amount_fen):
    trade = await scene.shop.trade(scene.buyer, amount_fen)
    assert reason(await pay(scene.database, scene.buyer, trade)) is P.BALANCE_NOT_ENOUGH
    assert await scene.shop.seen(trade) == trade
    assert await scene.balance_fen() == BALANCE_FEN
    assert (await scene.bills("payment"), await scene.notices(trade)) == ([], [])
    assert await scene.paid_events() == 0


async def test_a_wallet_that_never_had_money_is_short_of_it(scene, sealer):
    poor = await buyer_with(scene.database, sealer, 0)
    trade = await scene.shop.trade(poor, 1)
    assert reason(await pay(scene.database, poor, trade)) is P.BALANCE_NOT_ENOUGH


async def test_the_whole_balance_can_be_spent_to_the_last_fen(scene):
    trade = await scene.shop.paid(scene.buyer, BALANCE_FEN)
    assert trade.status is TradeStatus.TRADE_SUCCESS
    assert await scene.balance_fen() == 0


async def test_a_wrong_pay_password_is_counted_and_five_lock(scene):
    trade = await scene.shop.trade(scene.buyer)
    for tries_left in (4, 3, 2, 1):
        refused = await pay(scene.database, scene.buyer, trade, WRONG)
        assert reason(refused) is PeopleRefusal.PAY_PASSWORD_WRONG
        assert refused.details == {"tries_left": tries_left}
    refused = await pay(scene.database, scene.buyer, trade, WRONG)
    assert reason(refused) is PeopleRefusal.PAY_PASSWORD_LOCKED
    refused = await pay(scene.database, scene.buyer, trade, PAY_PASSWORD)
    assert reason(refused) is PeopleRefusal.PAY_PASSWORD_LOCKED
    assert (await scene.shop.seen(trade)).status is TradeStatus.WAIT_BUYER_PAY


async def test_somebody_else_pays_nothing_and_the_password_is_not_even_looked_at(scene, sealer):
    trade = await scene.shop.trade(scene.buyer)
    other = await buyer_with(scene.database, sealer, BALANCE_FEN)
    for _ in range(6):
        assert reason(await pay(scene.database, other, trade, WRONG)) is P.NOT_YOUR_TRADE
    assert await scene.balance_fen(other) == BALANCE_FEN
    own = await scene.shop.trade(other)
    assert not isinstance(await pay(scene.database, other, own), Refused)


async def test_the_deadline_holds_before_and_after_the_job_came_by(scene):
    at = await now_of(scene)
    trade = await scene.shop.trade(scene.buyer, expires_at=at + timedelta(minutes=20))
    await move_clock(scene.database, timedelta(minutes=20))
    assert reason(await pay(scene.database, scene.buyer, trade)) is P.TRADE_EXPIRED
    assert await jobs.expire_due(scene.database) == 1
    assert await jobs.expire_due(scene.database) == 0
    assert reason(await pay(scene.database, scene.buyer, trade)) is P.TRADE_EXPIRED
    assert (await scene.shop.seen(trade)).status is TradeStatus.TRADE_CLOSED
    assert await scene.balance_fen() == BALANCE_FEN
    assert await audited(scene.database) == []


async def test_buyers_of_every_shard_pay_into_the_shops_account_there(scene, sealer):
    buyers = [await buyer_with(scene.database, sealer, 5_000) for _ in range(8)]
    shards = {buyer.actor.shard for buyer in buyers}
    assert len(shards) > 1
    await asyncio.gather(*(scene.shop.paid(buyer, 5_000) for buyer in buyers))
    assert [await scene.balance_fen(buyer) for buyer in buyers] == [0] * 8
    assert await audited(scene.database) == []


# --- closing and finishing it ------------------------------------------------------------------


async def test_closing_is_for_unpaid_trades_and_may_be_asked_again(scene):
    trade = await scene.shop.trade(scene.buyer)
    closed = await scene.shop.close(trade)
    assert isinstance(closed, Trade)
    assert closed.status is TradeStatus.TRADE_CLOSED
    assert await scene.shop.close(trade) == closed
    assert reason(await pay(scene.database, scene.buyer, trade)) is P.TRADE_EXPIRED
    paid = await scene.shop.paid(scene.buyer)
    assert reason(await scene.shop.close(paid)) is P.TRADE_STATUS_WRONG
    assert await scene.shop.seen(paid) == paid


async def test_after_ninety_days_a_paid_trade_is_finished_and_keeps_its_money(scene):
    trade = await scene.shop.paid(scene.buyer)
    await move_clock(scene.database, timedelta(days=89, hours=23))
    assert await jobs.finish_due(scene.database) == 0
    await move_clock(scene.database, timedelta(hours=1))
    assert await jobs.finish_due(scene.database) == 1
    assert (await scene.shop.seen(trade)).status is TradeStatus.TRADE_FINISHED
    assert reason(await scene.shop.refund(trade, 1)) is P.TRADE_HAS_FINISHED
    again = await pay(scene.database, scene.buyer, trade)
    assert not isinstance(again, Refused)
    assert await audited(scene.database) == []


# --- giving it back ----------------------------------------------------------------------------


async def test_refunds_in_parts_add_up_and_the_last_closes_the_trade(scene):
    trade = await scene.shop.paid(scene.buyer, 9_900)
    for number, (amount_fen, status) in enumerate(
        [(900, "TRADE_SUCCESS"), (8_999, "TRADE_SUCCESS"), (1, "TRADE_CLOSED")]
    ):
        done = await scene.shop.refund(trade, amount_fen, f"R{number}")
        assert not isinstance(done, Refused)
        assert (done.fresh, done.trade.status) == (True, status)
    assert await scene.balance_fen() == BALANCE_FEN
    assert [bill.amount_fen for bill in await scene.bills("refund")] == [1, 8_999, 900]
    notices = (await scene.notices(trade))[1:]
    told = [(each["out_biz_no"], each["refund_fee"], each["trade_status"]) for each in notices]
    assert told == [
        ("R0", "9.00", "TRADE_SUCCESS"),
        ("R1", "98.99", "TRADE_SUCCESS"),
        ("R2", "99.00", "TRADE_CLOSED"),
    ]
    assert ["gmt_close" in each for each in notices] == [False, False, True]
    assert len({each["notify_id"] for each in await scene.notices(trade)}) == 4
    assert await audited(scene.database) == []


async def test_a_refund_is_made_once_and_a_discordant_repeat_is_refused(scene):
    trade = await scene.shop.paid(scene.buyer, 9_900)
    first = await scene.shop.refund(trade, 900)
    again = await scene.shop.refund(trade, 900)
    assert not isinstance(first, Refused)
    assert not isinstance(again, Refused)
    assert (first.refund, again.fresh) == (again.refund, False)
    assert reason(await scene.shop.refund(trade, 901)) is P.DISCORDANT_REPEAT
    assert await scene.balance_fen() == BALANCE_FEN - 9_000
    assert len(await scene.bills("refund")) == 1


async def test_a_full_refund_asked_again_is_answered_though_the_trade_is_closed(scene):
    trade = await scene.shop.paid(scene.buyer, 9_900)
    await scene.shop.refund(trade, 9_900)
    again = await scene.shop.refund(trade, 9_900)
    assert not isinstance(again, Refused)
    assert not again.fresh
    assert reason(await scene.shop.refund(trade, 9_900, "R2")) is P.TRADE_HAS_CLOSE
    assert reason(await pay(scene.database, scene.buyer, trade)) is P.TRADE_HAS_CLOSE
    assert await scene.balance_fen() == BALANCE_FEN


async def test_no_refund_without_a_payment_nor_above_it(scene):
    waiting = await scene.shop.trade(scene.buyer, 9_900)
    assert reason(await scene.shop.refund(waiting, 1)) is P.TRADE_STATUS_WRONG
    trade = await scene.shop.paid(scene.buyer, 9_900)
    assert reason(await scene.shop.refund(trade, 9_901)) is P.REFUND_EXCEEDS
    assert reason(await scene.shop.refund(trade, 0)) is P.AMOUNT_INVALID
    assert await scene.balance_fen() == BALANCE_FEN - 9_900
    assert len(await scene.notices(trade)) == 1


async def test_a_refund_from_an_empty_till_is_refused_and_may_be_asked_again(scene):
    trade = await scene.shop.paid(scene.buyer, 9_900)
    till, elsewhere = await _accounts(scene, trade)
    await _move(scene, 1, till, elsewhere, 9_900)
    assert reason(await scene.shop.refund(trade, 9_900)) is P.SELLER_BALANCE_NOT_ENOUGH
    assert await scene.shop.seen(trade) == trade
    await _move(scene, 2, elsewhere, till, 9_900)
    assert not isinstance(await scene.shop.refund(trade, 9_900), Refused)
    assert await audited(scene.database) == []


async def _accounts(scene, trade):
    till = merchant_account_id(trade.merchant_id, trade.shard)
    elsewhere = NewAccount(
        account_id=derived_id(SYSTEM_ID, trade.shard, "test.elsewhere"),
        shard=trade.shard,
        kind=AccountKind.MERCHANT,
        owner_id=SYSTEM_ID,
    )
    async with scene.database.transaction() as tx:
        await ledger.open_accounts(tx, [elsewhere])
    return till, elsewhere.account_id


async def _move(scene, number, debit, credit, amount_fen):
    shard = scene.buyer.actor.shard
    sweep = posted(
        derived_id(SYSTEM_ID, shard, f"test.sweep.{number}"),
        shard,
        debit=debit,
        credit=credit,
        amount_fen=amount_fen,
        reason=Reason.SWEEP,
        business="test",
    )
    async with scene.database.transaction() as tx:
        assert await ledger.submit(tx, [sweep]) == [TransferResult.CREATED]


async def test_without_an_address_nobody_is_told(scene):
    trade = await scene.shop.paid(scene.buyer, notify_url=None)
    assert await scene.notices(trade) == []
    done = await scene.shop.refund(trade, 1)
    assert not isinstance(done, Refused)
    assert await scene.notices(trade) == []
