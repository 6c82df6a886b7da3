"""What stopped half way is leased from shard after shard and carried on by a job."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from farewave.db.errors import DatabaseAway
from farewave.db.pool import Database
from farewave.db.transaction import Tx
from farewave.kit.outcome import Refused

T = TypeVar("T")
AT_ONCE = 50


async def lease_from_shards(
    tx: Tx, at_most: int, lease: Callable[[int, int], Awaitable[list[T]]]
) -> list[T]:
    """What `lease` (of a shard, so many) gives of one shard after another, `at_most` in all."""
    leased: list[T] = []
    for shard in range(tx.shards):
        leased += await lease(shard, at_most - len(leased))
        if len(leased) >= at_most:
            break
    return leased


async def carry_on_leased(
    database: Database,
    lease: Callable[[Tx, int], Awaitable[list[T]]],
    carry_on: Callable[[T], Awaitable[object]],
    *,
    failed: Callable[[T, Exception], None],
) -> int:
    """Carry on what `lease` gives until there is no more; how many came to their end.

    May run in any number of processes at once. One that fails for a bug is handed to `failed`,
    which tells the operator, and keeps no other from its turn.
    """
    carried = 0
    while True:
        leased = await database.run(lambda tx: lease(tx, AT_ONCE))
        assert not isinstance(leased, Refused)
        for each in leased:
            try:
                await carry_on(each)
                carried += 1
            except DatabaseAway:
                raise
            except Exception as bug:
                failed(each, bug)
        if len(leased) < AT_ONCE:
            return carried
