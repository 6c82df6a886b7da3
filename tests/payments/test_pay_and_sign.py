"""Paying a trade and signing an agreement in one: both take effect, or neither."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from farewave.banks import jobs
from farewave.banks.demo.model import Fault
from farewave.banks.deps import BanksDeps
from farewave.db import ReadTx
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import agreement as rules
from farewave.payments import (
    agreements,
    card_payments,
    checkouts,
    paying_by_card,
    service,
    store,
)
from farewave.payments.agreement import FOREVER, Agreement, AgreementProduct, NewOffer, Offer, Terms
from farewave.payments.agreements import Deduction, Which
from farewave.payments.card_payments import CardWish
from farewave.payments.card_refunds import CardPaymentState
from farewave.payments.checkout import OPENS_FOR, Checkout, NewCheckout, Product
from farewave.payments.checkouts import CheckoutView
from farewave.payments.errors import AgreementRefusal as G
from farewave.payments.errors import PaymentsRefusal as P
from farewave.payments.model import Fund, Trade, TradeStatus
from farewave.payments.service import CashierView
from tests.payments.conftest import BALANCE_FEN, Scene
from tests.payments.test_agreement_rules import CYCLE, cycle
from tests.payments.test_agreements import news, today, unsign
from tests.support.banks import bound_card, demo_bank, offered
from tests.support.database import move_clock
from tests.support.payments import NOTIFY_URL, audited, buyer_with
from tests.support.people import PAY_PASSWORD, Someone

SIGN_NEWS = "http://shop.test/signed"
PRICE_FEN = 3_000


async def terms(scene: Scene, **changed: Any) -> Terms:
    """A plan whose first payment is due next month."""
    first_on = rules.plus_months((await today(scene)).replace(day=1), 1)
    return Terms(CYCLE, "S", cycle(first_on, **changed), FOREVER)


async def asked(
    scene: Scene, order: str, number: str | None = "A 1", **changed: Any
) -> Checkout | Refused:
    app = scene.shop.app
    given = changed.pop("terms", None) or await terms(scene)
    new = NewCheckout(
        merchant_id=app.merchant_id,
        app_id=app.app_id,
        out_trade_no=order,
        subject="首月会员",
        amount_fen=changed.pop("amount_fen", PRICE_FEN),
        product=Product.APP,
        expires_at=None,
        pay_within=None,
        opens_for=OPENS_FOR,
        notify_url=NOTIFY_URL,
        signs=NewOffer(app.merchant_id, app.app_id, number, given, SIGN_NEWS, None),
    )
    return await scene.database.run(lambda tx: checkouts.offer(tx, new))


async def opened(
    scene: Scene, order: str = "O1", number: str | None = "A 1", **changed: Any
) -> Trade:
    """A trade that signs, which waits for its buyer."""
    by: Someone = changed.pop("by", scene.buyer)
    made = await asked(scene, order, number, **changed)
    assert isinstance(made, Checkout), made
    view = await scene.database.run(lambda tx: checkouts.open_by(tx, by.actor, made.token))
    assert isinstance(view, CheckoutView), view
    assert view.trade is not None
    return view.trade


async def seen(scene: Scene, trade: Trade, by: Someone | None = None) -> CashierView:
    async with scene.database.reading() as tx:
        view = await service.cashier(tx, (by or scene.buyer).actor, trade.trade_no)
    assert isinstance(view, CashierView), view
    return view


async def pay(
    scene: Scene, trade: Trade, by: Someone | None = None, **given: str | None
) -> CashierView | Refused:
    """As somebody who has read what the cashier shows, unless they `agreed` to something else."""
    actor = (by or scene.buyer).actor
    signs = (await seen(scene, trade, by)).signs
    assert signs is not None
    agreed = given.get("agreed", signs.seen)
    return await scene.database.run(
        lambda tx: service.pay(tx, actor, trade.trade_no, Fund.BALANCE, PAY_PASSWORD, agreed=agreed)
    )


async def standing(scene: Scene, number: str = "A 1", by: Someone | None = None) -> Agreement:
    user_no = (by or scene.buyer).person.user_no
    which = Which(scene.shop.app.merchant_id, None, user_no, number)
    async with scene.database.reading() as tx:
        found = await agreements.find(tx, which)
    assert isinstance(found, Agreement), found
    return found


async def own(scene: Scene, by: Someone | None = None) -> int:
    async with scene.database.reading() as tx:
        return len(await agreements.own(tx, (by or scene.buyer).actor))


async def unmoved(scene: Scene, trade: Trade) -> bool:
    """Nothing was paid and nothing signed."""
    waits = (await scene.shop.seen(trade)).status is TradeStatus.WAIT_BUYER_PAY
    return waits and await scene.balance_fen() == BALANCE_FEN and await own(scene) == 0


async def test_paying_signs_and_the_agreement_takes_money_afterwards(scene: Scene) -> None:
    trade = await opened(scene)
    before = (await seen(scene, trade)).signs
    assert before is not None
    assert not before.stands
    paid = await pay(scene, trade)
    assert isinstance(paid, CashierView), paid
    assert paid.trade.status is TradeStatus.TRADE_SUCCESS
    assert paid.signs is not None
    assert (paid.signs.stands, paid.signs.terms) == (True, before.terms)
    of = await standing(scene)
    (told,) = await scene.notices(trade)
    assert told["trade_status"] == "TRADE_SUCCESS"
    assert (told["agreement_no"], told["external_agreement_no"]) == (of.agreement_no, "A 1")
    (signed,) = await news(scene)
    assert (signed["notify_type"], signed["agreement_no"]) == ("dut_user_sign", of.agreement_no)
    # What was paid at once is no payment of the plan.
    assert (of.notify_url, of.payments, of.paid_fen) == (SIGN_NEWS, 0, 0)
    again = await pay(scene, trade)
    assert isinstance(again, CashierView)
    assert await own(scene) == 1
    await scene.shop.refund(trade, PRICE_FEN)
    assert await own(scene) == 1, "a refund ends no agreement"
    assert await audited(scene.database) == []


async def test_what_was_signed_by_paying_is_deducted_by(scene: Scene) -> None:
    general = Terms(AgreementProduct.GENERAL, "S", None, FOREVER)
    trade = await opened(scene, number=None, terms=general)
    paid = await pay(scene, trade)
    assert isinstance(paid, CashierView), paid
    (told,) = await scene.notices(trade)
    assert "external_agreement_no" not in told
    wanted = Deduction(told["agreement_no"], None, scene.shop.asks(scene.buyer, 1_000))
    taken = await scene.database.run(lambda tx: agreements.deduct(tx, wanted))
    assert isinstance(taken, Trade), taken
    assert await scene.balance_fen() == BALANCE_FEN - PRICE_FEN - 1_000
    assert await audited(scene.database) == []


async def test_money_that_isnt_there_signs_nothing(scene: Scene) -> None:
    trade = await opened(scene, amount_fen=BALANCE_FEN + 1)
    assert await pay(scene, trade) == Refused(P.BALANCE_NOT_ENOUGH)
    assert await unmoved(scene, trade)
    assert await news(scene) == []


@pytest.mark.parametrize("agreed", [None, "", "0" * 64])
async def test_who_hasnt_seen_the_terms_neither_pays_nor_signs(
    scene: Scene, agreed: str | None
) -> None:
    trade = await opened(scene)
    assert await pay(scene, trade, agreed=agreed) == Refused(G.TERMS_CHANGED)
    assert await unmoved(scene, trade)


async def test_terms_that_changed_while_somebody_read_are_read_again(scene: Scene) -> None:
    trade = await opened(scene)
    first = (await seen(scene, trade)).signs
    assert first is not None
    dearer = await terms(scene, single_fen=100_000)
    assert isinstance(await asked(scene, "O1", terms=dearer), Checkout)
    assert await pay(scene, trade, agreed=first.seen) == Refused(G.TERMS_CHANGED)
    assert await unmoved(scene, trade)
    assert isinstance(await pay(scene, trade), CashierView)
    assert (await standing(scene)).terms == dearer


async def test_an_order_keeps_the_agreement_that_it_was_offered_with(scene: Scene) -> None:
    trade = await opened(scene)
    assert await asked(scene, "O1", "A 2") == Refused(P.CONTEXT_INCONSISTENT)
    assert await asked(scene, "O1", None) == Refused(P.CONTEXT_INCONSISTENT)
    assert isinstance(await pay(scene, trade), CashierView)


async def test_who_has_signed_already_simply_pays(scene: Scene) -> None:
    assert isinstance(await pay(scene, await opened(scene)), CashierView)
    of = await standing(scene)
    second = await opened(scene, "O2")
    signs = (await seen(scene, second)).signs
    assert signs is not None
    assert signs.stands
    assert isinstance(await pay(scene, second, agreed=None), CashierView)
    assert await standing(scene) == of
    assert len(await news(scene)) == 1
    (told,) = await scene.notices(second)
    assert told["agreement_no"] == of.agreement_no
    assert await audited(scene.database) == []


async def test_nobody_pays_for_an_agreement_of_somebody_elses(scene: Scene) -> None:
    assert isinstance(await pay(scene, await opened(scene)), CashierView)
    other = await buyer_with(scene.database, scene.sealer, BALANCE_FEN)
    theirs = await opened(scene, "O2", by=other)
    assert await pay(scene, theirs, other) == Refused(G.NOT_YOURS)
    assert await scene.balance_fen(other) == BALANCE_FEN
    assert await own(scene, other) == 0


async def test_an_agreement_that_ended_before_the_payment_is_offered_anew(scene: Scene) -> None:
    assert isinstance(await pay(scene, await opened(scene)), CashierView)
    second = await opened(scene, "O2")
    await unsign(scene, await standing(scene))
    assert await pay(scene, second) == Refused(G.OFFER_OVER)
    assert (await scene.shop.seen(second)).status is TradeStatus.WAIT_BUYER_PAY
    assert isinstance(await asked(scene, "O2"), Checkout)
    assert isinstance(await pay(scene, second), CashierView)
    assert await own(scene) == 1
    assert await audited(scene.database) == []


async def test_a_closed_trade_signs_nothing(scene: Scene) -> None:
    trade = await opened(scene)
    await scene.shop.close(trade)
    assert isinstance(await pay(scene, trade), Refused)
    assert await own(scene) == 0
    assert await audited(scene.database) == []


async def on_another_shard(scene: Scene) -> Someone:
    while True:
        other = await buyer_with(scene.database, scene.sealer, BALANCE_FEN)
        if other.actor.shard != scene.buyer.actor.shard:
            return other


async def both_pay(scene: Scene, other: Someone, number: str) -> list[CashierView | Refused]:
    """Two people pay orders at once that sign the same number."""
    mine = await opened(scene, f"{number} mine", number, amount_fen=1)
    theirs = await opened(scene, f"{number} theirs", number, amount_fen=1, by=other)
    return list(await asyncio.gather(pay(scene, mine), pay(scene, theirs, other)))


async def test_of_two_people_who_pay_for_one_number_at_once_one_pays_and_signs(
    scene: Scene,
) -> None:
    other = await on_another_shard(scene)
    for round_no in range(6):
        done = await both_pay(scene, other, f"RACE {round_no}")
        assert sum(isinstance(each, CashierView) for each in done) == 1
        assert Refused(G.NOT_YOURS) in done
    assert await scene.balance_fen() + await scene.balance_fen(other) == 2 * BALANCE_FEN - 6
    assert await own(scene) + await own(scene, other) == 6
    assert await audited(scene.database) == []


async def test_without_the_offers_lock_both_would_sign(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    other = await on_another_shard(scene)
    both = asyncio.Barrier(2)

    async def look(tx: ReadTx, shard: int, offer_id: UUID) -> Offer | None:
        found = await store.offer(tx, shard, offer_id)
        await both.wait()
        return found

    monkeypatch.setattr(store, "lock_offer", look)
    done = await both_pay(scene, other, "BARE")
    assert all(isinstance(each, CashierView) for each in done)


@pytest.mark.parametrize("changed", [False, True])
async def test_a_card_signs_by_the_banks_yes_if_the_terms_still_are_what_was_agreed(
    scene: Scene, sealer: Sealer, changed: bool
) -> None:
    bank = demo_bank(scene.database, sealer, "CCB")
    card = await bound_card(scene.database, sealer, bank, scene.buyer)
    deps = BanksDeps(sealer, offered(bank), sandbox=True)
    trade = await opened(scene)
    signs = (await seen(scene, trade)).signs
    assert signs is not None
    unread = CardWish(card.card_id, PAY_PASSWORD, "not-read", bytes(32))
    refused = await paying_by_card.pay(
        scene.database, deps, scene.buyer.actor, trade.trade_no, unread
    )
    assert refused == Refused(G.TERMS_CHANGED)
    await bank.set_fault(Fault.SILENT)
    wish = replace(unread, key="was-read", agreed=signs.seen)
    waits = await paying_by_card.pay(scene.database, deps, scene.buyer.actor, trade.trade_no, wish)
    assert isinstance(waits, CashierView)
    assert await own(scene) == 0
    if changed:
        dearer = await terms(scene, single_fen=100_000)
        assert isinstance(await asked(scene, "O1", terms=dearer), Checkout)
    await bank.set_fault(Fault.NONE)
    await move_on(scene, deps)
    view = await seen(scene, trade)
    assert view.card_payment is not None
    if changed:  # neither: the money goes back, and the trade waits for another payment
        await move_on(scene, deps)
        view = await seen(scene, trade)
        assert view.card_payment is not None
        assert view.card_payment.state is CardPaymentState.RETURNED
        assert await unmoved(scene, trade)
    else:
        assert view.card_payment.state is CardPaymentState.PAID
        (told,) = await scene.notices(trade)
        assert told["agreement_no"] == (await standing(scene)).agreement_no
    assert await audited(scene.database) == []


async def move_on(scene: Scene, deps: BanksDeps) -> None:
    """The job asks the banks that have said nothing."""
    await move_clock(scene.database, timedelta(minutes=2))
    await jobs.settle_due(scene.database, deps, card_payments.CONCLUSIONS)


async def test_the_audit_finds_what_was_paid_without_signing(scene: Scene) -> None:
    assert isinstance(await pay(scene, await opened(scene)), CashierView)
    async with scene.database.transaction() as tx:
        await tx.execute("UPDATE payments.trade_signing SET agreement_no = NULL")
    assert {each.check for each in await audited(scene.database)} == {"paid_and_signed"}
