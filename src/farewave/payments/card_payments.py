"""Paying a trade straight from a bound card, in two halves: before the bank is asked, and after.

The trade waits on while the bank is asked; nobody else may pay it then. It can be closed meanwhile,
or its time can run out: what the bank took for it is given back to the card by itself.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from farewave.banks import service as banks
from farewave.banks.instruction import (
    Instruction,
    InstructionStatus,
    Purpose,
    begin_transfer,
    end_transfer,
)
from farewave.banks.model import MoneyAnswer
from farewave.banks.service import Begun, NewInstruction
from farewave.db import Tx
from farewave.db.events import record_events
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.payments import bills, card_refunds, limits, rules, service, signing, store
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import Fund, Trade, TradeStatus, merchant_account_id
from farewave.payments.notifications import enqueue_notification
from farewave.payments.signing import Held
from farewave.people import service as people
from farewave.people.model import Actor
from farewave.wallet import service as wallet
from farewave.wallet.model import BillKind, BillStatus, Wording, balance_account_id


@dataclass(frozen=True, slots=True, repr=False)
class CardWish:
    """What a payer asks for. `key` and `digest` tell a repeat from another wish.

    `agreed`: the terms as they were seen, of an agreement that is signed by paying.
    """

    card_id: UUID
    pay_password: str
    key: str
    digest: bytes
    agreed: str | None = None


async def begin(tx: Tx, actor: Actor, trade_no: str, wish: CardWish) -> Begun | Refused | None:
    """Write a card payment down before the bank is asked; None: the trade is paid already.

    Refusals: TRADE_NOT_FOUND, NOT_YOUR_TRADE, request.key_conflict, banks.card_unknown, those of
    `people.check_pay_password`, TRADE_EXPIRED, TRADE_HAS_CLOSE, CARD_PAYMENT_PENDING, those of
    `agreement.judge_signing`, LIMIT_….
    """
    seen = await service.own_trade(tx, actor, trade_no)
    if isinstance(seen, Refused):
        return seen
    begun = await _begun_before(tx, actor, wish)
    if begun is not None:
        return begun
    card = await banks.card_in_use(tx, actor, wish.card_id)
    if isinstance(card, Refused):
        return card
    wrong = await people.check_pay_password(tx, actor, wish.pay_password)
    if wrong is not None:
        return wrong
    # The pay password's row is locked now: of two with one key, the second finds the first here.
    begun = await _begun_before(tx, actor, wish)
    if begun is not None:
        return begun
    held = await signing.hold(tx, seen.shard, trade_no)
    trade = await store.lock_trade(tx, seen.shard, trade_no)
    assert trade is not None, "trades are never deleted"
    judged = rules.judge_payment(trade, actor.user_no, tx.now)
    if isinstance(judged, Refused):
        return judged
    if judged is not None:
        return None
    if await card_refunds.is_card_payment_pending(tx, trade):
        return Refused(PaymentsRefusal.CARD_PAYMENT_PENDING)
    if held is not None:
        not_signed = held.judge(trade, wish.agreed, tx)
        if not_signed is not None:
            return not_signed
        await signing.agree(tx, held, wish.agreed)
    spent = await service.spend(tx, actor, trade)
    if isinstance(spent, Refused):
        return spent
    await store.write_spending(tx, trade.shard, {actor.person_id: spent})
    new = NewInstruction(
        shard=trade.shard,
        person_id=actor.person_id,
        purpose=Purpose.PAYMENT,
        card_id=card.card_id,
        bank_code=card.bank_code,
        last4=card.last4,
        amount_fen=trade.amount_fen,
        reference=trade.business,
    )
    payment = await banks.write_instruction(tx, new, key=wish.key, digest=wish.digest)
    seller = await service.seller_of(tx, trade)
    label = card_refunds.label_of(payment)
    await bills.write_card_payment(tx, trade, seller, payment.text, label)
    # Last, because the book's head stays locked from here on.
    (result,) = await ledger.submit(tx, [begin_transfer(payment)])
    invariant(result.done, f"a bank may always be asked for money, not {result}")
    return Begun(payment, card.token)


async def _begun_before(tx: Tx, actor: Actor, wish: CardWish) -> Begun | Refused | None:
    return await banks.begun_before(
        tx, actor.shard, actor.person_id, Purpose.PAYMENT, wish.key, wish.digest
    )


async def conclude(tx: Tx, begun: Instruction, answer: MoneyAnswer) -> Instruction:
    """Pay the trade by the bank's yes, or give back what came too late. Again is safe.

    Too late also for what is to be signed: other terms, or another person's by now.
    """
    held = await signing.hold(tx, begun.shard, card_refunds.trade_no_of(begun))
    trade = await card_refunds.lock_trade_of(tx, begun)
    concluded = await banks.conclude(tx, begun, answer)
    payment = concluded.instruction
    if not concluded.fresh:
        return payment
    if payment.status is InstructionStatus.FAILED:
        await _fail(tx, trade, payment)
    elif rules.takes_money(trade, tx.now) and (
        held is None or held.judge(trade, held.signing.agreed, tx) is None
    ):
        await _pay(tx, trade, payment, held)
    else:
        await _give_back(tx, trade, payment)
    return payment


async def _pay(tx: Tx, trade: Trade, payment: Instruction, held: Held | None) -> None:
    """Money, trade state, bill, what is signed and the notification to send are one commit."""
    paid = replace(trade, status=TradeStatus.TRADE_SUCCESS, paid_at=tx.now, fund=Fund.CARD)
    await store.set_paid(tx, trade, Fund.CARD, tx.now)
    await _bill(tx, trade, payment, BillStatus.SUCCEEDED, None)
    signed = None
    if held is not None:
        signed = await signing.conclude(tx, held, paid, service.new_trade_no(tx, trade.shard))
    await enqueue_notification(tx, paid, signed=signed)
    await record_events(tx, trade.shard, [service.paid_event(paid)])
    await service.open_merchant_accounts(tx, trade.shard, [trade.merchant_id])
    seller = merchant_account_id(trade.merchant_id, trade.shard)
    await banks.leave_transit(tx, payment, seller)


async def _give_back(tx: Tx, trade: Trade, payment: Instruction) -> None:
    """The trade is over: through the payer's balance, within one batch, back to the bank."""
    await _bill(tx, trade, payment, BillStatus.CLOSED, bills.RETURNING)
    await _spend_less(tx, trade, payment)
    back = await card_refunds.begin_return(tx, payment)
    balance = await wallet.ensure_account(tx, card_refunds.payer_of(trade))
    results = await ledger.submit(
        tx, [end_transfer(payment, balance), begin_transfer(back, balance)]
    )
    invariant(all(each.done for each in results), "what came for a trade can go back")


