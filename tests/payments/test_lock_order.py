"""Payments take their locks in the order that docs/scarce tells: so none can wait in a circle."""

import re
from collections.abc import Awaitable
from typing import Any

import pytest

from farewave.banks.errors import BanksRefusal
from farewave.banks.model import BankRefused, MoneyAnswer, Moved
from farewave.banks.service import Begun
from farewave.db import ReadTx, Tx
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import (
    agreements,
    authorizations,
    cancelling,
    card_payments,
    checkouts,
    code_payments,
    codes,
    payouts,
    service,
)
from farewave.payments.agreement import FOREVER, AgreementProduct, NewOffer, Offer, Terms
from farewave.payments.agreements import Deduction, OfferView
from farewave.payments.authorization import NewAuthorization
from farewave.payments.authorizations import Capture, Which
from farewave.payments.card_payments import CONCLUSIONS, CardWish
from farewave.payments.checkout import OPENS_FOR, NewCheckout, Product
from farewave.payments.code_payment import CodePayment
from farewave.payments.device_code import slot_at
from farewave.payments.payout import NewPayout
from tests.payments.conftest import Scene
from tests.payments.test_pay_and_sign import asked, opened, seen
from tests.payments.test_pay_and_sign import pay as pay_and_sign
from tests.support.banks import bound_card, demo_bank
from tests.support.payments import pay
from tests.support.people import PAY_PASSWORD
from tests.support.phones import enrolled

ORDER = [
    "people.pay_password",
    "payments.pay_code",
    "payments.checkout",
    "payments.agreement_offer",
    "payments.trade_claim",
    "payments.payout_claim",
    "payments.authorization_claim",
    "payments.trade",
    "payments.authorization",
    "payments.agreement",
    "banks.instruction",
    "wallet.bill",
    "payments.spending",
    "ledger.book",
]
_LOCK = re.compile(
    r"FROM (\S+) .*FOR UPDATE$|INSERT INTO (payments\.(?:\w+_claim|checkout))\b", re.DOTALL
)


