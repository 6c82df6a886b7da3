"""A merchant's trades as lists, and what it was told about each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.db import sending as outbox
from farewave.db.sending import Sending, SentAgain
from farewave.payments import store
from farewave.payments.model import Refund, Trade, TradeStatus
from farewave.payments.notifications import TOPIC, told_ids

NEWEST = (datetime(9999, 1, 1, tzinfo=UTC), "")
"""Before every trade: where a list begins."""
EVERY_STATUS = tuple(TradeStatus)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which trades: made from `since` on and before `before`, an instant and a number."""

    since: datetime
    before: tuple[datetime, str] = NEWEST
    statuses: Sequence[TradeStatus] = EVERY_STATUS
    refunded: bool = False
    """Only those of which something went back."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A trade, what went back of it, and what its merchant was told, by the outbox."""

    trade: Trade
    refunds: Sequence[Refund]
    told: Sequence[Sending]


async def trades(tx: ReadTx, merchant_id: UUID, wanted: Wanted, limit: int) -> list[Trade]:
    """A page of a merchant's trades, the newest first, from whichever shards they are on."""
    found: list[Trade] = []
    for shard in range(tx.shards):
        found += await store.trades_of_merchant(
            tx,
            shard,
            merchant_id,
            since=wanted.since,
            before=wanted.before,
            statuses=wanted.statuses,
            refunded_fen_min=1 if wanted.refunded else 0,
            limit=limit,
        )
    found.sort(key=lambda trade: (trade.created_at, trade.trade_no), reverse=True)
    return found[:limit]


async def with_news(tx: ReadTx, trades: Sequence[Trade]) -> list[Listed]:
    """The same trades with their refunds and notifications, in the same order."""
    by_shard: dict[int, list[tuple[Trade, list[Refund]]]] = {}
    for trade in trades:
        refunds = await store.refunds(tx, trade.shard, trade.trade_no) if trade.refunded_fen else []
        by_shard.setdefault(trade.shard, []).append((trade, refunds))
    listed: dict[str, Listed] = {}
    for shard, those in by_shard.items():
        ids = {trade.trade_no: told_ids(trade, refunds) for trade, refunds in those}
        sent = await outbox.sendings(tx, shard, [one for each in ids.values() for one in each])
        by_id = {each.message_id: each for each in sent}
        for trade, refunds in those:
            told = [by_id[one] for one in ids[trade.trade_no] if one in by_id]
            listed[trade.trade_no] = Listed(trade, refunds, told)
    return [listed[trade.trade_no] for trade in trades]


async def notification(tx: ReadTx, shard: int, notify_id: UUID) -> Sending | None:
    """One notification, whoever's it is; None when it was never, or is long done."""
    if shard >= tx.shards:
        return None
    found = await outbox.sendings(tx, shard, [notify_id])
    return next((each for each in found if each.topic == TOPIC), None)


async def notify_again(tx: Tx, shard: int, notify_id: UUID) -> SentAgain:
    """Send a notification once more, now."""
    return await outbox.send_again(tx, shard, notify_id)


async def deliveries_waiting(tx: ReadTx, after: outbox.Place, limit: int) -> list[Sending]:
    """Everybody's notifications that are to be sent, the next first."""
    found = [
        each
        for shard in range(tx.shards)
        for each in await outbox.waiting(tx, shard, TOPIC, after, limit)
    ]
    return sorted(found, key=lambda each: (each.due_at, each.message_id))[:limit]


async def deliveries_done(tx: ReadTx, before: outbox.Place, limit: int) -> list[Sending]:
    """Everybody's notifications that arrived or were given up, the last first."""
    found = [
        each
        for shard in range(tx.shards)
        for each in await outbox.done(tx, shard, TOPIC, before, limit)
    ]
    return sorted(found, key=lambda each: (each.done_at, each.message_id), reverse=True)[:limit]
