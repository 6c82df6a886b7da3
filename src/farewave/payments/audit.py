"""What the tables of payments and the books prove together."""

from uuid import UUID

from farewave.db import ReadTx
from farewave.kit.finding import Finding
from farewave.ledger import service as ledger
from farewave.ledger.model import StoredTransfer
from farewave.payments import store
from farewave.payments.bills import REFERENCE
from farewave.payments.model import Refund, Trade, merchant_account_id
from farewave.wallet import service as wallet
from farewave.wallet.model import BillKind, balance_account_id

_STEP = 500


async def audit(tx: ReadTx) -> list[Finding]:
    """Every trade that disagrees with its transfers, its refunds or its claim."""
    findings = [
        Finding("payments", "claim_has_its_trade", row["out_trade_no"], "nobody has this trade")
        for row in await store.claims_without_trade(tx)
    ]
    findings += [
        Finding("payments", "trade_has_its_claim", row["trade_no"], "its number isn't claimed")
        for row in await store.trades_without_claim(tx)
    ]
    for shard in range(tx.shards):
        findings += await _audit_shard(tx, shard)
    return findings


async def _audit_shard(tx: ReadTx, shard: int) -> list[Finding]:
    findings: list[Finding] = []
    last = ""
    while trades := await store.trades_after(tx, shard, last, _STEP):
        last = trades[-1].trade_no
        refunds: dict[str, list[Refund]] = {}
        for trade_no, refund in await store.refunds_of(tx, shard, trades[0].trade_no, last):
            refunds.setdefault(trade_no, []).append(refund)
        ids = [trade.payment_id for trade in trades]
        ids += [refund.refund_id for each in refunds.values() for refund in each]
        transfers = await ledger.transfers_by_id(tx, shard, ids)
        billed = await _billed(tx, shard, trades)
        for trade in trades:
            own = refunds.get(trade.trade_no, [])
            found = _judge(trade, own, transfers) + _judge_bills(trade, own, billed)
            findings += [Finding("payments", each, trade.trade_no, says) for each, says in found]
    return findings


async def _billed(tx: ReadTx, shard: int, trades: list[Trade]) -> dict[tuple[str, str, str], int]:
    """What the payers' bills say: fen by trade, kind and refund number."""
    references = [(trade.payer_id, trade.trade_no) for trade in trades]
    return {
        (bill.key.reference_id, bill.key.kind.value, bill.key.part): bill.amount_fen
        for bill in await wallet.bills_of_references(tx, shard, REFERENCE, references)
    }


def _judge_bills(
    trade: Trade, refunds: list[Refund], billed: dict[tuple[str, str, str], int]
) -> list[tuple[str, str]]:
    expected = {
        (trade.trade_no, BillKind.REFUND.value, each.out_request_no): each.amount_fen
        for each in refunds
    }
    if trade.was_paid:
        expected[(trade.trade_no, BillKind.PAYMENT.value, "")] = trade.amount_fen
    seen = {key: amount_fen for key, amount_fen in billed.items() if key[0] == trade.trade_no}
    return [] if seen == expected else [("bills_agree", "its payer's bills say something else")]


def _judge(
    trade: Trade, refunds: list[Refund], transfers: dict[UUID, StoredTransfer]
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    payer = balance_account_id(trade.payer_id, trade.shard)
    seller = merchant_account_id(trade.merchant_id, trade.shard)
    paid = transfers.get(trade.payment_id)
    if trade.was_paid != (paid is not None):
        found.append(("paid_is_transferred", "its state and the books disagree on being paid"))
    elif paid is not None and (
        paid.amount_fen,
        paid.debit_account_id,
        paid.credit_account_id,
    ) != (trade.amount_fen, payer, seller):
        found.append(("paid_is_transferred", "its transfer has another amount or other accounts"))
    if sum(refund.amount_fen for refund in refunds) != trade.refunded_fen:
        found.append(("refunds_add_up", "its refunds aren't what was refunded"))
    for refund in refunds:
        back = transfers.get(refund.refund_id)
        if back is None or (back.amount_fen, back.debit_account_id, back.credit_account_id) != (
            refund.amount_fen,
            seller,
            payer,
        ):
            found.append(("refund_is_transferred", f"refund {refund.out_request_no} isn't booked"))
    return found
