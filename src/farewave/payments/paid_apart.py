"""Trades that are paid in the moment they are made, without a person at hand.

Out of what is frozen, or by an agreement: what both have in common. `tx` comes first.
"""

from uuid import UUID

from farewave.db import Tx
from farewave.db.events import record_events
from farewave.kit.ids import new_id
from farewave.kit.outcome import Refused
from farewave.payments import bills, service, store
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import Fund, Merchant, NewTrade, Trade
from farewave.payments.notifications import enqueue_notification
from farewave.payments.rules import judge_paying_again, new_trade


async def take_number(tx: Tx, new: NewTrade, shard: int) -> str | Refused:
    """The platform's number for it, the merchant's being taken; never a second one for that.

    Refusals: TRADE_HAS_CLOSE, those of `rules.judge_paying_again`.
    """
    place = shard, service.new_trade_no(tx, shard)
    claimed = await store.claim_trade(tx, new.merchant_id, new.out_trade_no, *place)
    if claimed == place:
        return place[1]
    first = await store.trade(tx, *claimed)
    if first is None:  # cancelled before it stood for a trade
        return Refused(PaymentsRefusal.TRADE_HAS_CLOSE)
    return judge_paying_again(first)


async def write(
    tx: Tx, new: NewTrade, seller: Merchant, shard: int, trade_no: str, payer_id: UUID
) -> Trade:
    """The paid trade, its bill and its news; the money is the caller's to move, after this."""
    trade_id = new_id(shard, tx.now, tx.chance)
    paid = new_trade(new, seller, trade_id, trade_no, payer_id, tx.now, paid_from=Fund.BALANCE)
    await store.insert_trade(tx, paid)
    if any(new.place):
        await store.insert_places(tx, shard, [(paid.trade_no, new.place)])
    await bills.write_payment(tx, paid, seller)
    await enqueue_notification(tx, paid)
    await record_events(tx, shard, [service.paid_event(paid)])
    return paid
