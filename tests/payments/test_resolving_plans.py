"""Finding out whom a phone's code stands for costs the same however many people there are."""

import json
from typing import Any
from uuid import UUID

import pytest

from farewave.db import Database, ReadTx, Tx
from farewave.kit.sealing import Sealer
from farewave.payments import code_devices, paycode, store
from tests.support.payments import buyer_with
from tests.support.phones import Device, enrolled, slot_now

FEW = 1_000
LEVELS_MORE = 1
"""How much deeper the trees of a thousand times as many rows may be."""
_GROW = (
    # Ids that begin with an f are nobody's: the application's begin with the time.
    "INSERT INTO people.session (shard, session_id, person_id, token_sha256, device, created_at,"
    " seen_at, expires_at) SELECT $1, {id}, {id}, sha256(n::text::bytea), 'x', $4, $4, $5"
    " FROM generate_series($2::int, $3::int) AS n",
    "INSERT INTO payments.code_device (shard, device_id, person_id, sealed_key, batch_no,"
    " enrolled_at) SELECT $1, {id}, {id}, ''::bytea, 1, $4"
    " FROM generate_series($2::int, $3::int) AS n WHERE $5::timestamptz IS NOT NULL",
    "INSERT INTO payments.pay_code (shard, code, person_id, user_no, real_name_level, issued_at,"
    " expires_at, device_id, batch_no)"
    " SELECT $1::smallint, '28' || lpad($1::smallint::text, 3, '0')"
    " || lpad((n::bigint * 7919 % 999999937)::text, 9, '0'), {id}, '2088', 1, $4, $5, {id}, 1"
    " FROM generate_series($2::int, $3::int) AS n ON CONFLICT DO NOTHING",
)
_ID = "('f' || substr(md5(n::text), 2))::uuid"


async def grow(database: Database, shard: int, first: int, last: int) -> None:
    """So many people more, each with a phone and a ticket."""
    async with database.transaction(patience_s=300) as tx:
        for statement in _GROW:
            text = statement.format(id=_ID)
            await tx.execute(text, shard, first, last, tx.now, tx.now.replace(year=2099))
        for table in ("people.session", "payments.code_device", "payments.pay_code"):
            await tx.execute(f"ANALYZE {table}")


class Explained:
    """Which statements resolve a code, and what each of them reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[tuple[str, tuple[object, ...]]] = []
        real = ReadTx.fetch

        async def noted(tx: ReadTx, sql: str, *args: object) -> Any:
            self.statements.append((sql, args))
            return await real(tx, sql, *args)

        monkeypatch.setattr(ReadTx, "fetch", noted)
        self._fetch = real

    async def resolve(self, tx: Tx, sealer: Sealer, code: str) -> UUID:
        """Whose code it is."""
        self.statements.clear()
        shard = paycode.shard_of_code(code)
        assert shard is not None
        kept = await store.lock_codes(tx, shard, {paycode.kept_as(code)})
        assert await code_devices.unproved(tx, sealer, kept, {code}) == set()
        return kept[paycode.kept_as(code)].person_id

    async def read(self, tx: Tx) -> list[tuple[set[str], int]]:
        """Of each statement the indexes and how many pages it read."""
        return [await self._one(tx, sql, args) for sql, args in list(self.statements)]

    async def _one(self, tx: Tx, sql: str, args: tuple[object, ...]) -> tuple[set[str], int]:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}"
        (row,) = await self._fetch(tx, explain, *args)
        told = row[0] if isinstance(row[0], list) else json.loads(row[0])
        plan = told[0]["Plan"]
        assert "Seq Scan" not in json.dumps(plan)
        return indexes(plan), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def indexes(plan: dict[str, Any]) -> set[str]:
    """The names of all indexes that a plan looks into."""
    below = [indexes(each) for each in plan.get("Plans", ())]
    return (
        {plan["Index Name"]} | set().union(*below) if "Index Name" in plan else set().union(*below)
    )


async def cost(
    database: Database, sealer: Sealer, phone: Device, explained: Explained
) -> list[tuple[set[str], int]]:
    code = phone.code(await slot_now(database))
    async with database.transaction() as tx:
        assert await explained.resolve(tx, sealer, code) == phone.actor.person_id
        return await explained.read(tx)


@pytest.mark.parametrize(
    "many", [100_000, pytest.param(1_000_000, marks=pytest.mark.long)], ids=["100k", "million"]
)
async def test_resolving_costs_the_same_among_a_thousand_people_as_among_very_many(
    database: Database, sealer: Sealer, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    phone = await enrolled(database, sealer, (await buyer_with(database, sealer, 0)).actor)
    explained = Explained(monkeypatch)
    await grow(database, phone.actor.shard, 1, FEW)
    among_few = await cost(database, sealer, phone, explained)
    await grow(database, phone.actor.shard, FEW + 1, many)
    among_many = await cost(database, sealer, phone, explained)
    print(f"{FEW}: {among_few}, {many}: {among_many}")
    assert len(among_few) == len(among_many) == 3, "the ticket, the session, the key"
    for (index, pages), (index_then, pages_then) in zip(among_few, among_many, strict=True):
        assert index == index_then
        assert len(index) == 1
        assert pages_then <= pages + LEVELS_MORE