class Watch:
    """Which tables' rows are locked, as it happens."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def note(self, sql: str) -> None:
        found = _LOCK.search(sql)
        if found:
            self._seen.append(found[1] or found[2])

    async def of(self, transaction: Awaitable[object]) -> list[str]:
        """What one transaction locks, each table once; in order, or it fails."""
        self._seen.clear()
        await transaction
        assert self._seen == sorted(self._seen, key=ORDER.index)
        return list(dict.fromkeys(self._seen))


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    for name in ("fetch", "fetchrow", "fetchval"):
        real = getattr(ReadTx, name)

        async def noted(tx: ReadTx, sql: str, *args: object, real: Any = real) -> Any:
            made.note(sql)
            return await real(tx, sql, *args)

        monkeypatch.setattr(ReadTx, name, noted)
    return made


async def test_the_cashier_and_a_refund(scene: Scene, watch: Watch) -> None:
    trade = await scene.shop.trade(scene.buyer, 1_000)
    assert await watch.of(pay(scene.database, scene.buyer, trade)) == [
        "people.pay_password",
        "payments.trade",
        "payments.spending",
        "ledger.book",
    ]
    assert await watch.of(scene.shop.refund(trade, 400)) == ["payments.trade", "ledger.book"]


async def test_a_code(scene: Scene, watch: Watch) -> None:
    made = await scene.database.run(
        lambda tx: codes.issue_code(tx, scene.buyer.actor, PAY_PASSWORD)
    )
    assert not isinstance(made, Refused)
    merchant_id, app_id = scene.shop.app.merchant_id, scene.shop.app.app_id
    scanned = CodePayment(merchant_id, app_id, "T1", "一杯咖啡", 1_000, made.code, None, None)

    async def batch(tx: Tx) -> object:
        return await code_payments.pay_batch(tx, scene.sealer, made.shard, [scanned], set())

    assert await watch.of(scene.database.run(batch)) == [
        "payments.pay_code",
        "payments.trade_claim",
        "payments.spending",
        "ledger.book",
    ]


async def test_a_code_that_a_phone_made(scene: Scene, watch: Watch) -> None:
    phone = await enrolled(scene.database, scene.sealer, scene.buyer.actor)
    merchant_id, app_id = scene.shop.app.merchant_id, scene.shop.app.app_id

    async def batch(tx: Tx) -> object:
        slot = slot_at(tx.now)
        asked = [
            CodePayment(merchant_id, app_id, number, "茶", fen, phone.code(slot), None, None)
            for number, fen in (("D1", 1_000), ("D2", 500_00))
        ]
        return await code_payments.pay_batch(tx, scene.sealer, phone.actor.shard, asked, set())

    assert await watch.of(scene.database.run(batch)) == [
        "payments.pay_code",
        "payments.trade_claim",
        "payments.spending",
        "ledger.book",
    ]


YES, NO = Moved("bank-1"), BankRefused(BanksRefusal.BANK_REFUSED, "no")


@pytest.mark.parametrize(
    ("answer", "closed", "locked"),
    [
        pytest.param(YES, False, [], id="the bank's yes"),
        pytest.param(NO, False, ["payments.spending"], id="its no: it counts towards no limit"),
        pytest.param(YES, True, ["payments.spending"], id="its yes for a trade that is closed"),
    ],
)
async def test_a_card(
    scene: Scene,
    sealer: Sealer,
    watch: Watch,
    answer: MoneyAnswer,
    closed: bool,
    locked: list[str],
) -> None:
    card = await bound_card(
        scene.database, sealer, demo_bank(scene.database, sealer), scene.buyer, balance_fen=0
    )
    trade = await scene.shop.trade(scene.buyer, 1_000)
    wish = CardWish(card.card_id, PAY_PASSWORD, "pay-by-card", bytes(32))
    begun: Begun | None = None

    async def begin(tx: Tx) -> object:
        nonlocal begun
        said = await card_payments.begin(tx, scene.buyer.actor, trade.trade_no, wish)
        begun = said if isinstance(said, Begun) else None
        return said

    assert await watch.of(scene.database.run(begin)) == [
        "people.pay_password",
        "payments.trade",
        "payments.spending",
        "ledger.book",
    ]
    assert begun is not None
    if closed:
        await scene.shop.close(trade)
    conclude = CONCLUSIONS[begun.instruction.purpose]
    seen = await watch.of(scene.database.run(lambda tx: conclude(tx, begun.instruction, answer)))
    first = ["payments.trade", "banks.instruction", "wallet.bill"]
    assert seen == [*first, *locked, "ledger.book"]


async def test_a_checkout_and_cancelling(scene: Scene, watch: Watch) -> None:
    merchant_id, app_id = scene.shop.app.merchant_id, scene.shop.app.app_id
    asked = NewCheckout(
        merchant_id=merchant_id,
        app_id=app_id,
        out_trade_no="Q1",
        subject="茶",
        amount_fen=1_000,
        product=Product.PRECREATE,
        expires_at=None,
        pay_within=None,
        opens_for=OPENS_FOR,
        notify_url=None,
    )
    offered = await scene.database.run(lambda tx: checkouts.offer(tx, asked))
    assert not isinstance(offered, Refused)
    opening = scene.database.run(lambda tx: checkouts.open_by(tx, scene.buyer.actor, offered.token))
    numbers = ["payments.checkout", "payments.trade_claim"]
    assert await watch.of(opening) == numbers
    async with scene.database.reading() as tx:
        trade = await service.find_trade(tx, merchant_id, trade_no=None, out_trade_no="Q1")
    assert trade is not None
    await pay(scene.database, scene.buyer, trade)
    cancelling_it = cancelling.cancel(scene.database, merchant_id, trade_no=None, out_trade_no="Q1")
    assert await watch.of(cancelling_it) == [*numbers, "payments.trade", "ledger.book"]


async def test_a_preauthorisation(scene: Scene, watch: Watch) -> None:
    made = await scene.database.run(
        lambda tx: codes.issue_code(tx, scene.buyer.actor, PAY_PASSWORD)
    )
    assert not isinstance(made, Refused)
    merchant_id, app_id = scene.shop.app.merchant_id, scene.shop.app.app_id
    asked = NewAuthorization(merchant_id, app_id, "H1", "H1-1", "押金", 1_000, made.code, None)
    freezing = scene.database.run(lambda tx: authorizations.freeze(tx, asked))
    assert await watch.of(freezing) == [
        "payments.pay_code",
        "payments.authorization_claim",
        "payments.spending",
        "ledger.book",
    ]
    which = Which(merchant_id, None, "H1")
    async with scene.database.reading() as tx:
        shown = await authorizations.find(tx, which, operation_id=None, out_request_no="H1-1")
    assert shown is not None
    new = scene.shop.asks(scene.buyer, 400, out_trade_no="C1")
    capture = Capture(shown[0].auth_no, new, completes=False)
    capturing = scene.database.run(lambda tx: authorizations.capture(tx, capture))
    assert await watch.of(capturing) == [
        "payments.trade_claim",
        "payments.authorization",
        "ledger.book",
    ]
    releasing = scene.database.run(lambda tx: authorizations.cancel(tx, which))
    assert await watch.of(releasing) == ["payments.authorization"]  # something was captured


async def test_a_payout(scene: Scene, watch: Watch) -> None:
    await scene.shop.paid(scene.buyer, 1_000)
    merchant_id, app_id = scene.shop.app.merchant_id, scene.shop.app.app_id
    payee = scene.buyer.actor
    asked = NewPayout(merchant_id, app_id, "P1", payee.person_id, payee.shard, 500, "", "")
    paying = payouts.pay_out(scene.database, asked)
    assert await watch.of(paying) == ["payments.payout_claim", "ledger.book"]


async def test_an_agreement(scene: Scene, watch: Watch) -> None:
    app = scene.shop.app
    terms = Terms(AgreementProduct.GENERAL, "S", None, FOREVER)
    new = NewOffer(app.merchant_id, app.app_id, "A1", terms, None, None)
    made = await scene.database.run(lambda tx: agreements.offer(tx, new))
    assert isinstance(made, Offer)
    signed: list[OfferView | Refused] = []

    async def sign(tx: Tx) -> object:
        given = {"seen": made.seen, "pay_password": PAY_PASSWORD}
        signed.append(await agreements.sign(tx, scene.buyer.actor, made.token, **given))
        return signed[0]

    assert await watch.of(scene.database.run(sign)) == [
        "people.pay_password",
        "payments.agreement_offer",
    ]
    assert isinstance(signed[0], OfferView)
    assert signed[0].agreement is not None
    agreement_no = signed[0].agreement.agreement_no
    asked = Deduction(agreement_no, None, scene.shop.asks(scene.buyer, 1_000))
    assert await watch.of(scene.database.run(lambda tx: agreements.deduct(tx, asked))) == [
        "payments.trade_claim",
        "payments.agreement",
        "payments.spending",
        "ledger.book",
    ]
    ending = scene.database.run(
        lambda tx: agreements.unsign_own(tx, scene.buyer.actor, agreement_no)
    )
    assert await watch.of(ending) == ["payments.agreement"]
    # The number is free again: the offer is locked before what became of it.
    again = scene.database.run(lambda tx: agreements.offer(tx, new))
    assert await watch.of(again) == ["payments.agreement_offer", "payments.agreement"]


async def test_paying_that_signs_an_agreement(scene: Scene, sealer: Sealer, watch: Watch) -> None:
    card = await bound_card(
        scene.database, sealer, demo_bank(scene.database, sealer), scene.buyer, balance_fen=0
    )
    for order in ("O1", "O2"):
        trade = await opened(scene, order, order)
        again = asked(scene, order, order)
        assert await watch.of(again) == ["payments.checkout", "payments.agreement_offer"]
        view = await seen(scene, trade)
        assert view.signs is not None
        agreed = view.signs.seen
        if order == "O1":
            assert await watch.of(pay_and_sign(scene, trade)) == [
                "people.pay_password",
                "payments.agreement_offer",
                "payments.trade",
                "payments.spending",
                "ledger.book",
            ]
            continue
        wish = CardWish(card.card_id, PAY_PASSWORD, "pay-by-card", bytes(32), agreed)

        async def begin(tx: Tx, number: str = trade.trade_no, wish: CardWish = wish) -> object:
            return await card_payments.begin(tx, scene.buyer.actor, number, wish)

        begun = await scene.database.run(begin)
        assert isinstance(begun, Begun)
        concluding = scene.database.run(
            lambda tx, of=begun.instruction: card_payments.conclude(tx, of, YES)
        )
        assert await watch.of(concluding) == [
            "payments.agreement_offer",
            "payments.trade",
            "banks.instruction",
            "wallet.bill",
            "ledger.book",
        ]
