"""Pages begin where the one before ended: the key's bound is looked up in the index.

A connection plans each statement once, for all values (docs/decisions/0017). What then can't be an
index condition is looked at row by row from the key's beginning, so that walking is quadratic.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from farewave.banks import store as banks
from farewave.banks.demo import store as demo_bank
from farewave.db import Database, Tx
from farewave.payments import store as payments
from farewave.wallet import store as wallet
from farewave.wallet.model import BillFilter, Period

SHARD = 1
ROWS = 4_000
SOMEBODY = UUID(int=1)
OLD = UUID(int=300)
A_MONTH = Period(datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC))


class Recorder:
    """Stands where a transaction does, and keeps the last that was asked for rows."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.statement = ""
        self.values: tuple[object, ...] = ()

    async def fetchval(self, statement: str, *values: object) -> Any:
        return await self._tx.fetchval(statement, *values)

    async def fetch(self, statement: str, *values: object) -> list[Any]:
        self.statement, self.values = statement, values
        return []

    async def fetchrow(self, statement: str, *values: object) -> dict[str, int]:
        self.statement, self.values = statement, values
        return {"in_fen": 0, "out_fen": 0}


Asks = Callable[[Any], Awaitable[object]]


async def plan_of(tx: Tx, asks: Asks, *, former: tuple[str, str] | None = None) -> str:
    """How the server found what `asks` wants; `former`: a part of the statement, and as it was."""
    recorder = Recorder(tx)
    await asks(recorder)
    statement = recorder.statement
    if former is not None:
        assert former[0] in statement
        statement = statement.replace(*former)
    values = ", ".join(map(_literal, recorder.values))
    await tx.execute(f"PREPARE asked AS {statement}")
    how = "ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF"
    rows = await tx.fetch(f"EXPLAIN ({how}) EXECUTE asked ({values})")
    await tx.execute("DEALLOCATE asked")
    return "\n".join(row[0] for row in rows)


def _literal(value: object) -> str:
    if isinstance(value, list):
        return f"'{{{','.join(map(str, value))}}}'"
    return "NULL" if value is None else f"'{value}'"


def index_condition(plan: str) -> str:
    """What is looked up in the index that the plan begins with; empty when nothing is."""
    found = re.search(r"Index Cond: (.*)", plan)
    return found[1] if found else ""


def buffers(plan: str) -> int:
    """How many pages of tables and indexes were looked at in all."""
    return sum(int(each) for each in re.findall(r"(?:hit|read)=(\d+)", plan.split("\n")[1]))


@pytest.fixture
async def lived_in(database: Database) -> Database:
    """A shard with some thousand bills of one person and as many transfers, counted."""
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO wallet.bill (shard, person_id, bill_id, at, kind, direction, amount_fen,"
            " status, title_zh, title_en, counterparty_zh, counterparty_en, fund_zh, fund_en,"
            " reference_type, reference_id, part) SELECT $1::smallint, $2::uuid,"
            " lpad(to_hex(n), 32, '0')::uuid, '2026-01-01'::timestamptz + n * interval '2 hours',"
            " 'payment', 'out', 100, 'succeeded', '', '', '', '', '', '', 'trade', n::text, ''"
            " FROM generate_series(1, $3::int) AS n",
            SHARD,
            SOMEBODY,
            ROWS,
        )
        await tx.execute(
            "INSERT INTO wallet.transfer (shard, transfer_id, payer_id, payee_shard, payee_id,"
            " request_key, request_digest, amount_fen, note, payer_name, payee_name, created_at,"
            " arrived_at, check_at) SELECT $1::smallint, lpad(to_hex(n), 32, '0')::uuid, $2::uuid,"
            " 0, gen_random_uuid(), lpad(n::text, 8, '0'), $4::bytea, 100, '', '', '', now(),"
            " now(), now() FROM generate_series(1, $3::int) AS n",
            SHARD,
            SOMEBODY,
            ROWS,
            bytes(32),
        )
        await tx.execute("ANALYZE wallet.bill, wallet.transfer")
    return database


def bills(wanted: BillFilter, before: UUID | None) -> Asks:
    return lambda tx: wallet.bills(tx, SHARD, SOMEBODY, wanted, before, 21)


BOUNDS = "at >= $3 AND (at, bill_id) < ($4, $8)"
MONTH_AS_IT_WAS = "($3::timestamptz IS NULL OR at >= $3) AND ($4::timestamptz IS NULL OR at < $4)"
CURSOR_AS_IT_WAS = (
    "($8::uuid IS NULL OR (at, bill_id) < (SELECT at, bill_id FROM wallet.bill"
    "  WHERE shard = $1 AND person_id = $2 AND bill_id = $8))"
)
FEW = 10
"""Pages of the tables; all of that person's bills are on some sixty."""


