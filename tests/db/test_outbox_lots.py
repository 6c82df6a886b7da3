"""Messages are fetched and written down in lots, and none of a lot depends on another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from farewave.db import Database
from farewave.db.outbox import (
    IN_FLIGHT_MAX,
    Courier,
    Delivered,
    GaveUp,
    Message,
    Outcome,
    Postponed,
    RetryAt,
    enqueue,
)
from tests.support.database import move_clock

COUNT = 60


async def put(database: Database, count: int, topic: str = "t") -> None:
    async with database.transaction() as tx:
        for number in range(count):
            await enqueue(tx, shard=number % 4, topic=topic, payload={"number": number})


async def rows(database: Database) -> list[tuple[int, bool, int, str | None]]:
    """Number, whether it is done, attempts, what was wrong."""
    async with database.reading() as tx:
        found = await tx.fetch("SELECT payload, done_at, attempts, last_error FROM db.outbox")
    return sorted(
        (row["payload"]["number"], row["done_at"] is not None, row["attempts"], row["last_error"])
        for row in found
    )


async def test_a_lot_costs_a_transaction_for_the_lease_and_one_for_the_results(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(database, COUNT)
    begun = 0
    transaction = Database.transaction

    @asynccontextmanager
    async def counted(self: Database, **given: Any) -> AsyncIterator[Any]:
        nonlocal begun
        begun += 1
        async with transaction(self, **given) as tx:
            yield tx

    async def at_once(message: Message) -> Outcome:
        return Delivered()

    monkeypatch.setattr(Database, "transaction", counted)
    assert await Courier(database, {"t": at_once}).deliver_due() == COUNT
    assert begun == 3  # one of them found nothing more
    assert await rows(database) == [(number, True, 1, None) for number in range(COUNT)]


async def test_each_message_of_a_lot_has_its_own_outcome(database: Database) -> None:
    await put(database, 4)

    async def by_number(message: Message) -> Outcome:
        later = message.now + timedelta(minutes=1)
        outcomes = Delivered(), RetryAt(later, "busy"), GaveUp("closed"), Postponed(later)
        return outcomes[message.payload["number"]]

    courier = Courier(database, {"t": by_number})
    assert await courier.deliver_due() == 4
    assert await rows(database) == [
        (0, True, 1, None),
        (1, False, 1, "busy"),
        (2, True, 1, "closed"),
        (3, False, 0, None),
    ]
    await move_clock(database, timedelta(minutes=1))
    assert await courier.deliver_due() == 2


async def test_a_result_that_cant_be_written_holds_up_no_other_of_its_lot(
    database: Database,
) -> None:
    await put(database, COUNT)

    async def one_is_bad(message: Message) -> Outcome:
        return GaveUp("\x00") if message.payload["number"] == 7 else Delivered()

    assert await Courier(database, {"t": one_is_bad}).deliver_due() == COUNT
    written = {number: done for number, done, _, _ in await rows(database)}
    assert [number for number, done in written.items() if not done] == [7]


async def test_what_was_postponed_counts_no_attempt_and_keeps_what_was_wrong(
    database: Database,
) -> None:
    await put(database, 1)
    seen: list[int] = []

    async def fail_then_postpone(message: Message) -> Outcome:
        seen.append(message.attempts)
        later = message.now + timedelta(minutes=1)
        return RetryAt(later, "busy") if len(seen) == 1 else Postponed(later)

    courier = Courier(database, {"t": fail_then_postpone})
    for _ in range(3):
        assert await courier.deliver_due() == 1
        assert await courier.deliver_due() == 0
        await move_clock(database, timedelta(minutes=1))
    assert seen == [1, 2, 2]
    assert await rows(database) == [(0, False, 1, "busy")]


async def test_a_running_courier_never_has_more_in_flight_than_it_may_and_delivers_all(
    database: Database,
) -> None:
    together = most = handled = 0
    done = asyncio.Event()
    count = IN_FLIGHT_MAX + 150

    async def slow(message: Message) -> Outcome:
        nonlocal together, most, handled
        together += 1
        most = max(most, together)
        await asyncio.sleep(0.2)
        together -= 1
        handled += 1
        if handled == count:
            done.set()
        return Delivered()

    await put(database, count)
    stop = asyncio.Event()
    running = asyncio.create_task(Courier(database, {"t": slow}).run(stop))
    async with asyncio.timeout(20):
        await done.wait()
        stop.set()
        await running
    assert 100 < most <= IN_FLIGHT_MAX
    assert all(done for _, done, _, _ in await rows(database))
