"""Taking back, with a refund, what a trade was split into; and the audit of it."""

from collections.abc import Sequence
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.kit.finding import Finding
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.ledger.model import NewAccount, Transfer, TransferResult
from farewave.payments import royalty_return as rules
from farewave.payments import store
from farewave.payments.errors import RoyaltyRefusal
from farewave.payments.model import Refund, Trade
from farewave.payments.royalty_return import Return, TakeBack
from farewave.wallet import service as wallet
from farewave.wallet.model import (
    BALANCE_LABEL,
    BillKey,
    BillKind,
    BillStatus,
    Direction,
    NewBill,
    Wording,
)

_STEP = 500
_SHORT = (TransferResult.EXCEEDS_CREDITS, TransferResult.DEBIT_ACCOUNT_NOT_FOUND)


async def of_refund(tx: ReadTx, trade: Trade, out_request_no: str) -> list[Return]:
    """What one refund of a trade took back, as it was asked for."""
    of_trade = await store.royalty_returns(tx, trade.shard, trade.trade_no)
    return [each for each in of_trade if each.out_request_no == out_request_no]


async def merchants(tx: ReadTx, wishes: Sequence[TakeBack]) -> dict[UUID, int]:
    """Which merchants are to give back, and how much: their money may lie on other shards."""
    owed: dict[UUID, int] = {}
    for each in wishes:
        merchant = await store.merchant_by_seller_id(tx, each.receiver_no)
        if merchant is not None:
            owed[merchant.merchant_id] = owed.get(merchant.merchant_id, 0) + each.amount_fen
    return owed


async def plan(
    tx: ReadTx, trade: Trade, refund: Refund, wishes: Sequence[TakeBack]
) -> list[Return] | Refused:
    """What `refund`, whose trade is locked, is to take back. Refusal: RETURN_EXCEEDS."""
    if not wishes:
        return []
    settled = await store.settlements(tx, trade.shard, trade.trade_no)
    numbers = [each.settle_no for each in settled]
    parts = await store.settlement_parts(tx, trade.shard, numbers)
    earlier = await store.royalty_returns(tx, trade.shard, trade.trade_no)
    return rules.plan(trade, refund, wishes, parts, earlier)


async def carry_out(tx: Tx, backs: Sequence[Return], refund: Transfer) -> TransferResult | Refused:
    """Take back and refund, all of it or nothing: how the refund itself went.

    Several books may be in it; they are locked in the order of their shards, and nobody who holds
    one waits for anything else. Refusal: RECEIVER_BALANCE_NOT_ENOUGH, to be rolled back.
    """
    for each in backs:
        if each.receiver_shard is not None:
            await wallet.write_bill(tx, await _bill(tx, each))
    await _open_transit(tx, backs)
    by_shard: dict[int, list[Transfer]] = {}
    for each in backs:
        for transfer in each.transfers():
            by_shard.setdefault(transfer.shard, []).append(transfer)
    by_shard.setdefault(refund.shard, []).append(refund)
    refunded: TransferResult | None = None
    for shard in sorted(by_shard):
        results = await ledger.submit(tx, by_shard[shard])
        for transfer, result in zip(by_shard[shard], results, strict=True):
            if transfer is refund:
                refunded = result
            elif result in _SHORT:
                return Refused(RoyaltyRefusal.RECEIVER_BALANCE_NOT_ENOUGH)
            else:
                invariant(result is TransferResult.CREATED, f"it is taken or refused, not {result}")
    assert refunded is not None, "its shard is among them"
    return refunded


async def _open_transit(tx: Tx, backs: Sequence[Return]) -> None:
    accounts: dict[int, list[NewAccount]] = {}
    for each in backs:
        if each.crosses:
            for account in (each.crossing.outgoing, each.crossing.incoming):
                if account not in accounts.setdefault(account.shard, []):
                    accounts[account.shard].append(account)
    for shard in sorted(accounts):
        await ledger.ensure_accounts(tx, accounts[shard])


async def _bill(tx: ReadTx, back: Return) -> NewBill:
    merchant = await store.merchant(tx, back.merchant_id)
    assert merchant is not None, "a trade has its seller"
    assert back.receiver_shard is not None, "people have bills, merchants haven't"
    key = BillKey(
        back.receiver_shard,
        back.receiver_id,
        BillKind.TRANSFER,
        rules.REFERENCE,
        back.trade_no,
        back.part,
    )
    return NewBill(
        key=key,
        direction=Direction.OUT,
        amount_fen=back.amount_fen,
        status=BillStatus.SUCCEEDED,
        title=Wording(f"退回{merchant.name}的分账", f"Share returned to {merchant.name_en}"),
        counterparty=merchant.wording,
        fund_label=BALANCE_LABEL,
        note=Wording(back.memo, back.memo) if back.memo else None,
    )


async def findings(tx: ReadTx) -> list[Finding]:
    """Returns that the books don't have, or of more than somebody got: for the audit."""
    found = []
    for shard in range(tx.shards):
        for row in await store.returned_too_much(tx, shard):
            says = f"{row['receiver_no']} gave back more than it got"
            found.append(Finding("payments", "returned_what_it_got", row["trade_no"], says))
        last = "", "", -1
        while batch := await store.royalty_returns_after(tx, shard, *last, _STEP):
            last = batch[-1].trade_no, batch[-1].out_request_no, batch[-1].place
            for each in batch:
                if not await _is_booked(tx, each):
                    says = "it isn't in the books as it says"
                    found.append(Finding("payments", "return_is_transferred", each.text, says))
    return found


async def _is_booked(tx: ReadTx, back: Return) -> bool:
    for asked in back.transfers():
        ids = [asked.transfer_id]
        there = (await ledger.transfers_by_id(tx, asked.shard, ids)).get(asked.transfer_id)
        if there is None or (
            (there.amount_fen, there.debit_account_id, there.credit_account_id)
            != (asked.amount_fen, asked.debit_account_id, asked.credit_account_id)
        ):
            return False
    return True