@pytest.mark.parametrize(
    ("wanted", "before"),
    [
        (BillFilter(), None),
        (BillFilter(), OLD),
        (BillFilter(period=A_MONTH), None),
        (BillFilter(period=A_MONTH), OLD),
    ],
)
async def test_a_page_of_bills_is_looked_up_in_their_index(
    lived_in: Database, wanted: BillFilter, before: UUID | None
) -> None:
    async with lived_in.transaction() as tx:
        plan = await plan_of(tx, bills(wanted, before))
    assert "using bill_newest" in plan, plan
    assert "at >=" in index_condition(plan), plan
    assert "ROW(at, bill_id) <" in index_condition(plan), plan
    assert "Sort" not in plan, plan
    assert buffers(plan) <= FEW, plan


@pytest.mark.parametrize(
    ("wanted", "before", "former"),
    [
        (BillFilter(), OLD, f"{MONTH_AS_IT_WAS} AND {CURSOR_AS_IT_WAS}"),
        (BillFilter(period=A_MONTH), None, f"{MONTH_AS_IT_WAS} AND bill_id <> $8"),
        # Two bounds, both in the index: the server begins with the one that it is told first.
        (BillFilter(), OLD, "at >= $3 AND at < '9999-01-01' AND (at, bill_id) < ($4, $8)"),
    ],
)
async def test_control_with_other_bounds_all_that_is_newer_is_looked_at(
    lived_in: Database, wanted: BillFilter, before: UUID | None, former: str
) -> None:
    async with lived_in.transaction() as tx:
        plan = await plan_of(tx, bills(wanted, before), former=(BOUNDS, former))
    assert buffers(plan) > 4 * FEW, plan


async def test_the_totals_of_a_month_read_that_month(lived_in: Database) -> None:
    wanted = BillFilter(period=A_MONTH)
    async with lived_in.transaction() as tx:
        plan = await plan_of(tx, lambda tx: wallet.bill_totals(tx, SHARD, SOMEBODY, wanted))
    assert "at >=" in index_condition(plan), plan
    assert "at <" in index_condition(plan), plan


async def test_pages_of_bills_are_what_they_were(lived_in: Database) -> None:
    async with lived_in.reading() as tx:
        newest = await wallet.bills(tx, SHARD, SOMEBODY, BillFilter(), None, 3)
        after = await wallet.bills(tx, SHARD, SOMEBODY, BillFilter(), OLD, 3)
        of_month = await wallet.bills(tx, SHARD, SOMEBODY, BillFilter(period=A_MONTH), None, ROWS)
        both = await wallet.bills(tx, SHARD, SOMEBODY, BillFilter(period=A_MONTH), OLD, 3)
        later = UUID(int=ROWS)
        from_later = await wallet.bills(tx, SHARD, SOMEBODY, BillFilter(period=A_MONTH), later, 3)
        unknown = await wallet.bills(tx, SHARD, SOMEBODY, BillFilter(), UUID(int=ROWS + 1), 3)
    assert [each.bill_id.int for each in newest] == [ROWS, ROWS - 1, ROWS - 2]
    assert [each.bill_id.int for each in after] == [299, 298, 297]
    assert [each.bill_id.int for each in of_month] == list(range(12 * 32 - 1, 11, -1))
    assert all(A_MONTH.begin <= each.at < A_MONTH.end for each in of_month)
    assert [each.bill_id.int for each in both] == [299, 298, 297]
    assert [each.bill_id.int for each in from_later] == [383, 382, 381]
    assert unknown == [], "after a bill that there isn't comes nothing"


AFTER = ("transfer_id > $2", "($2::uuid IS NULL OR transfer_id > $2)")


@pytest.mark.parametrize("last", [None, OLD])
async def test_a_page_of_transfers_begins_where_the_one_before_ended(
    lived_in: Database, last: UUID | None
) -> None:
    async with lived_in.transaction() as tx:
        plan = await plan_of(tx, lambda tx: wallet.sent_after(tx, SHARD, last, 100))
        former = await plan_of(tx, lambda tx: wallet.sent_after(tx, SHARD, last, 100), former=AFTER)
    assert "transfer_id >" in index_condition(plan), plan
    assert "Filter" not in plan, plan
    assert "transfer_id >" not in index_condition(former), "the control"
    assert "transfer_id >" in former


@pytest.mark.parametrize(
    ("asks", "key"),
    [
        (lambda tx: banks.instructions_after(tx, SHARD, OLD, 100), "instruction_id"),
        (lambda tx: demo_bank.moved_after(tx, "FWB", OLD, 100), "instruction_id"),
        (lambda tx: payments.sweeps_after(tx, SHARD, OLD, 100), "sweep_id"),
        (lambda tx: payments.merchant_ids_after(tx, OLD, 100), "merchant_id"),
    ],
)
async def test_the_other_walks_can_begin_within_their_key_as_well(
    database: Database, asks: Asks, key: str
) -> None:
    async with database.transaction() as tx:
        await tx.execute("SET LOCAL enable_seqscan = off")  # these tables are empty here
        await tx.execute("SET LOCAL enable_bitmapscan = off")
        plan = await plan_of(tx, asks)
    assert f"{key} >" in index_condition(plan), plan
