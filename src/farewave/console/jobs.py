"""What runs by the clock: forgetting what is over."""

from farewave.console import store
from farewave.db import Database


async def purge(database: Database) -> int:
    """Delete sessions, links and answered challenges that are over; how many rows went.

    May run in any number of processes at once.
    """
    async with database.transaction() as tx:
        return await store.purge(tx)
