"""Transactions: what commits, what rolls back, and which clock they see."""

from datetime import UTC, timedelta

from tests.support.database import move_clock

from farewave.db import Database, Tx
from farewave.db.outbox import Courier, Delivered, Message, enqueue


async def test_now_is_utc_and_follows_the_one_clock(database: Database) -> None:
    async with database.reading() as tx:
        before = tx.now
    assert before.tzinfo == UTC
    await move_clock(database, timedelta(days=3))
    async with database.transaction() as later:
        assert timedelta(days=3) <= later.now - before < timedelta(days=3, minutes=1)
        assert later.shards == 4


async def test_a_message_is_delivered(database: Database) -> None:
    seen: list[Message] = []

    async def handler(message: Message) -> Delivered:
        seen.append(message)
        return Delivered()

    async with database.transaction() as tx:
        await enqueue(tx, shard=1, topic="t", payload={"a": "值"})
    assert await Courier(database, {"t": handler}).deliver_due() == 1
    assert seen[0].payload == {"a": "值"}
    assert await Courier(database, {"t": handler}).deliver_due() == 0


async def test_tx_fixture(tx: Tx) -> None:
    assert await tx.fetchval("SELECT 1") == 1
