"""What runs by the clock: forgetting what is no longer needed."""

from datetime import timedelta

from farewave.db.pool import Database
from farewave.kit.clock import shanghai_day
from farewave.people import rules, store

PURGE_EVERY = timedelta(hours=1)
CODES_KEPT = timedelta(days=1)
SANDBOX_SMS_KEPT = timedelta(days=7)


async def purge(database: Database) -> int:
    """Delete expired codes and sessions, past quotas, forgotten wrong tries; how many rows went.

    May run in any number of processes at once.
    """
    async with database.transaction() as tx:
        gone = await store.purge_codes(tx, tx.now - CODES_KEPT, shanghai_day(tx.now))
        gone += await store.purge_guards(tx, tx.now - rules.SIGN_IN_POLICY.forgotten_after)
        gone += await store.purge_sessions(tx)
        gone += await store.purge_sandbox_sms(tx, tx.now - SANDBOX_SMS_KEPT)
    return gone
