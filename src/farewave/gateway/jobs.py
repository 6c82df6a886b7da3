"""What the gateway does by the clock."""

from farewave.db import Database
from farewave.db.jobs import all_on_each_shard
from farewave.gateway import grants, logins
from farewave.kit.limits import JOB_BATCH_MAX

FORGET_EVERY_S = 3600.0


async def forget_logins(database: Database) -> int:
    """Delete logins that have long been over, shard by shard; how many.

    May run in any number of processes at once.
    """
    return await all_on_each_shard(database, logins.forget, JOB_BATCH_MAX)


async def forget_grants(database: Database) -> int:
    """Delete grants to others' applications that have long been over; how many.

    One batch: they are few. May run in any number of processes at once.
    """
    async with database.transaction() as tx:
        return await grants.forget(tx, JOB_BATCH_MAX)
