"""Payouts: whom a merchant means, the one transaction that pays, looking one up, the audit.

A payout is paid from the merchant's sub-account on the payee's shard. What is missing there is
brought from where it is first (`sweeping`), so that money and the payee's bill are one commit.
"""

from functools import partial
from uuid import UUID

from farewave.db import Database, ReadTx, Tx
from farewave.kit.finding import Finding
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.ledger import service as ledger
from farewave.ledger.model import TransferResult
from farewave.payments import payout as rules
from farewave.payments import service, store, sweeping
from farewave.payments.errors import PaymentsRefusal, PayoutRefusal
from farewave.payments.model import merchant_account_id, shard_of_trade_no
from farewave.payments.payout import NewPayout, Payout
from farewave.people import service as people
from farewave.people.model import Person, PhoneNumber
from farewave.wallet import service as wallet
from farewave.wallet.model import (
    BALANCE_LABEL,
    BillKey,
    BillKind,
    BillStatus,
    Direction,
    NewBill,
    Owner,
    Wording,
    balance_account_id,
)

_STEP = 500
_SHORT = (TransferResult.EXCEEDS_CREDITS, TransferResult.DEBIT_ACCOUNT_NOT_FOUND)


async def payee(
    tx: ReadTx, sealer: Sealer, *, user_no: str | None, logon_id: str | None, name: str | None
) -> Person | Refused:
    """Who is meant, by user number or phone number; with `name`, only if it is theirs.

    Refusals: PAYEE_NOT_FOUND, PAYEE_NAME_WRONG (also of somebody without a real name).
    """
    if user_no is not None:
        found = await people.person_by_user_no(tx, user_no)
    else:
        phone = PhoneNumber.parse(logon_id or "")
        found = await people.person_by_phone(tx, sealer, phone) if phone else None
    if found is None:
        return Refused(PayoutRefusal.PAYEE_NOT_FOUND)
    if name is not None and (
        found.real_name is None or found.real_name.reveal(sealer) != name.strip()
    ):
        return Refused(PayoutRefusal.PAYEE_NAME_WRONG)
    return found


async def pay_out(database: Database, new: NewPayout) -> Payout | Refused:
    """Pay once for each number; again with the same content: the same payout.

    Refusals: AMOUNT_TOO_SMALL, AMOUNT_TOO_LARGE, INCONSISTENT, SELLER_BALANCE_NOT_ENOUGH.
    """
    return await sweeping.with_money_back(
        database,
        new.merchant_id,
        new.payee_shard,
        new.amount_fen,
        lambda: database.run(partial(_pay, new=new)),
    )


async def _pay(tx: Tx, new: NewPayout) -> Payout | Refused:
    known = await find(tx, new.merchant_id, out_biz_no=new.out_biz_no, order_id=None)
    if known is not None:
        return rules.judge_repeat(new, known)
    refused = rules.judge_new(new)
    if refused is not None:
        return refused
    shard = new.payee_shard
    made = Payout(
        shard=shard,
        order_id=service.new_trade_no(tx, shard),
        payout_id=new_id(shard, tx.now, tx.chance),
        merchant_id=new.merchant_id,
        app_id=new.app_id,
        out_biz_no=new.out_biz_no,
        payee_id=new.payee_id,
        amount_fen=new.amount_fen,
        title=new.title,
        remark=new.remark,
        paid_at=tx.now,
    )
    claimed = await store.claim_payout(tx, made)
    if claimed != (shard, made.order_id):  # another one asked at the same time and was first
        first = await store.payout(tx, *claimed)
        assert first is not None, "a committed claim has its payout"
        return rules.judge_repeat(new, first)
    await store.insert_payout(tx, made)
    await wallet.write_bill(tx, await _bill(tx, made))
    await wallet.ensure_account(tx, Owner(made.payee_id, shard))
    await service.open_merchant_accounts(tx, shard, [made.merchant_id])
    # Last, because the book's head stays locked from here on.
    (result,) = await ledger.submit(tx, [rules.plan(made)])
    if result in _SHORT:
        return Refused(PaymentsRefusal.SELLER_BALANCE_NOT_ENOUGH)
    invariant(result is TransferResult.CREATED, f"a payout is created or refused, not {result}")
    return made


async def _bill(tx: ReadTx, made: Payout) -> NewBill:
    merchant = await store.merchant(tx, made.merchant_id)
    assert merchant is not None, "a payout belongs to a merchant"
    title = made.title or merchant.name
    return NewBill(
        key=BillKey(made.shard, made.payee_id, BillKind.TRANSFER, rules.REFERENCE, made.order_id),
        direction=Direction.IN,
        amount_fen=made.amount_fen,
        status=BillStatus.SUCCEEDED,
        title=Wording(title, made.title or merchant.name_en),
        counterparty=merchant.wording,
        fund_label=BALANCE_LABEL,
        note=Wording(made.remark, made.remark) if made.remark else None,
        order_no=made.out_biz_no,
    )


async def find(
    tx: ReadTx, merchant_id: UUID, *, out_biz_no: str | None, order_id: str | None
) -> Payout | None:
    """A merchant's payout by either number; `order_id` wins."""
    if order_id is not None:
        shard = shard_of_trade_no(order_id)
        place = None if shard is None else (shard, order_id)
    else:
        place = await store.claimed_payout(tx, merchant_id, out_biz_no or "")
    found = await store.payout(tx, *place) if place else None
    return found if found and found.merchant_id == merchant_id else None


async def findings(tx: ReadTx) -> list[Finding]:
    """Payouts that contradict their claims, the books or the payees' bills: for the audit."""
    found = [
        Finding("payments", "payout_has_its_claim", row["out_biz_no"], "one of the two is missing")
        for row in await store.payout_claims_astray(tx)
    ]
    for shard in range(tx.shards):
        last = ""
        while batch := await store.payouts_after(tx, shard, last, _STEP):
            last = batch[-1].order_id
            found += await _unlike_books(tx, shard, batch)
    return found


async def _unlike_books(tx: ReadTx, shard: int, batch: list[Payout]) -> list[Finding]:
    transfers = await ledger.transfers_by_id(tx, shard, [each.transfer_id for each in batch])
    references = [(each.payee_id, each.order_id) for each in batch]
    billed = {
        bill.key.reference_id: (bill.amount_fen, bill.status)
        for bill in await wallet.bills_of_references(tx, shard, rules.REFERENCE, references)
    }
    found = []
    for each in batch:
        moved = transfers.get(each.transfer_id)
        if moved is None or (
            moved.amount_fen,
            moved.debit_account_id,
            moved.credit_account_id,
        ) != (
            each.amount_fen,
            merchant_account_id(each.merchant_id, shard),
            balance_account_id(each.payee_id, shard),
        ):
            says = "it isn't booked as it says"
            found.append(Finding("payments", "payout_is_transferred", each.order_id, says))
        if billed.get(each.order_id) != (each.amount_fen, BillStatus.SUCCEEDED):
            says = "its payee's bill says something else"
            found.append(Finding("payments", "payout_has_its_bill", each.order_id, says))
    return found
