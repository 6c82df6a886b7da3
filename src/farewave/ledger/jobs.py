"""What the ledger does by the clock."""

from farewave.db import Database
from farewave.ledger import service


async def expire_due(database: Database) -> int:
    """End the pending transfers whose time is over, shard by shard; how many were ended.

    Each batch is a transaction of its own, so that a long backlog doesn't hold a book.
    """
    ended = 0
    for shard in range(database.shards):
        batch = service.EXPIRE_BATCH_MAX
        while batch == service.EXPIRE_BATCH_MAX:
            async with database.transaction() as tx:
                batch = await service.expire_pending(tx, shard)
            ended += batch
    return ended
