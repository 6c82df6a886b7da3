"""What payments do by the clock, shard by shard."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog

from farewave.db import Database, DatabaseAway
from farewave.db.jobs import all_on_each_shard
from farewave.db.leases import carry_on_leased
from farewave.kit.limits import JOB_BATCH_MAX
from farewave.kit.outcome import Refused
from farewave.payments import (
    closing,
    code_devices,
    codes,
    confirmations,
    royalties,
    store,
    sweeping,
    sweeps,
)
from farewave.payments.settlement import Part
from farewave.payments.sweep import Sweep

EXPIRE_EVERY_S = 2
FINISH_EVERY_S = 3600
FORGET_EVERY_S = 600
SWEEP_EVERY_S = 60
CARRY_ON_EVERY_S = 5
_MERCHANTS_AT_ONCE = 200

log = structlog.get_logger("farewave.payments")


async def expire_due(database: Database) -> int:
    """Close the trades that nobody paid in time; how many."""
    return await all_on_each_shard(database, closing.expire_due, JOB_BATCH_MAX)


async def finish_due(database: Database) -> int:
    """Finish the trades whose time to be refunded is over; how many."""
    return await all_on_each_shard(database, closing.finish_due, JOB_BATCH_MAX)


async def forget_codes(database: Database) -> int:
    """Drop pay codes that have long been over; how many."""
    return await all_on_each_shard(database, codes.forget_codes, JOB_BATCH_MAX)


async def forget_confirmations(database: Database) -> int:
    """Drop what nobody can confirm any more; how many."""
    return await all_on_each_shard(database, confirmations.forget, JOB_BATCH_MAX)


async def forget_code_devices(database: Database) -> int:
    """Drop the keys of phones that are no longer signed in; how many."""
    gone = 0
    for shard in range(database.shards):
        last: UUID | None = UUID(int=0)
        while last is not None:
            async with database.transaction() as tx:
                last, dropped = await code_devices.forget(tx, shard, last)
            gone += dropped
    return gone


async def sweep_home(database: Database) -> int:
    """Bring what merchants have on other shards to their home shards; how many sweeps it took.

    May run in any number of processes at once: what one takes, the ledger refuses the other.
    """
    swept = 0
    last = None
    while True:
        async with database.reading() as tx:
            page = await store.merchant_ids_after(tx, last, _MERCHANTS_AT_ONCE)
        if not page:
            return swept
        last = page[-1]
        for shard in range(database.shards):
            swept += await _sweep_home(database, shard, page)


async def _sweep_home(database: Database, shard: int, merchant_ids: Sequence[UUID]) -> int:
    """Bring home what these have on `shard`: all at once, or one by one when that fails.

    A merchant that fails for a bug is told to the operator and keeps no other from its turn.
    """
    try:
        left = await database.run(
            partial(sweeps.leave_for_home, shard=shard, merchant_ids=merchant_ids)
        )
        assert not isinstance(left, Refused)
        await sweeping.carry_on(database, left)
        return len(left)
    except DatabaseAway:
        raise
    except Exception as bug:
        # What left already isn't found again here: `carry_on_sweeps` brings that to its end.
        log.error(
            "payments.not_swept_home",
            shard=shard,
            merchants=len(merchant_ids),
            first=str(merchant_ids[0]),
            error=type(bug).__name__,
        )
    if len(merchant_ids) == 1:
        return 0
    return sum([await _sweep_home(database, shard, [each]) for each in merchant_ids])


async def carry_on_sweeps(database: Database) -> int:
    """Bring sweeps that stopped half way to their end; how many came there."""
    return await carry_on_leased(
        database,
        sweeps.lease_under_way,
        lambda each: sweeping.carry_on(database, [each]),
        failed=_not_swept,
    )


async def carry_on_royalties(database: Database) -> int:
    """Bring parts of split trades that stopped half way to their receivers; how many."""
    return await carry_on_leased(
        database,
        royalties.lease_under_way,
        lambda each: royalties.carry_on(database, each),
        failed=_not_split,
    )


def _not_split(each: Part, bug: Exception) -> None:
    log.error("payments.not_split", part=each.text, error=type(bug).__name__)


def _not_swept(each: Sweep, bug: Exception) -> None:
    log.error("payments.not_swept", sweep=each.text, error=type(bug).__name__)
