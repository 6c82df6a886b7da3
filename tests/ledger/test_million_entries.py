"""A balance of the past is one look-up in a key, however many entries the account has."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from farewave.db import Database, ReadTx
from farewave.ledger import service
from farewave.ledger.model import Balance
from tests.ledger.doors import NEW
from tests.ledger.shapes import ANN, SHARD

FIRST_AT = datetime(2026, 1, 1, tzinfo=UTC)
BLOCKS_MAX = 10
"""Of 8 kB: the way down a tree of four levels, a neighbouring leaf, the entry's own, some more."""
ENTRIES = pytest.mark.parametrize(
    "entries", [50_000, pytest.param(1_000_000, marks=pytest.mark.long)]
)


async def fill(database: Database, entries: int) -> None:
    """One entry a second of one account: the n-th brings its credits to n fen."""
    async with database.transaction() as tx:
        await service.open_accounts(tx, NEW)
    for first in range(1, entries, 50_000):  # each within the time that a statement has
        async with database.transaction() as tx:
            await tx.execute(
                "INSERT INTO ledger.entry SELECT $1::smallint, $2::uuid, $3::timestamptz"
                " + make_interval(secs => n), n, 0, n, 0, 0"
                " FROM generate_series($4::int, $5::int) AS n",
                SHARD,
                ANN,
                FIRST_AT,
                first,
                first + 49_999,
            )
    async with database.transaction() as tx:
        await tx.execute("ANALYZE ledger.entry")


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the server did for each balance that was asked for."""
    seen: list[dict[str, Any]] = []
    asked = ReadTx.fetchrow

    async def explained(tx: ReadTx, sql: str, *args: object) -> Any:
        text = await tx.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", *args)
        seen.append(json.loads(text)[0]["Plan"])
        return await asked(tx, sql, *args)

    monkeypatch.setattr(ReadTx, "fetchrow", explained)
    return seen


def blocks(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def ask(database: Database, entries: int) -> None:
    """At the beginning, in the middle, at the end and long after it: each as it was."""
    for second in (1, entries // 2, entries - 1, entries, entries * 2):
        at = FIRST_AT + timedelta(seconds=second, milliseconds=500)
        async with database.reading() as tx:
            balance = await service.balance_as_of(tx, SHARD, ANN, at)
        assert balance == Balance(0, min(second, entries), 0, 0)


@ENTRIES
async def test_a_balance_of_the_past_is_one_look_up_in_a_key(
    database: Database, plans: list[dict[str, Any]], entries: int
) -> None:
    await fill(database, entries)
    await ask(database, entries)
    for plan in plans:
        (scan,) = plan["Plans"]
        assert (plan["Node Type"], scan["Node Type"]) == ("Limit", "Index Scan"), plan
        assert scan["Index Name"] == "entry_pkey"
        assert scan["Actual Rows"] == 1
        assert blocks(plan) <= BLOCKS_MAX, plan


async def test_control_without_the_key_a_whole_table_is_read(
    database: Database, plans: list[dict[str, Any]]
) -> None:
    await fill(database, 50_000)
    async with database.transaction() as tx:
        await tx.execute("ALTER TABLE ledger.entry DROP CONSTRAINT entry_pkey")
    await ask(database, 50_000)
    assert min(blocks(plan) for plan in plans) > 10 * BLOCKS_MAX
