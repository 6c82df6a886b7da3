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
from farewave.payments import card_payments, code_payments
from farewave.payments.card_payments import CONCLUSIONS, CardWish
from farewave.payments.code_payments import CodePayment
from tests.payments.conftest import Scene
from tests.support.banks import bound_card, demo_bank
from tests.support.payments import pay
from tests.support.people import PAY_PASSWORD

ORDER = [
    "people.pay_password",
    "payments.pay_code",
    "payments.trade_claim",
    "payments.trade",
    "banks.instruction",
    "wallet.bill",
    "payments.spending",
    "ledger.book",
]
_LOCK = re.compile(r"FROM (\S+) .*FOR UPDATE$|INSERT INTO (payments\.trade_claim)", re.DOTALL)


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
        lambda tx: code_payments.issue_code(tx, scene.buyer.actor, PAY_PASSWORD)
    )
    assert not isinstance(made, Refused)
    merchant_id, app_id = scene.shop.app.merchant_id, scene.shop.app.app_id
    scanned = CodePayment(merchant_id, app_id, "T1", "一杯咖啡", 1_000, made.code, None, None)

    async def batch(tx: Tx) -> object:
        return await code_payments.pay_batch(tx, made.shard, [scanned], set())

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
