"""Cancelling what a merchant doesn't know the result of: closed, or given back, once and for all.

An order number that stands for no trade yet is taken for good: the payment that is still on its way
finds it cancelled. A checkout is locked first, then the number, then its trade.
"""

from uuid import UUID

from farewave.db import Database, Tx
from farewave.kit.ids import shard_of
from farewave.kit.outcome import Refused
from farewave.payments import checkout as checkout_rules
from farewave.payments import rules, service, store, sweeping
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import Action, Cancelled, Trade, shard_of_trade_no
from farewave.payments.rules import Repeat

WHY = "撤销"


async def cancel(
    database: Database, merchant_id: UUID, *, trade_no: str | None, out_trade_no: str | None
) -> Cancelled | Refused:
    """As `cancel_order`, also when what was paid was swept from the trade's shard meanwhile."""

    async def attempt() -> Cancelled | Refused:
        return await database.run(
            lambda tx: cancel_order(tx, merchant_id, trade_no=trade_no, out_trade_no=out_trade_no)
        )

    done = await attempt()
    if done != Refused(PaymentsRefusal.SELLER_BALANCE_NOT_ENOUGH):
        return done
    async with database.reading() as tx:
        trade = await service.find_trade(
            tx, merchant_id, trade_no=trade_no, out_trade_no=out_trade_no
        )
    assert trade is not None, "what can't be given back was paid"
    return await sweeping.with_money_back(
        database, merchant_id, trade.shard, trade.amount_fen, attempt
    )


async def cancel_order(
    tx: Tx, merchant_id: UUID, *, trade_no: str | None, out_trade_no: str | None
) -> Cancelled | Refused:
    """Close what isn't paid, refund what is; again answers the same. `trade_no` wins.

    Refusals: TRADE_NOT_FOUND (by `trade_no` alone), TRADE_HAS_FINISHED, CANCEL_TOO_LATE,
    REFUNDED_IN_PART, SELLER_BALANCE_NOT_ENOUGH.
    """
    if trade_no:
        place = shard_of_trade_no(trade_no), trade_no
    else:
        assert out_trade_no is not None, "one of the two numbers is there"
        place = await _take_number(tx, merchant_id, out_trade_no)
    trade = None if place[0] is None else await store.lock_trade(tx, place[0], place[1])
    if trade is not None and trade.merchant_id == merchant_id:
        return await _cancel(tx, trade)
    if trade_no:
        return Refused(PaymentsRefusal.TRADE_NOT_FOUND)
    return Cancelled(trade=None, action=None)


async def _take_number(tx: Tx, merchant_id: UUID, out_trade_no: str) -> tuple[int, str]:
    """Where the number's trade is; if it has none, from now on it never will."""
    checkout_id = checkout_rules.checkout_id_of(merchant_id, out_trade_no, tx.shards)
    shard = shard_of(checkout_id)
    checkout = await store.lock_checkout(tx, shard, checkout_id)
    ours = shard, service.new_trade_no(tx, shard)
    claimed = await store.claim_trade(tx, merchant_id, out_trade_no, *ours)
    if claimed == ours:
        await store.set_number_cancelled(tx, merchant_id, out_trade_no, tx.now)
        if checkout is not None:
            await store.set_checkout_closed(tx, shard, checkout_id, tx.now)
    return claimed


async def _cancel(tx: Tx, trade: Trade) -> Cancelled | Refused:
    judged = rules.judge_cancel(trade, tx.now)
    if isinstance(judged, Refused):
        return judged
    if judged is Repeat.SAME:
        if not trade.was_paid:
            return Cancelled(trade, Action.CLOSE)
        last = (await store.refunds(tx, trade.shard, trade.trade_no))[-1]
        return Cancelled(trade, Action.REFUND, last)
    if judged is Action.CLOSE:
        return Cancelled(await service.close_now(tx, trade), Action.CLOSE)
    done = await service.refund_trade(
        tx,
        trade.merchant_id,
        trade_no=trade.trade_no,
        out_trade_no=None,
        out_request_no=rules.cancel_request_no(trade),
        amount_fen=trade.amount_fen,
        why=WHY,
    )
    return done if isinstance(done, Refused) else Cancelled(done.trade, Action.REFUND, done.refund)
