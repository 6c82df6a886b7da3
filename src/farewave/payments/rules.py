"""The decisions about trades: pure. Money rules plan a transfer and conclude from its result."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from farewave.kit.ids import shard_of
from farewave.kit.invariant import invariant
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.kit.outcome import Refused
from farewave.ledger.model import Reason, Transfer, TransferResult, posted
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import (
    Action,
    Fund,
    Merchant,
    NewTrade,
    Refund,
    Trade,
    TradeStatus,
    merchant_account_id,
)
from farewave.wallet.model import balance_account_id

EXPIRES_AFTER_MAX = timedelta(days=15)
"""The Open Platform's longest time for a trade to be paid."""
FINISHES_AFTER = timedelta(days=90)
"""How long a paid trade can be refunded."""
CANCELS_WITHIN = timedelta(hours=24)
"""How long after it was made a trade can be cancelled: later it is refunded or closed."""
NOTIFY_GAPS_MIN = (4, 10, 10, 60, 120, 360, 900)
"""Minutes between the eight attempts at a notification (the Open Platform's published ones)."""


class Repeat(Enum):
    """The same was done before: answer as then, change nothing."""

    SAME = "same"


def expiry(new: NewTrade, now: datetime) -> datetime:
    """When the trade closes by itself if nobody pays."""
    longest = now + EXPIRES_AFTER_MAX
    return longest if new.expires_at is None else min(new.expires_at, longest)


def judge_new_trade(new: NewTrade, now: datetime) -> Refused | None:
    """Whether `new` can be a trade at all."""
    if not 0 < new.amount_fen <= AMOUNT_FEN_MAX:
        return Refused(PaymentsRefusal.AMOUNT_INVALID)
    if new.expires_at is not None and new.expires_at <= now:
        return Refused(PaymentsRefusal.EXPIRED_ALREADY)
    return None


def new_trade(
    new: NewTrade,
    seller: Merchant,
    trade_id: UUID,
    trade_no: str,
    payer_id: UUID,
    now: datetime,
    paid_from: Fund | None = None,
) -> Trade:
    """The trade that `new` makes: it waits for its buyer, or is paid in one moment from a fund."""
    return Trade(
        shard=shard_of(trade_id),
        trade_no=trade_no,
        trade_id=trade_id,
        merchant_id=seller.merchant_id,
        seller_id=seller.seller_id,
        app_id=new.app_id,
        out_trade_no=new.out_trade_no,
        subject=new.subject,
        body=new.body,
        amount_fen=new.amount_fen,
        payer_id=payer_id,
        buyer_user_no=new.buyer_user_no,
        status=TradeStatus.TRADE_SUCCESS if paid_from else TradeStatus.WAIT_BUYER_PAY,
        created_at=now,
        expires_at=expiry(new, now),
        paid_at=now if paid_from else None,
        closed_at=None,
        refunded_fen=0,
        fund=paid_from,
        notify_url=new.notify_url,
        passback_params=new.passback_params,
        agent_app_id=new.agent_app_id,
    )


def judge_repeated_trade(new: NewTrade, known: Trade) -> Repeat | Refused:
    """A merchant asks again under one of its order numbers."""
    over = _over(known)
    if over is not None:
        return Refused(over)
    same = (new.amount_fen, new.subject, new.buyer_user_no) == (
        known.amount_fen,
        known.subject,
        known.buyer_user_no,
    )
    return Repeat.SAME if same else Refused(PaymentsRefusal.CONTEXT_INCONSISTENT)


def judge_paying_again(known: Trade) -> Refused:
    """A merchant scans a code for an order number that stands for a trade already."""
    return Refused(_over(known) or PaymentsRefusal.CONTEXT_INCONSISTENT)


def _over(known: Trade) -> PaymentsRefusal | None:
    """Why nothing more can be done under a trade's order number; None while it waits."""
    if known.status in (TradeStatus.TRADE_SUCCESS, TradeStatus.TRADE_FINISHED):
        return PaymentsRefusal.TRADE_HAS_SUCCESS
    return PaymentsRefusal.TRADE_HAS_CLOSE if known.status is TradeStatus.TRADE_CLOSED else None


def plan_payment(trade: Trade, buyer_user_no: str, now: datetime) -> Transfer | Repeat | Refused:
    """The transfer that pays `trade` from the balance; the buyer paid before: Repeat."""
    return judge_payment(trade, buyer_user_no, now) or _payment(trade)


def judge_payment(trade: Trade, buyer_user_no: str, now: datetime) -> Repeat | Refused | None:
    """Why `trade` can't be paid by this buyer now; they paid before: Repeat; None: it can."""
    if trade.buyer_user_no != buyer_user_no:
        return Refused(PaymentsRefusal.NOT_YOUR_TRADE)
    if trade.status in (TradeStatus.TRADE_SUCCESS, TradeStatus.TRADE_FINISHED):
        return Repeat.SAME
    if trade.status is TradeStatus.TRADE_CLOSED:
        return Refused(
            PaymentsRefusal.TRADE_HAS_CLOSE if trade.was_paid else PaymentsRefusal.TRADE_EXPIRED
        )
    if now >= trade.expires_at:
        return Refused(PaymentsRefusal.TRADE_EXPIRED)
    return None


