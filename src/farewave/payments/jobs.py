"""What payments do by the clock, shard by shard."""

from collections.abc import Awaitable, Callable

from farewave.db import Database, Tx
from farewave.payments import service

EXPIRE_EVERY_S = 2
FINISH_EVERY_S = 3600
FORGET_EVERY_S = 600


async def expire_due(database: Database) -> int:
    """Close the trades that nobody paid in time; how many."""
    return await _on_each_shard(database, service.expire_due)


async def finish_due(database: Database) -> int:
    """Finish the trades whose time to be refunded is over; how many."""
    return await _on_each_shard(database, service.finish_due)


async def forget_codes(database: Database) -> int:
    """Drop pay codes that have long been over; how many."""
    return await _on_each_shard(database, service.forget_codes)


async def _on_each_shard(database: Database, work: Callable[[Tx, int], Awaitable[int]]) -> int:
    """Do `work` on shard after shard, each in a transaction of its own; how much there was."""
    done = 0
    for shard in range(database.shards):
        async with database.transaction() as tx:
            done += await work(tx, shard)
    return done
