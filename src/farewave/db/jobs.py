"""What runs by the clock here: forgetting what was only kept for a time."""

from collections.abc import Awaitable, Callable

from farewave.db.idempotency import forget_old_commands
from farewave.db.outbox import forget_done_messages
from farewave.db.pool import Database
from farewave.db.transaction import Tx

BATCH = 1000


async def tidy(database: Database) -> int:
    """Drop stored answers after 7 days and done messages after 30; how many rows went comes back.

    In small transactions, so that nobody waits for it; to be run each hour or so.
    """
    dropped = 0
    for shard in range(database.shards):
        for forget in (forget_old_commands, forget_done_messages):
            dropped += await _all_of(database, shard, forget)
    return dropped


async def _all_of(
    database: Database, shard: int, forget: Callable[[Tx, int], Awaitable[int]]
) -> int:
    dropped = 0
    while True:
        async with database.transaction() as tx:
            went = await forget(tx, shard)
        dropped += went
        if went < BATCH:
            return dropped