def takes_money(trade: Trade, now: datetime) -> bool:
    """Whether money that a bank took for `trade` still pays it; else it goes back."""
    return trade.status is TradeStatus.WAIT_BUYER_PAY and now < trade.expires_at


def plan_paid_at_once(trade: Trade) -> Transfer:
    """The transfer of a trade that is made and paid in one moment, by a pay code."""
    invariant(trade.status is TradeStatus.TRADE_SUCCESS, "it is written as paid or not at all")
    return _payment(trade)


def _payment(trade: Trade) -> Transfer:
    return posted(
        trade.payment_id,
        trade.shard,
        debit=balance_account_id(trade.payer_id, trade.shard),
        credit=merchant_account_id(trade.merchant_id, trade.shard),
        amount_fen=trade.amount_fen,
        reason=Reason.PAYMENT,
        business=trade.business,
    )


def conclude_payment(result: TransferResult) -> Refused | None:
    """What the ledger's answer means for the payer."""
    if result in (TransferResult.EXCEEDS_CREDITS, TransferResult.DEBIT_ACCOUNT_NOT_FOUND):
        return Refused(PaymentsRefusal.BALANCE_NOT_ENOUGH)
    # The trade's row is locked and unpaid, so its transfer can't stand in the book yet.
    invariant(result is TransferResult.CREATED, f"a payment is created or refused, not {result}")
    return None


def judge_close(trade: Trade) -> Repeat | Refused | None:
    """Closing is for trades that nobody paid."""
    if trade.status is TradeStatus.WAIT_BUYER_PAY:
        return None
    if trade.status is TradeStatus.TRADE_CLOSED and not trade.was_paid:
        return Repeat.SAME
    return Refused(PaymentsRefusal.TRADE_STATUS_WRONG)


def cancel_request_no(trade: Trade) -> str:
    """The refund that a cancellation makes, apart from every number of the merchant's."""
    return f"cancel.{trade.trade_no}"


def judge_cancel(trade: Trade, now: datetime) -> Action | Repeat | Refused:
    """What cancelling `trade` comes to; it was closed or wholly refunded before: Repeat."""
    if trade.status is TradeStatus.TRADE_CLOSED:
        return Repeat.SAME
    if trade.status is TradeStatus.TRADE_FINISHED:
        return Refused(PaymentsRefusal.TRADE_HAS_FINISHED)
    if now >= trade.created_at + CANCELS_WITHIN:
        return Refused(PaymentsRefusal.CANCEL_TOO_LATE)
    if trade.status is TradeStatus.WAIT_BUYER_PAY:
        return Action.CLOSE
    return Refused(PaymentsRefusal.REFUNDED_IN_PART) if trade.refunded_fen else Action.REFUND


def plan_refund(
    trade: Trade, known: Refund | None, out_request_no: str, amount_fen: int
) -> Transfer | Repeat | Refused:
    """The transfer that gives `amount_fen` back; the same request before: Repeat."""
    if not 0 < amount_fen <= AMOUNT_FEN_MAX:
        return Refused(PaymentsRefusal.AMOUNT_INVALID)
    if known is not None:
        if known.amount_fen != amount_fen:
            return Refused(PaymentsRefusal.DISCORDANT_REPEAT)
        return Repeat.SAME
    if trade.status is TradeStatus.TRADE_CLOSED:
        return Refused(PaymentsRefusal.TRADE_HAS_CLOSE)
    if trade.status is TradeStatus.TRADE_FINISHED:
        return Refused(PaymentsRefusal.TRADE_HAS_FINISHED)
    if trade.status is not TradeStatus.TRADE_SUCCESS:
        return Refused(PaymentsRefusal.TRADE_STATUS_WRONG)
    if trade.refunded_fen + amount_fen > trade.amount_fen:
        return Refused(PaymentsRefusal.REFUND_EXCEEDS)
    return posted(
        trade.refund_id(out_request_no),
        trade.shard,
        debit=merchant_account_id(trade.merchant_id, trade.shard),
        credit=balance_account_id(trade.payer_id, trade.shard),
        amount_fen=amount_fen,
        reason=Reason.REFUND,
        business=trade.business,
    )


def conclude_refund(trade: Trade, amount_fen: int, result: TransferResult) -> TradeStatus | Refused:
    """The trade's state after the refund: closed once all of it went back."""
    if result is TransferResult.EXCEEDS_CREDITS:
        return Refused(PaymentsRefusal.SELLER_BALANCE_NOT_ENOUGH)
    invariant(result is TransferResult.CREATED, f"a refund is created or refused, not {result}")
    refunded = trade.refunded_fen + amount_fen
    invariant(refunded <= trade.amount_fen, "refunds never exceed the amount")
    return TradeStatus.TRADE_CLOSED if refunded == trade.amount_fen else trade.status


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to notify again after `attempts` in vain; None after the last."""
    if attempts > len(NOTIFY_GAPS_MIN):
        return None
    return now + timedelta(minutes=NOTIFY_GAPS_MIN[attempts - 1])
