"""What payments do by the clock, shard by shard."""

from farewave.db import Database
from farewave.payments import service

EXPIRE_EVERY_S = 2
FINISH_EVERY_S = 3600
FORGET_EVERY_S = 600


async def expire_due(database: Database) -> int:
    """Close the trades that nobody paid in time; how many."""
    closed = 0
    for shard in range(database.shards):
        async with database.transaction() as tx:
            closed += await service.expire_due(tx, shard)
    return closed


async def finish_due(database: Database) -> int:
    """Finish the trades whose time to be refunded is over; how many."""
    finished = 0
    for shard in range(database.shards):
        async with database.transaction() as tx:
            finished += await service.finish_due(tx, shard)
    return finished


async def forget_codes(database: Database) -> int:
    """Drop pay codes that have long been over; how many."""
    forgotten = 0
    for shard in range(database.shards):
        async with database.transaction() as tx:
            forgotten += await service.forget_codes(tx, shard)
    return forgotten
