"""What runs by the clock works a backlog off, however long it is."""

from farewave.db import Database, Tx
from farewave.db.jobs import all_on_each_shard


async def test_a_backlog_is_worked_off_in_batches_each_a_transaction_of_its_own(
    database: Database,
) -> None:
    left = {shard: 5 if shard == 0 else shard % 3 for shard in range(database.shards)}
    whole = sum(left.values())
    seen: list[Tx] = []

    async def work(tx: Tx, shard: int) -> int:
        seen.append(tx)
        went = min(left[shard], 2)
        left[shard] -= went
        return went

    assert await all_on_each_shard(database, work, 2) == whole
    assert set(left.values()) == {0}
    assert len({id(tx) for tx in seen}) == len(seen)
    assert await all_on_each_shard(database, work, 2) == 0
