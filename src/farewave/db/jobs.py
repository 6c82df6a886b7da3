"""What runs by the clock here: forgetting what was only kept for a time."""

from collections.abc import Awaitable, Callable

from farewave.db.idempotency import forget_old_commands
from farewave.db.outbox import forget_done_messages
from farewave.db.pool import Database
from farewave.db.transaction import Tx

BATCH = 1000


async def tidy(database: Database) -> int:
    """Drop stored answers after 7 days and done messages after 30; how many rows went comes back.

    To be run each hour or so.
    """
    dropped = 0
    for forget in (forget_old_commands, forget_done_messages):
        dropped += await all_on_each_shard(database, forget, BATCH)
    return dropped


async def all_on_each_shard(
    database: Database, work: Callable[[Tx, int], Awaitable[int]], batch: int
) -> int:
    """Do `work` on shard after shard until nothing is left to do; how much there was.

    `work` does `batch` at most and says how many. Each is a transaction of its own, so that nobody
    waits for a long backlog.
    """
    done = 0
    for shard in range(database.shards):
        went = batch
        while went >= batch:
            async with database.transaction() as tx:
                went = await work(tx, shard)
            done += went
    return done
