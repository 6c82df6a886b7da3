"""Trades that end by the clock, and what merchants are told of those that closed unpaid.

By default the Open Platform tells it of trades that a phone's browser or an app began, and of no
others: who shows a code or makes the trade itself closes it itself.
"""

from collections.abc import Sequence
from uuid import UUID

from farewave.db import Tx
from farewave.kit.ids import shard_of
from farewave.kit.limits import JOB_BATCH_MAX
from farewave.payments import checkout as rules
from farewave.payments import store
from farewave.payments.checkout import Product
from farewave.payments.model import Trade
from farewave.payments.notifications import enqueue_notification
from farewave.payments.rules import FINISHES_AFTER

_TOLD = (Product.WAP, Product.APP)


async def tell_closed(tx: Tx, trades: Sequence[Trade]) -> None:
    """Have the merchants of these trades, closed just now, told about it, where they are."""
    by_id = {
        rules.checkout_id_of(each.merchant_id, each.out_trade_no, tx.shards): each
        for each in trades
        if each.notify_url is not None
    }
    by_shard: dict[int, list[UUID]] = {}
    for checkout_id in by_id:
        by_shard.setdefault(shard_of(checkout_id), []).append(checkout_id)
    for shard, ids in by_shard.items():
        for checkout_id, product in (await store.checkout_products(tx, shard, ids)).items():
            if product in _TOLD:
                await enqueue_notification(tx, by_id[checkout_id])


async def expire_due(tx: Tx, shard: int) -> int:
    """Close the trades of `shard` that nobody paid in time."""
    closed = await store.expire(tx, shard, tx.now, JOB_BATCH_MAX)
    await tell_closed(tx, closed)
    return len(closed)


async def finish_due(tx: Tx, shard: int) -> int:
    """Finish the paid trades of `shard` that can't be refunded any more."""
    return await store.finish(tx, shard, tx.now - FINISHES_AFTER, JOB_BATCH_MAX)
