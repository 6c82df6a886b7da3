"""Automatic payments: signed once, taken within the terms, ended at any time, and races."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from farewave.db import ReadTx, Tx
from farewave.kit.clock import shanghai_day
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import agreement as rules
from farewave.payments import agreements, store
from farewave.payments.agreement import (
    FOREVER,
    Agreement,
    AgreementProduct,
    AgreementStatus,
    NewOffer,
    Offer,
    Terms,
)
from farewave.payments.agreements import Deduction, OfferView, Which
from farewave.payments.errors import AgreementRefusal as G
from farewave.payments.errors import PaymentsRefusal as P
from farewave.payments.model import Trade
from farewave.people.errors import PeopleRefusal
from tests.payments.conftest import BALANCE_FEN, Scene
from tests.payments.test_agreement_rules import CYCLE, cycle
from tests.support.database import move_clock
from tests.support.payments import NOTIFY_URL, Shop, audited
from tests.support.people import PAY_PASSWORD, Someone, signed_up_person


async def today(scene: Scene) -> date:
    async with scene.database.reading() as tx:
        return shanghai_day(tx.now)


async def offered(scene: Scene, number: str | None = "A 1", **changed: Any) -> Offer | Refused:
    first_on = rules.plus_months((await today(scene)).replace(day=1), 1)
    plan = changed.pop("plan", cycle(first_on, total_fen=2_500, total_payments=3))
    terms = Terms(CYCLE if plan else AgreementProduct.GENERAL, "S", plan, FOREVER)
    new = NewOffer(
        **{
            "merchant_id": scene.shop.app.merchant_id,
            "app_id": scene.shop.app.app_id,
            "external_agreement_no": number,
            "terms": terms,
            "notify_url": NOTIFY_URL,
            "return_url": None,
            **changed,
        }
    )
    return await scene.database.run(lambda tx: agreements.offer(tx, new))


async def an_offer(scene: Scene, number: str | None = "A 1", **changed: Any) -> Offer:
    made = await offered(scene, number, **changed)
    assert isinstance(made, Offer), made
    return made


async def sign(
    scene: Scene, offer: Offer, by: Someone | None = None, pay_password: str = PAY_PASSWORD
) -> OfferView | Refused:
    actor = (by or scene.buyer).actor
    return await scene.database.run(
        lambda tx: agreements.sign(
            tx, actor, offer.token, seen=offer.seen, pay_password=pay_password
        )
    )


async def signed(scene: Scene, number: str | None = "A 1", **changed: Any) -> Agreement:
    view = await sign(scene, await an_offer(scene, number, **changed))
    assert isinstance(view, OfferView), view
    assert view.agreement is not None
    return view.agreement


async def due(scene: Scene, of: Agreement) -> None:
    """Time passes until the next payment is due."""
    assert of.next_on is not None
    await move_clock(scene.database, timedelta(days=(of.next_on - await today(scene)).days))


async def deduct(
    scene: Scene, of: Agreement, amount_fen: int = 1_000, shop: Shop | None = None, **given: Any
) -> Trade | Refused:
    new = (shop or scene.shop).asks(scene.buyer, amount_fen, **given)
    asked = Deduction(of.agreement_no, None, new)
    return await scene.database.run(lambda tx: agreements.deduct(tx, asked))


async def unsign(scene: Scene, of: Agreement) -> Agreement | Refused:
    return await scene.database.run(
        lambda tx: agreements.unsign_own(tx, scene.buyer.actor, of.agreement_no)
    )


def which(scene: Scene, of: Agreement) -> Which:
    return Which(scene.shop.app.merchant_id, of.agreement_no, None, None)


async def now_of(scene: Scene, of: Agreement) -> Agreement:
    async with scene.database.reading() as tx:
        found = await agreements.find(tx, which(scene, of))
    assert isinstance(found, Agreement)
    return found


async def news(scene: Scene) -> list[dict[str, str]]:
    async with scene.database.reading() as tx:
        rows = await tx.fetch(
            "SELECT payload FROM db.outbox WHERE topic = 'payments.notify'"
            " AND payload->'params'->>'notify_type' LIKE 'dut%' ORDER BY due_at"
        )
    return [row["payload"]["params"] for row in rows]


async def test_what_is_signed_takes_money_on_its_days_until_it_is_ended(scene: Scene) -> None:
    of = await signed(scene)
    assert await deduct(scene, of) == Refused(G.NOT_DUE)
    await due(scene, of)
    paid = await deduct(scene, of)
    assert isinstance(paid, Trade)
    assert (paid.amount_fen, paid.buyer_user_no) == (1_000, scene.buyer.person.user_no)
    assert await scene.balance_fen() == BALANCE_FEN - 1_000
    assert await deduct(scene, of) == Refused(G.NOT_DUE)
    after = await now_of(scene, of)
    assert (after.paid_fen, after.payments) == (1_000, 1)
    await due(scene, after)
    ended = await unsign(scene, of)
    assert isinstance(ended, Agreement)
    assert await deduct(scene, of) == Refused(G.NOT_NORMAL)
    assert [each["notify_type"] for each in await news(scene)] == [
        "dut_user_sign",
        "dut_user_unsign",
    ]
    assert await audited(scene.database) == []


async def test_a_notification_tells_the_agreement_in_the_platforms_words(scene: Scene) -> None:
    of = await signed(scene)
    (told,) = await news(scene)
    assert {**told, "notify_id": "", "sign_time": "", "valid_time": ""} == {
        "notify_type": "dut_user_sign",
        "notify_id": "",
        "app_id": scene.shop.app.app_id,
        "auth_app_id": scene.shop.app.app_id,
        "status": "NORMAL",
        "agreement_no": of.agreement_no,
        "external_agreement_no": "A 1",
        "personal_product_code": "CYCLE_PAY_AUTH_P",
        "sign_scene": "S",
        "alipay_user_id": scene.buyer.person.user_no,
        "alipay_logon_id": scene.buyer.person.phone_masked,
        "sign_time": "",
        "valid_time": "",
        "invalid_time": "2115-02-01 00:00:00",
    }


async def test_signing_again_is_the_same_and_somebody_else_is_too_late(
    scene: Scene, sealer: Sealer
) -> None:
    offer = await an_offer(scene)
    first, again = await sign(scene, offer), await sign(scene, offer)
    assert isinstance(first, OfferView)
    assert isinstance(again, OfferView)
    assert first.agreement == again.agreement
    other = await signed_up_person(scene.database, sealer)
    assert await sign(scene, offer, other) == Refused(G.NOT_YOURS)
    assert await offered(scene) == Refused(G.SIGNED_ALREADY)
    assert len(await news(scene)) == 1


async def test_a_wrong_pay_password_signs_nothing(scene: Scene) -> None:
    refused = await sign(scene, await an_offer(scene), pay_password="000000")
    assert isinstance(refused, Refused)
    assert refused.reason is PeopleRefusal.PAY_PASSWORD_WRONG
    assert await news(scene) == []


async def test_terms_that_changed_while_somebody_read_arent_signed(scene: Scene) -> None:
    seen = await an_offer(scene)
    assert seen.terms.cycle is not None
    dearer = await an_offer(scene, plan=replace(seen.terms.cycle, single_fen=100_000))
    assert dearer.token == seen.token
    assert await sign(scene, seen) == Refused(G.TERMS_CHANGED)
    assert isinstance(await sign(scene, dearer), OfferView)


async def test_a_link_is_signed_in_time_or_not(scene: Scene) -> None:
    offer = await an_offer(scene)
    await move_clock(scene.database, rules.OPENS_FOR)
    assert await sign(scene, offer) == Refused(G.OFFER_OVER)
    fake = replace(offer, secret="0" * 16)
    assert await sign(scene, fake) == Refused(G.OFFER_NOT_FOUND)


async def test_a_number_is_free_again_once_its_agreement_has_ended(scene: Scene) -> None:
    first = await signed(scene)
    await unsign(scene, first)
    second = await signed(scene)
    assert second.agreement_no != first.agreement_no
    by_number = Which(scene.shop.app.merchant_id, None, scene.buyer.person.user_no, "A 1")
    async with scene.database.reading() as tx:
        found = await agreements.find(tx, by_number)
    assert isinstance(found, Agreement)
    assert found.status(second.signed_at) is AgreementStatus.NORMAL
    assert await audited(scene.database) == []


async def test_a_number_names_its_living_agreement_though_the_clock_was_moved_back(
    scene: Scene,
) -> None:
    await unsign(scene, await signed(scene))
    await move_clock(scene.database, -timedelta(days=1))
    living = await signed(scene)
    by_number = Which(scene.shop.app.merchant_id, None, scene.buyer.person.user_no, "A 1")
    async with scene.database.reading() as tx:
        assert await agreements.find(tx, by_number) == living


async def test_a_payment_is_put_off_to_the_same_day_again_with_the_same_answer(
    scene: Scene,
) -> None:
    of = await signed(scene)
    assert of.next_on is not None
    to = of.next_on + timedelta(days=3)

    async def moved(day: date) -> Agreement | Refused:
        return await scene.database.run(lambda tx: agreements.move_plan(tx, which(scene, of), day))

    first = await moved(to)
    assert isinstance(first, Agreement)
    assert first.next_on == to
    assert await moved(to) == first
    assert await moved(to - timedelta(days=1)) == Refused(G.DAY_WRONG)
    await unsign(scene, of)
    assert await moved(to) == Refused(G.NOT_NORMAL)


async def test_another_merchant_can_do_nothing_with_an_agreement(scene: Scene) -> None:
    of = await signed(scene, plan=None)
    rival = await Shop.opened(scene.database, "别家")
    assert await deduct(scene, of, shop=rival) == Refused(G.AUTHOREE_WRONG)
    its = Which(rival.app.merchant_id, of.agreement_no, None, None)
    for do in (agreements.unsign, agreements.find):
        assert await scene.database.run(lambda tx, do=do: do(tx, its)) == Refused(G.AUTHOREE_WRONG)


async def test_another_person_ends_no_agreement(scene: Scene, sealer: Sealer) -> None:
    of = await signed(scene)
    other = await signed_up_person(scene.database, sealer)
    refused = await scene.database.run(
        lambda tx: agreements.unsign_own(tx, other.actor, of.agreement_no)
    )
    assert refused == Refused(G.NOT_FOUND)


async def test_money_that_isnt_there_uses_up_nothing_of_the_plan(scene: Scene) -> None:
    dear = BALANCE_FEN + 1
    first_on = rules.plus_months((await today(scene)).replace(day=1), 1)
    of = await signed(scene, plan=cycle(first_on, single_fen=dear))
    await due(scene, of)
    assert await deduct(scene, of, dear) == Refused(P.BALANCE_NOT_ENOUGH)
    assert (await now_of(scene, of)).payments == 0
    assert isinstance(await deduct(scene, of, 1_000), Trade)
    assert await audited(scene.database) == []


async def test_a_general_agreement_is_bounded_by_the_persons_own_limits(scene: Scene) -> None:
    of = await signed(scene, plan=None)
    over = await deduct(scene, of, 50_000_01)
    assert isinstance(over, Refused)
    assert over.reason is P.LIMIT_PAYMENT
    assert isinstance(await deduct(scene, of, 1), Trade)
    assert isinstance(await deduct(scene, of, 1), Trade)
    assert await audited(scene.database) == []


async def test_one_order_number_is_taken_once(scene: Scene) -> None:
    of = await signed(scene, plan=None)
    asked = [deduct(scene, of, out_trade_no="ONE") for _ in range(6)]
    done = await asyncio.gather(*asked)
    assert sum(isinstance(each, Trade) for each in done) == 1
    assert {each.reason for each in done if isinstance(each, Refused)} == {P.TRADE_HAS_SUCCESS}
    assert await scene.balance_fen() == BALANCE_FEN - 1_000


async def test_of_many_payments_at_once_one_is_due(scene: Scene) -> None:
    of = await signed(scene)
    await due(scene, of)
    done = await asyncio.gather(*(deduct(scene, of) for _ in range(8)))
    assert sum(isinstance(each, Trade) for each in done) == 1
    assert await scene.balance_fen() == BALANCE_FEN - 1_000
    assert await audited(scene.database) == []


def without_the_agreements_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that would take it read the agreement instead, both before either goes on."""
    both = asyncio.Barrier(2)

    async def look(tx: ReadTx, shard: int, agreement_no: str) -> Agreement | None:
        found = await store.agreement(tx, shard, agreement_no)
        await both.wait()
        return found

    monkeypatch.setattr(store, "lock_agreement", look)


