"""The outbox: at least once, in the end, by one courier at a time; and what is kept how long."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from farewave.db import Database
from farewave.db.events import record_event
from farewave.db.idempotency import Command, Done, carry_out_once
from farewave.db.jobs import tidy
from farewave.db.outbox import (
    BACK_OFF_MAX,
    Courier,
    Delivered,
    GaveUp,
    Handler,
    Message,
    Outcome,
    RetryAt,
    back_off,
    enqueue,
)
from farewave.kit.limits import OUTBOX_LEASE_S
from tests.support.database import move_clock

MESSAGE_ID = UUID("01890000-0000-7001-8000-000000000001")


class Doorstep:
    """A handler that notes what it gets and answers as it is told."""

    def __init__(self, answers: Callable[[Message], Outcome] = lambda _: Delivered()) -> None:
        self.seen: list[Message] = []
        self._answers = answers

    async def __call__(self, message: Message) -> Outcome:
        self.seen.append(message)
        await asyncio.sleep(0)
        return self._answers(message)


async def put(database: Database, count: int = 1, topic: str = "t") -> None:
    async with database.transaction() as tx:
        for number in range(count):
            await enqueue(tx, shard=number % 4, topic=topic, payload={"number": number, "名": "票"})


async def states(database: Database) -> list[tuple[bool, str | None]]:
    async with database.reading() as tx:
        rows = await tx.fetch("SELECT done_at, last_error FROM db.outbox ORDER BY message_id")
        return [(row["done_at"] is not None, row["last_error"]) for row in rows]


async def test_what_was_committed_is_delivered_once(database: Database) -> None:
    door = Doorstep()
    courier = Courier(database, {"t": door})
    await put(database, 5)
    assert await courier.deliver_due() == 5
    assert await courier.deliver_due() == 0
    assert sorted(each.payload["number"] for each in door.seen) == [0, 1, 2, 3, 4]
    assert {(each.attempts, each.payload["名"]) for each in door.seen} == {(1, "票")}
    assert {each.shard for each in door.seen} == {0, 1, 2, 3}


async def test_what_was_rolled_back_never_leaves(database: Database) -> None:
    async def broken() -> None:
        async with database.transaction() as tx:
            await enqueue(tx, shard=0, topic="t", payload={})
            raise LookupError

    with pytest.raises(LookupError):
        await broken()
    assert await Courier(database, {"t": Doorstep()}).deliver_due() == 0


async def test_a_message_id_goes_in_once_also_after_its_delivery(database: Database) -> None:
    door = Doorstep()
    for number in range(3):
        async with database.transaction() as tx:
            for _ in range(2):
                await enqueue(tx, shard=0, topic="t", payload={"n": number}, message_id=MESSAGE_ID)
        await Courier(database, {"t": door}).deliver_due()
    assert [each.payload for each in door.seen] == [{"n": 0}]


async def test_it_waits_for_its_time_on_the_one_clock(database: Database) -> None:
    door = Doorstep()
    async with database.transaction() as tx:
        due_at = tx.now + timedelta(hours=1)
        await enqueue(tx, shard=0, topic="t", payload={}, due_at=due_at)
    courier = Courier(database, {"t": door})
    assert await courier.deliver_due() == 0
    await move_clock(database, timedelta(hours=2))
    assert await courier.deliver_due() == 1
    assert door.seen[0].now > due_at


async def test_a_topic_without_a_handler_stays(database: Database) -> None:
    await put(database, topic="other")
    assert await Courier(database, {"t": Doorstep()}).deliver_due() == 0
    assert await states(database) == [(False, None)]


async def test_a_retry_comes_again_and_giving_up_is_kept(database: Database) -> None:
    door = Doorstep(
        lambda message: GaveUp("closed") if message.attempts == 2 else RetryAt(message.now, "busy")
    )
    await put(database)
    assert await Courier(database, {"t": door}).deliver_due() == 2
    assert [each.attempts for each in door.seen] == [1, 2]
    assert await states(database) == [(True, "closed")]


async def test_a_handler_that_raises_is_asked_again_later(database: Database) -> None:
    def fail_first(message: Message) -> Outcome:
        if message.attempts == 1:
            raise LookupError("13800138000")
        return Delivered()

    door = Doorstep(fail_first)
    courier = Courier(database, {"t": door})
    await put(database)
    assert await courier.deliver_due() == 1
    assert await states(database) == [(False, "LookupError")]
    await move_clock(database, timedelta(seconds=2))
    assert await courier.deliver_due() == 1
    assert await states(database) == [(True, None)]


async def test_a_handler_that_hangs_is_given_up_before_its_lease_ends(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("farewave.db.outbox.HANDLER_TIMEOUT_S", 0.05)

    async def hang(message: Message) -> Outcome:
        await asyncio.sleep(60)
        return Delivered()

    await put(database)
    await Courier(database, {"t": hang}).deliver_due()
    assert await states(database) == [(False, "TimeoutError")]


def test_failures_are_spaced_out() -> None:
    waits = [back_off(attempts).total_seconds() for attempts in (1, 2, 3, 4)]
    assert waits == [1, 2, 4, 8]
    assert back_off(10_000) == BACK_OFF_MAX


async def leases_end(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("UPDATE db.outbox SET lease_until = clock_timestamp() - interval '1 ms'")


async def test_a_courier_that_dies_between_lease_and_result_is_followed_by_another(
    database: Database,
) -> None:
    await put(database)

    async def die(message: Message) -> Outcome:
        raise asyncio.CancelledError  # as a process that ends: no result is written

    with pytest.raises(asyncio.CancelledError):
        await Courier(database, {"t": die}).deliver_due()
    door = Doorstep()
    next_courier = Courier(database, {"t": door})
    assert await next_courier.deliver_due() == 0, "the lease still runs"
    await move_clock(database, timedelta(seconds=2 * OUTBOX_LEASE_S))
    assert await next_courier.deliver_due() == 0, "a lease is measured by the machine's clock"
    await leases_end(database)
    assert await next_courier.deliver_due() == 1
    assert door.seen[0].attempts == 2


async def test_a_late_result_doesnt_undo_the_next_couriers(database: Database) -> None:
    second = Doorstep()

    async def slow(message: Message) -> Outcome:
        await leases_end(database)
        assert await Courier(database, {"t": second}).deliver_due() == 1
        return RetryAt(message.now)

    await put(database)
    assert await Courier(database, {"t": slow}).deliver_due() == 1
    assert await states(database) == [(True, None)]


async def test_couriers_side_by_side_deliver_each_message_once(database: Database) -> None:
    door = Doorstep()
    await put(database, 100)
    handled = await asyncio.gather(
        *(Courier(database, {"t": door}).deliver_due() for _ in range(4))
    )
    assert sum(handled) == 100
    assert len({each.message_id for each in door.seen}) == len(door.seen) == 100


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.005)


async def test_a_running_courier_is_woken_by_a_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("farewave.db.outbox.POLL_S", 60)
    door: Doorstep = Doorstep()
    handlers: dict[str, Handler] = {"t": door}
    stop = asyncio.Event()
    running = asyncio.create_task(Courier(database, handlers).run(stop))
    await asyncio.sleep(0.1)
    await put(database, 40)
    await _until(lambda: len(door.seen) == 40)
    stop.set()
    async with asyncio.timeout(30):
        await running
    assert [done for done, _ in await states(database)] == [True] * 40


async def test_a_slow_message_holds_up_no_other_and_is_waited_for_at_the_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("farewave.db.outbox.POLL_S", 0.02)
    released = asyncio.Event()
    fast = Doorstep()

    async def slow(message: Message) -> Outcome:
        await released.wait()
        return Delivered()

    stop = asyncio.Event()
    courier = Courier(database, {"slow": slow, "fast": fast})
    running = asyncio.create_task(courier.run(stop))
    await put(database, topic="slow")
    await asyncio.sleep(0.05)
    await put(database, 3, topic="fast")
    await _until(lambda: len(fast.seen) == 3)
    stop.set()
    await asyncio.sleep(0.05)
    assert not running.done()
    released.set()
    await running
    assert [done for done, _ in await states(database)] == [True] * 4


async def test_answers_and_done_messages_are_kept_for_a_time(database: Database) -> None:
    command = Command(2, MESSAGE_ID, "key-00000001", "o", b"0" * 32)

    async def work(_: object) -> Done:
        return Done(200, "{}")

    async def kept() -> tuple[int, int]:
        async with database.reading() as tx:
            commands = await tx.fetchval("SELECT count(*) FROM db.idempotent_command")
            return commands, await tx.fetchval("SELECT count(*) FROM db.outbox")

    async with database.transaction() as tx:
        await carry_out_once(tx, command, work)
    await put(database, 2)
    await put(database, topic="not done")
    await Courier(database, {"t": Doorstep()}).deliver_due()
    assert await tidy(database) == 0
    await move_clock(database, timedelta(days=8))
    assert await tidy(database) == 1
    assert await kept() == (0, 3)
    await move_clock(database, timedelta(days=23))
    assert await tidy(database) == 2
    assert await kept() == (0, 1), "what isn't done stays for ever"


async def test_events_are_written_down(database: Database) -> None:
    async with database.transaction() as tx:
        for actor_id in (MESSAGE_ID, None):
            await record_event(
                tx, shard=3, name="rail.held", actor_id=actor_id, attributes={"seats": 2}
            )
    async with database.reading() as tx:
        rows = await tx.fetch("SELECT * FROM db.event ORDER BY event_id")
    assert {(row["shard"], row["name"]) for row in rows} == {(3, "rail.held")}
    assert {row["actor_id"] for row in rows} == {MESSAGE_ID, None}
    assert rows[0]["attributes"] == {"seats": 2}
