"""The use cases of payments. `tx` comes first; the edge commits; no network is touched here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from farewave.banks import service as banks
from farewave.banks.model import Card
from farewave.db import ReadTx, Tx
from farewave.db.events import NewEvent, record_events
from farewave.kit.chance import digits
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.ledger.model import AccountKind, NewAccount
from farewave.payments import bills, card_refunds, limits, royalty_returns, rules, signing, store
from farewave.payments.card_refunds import CardPayment
from farewave.payments.closing import tell_closed
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.limits import Spending
from farewave.payments.model import (
    Fund,
    Merchant,
    NewTrade,
    Refund,
    RefundDone,
    Trade,
    TradeStatus,
    merchant_account_id,
    seller_id_of,
    shard_of_trade_no,
    trade_no_of,
)
from farewave.payments.notifications import enqueue_notification
from farewave.payments.royalty_return import TakeBack
from farewave.payments.rules import Repeat
from farewave.payments.signing import SignedByPaying
from farewave.people import service as people
from farewave.people.model import Actor, shard_of_user_no
from farewave.wallet import service as wallet

_SELLER_NUMBER_TRIES = 16


@dataclass(frozen=True, slots=True)
class CashierView:
    """A trade as its payer sees it, with what the balance and which cards could pay."""

    trade: Trade
    merchant: Merchant
    available_fen: int
    status: TradeStatus
    """CLOSED as soon as the time is over, also before the job has come by."""
    cards: list[Card]
    card_payment: CardPayment | None
    """The last attempt to pay by card."""
    signs: SignedByPaying | None


async def ensure_merchant(tx: Tx, *, merchant_id: UUID, name: str, name_en: str) -> Merchant:
    """The merchant of this id, made when it isn't there. Its seller number follows from the id."""
    for attempt in range(_SELLER_NUMBER_TRIES):
        made = Merchant(merchant_id, seller_id_of(merchant_id, attempt), name, name_en)
        await store.insert_merchant(tx, made)
        kept = await store.merchant(tx, merchant_id)
        if kept is not None:
            return kept
    raise AssertionError("a billion seller numbers aren't all taken")


async def merchant(tx: ReadTx, merchant_id: UUID) -> Merchant | None:
    """The merchant of this id."""
    return await store.merchant(tx, merchant_id)


async def create_trade(tx: Tx, new: NewTrade) -> Trade | Refused:
    """A trade that waits for its buyer. Asked again with the same number: the same trade.

    Refusals: AMOUNT_INVALID, EXPIRED_ALREADY (first time only), BUYER_NOT_FOUND,
    CONTEXT_INCONSISTENT, TRADE_HAS_SUCCESS, TRADE_HAS_CLOSE.
    """
    known = await find_trade(tx, new.merchant_id, trade_no=None, out_trade_no=new.out_trade_no)
    if known is not None:
        return _answer_repeat(new, known)
    refused = rules.judge_new_trade(new, tx.now)
    if refused is not None:
        return refused
    shard = shard_of_user_no(new.buyer_user_no)
    buyer = await people.person_by_user_no(tx, new.buyer_user_no)
    if buyer is None or shard is None:
        return Refused(PaymentsRefusal.BUYER_NOT_FOUND)
    invariant(buyer.shard == shard, "a user number tells its person's shard")
    seller = await store.merchant(tx, new.merchant_id)
    invariant(seller is not None, "an application belongs to a merchant")
    assert seller is not None
    trade_id = new_id(shard, tx.now, tx.chance)
    trade = rules.new_trade(new, seller, trade_id, new_trade_no(tx, shard), buyer.person_id, tx.now)
    claimed = await store.claim_trade(tx, new.merchant_id, new.out_trade_no, shard, trade.trade_no)
    if claimed != (shard, trade.trade_no):  # another one asked at the same time and was first
        first = await store.trade(tx, *claimed)
        if first is None:  # cancelled before it stood for a trade
            return Refused(PaymentsRefusal.TRADE_HAS_CLOSE)
        return _answer_repeat(new, first)
    await store.insert_trade(tx, trade)
    if any(new.place):
        await store.insert_places(tx, shard, [(trade.trade_no, new.place)])
    return trade


