"""A batch's ids are looked up in their key, also while the books are young."""

from typing import Any
from uuid import uuid4

import pytest

from farewave.db import Database
from farewave.ledger import store
from tests.ledger.doors import submit
from tests.ledger.shapes import ANN, BEN, SHARD, pay

TRANSFERS = 2_000
IDS = 1_000


async def plan_of_ids(database: Database, *, setting: str | None = None) -> str:
    """How the server looks a thousand transfers up by their ids, for these very values."""
    ids = "{" + ",".join(str(uuid4()) for _ in range(IDS)) + "}"
    async with database.transaction() as tx:
        if setting is not None:
            await tx.execute(f"SET LOCAL plan_cache_mode = {setting}")
        await tx.execute(
            "PREPARE by_ids (smallint, uuid[]) AS SELECT transfer_id FROM ledger.transfer"
            " WHERE shard = $1 AND transfer_id = ANY ($2)"
        )
        rows = await tx.fetch(f"EXPLAIN EXECUTE by_ids (1::smallint, '{ids}')")
        await tx.execute("DEALLOCATE by_ids")
    return "\n".join(row[0] for row in rows).replace(ids, "…")


@pytest.fixture
async def young(books: Database) -> Database:
    """Books with a few thousand transfers and their statistics."""
    for first in range(0, TRANSFERS, IDS):
        await submit(books, *(pay(first + nr, 1, *_sides(nr)) for nr in range(IDS)))
    async with books.transaction() as tx:
        await tx.execute("ANALYZE ledger.transfer")
    return books


def _sides(nr: int) -> tuple[Any, Any]:
    return (ANN, BEN) if nr % 2 == 0 else (BEN, ANN)


async def test_a_thousand_ids_are_looked_up_in_their_key(young: Database) -> None:
    plan = await plan_of_ids(young)
    assert "transfer_pkey" in plan
    assert "Filter" not in plan, plan


async def test_control_a_plan_for_the_very_values_reads_the_whole_shard(young: Database) -> None:
    plan = await plan_of_ids(young, setting="force_custom_plan")
    assert "Filter" in plan
    assert "transfer_pkey" not in plan, plan


async def test_the_look_up_still_finds_what_is_there(young: Database) -> None:
    wanted = [pay(nr, 1).transfer_id for nr in (0, 1, TRANSFERS - 1)]
    async with young.reading() as tx:
        found = await store.transfers_by_id(tx, SHARD, [*wanted, uuid4()])
    assert {each.transfer_id for each in found} == set(wanted)
