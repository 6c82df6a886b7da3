"""What the gateway does by the clock."""

from farewave.db import Database
from farewave.gateway import logins

FORGET_EVERY_S = 3600.0


async def forget_logins(database: Database) -> int:
    """Delete logins that have long been over, shard by shard; how many.

    May run in any number of processes at once.
    """
    gone = 0
    for shard in range(database.shards):
        async with database.transaction() as tx:
            gone += await logins.forget(tx, shard)
    return gone
