"""What the ledger does by the clock."""

from farewave.db import Database
from farewave.ledger import service


async def expire_due(database: Database) -> int:
    """End the pending transfers whose time is over, shard by shard."""
    ended = 0
    for shard in range(database.shards):
        async with database.transaction() as tx:
            ended += await service.expire_pending(tx, shard)
    return ended
