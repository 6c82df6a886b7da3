"""What runs by the clock, and what the outbox hands over.

`app` runs `lapse_due` every `LAPSE_EVERY_S` seconds in each process (two at once are harmless) and
gives `handlers` to a courier.
"""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from farewave.db import Database, DatabaseAway
from farewave.db.outbox import Delivered, GaveUp, Handler, Message, RetryAt, back_off
from farewave.rail import service, trades
from farewave.rail.deps import RailDeps
from farewave.rail.trades import Step

LAPSE_EVERY_S = 2
LAPSE_BATCH_MAX = 100
TRADE_RETRY_MAX = timedelta(seconds=15)
"""A person is waiting to pay: try often."""
REFUND_RETRY = timedelta(minutes=1)
"""After a refusal (the seller's balance is short, say): money is owed, so it is never given up."""

log = structlog.get_logger("farewave.rail")


async def lapse_due(database: Database, deps: RailDeps) -> int:
    """End the unpaid orders whose deadline has come; how many have ended or turned out paid."""
    async with database.reading() as tx:
        refs = await service.due(tx, LAPSE_BATCH_MAX)
    ended = 0
    for ref in refs:
        try:
            ended += await trades.lapse(database, deps, ref)
        except DatabaseAway:
            raise
        except Exception as bug:  # one order that can't be ended must not keep all others
            log.exception("rail.lapse_failed", error=type(bug).__name__)
            async with database.transaction() as tx:
                await service.look_again(tx, ref)
    return ended


def handlers(database: Database, deps: RailDeps) -> Mapping[str, Handler]:
    """Rail's topics with their handlers."""

    async def make_trade(message: Message) -> Delivered | RetryAt | GaveUp:
        step = await trades.make_trade(database, deps, service.ref_of(message.payload))
        if step is Step.AGAIN:
            wait = min(back_off(message.attempts), TRADE_RETRY_MAX)
            return RetryAt(message.now + wait, "the platform didn't answer")
        # Refused: the order can't be paid and lapses at its deadline.
        return GaveUp("the platform refused the trade") if step is Step.REFUSED else Delivered()

    async def close_trade(message: Message) -> Delivered | RetryAt | GaveUp:
        step = await trades.close_trade(database, deps, service.ref_of(message.payload))
        if step is Step.AGAIN:
            return RetryAt(message.now + back_off(message.attempts), "the platform didn't answer")
        return GaveUp("the platform refused to close") if step is Step.REFUSED else Delivered()

    async def refund(message: Message) -> Delivered | RetryAt:
        step = await trades.refund(database, deps, service.ref_of(message.payload))
        if step is Step.DONE:
            return Delivered()
        wait = REFUND_RETRY if step is Step.REFUSED else back_off(message.attempts)
        return RetryAt(message.now + wait, f"the refund has to be tried again ({step.value})")

    return {
        service.CREATE_TRADE: make_trade,
        service.CLOSE_TRADE: close_trade,
        service.REFUND: refund,
    }