async def test_ending_and_taking_at_once_end_with_nothing_taken_after_the_end(
    scene: Scene,
) -> None:
    for number in range(12):
        of = await signed(scene, f"RACE {number}", plan=None)
        taken, ended = await asyncio.gather(deduct(scene, of, 1), unsign(scene, of))
        assert isinstance(ended, Agreement)
        if isinstance(taken, Refused):
            assert taken == Refused(G.NOT_NORMAL)
        after = await now_of(scene, of)
        assert after.stopped_at is not None
        assert after.payments == isinstance(taken, Trade)
    assert await audited(scene.database) == []


async def test_without_the_lock_an_ended_agreement_would_be_alive_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    lost = 0
    for number in range(6):
        of = await signed(scene, f"BARE {number}", plan=None)
        with monkeypatch.context() as bare:
            without_the_agreements_lock(bare)
            taken, _ = await asyncio.gather(deduct(scene, of, 1), unsign(scene, of))
        after = await now_of(scene, of)
        lost += isinstance(taken, Trade) and (after.stopped_at is None or after.payments == 0)
    assert lost > 0


async def test_the_audit_finds_what_doesnt_add_up(scene: Scene) -> None:
    of = await signed(scene, plan=None)
    paid = await deduct(scene, of)
    assert isinstance(paid, Trade)

    async def spoil(tx: Tx) -> None:
        await tx.execute("UPDATE payments.agreement SET paid_fen = paid_fen + 1")
        await tx.execute("UPDATE payments.agreement_payment SET amount_fen = amount_fen + 1")
        await tx.execute("UPDATE payments.agreement SET payments = payments + 1")
        await tx.execute("UPDATE payments.agreement_offer SET agreement_no = '1'")

    async with scene.database.transaction() as tx:
        await spoil(tx)
    checks = {finding.check for finding in await audited(scene.database)}
    assert checks == {"offer_has_its_agreement", "agreement_adds_up", "agreement_paid_a_trade"}