def _answer_repeat(new: NewTrade, known: Trade) -> Trade | Refused:
    judged = rules.judge_repeated_trade(new, known)
    return judged if isinstance(judged, Refused) else known


def new_trade_no(tx: Tx, shard: int) -> str:
    """A number for a trade that is made now."""
    return trade_no_of(shard, tx.now, int(digits(tx.chance, 8)))


async def find_trade(
    tx: ReadTx, merchant_id: UUID, *, trade_no: str | None, out_trade_no: str | None
) -> Trade | None:
    """A merchant's trade by either number; `trade_no` wins."""
    place = await _place(tx, merchant_id, trade_no, out_trade_no)
    found = await store.trade(tx, *place) if place else None
    return found if found and found.merchant_id == merchant_id else None


async def trades_by_no(tx: ReadTx, trade_nos: Collection[str]) -> dict[str, Trade]:
    """Those of `trade_nos` that there are, whoever's they are."""
    by_shard: dict[int, list[str]] = {}
    for trade_no in trade_nos:
        shard = shard_of_trade_no(trade_no)
        if shard is not None:
            by_shard.setdefault(shard, []).append(trade_no)
    found = [
        trade
        for shard, numbers in by_shard.items()
        for trade in await store.trades(tx, shard, numbers)
    ]
    return {trade.trade_no: trade for trade in found}


async def _place(
    tx: ReadTx, merchant_id: UUID, trade_no: str | None, out_trade_no: str | None
) -> tuple[int, str] | None:
    if trade_no:
        shard = shard_of_trade_no(trade_no)
        return None if shard is None else (shard, trade_no)
    return await store.claimed_trade(tx, merchant_id, out_trade_no) if out_trade_no else None


async def _lock(
    tx: Tx, merchant_id: UUID, trade_no: str | None, out_trade_no: str | None
) -> Trade | None:
    place = await _place(tx, merchant_id, trade_no, out_trade_no)
    found = await store.lock_trade(tx, *place) if place else None
    return found if found and found.merchant_id == merchant_id else None


async def cashier(tx: ReadTx, actor: Actor, trade_no: str) -> CashierView | Refused:
    """A trade for the eyes of the buyer that it names."""
    trade = await own_trade(tx, actor, trade_no)
    return trade if isinstance(trade, Refused) else await _view(tx, trade)


async def own_trade(tx: ReadTx, actor: Actor, trade_no: str) -> Trade | Refused:
    """A trade that names the actor as its buyer. Refused: TRADE_NOT_FOUND, NOT_YOUR_TRADE."""
    shard = shard_of_trade_no(trade_no)
    trade = await store.trade(tx, shard, trade_no) if shard is not None else None
    if trade is None:
        return Refused(PaymentsRefusal.TRADE_NOT_FOUND)
    if trade.payer_id != actor.person_id:
        return Refused(PaymentsRefusal.NOT_YOUR_TRADE)
    return trade


async def seller_of(tx: ReadTx, trade: Trade) -> Merchant:
    """The merchant of a trade."""
    seller = await store.merchant(tx, trade.merchant_id)
    assert seller is not None, "a trade has its merchant"
    return seller


async def _view(tx: ReadTx, trade: Trade) -> CashierView:
    """The trade as its payer sees it now."""
    seller = await seller_of(tx, trade)
    balance = await wallet.balance(tx, trade.shard, trade.payer_id)
    over = trade.status is TradeStatus.WAIT_BUYER_PAY and tx.now >= trade.expires_at
    status = TradeStatus.TRADE_CLOSED if over else trade.status
    return CashierView(
        trade,
        seller,
        balance.available_fen,
        status,
        await banks.cards(tx, trade.shard, trade.payer_id),
        card_refunds.last_card_payment(
            await banks.instructions_of(tx, trade.shard, [trade.business])
        ),
        await signing.of_trade(tx, trade),
    )


