"""The audit sees each contradiction that a bug or a hand in the tables could make."""

import pytest

from farewave.kit.outcome import Refused
from farewave.payments import audit
from tests.payments.conftest import Scene


async def checks(scene: Scene) -> set[str]:
    async with scene.database.reading() as tx:
        return {finding.check for finding in await audit.audit(tx)}


@pytest.mark.parametrize(
    ("tampering", "check"),
    [
        ("DELETE FROM payments.trade_claim", "trade_has_its_claim"),
        ("UPDATE payments.trade_claim SET trade_no = '0'", "claim_has_its_trade"),
        ("UPDATE payments.trade SET amount_fen = amount_fen + 1", "paid_is_transferred"),
        ("DELETE FROM ledger.transfer WHERE reason = 2", "paid_is_transferred"),
        (
            "UPDATE payments.trade SET status = 'WAIT_BUYER_PAY', paid_at = NULL, fund = NULL,"
            " refunded_fen = 0 WHERE paid_at IS NOT NULL",
            "paid_is_transferred",
        ),
        ("UPDATE payments.trade SET payer_id = merchant_id", "paid_is_transferred"),
        (
            "UPDATE payments.trade SET refunded_fen = 901 WHERE paid_at IS NOT NULL",
            "refunds_add_up",
        ),
        ("UPDATE payments.refund SET amount_fen = amount_fen + 1", "refund_is_transferred"),
        ("DELETE FROM ledger.transfer WHERE reason = 3", "refund_is_transferred"),
        ("DELETE FROM payments.refund", "refunds_add_up"),
    ],
)
async def test_a_contradiction_is_found(scene: Scene, tampering: str, check: str) -> None:
    trade = await scene.shop.paid(scene.buyer, 9_900)
    assert not isinstance(await scene.shop.refund(trade, 900), Refused)
    await scene.shop.close(await scene.shop.trade(scene.buyer))
    assert await checks(scene) == set()
    async with scene.database.transaction() as tx:
        await tx.execute(tampering)
    assert check in await checks(scene)