async def _fail(tx: Tx, trade: Trade, payment: Instruction) -> None:
    assert payment.failure is not None, "a failed instruction has its reason"
    note = Wording(payment.failure.zh, payment.failure.en)
    await _bill(tx, trade, payment, BillStatus.FAILED, note)
    await _spend_less(tx, trade, payment)
    # Back to the bank's side; the balance, which may have no account yet, gets nothing.
    await banks.leave_transit(tx, payment, balance_account_id(trade.payer_id, trade.shard))


async def _bill(
    tx: Tx, trade: Trade, payment: Instruction, status: BillStatus, note: Wording | None
) -> None:
    key = bills.bill_key(trade, BillKind.PAYMENT, payment.text)
    await wallet.update_bill(tx, key, status, note)


async def _spend_less(tx: Tx, trade: Trade, payment: Instruction) -> None:
    """What wasn't paid doesn't count towards the payer's limits."""
    before = await store.lock_spending(tx, trade.shard, [trade.payer_id])
    spent = limits.minus(before[trade.payer_id], payment.amount_fen, payment.created_at)
    await store.write_spending(tx, trade.shard, {trade.payer_id: spent})


CONCLUSIONS = {
    Purpose.PAYMENT: conclude,
    Purpose.REFUND: card_refunds.conclude,
    Purpose.RETURN: card_refunds.conclude,
}
"""What payments conclude of a bank's answers: for the job that asks."""
