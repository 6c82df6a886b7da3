"""What payments do by the clock, shard by shard."""

from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from farewave.db import Database, DatabaseAway, Tx
from farewave.kit.outcome import Refused
from farewave.payments import service, store, sweeping, sweeps

EXPIRE_EVERY_S = 2
FINISH_EVERY_S = 3600
FORGET_EVERY_S = 600
SWEEP_EVERY_S = 60
CARRY_ON_EVERY_S = 5
_MERCHANTS_AT_ONCE = 200
_SWEEPS_AT_ONCE = 50

log = structlog.get_logger("farewave.payments")


async def expire_due(database: Database) -> int:
    """Close the trades that nobody paid in time; how many."""
    return await _on_each_shard(database, service.expire_due)


async def finish_due(database: Database) -> int:
    """Finish the trades whose time to be refunded is over; how many."""
    return await _on_each_shard(database, service.finish_due)


async def forget_codes(database: Database) -> int:
    """Drop pay codes that have long been over; how many."""
    return await _on_each_shard(database, service.forget_codes)


async def sweep_home(database: Database) -> int:
    """Bring what merchants have on other shards to their home shards; how many sweeps it took.

    May run in any number of processes at once: what one takes, the ledger refuses the other.
    """
    swept = 0
    last = None
    while True:
        async with database.reading() as tx:
            page = await store.merchant_ids_after(tx, last, _MERCHANTS_AT_ONCE)
        if not page:
            return swept
        last = page[-1]
        for shard in range(database.shards):
            left = await database.run(
                partial(sweeps.leave_for_home, shard=shard, merchant_ids=page)
            )
            assert not isinstance(left, Refused)
            await sweeping.carry_on(database, left)
            swept += len(left)


async def carry_on_sweeps(database: Database) -> int:
    """Bring sweeps that stopped half way to their end; how many came there.

    One that fails for a bug is told to the operator and doesn't keep the others from their turn.
    """
    carried = 0
    while True:
        leased = await database.run(lambda tx: sweeps.lease_under_way(tx, _SWEEPS_AT_ONCE))
        assert not isinstance(leased, Refused)
        for each in leased:
            try:
                await sweeping.carry_on(database, [each])
                carried += 1
            except DatabaseAway:
                raise
            except Exception as bug:
                log.error("payments.not_swept", sweep=each.text, error=type(bug).__name__)
        if len(leased) < _SWEEPS_AT_ONCE:
            return carried


async def _on_each_shard(database: Database, work: Callable[[Tx, int], Awaitable[int]]) -> int:
    """Do `work` on shard after shard, each in a transaction of its own; how much there was."""
    done = 0
    for shard in range(database.shards):
        async with database.transaction() as tx:
            done += await work(tx, shard)
    return done