async def pay(
    tx: Tx,
    actor: Actor,
    trade_no: str,
    fund: Fund,
    pay_password: str,
    *,
    agreed: str | None = None,
) -> CashierView | Refused:
    """Pay a trade, once. Money, state, bill and the notification to send are one commit.

    The pay password comes first, and a wrong one is counted. Refusals: those of
    `people.check_pay_password`, TRADE_NOT_FOUND, NOT_YOUR_TRADE, TRADE_EXPIRED, TRADE_HAS_CLOSE,
    CARD_PAYMENT_PENDING, those of `agreement.judge_signing`, LIMIT_PAYMENT, LIMIT_DAY, LIMIT_MONTH,
    BALANCE_NOT_ENOUGH. A trade that this buyer has paid already is answered as paid.
    `agreed`: the terms as they were seen, of an agreement that is signed by paying.
    """
    seen = await own_trade(tx, actor, trade_no)
    if isinstance(seen, Refused):
        return seen
    wrong = await people.check_pay_password(tx, actor, pay_password)
    if wrong is not None:
        return wrong
    held = await signing.hold(tx, seen.shard, trade_no)
    trade = await store.lock_trade(tx, seen.shard, trade_no)
    assert trade is not None, "trades are never deleted"
    plan = rules.plan_payment(trade, actor.user_no, tx.now)
    if isinstance(plan, Refused):
        return plan
    if plan is Repeat.SAME:
        return await _view(tx, trade)
    if await card_refunds.is_card_payment_pending(tx, trade):
        return Refused(PaymentsRefusal.CARD_PAYMENT_PENDING)
    if held is not None and (not_signed := held.judge(trade, agreed, tx)) is not None:
        return not_signed
    spent = await spend(tx, actor, trade)
    if isinstance(spent, Refused):
        return spent
    await open_merchant_accounts(tx, trade.shard, [trade.merchant_id])
    (result,) = await ledger.submit(tx, [plan])
    refused = rules.conclude_payment(result)
    if refused is not None:
        return refused
    # From here on it must succeed: the money has moved in this transaction.
    paid = replace(trade, status=TradeStatus.TRADE_SUCCESS, paid_at=tx.now, fund=fund)
    await store.set_paid(tx, trade, fund, tx.now)
    await store.write_spending(tx, trade.shard, {actor.person_id: spent})
    await bills.write_payment(tx, paid, await seller_of(tx, paid))
    signed = None
    if held is not None:
        signed = await signing.conclude(tx, held, paid, new_trade_no(tx, trade.shard))
    await enqueue_notification(tx, paid, signed=signed)
    await record_events(tx, trade.shard, [paid_event(paid)])
    return await _view(tx, paid)


async def spend(tx: Tx, actor: Actor, trade: Trade) -> Spending | Refused:
    """What the payer will have spent, the row locked until the commit; refused over a limit."""
    person = await people.person(tx, actor.shard, actor.person_id)
    await store.ensure_spending(tx, actor.shard, actor.person_id, limits.nothing_spent(tx.now))
    before = await store.lock_spending(tx, actor.shard, [actor.person_id])
    spent = limits.plus(before[actor.person_id], trade.amount_fen, tx.now)
    return limits.judge(spent, trade.amount_fen, person.real_name_level) or spent


async def open_merchant_accounts(tx: Tx, shard: int, merchant_ids: Collection[UUID]) -> None:
    """Sub-accounts on `shard`, for those who have none there yet. Before any batch of transfers."""
    accounts = [
        NewAccount(
            account_id=merchant_account_id(merchant_id, shard),
            shard=shard,
            kind=AccountKind.MERCHANT,
            owner_id=merchant_id,
            debits_must_not_exceed_credits=True,
        )
        for merchant_id in merchant_ids
    ]
    await ledger.ensure_accounts(tx, accounts)


def paid_event(trade: Trade) -> NewEvent:
    """What the figures on use are told of a payment."""
    assert trade.fund is not None, "a paid trade has its fund"
    return NewEvent(
        "payments.paid",
        trade.payer_id,
        {"amount_fen": trade.amount_fen, "fund": trade.fund.value, "app_id": trade.app_id},
    )


