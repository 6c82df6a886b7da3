"""The audit over all contexts on one snapshot, and what only their tables together can prove."""

from collections.abc import Awaitable, Callable

from farewave.banks import audit as banks
from farewave.banks.demo import audit as demo_bank
from farewave.db import Database, ReadTx
from farewave.kit.finding import Finding
from farewave.ledger import audit as ledger
from farewave.payments import audit as payments
from farewave.payments import service as payments_service
from farewave.payments.model import Trade
from farewave.people import audit as people
from farewave.rail import audit as rail
from farewave.rail import service as rail_service
from farewave.rail.model import RecordedPayment
from farewave.wallet import audit as wallet

Check = Callable[[ReadTx], Awaitable[list[Finding]]]
CHECKS: tuple[Check, ...] = (
    ledger.audit,
    people.findings,
    banks.audit,
    demo_bank.audit,
    wallet.audit,
    payments.audit,
    rail.audit,
)
_PATIENCE_S = 600.0
_STEP = 500


async def audit_everything(database: Database, *, own_platform: bool = True) -> list[Finding]:
    """Every finding of every context; none when the books agree.

    `own_platform` False: rail's money is with another platform, whose trades we can't look up.
    """
    findings: list[Finding] = []
    async with database.reading(patience_s=_PATIENCE_S) as tx:
        for check in CHECKS:
            findings += await check(tx)
        findings += await orders_against_trades(tx, own_platform=own_platform)
    return findings


async def orders_against_trades(tx: ReadTx, *, own_platform: bool = True) -> list[Finding]:
    """Every ticket has its payment: what rail recorded is what the platform took."""
    findings: list[Finding] = []
    last = None
    while recorded := await rail_service.payments_after(tx, last, _STEP):
        last = recorded[-1].ref
        trades = await payments_service.trades_by_no(tx, [each.trade_no for each in recorded])
        for each in recorded:
            says = _judge(each, trades.get(each.trade_no), own_platform)
            if says is not None:
                findings.append(Finding("app", "ticket_has_its_payment", each.order_no, says))
    return findings


def _judge(recorded: RecordedPayment, trade: Trade | None, own_platform: bool) -> str | None:
    if trade is None:
        return f"its trade {recorded.trade_no} isn't known" if own_platform else None
    if not trade.was_paid or trade.amount_fen != recorded.amount_fen:
        return "its trade isn't paid, or is of another amount"
    if trade.out_trade_no != recorded.order_no:
        return "its trade is another order's"
    if recorded.refunded and trade.refunded_fen != trade.amount_fen:
        return "it was refunded, but its trade wasn't"
    return None
