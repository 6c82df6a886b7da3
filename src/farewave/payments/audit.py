"""What the tables of payments and the books prove together."""

from uuid import UUID

from farewave.banks import service as banks
from farewave.banks.instruction import Instruction, InstructionTransfers
from farewave.banks.model import in_transit_account_id
from farewave.db import ReadTx
from farewave.kit.finding import Finding
from farewave.ledger import service as ledger
from farewave.ledger.model import StoredTransfer
from farewave.payments import (
    agreements,
    authorizations,
    payouts,
    royalties,
    royalty_returns,
    store,
    sweeps,
)
from farewave.payments.bills import REFERENCE
from farewave.payments.card_refunds import CardPaymentState, last_card_payment
from farewave.payments.model import Fund, Refund, Trade, merchant_account_id
from farewave.wallet import service as wallet
from farewave.wallet.model import Bill, BillKind, BillStatus, balance_account_id

_STEP = 500


async def audit(tx: ReadTx) -> list[Finding]:
    """Every trade that disagrees with its transfers, its refunds or its claim; every sweep with its
    steps.
    """
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
    for own in (sweeps, payouts, royalties, royalty_returns, authorizations, agreements):
        findings += await own.findings(tx)
    return findings


async def _audit_shard(tx: ReadTx, shard: int) -> list[Finding]:
    findings = [
        Finding("payments", "checkout_has_its_trade", row["out_trade_no"], "its trade is another")
        for row in await store.checkouts_without_trade(tx, shard)
    ]
    last = ""
    while trades := await store.trades_after(tx, shard, last, _STEP):
        last = trades[-1].trade_no
        refunds: dict[str, list[Refund]] = {}
        for trade_no, refund in await store.refunds_of(tx, shard, trades[0].trade_no, last):
            refunds.setdefault(trade_no, []).append(refund)
        cards = await _paid_by_card(tx, shard, trades)
        ids = [trade.payment_id for trade in trades]
        ids += [refund.refund_id for each in refunds.values() for refund in each]
        ids += [_settle_id(each) for each in cards.values()]
        ids += [_begin_id(refund) for each in refunds.values() for refund in each]
        transfers = await ledger.transfers_by_id(tx, shard, ids)
        billed = await _billed(tx, shard, trades)
        for trade in trades:
            own, card = refunds.get(trade.trade_no, []), cards.get(trade.trade_no)
            if (trade.fund is Fund.CARD) != (card is not None):
                says = "the fund that it names isn't the one that paid it"
                findings.append(Finding("payments", "card_paid_it", trade.trade_no, says))
                continue
            found = _judge(trade, own, card, transfers) + _judge_bills(trade, own, card, billed)
            findings += [Finding("payments", each, trade.trade_no, says) for each, says in found]
    return findings


async def _paid_by_card(tx: ReadTx, shard: int, trades: list[Trade]) -> dict[str, Instruction]:
    """The instructions that paid trades, by trade number."""
    by_reference: dict[str, list[Instruction]] = {}
    for each in await banks.instructions_of(tx, shard, [trade.business for trade in trades]):
        assert each.reference is not None
        by_reference.setdefault(each.reference, []).append(each)
    found = {}
    for trade in trades:
        last = last_card_payment(by_reference.get(trade.business, []))
        if last is not None and last.state is CardPaymentState.PAID:
            found[trade.trade_no] = last.instruction
    return found


def _settle_id(payment: Instruction) -> UUID:
    return InstructionTransfers.of(payment.instruction_id).settle_id


def _begin_id(refund: Refund) -> UUID:
    """Of a refund to a card, the transfer that takes it from the seller."""
    return InstructionTransfers.of(refund.refund_id).begin_id


async def _billed(tx: ReadTx, shard: int, trades: list[Trade]) -> dict[tuple[str, str, str], int]:
    """What the payers' bills say: fen by trade, kind and refund number."""
    references = [(trade.payer_id, trade.trade_no) for trade in trades]
    return {
        (bill.key.reference_id, bill.key.kind.value, bill.key.part): bill.amount_fen
        for bill in await wallet.bills_of_references(tx, shard, REFERENCE, references)
        if _counts(bill)
    }


def _counts(bill: Bill) -> bool:
    """A card payment that failed, came too late or waits for its bank paid nothing so far."""
    return bill.key.kind is not BillKind.PAYMENT or bill.status is BillStatus.SUCCEEDED


def _judge_bills(
    trade: Trade,
    refunds: list[Refund],
    card: Instruction | None,
    billed: dict[tuple[str, str, str], int],
) -> list[tuple[str, str]]:
    expected = {
        (trade.trade_no, BillKind.REFUND.value, each.out_request_no): each.amount_fen
        for each in refunds
    }
    if trade.was_paid:
        part = card.text if card else ""
        expected[(trade.trade_no, BillKind.PAYMENT.value, part)] = trade.amount_fen
    seen = {key: amount_fen for key, amount_fen in billed.items() if key[0] == trade.trade_no}
    return [] if seen == expected else [("bills_agree", "its payer's bills say something else")]


def _judge(
    trade: Trade,
    refunds: list[Refund],
    card: Instruction | None,
    transfers: dict[UUID, StoredTransfer],
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    payer = balance_account_id(trade.payer_id, trade.shard)
    if card is not None:  # it came out of the bank's transit, and goes back that way
        payer = in_transit_account_id(card.bank_code, card.shard)
    seller = merchant_account_id(trade.merchant_id, trade.shard)
    paid = transfers.get(_settle_id(card) if card else trade.payment_id)
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
        back = transfers.get(_begin_id(refund) if card else refund.refund_id)
        if back is None or (back.amount_fen, back.debit_account_id, back.credit_account_id) != (
            refund.amount_fen,
            seller,
            payer,
        ):
            found.append(("refund_is_transferred", f"refund {refund.out_request_no} isn't booked"))
    return found