async def close_trade(
    tx: Tx, merchant_id: UUID, *, trade_no: str | None, out_trade_no: str | None
) -> Trade | Refused:
    """Close a trade that nobody paid; closed already: the same answer."""
    trade = await _lock(tx, merchant_id, trade_no, out_trade_no)
    if trade is None:
        return Refused(PaymentsRefusal.TRADE_NOT_FOUND)
    judged = rules.judge_close(trade)
    if isinstance(judged, Refused):
        return judged
    if judged is Repeat.SAME:
        return trade
    return await close_now(tx, trade)


async def close_now(tx: Tx, trade: Trade) -> Trade:
    """Close a trade that waits, whose row is locked."""
    await store.set_closed(tx, trade.shard, trade.trade_no, tx.now)
    closed = replace(trade, status=TradeStatus.TRADE_CLOSED, closed_at=tx.now)
    await tell_closed(tx, [closed])
    return closed


async def refund_trade(
    tx: Tx,
    merchant_id: UUID,
    *,
    trade_no: str | None,
    out_trade_no: str | None,
    out_request_no: str,
    amount_fen: int,
    why: str,
    take_back: Sequence[TakeBack] = (),
) -> RefundDone | Refused:
    """Give money back, in part or whole, once for each `out_request_no`.

    What was paid by card goes back to the card: from here on it is the bank's to carry out.
    `take_back`: shares that receivers give back to the seller for it, in the same commit.

    Refusals: TRADE_NOT_FOUND, AMOUNT_INVALID, DISCORDANT_REPEAT, TRADE_HAS_CLOSE,
    TRADE_HAS_FINISHED, TRADE_STATUS_WRONG, REFUND_EXCEEDS, RETURN_EXCEEDS,
    RECEIVER_BALANCE_NOT_ENOUGH, SELLER_BALANCE_NOT_ENOUGH.
    """
    trade = await _lock(tx, merchant_id, trade_no, out_trade_no)
    if trade is None:
        return Refused(PaymentsRefusal.TRADE_NOT_FOUND)
    known = await store.refund(tx, trade.shard, trade.trade_no, out_request_no)
    plan = rules.plan_refund(trade, known, out_request_no, amount_fen)
    if isinstance(plan, Refused):
        return plan
    if plan is Repeat.SAME:
        assert known is not None
        took = await royalty_returns.of_refund(tx, trade, out_request_no)
        if [each.wish for each in took] != list(take_back):
            return Refused(PaymentsRefusal.DISCORDANT_REPEAT)
        return RefundDone(trade, known, fresh=False)
    refund = Refund(plan.transfer_id, out_request_no, amount_fen, why, tx.now)
    backs = await royalty_returns.plan(tx, trade, refund, take_back)
    if isinstance(backs, Refused):
        return backs
    debit = await card_refunds.paid_by(tx, trade) if trade.fund is Fund.CARD else None
    transfer = plan if debit is None else await card_refunds.begin_refund(tx, debit, plan)
    result = await royalty_returns.carry_out(tx, backs, transfer)
    if isinstance(result, Refused):
        return result
    status = rules.conclude_refund(trade, amount_fen, result)
    if isinstance(status, Refused):
        return status
    # From here on it must succeed: the money has moved in this transaction.
    refunded = replace(
        trade,
        status=status,
        refunded_fen=trade.refunded_fen + amount_fen,
        closed_at=tx.now if status is TradeStatus.TRADE_CLOSED else None,
    )
    await store.add_refund(tx, trade, refund, status)
    await store.insert_royalty_returns(tx, backs)
    seller = await seller_of(tx, trade)
    label = None if debit is None else card_refunds.label_of(debit)
    await bills.write_refund(tx, refunded, refund, seller, label)
    await enqueue_notification(tx, refunded, refund)
    return RefundDone(refunded, refund, fresh=True)


async def find_refund(
    tx: ReadTx,
    merchant_id: UUID,
    *,
    trade_no: str | None,
    out_trade_no: str | None,
    out_request_no: str,
) -> tuple[Trade, Refund] | None:
    """A refund of a merchant's trade by its request number."""
    trade = await find_trade(tx, merchant_id, trade_no=trade_no, out_trade_no=out_trade_no)
    if trade is None:
        return None
    refund = await store.refund(tx, trade.shard, trade.trade_no, out_request_no)
    return (trade, refund) if refund else None
