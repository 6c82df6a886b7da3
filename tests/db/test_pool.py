"""Transactions: what commits, what rolls back, which clock they see, what an outage looks like."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from structlog.testing import capture_logs

from farewave.db import Database, DatabaseAway, ReadTx, Tx, clock
from farewave.db.transaction import AWAY, away_when_lost
from farewave.kit.chance import SeededChance
from farewave.kit.outcome import KitRefusal, Refused
from tests.support.database import Databases, move_clock


@pytest.fixture
async def notes(database: Database) -> Database:
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE note (number int PRIMARY KEY, body jsonb)")
        await tx.executemany("INSERT INTO note VALUES ($1, $2)", [(1, {}), (2, {})])
    return database


async def numbers(database: Database) -> list[int]:
    async with database.reading() as tx:
        return [row["number"] for row in await tx.fetch("SELECT number FROM note ORDER BY number")]


class TestClock:
    async def test_now_is_utc_constant_and_the_databases(self, database: Database) -> None:
        async with database.transaction() as tx:
            first = tx.now
            await asyncio.sleep(0.01)
            assert tx.now == first
            assert first.tzinfo == UTC
            theirs: datetime = await tx.fetchval("SELECT clock_timestamp()")
            assert timedelta(0) < theirs - first < timedelta(minutes=1)

    async def test_a_moved_clock_is_seen_by_every_transaction_after(
        self, database: Database
    ) -> None:
        async with database.reading() as tx:
            before = tx.now
        await move_clock(database, timedelta(days=3))
        await move_clock(database, timedelta(minutes=-1))
        async with database.reading() as tx:
            moved = tx.now - before
            assert await clock.offset(tx) == timedelta(days=3, minutes=-1)
        assert timedelta(days=3, minutes=-1) <= moved < timedelta(days=3)

    async def test_it_moves_by_ten_years_at_most(self, tx: Tx) -> None:
        with pytest.raises(ValueError, match="3650 days"):
            await clock.set_offset(tx, timedelta(days=3651))


class TestTransaction:
    async def test_it_commits_as_a_whole_or_not_at_all(self, notes: Database) -> None:
        async def broken() -> None:
            async with notes.transaction() as tx:
                await tx.execute("INSERT INTO note VALUES (3)")
                raise LookupError

        with pytest.raises(LookupError):
            await broken()
        assert await numbers(notes) == [1, 2]

    async def test_a_savepoint_fails_alone(self, notes: Database) -> None:
        called: list[str] = []

        async def doubled(tx: Tx) -> None:
            async with tx.savepoint():
                tx.after_commit(lambda: called.append("undone"))
                await tx.execute("INSERT INTO note VALUES (4)")
                await tx.execute("INSERT INTO note VALUES (1)")

        async with notes.transaction() as tx:
            await tx.execute("INSERT INTO note VALUES (3)")
            with pytest.raises(asyncpg.UniqueViolationError):
                await doubled(tx)
            async with tx.savepoint():
                tx.after_commit(lambda: called.append("kept"))
                await tx.execute("INSERT INTO note VALUES (5)")
        assert await numbers(notes) == [1, 2, 3, 5]
        assert called == ["kept"]

    async def test_what_follows_a_commit_follows_no_rollback(self, notes: Database) -> None:
        called: list[str] = []

        async def work(tx: Tx) -> Refused | None:
            tx.after_commit(lambda: called.append(outcome))
            return Refused(KitRefusal.NOT_FOUND) if outcome == "refused" else None

        for outcome in ("refused", "done"):  # noqa: B007 - `work` reads it
            await notes.run(work)
        assert called == ["done"]

    async def test_a_failing_callback_doesnt_undo_the_commit(self, notes: Database) -> None:
        def fail() -> None:
            raise LookupError

        async with notes.transaction() as tx:
            await tx.execute("INSERT INTO note VALUES (3)")
            tx.after_commit(fail)
        assert await numbers(notes) == [1, 2, 3]

    async def test_it_is_over_when_its_block_ends(self, notes: Database) -> None:
        async with notes.transaction() as tx:
            pass
        with pytest.raises(RuntimeError, match="has ended"):
            await tx.execute("INSERT INTO note VALUES (3)")

    async def test_a_block_computes_while_its_statement_is_carried_out(
        self, notes: Database
    ) -> None:
        async with notes.transaction() as tx:
            async with tx.sent(tx.execute("INSERT INTO note VALUES (3)")):
                computed = sum(range(1000))
            assert computed == 499_500
            with pytest.raises(asyncpg.UniqueViolationError):
                async with tx.savepoint(), tx.sent(tx.execute("INSERT INTO note VALUES (3)")):
                    pass
        assert await numbers(notes) == [1, 2, 3]

    @pytest.mark.parametrize("ends", [LookupError, asyncio.CancelledError])
    async def test_a_statement_that_was_sent_is_given_up_with_its_block(
        self, notes: Database, ends: type[BaseException]
    ) -> None:
        async def work() -> None:
            async with notes.transaction() as tx:
                await tx.execute("INSERT INTO note VALUES (3)")
                if ends is asyncio.CancelledError:
                    task = asyncio.current_task()
                    assert task is not None
                    task.cancel()  # it is told where it waits next: while the statement is sent
                async with tx.sent(tx.fetch("SELECT pg_sleep(10)")):
                    raise ends

        with capture_logs() as logs, pytest.raises(ends):
            await asyncio.wait_for(asyncio.create_task(work()), 5)
        assert logs == []  # the connection could be rolled back
        assert await numbers(notes) == [1, 2]

    async def test_json_goes_in_and_out_as_it_is(self, notes: Database) -> None:
        body = {"名": ["票", 1, None, 0.5], "nested": {"a": True}}
        async with notes.transaction() as tx:
            await tx.execute("UPDATE note SET body = $1 WHERE number = 1", body)
            assert await tx.fetchval("SELECT body FROM note WHERE number = 1") == body
            with pytest.raises(asyncpg.DataError):
                await tx.execute("UPDATE note SET body = $1", {"a": float("nan")})


class TestReading:
    async def test_it_cant_write(self, notes: Database) -> None:
        async with notes.reading() as tx:
            assert not hasattr(tx, "execute")
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                await tx.fetch("INSERT INTO note VALUES (3)")

    async def test_all_its_statements_see_one_moment(self, notes: Database) -> None:
        async def count(tx: ReadTx) -> int:
            counted: int = await tx.fetchval("SELECT count(*) FROM note")
            return counted

        async with notes.reading() as tx:
            before = await count(tx)
            async with notes.transaction() as other:
                await other.execute("INSERT INTO note VALUES (3)")
            assert await count(tx) == before


class TestRun:
    async def test_a_refusal_rolls_back_unless_it_keeps_its_changes(self, notes: Database) -> None:
        async def refused(tx: Tx, number: int, keep: bool) -> Refused:
            await tx.execute("INSERT INTO note VALUES ($1)", number)
            return Refused(KitRefusal.NOT_FOUND, keep_changes=keep)

        assert await notes.run(lambda tx: refused(tx, 3, False)) == Refused(KitRefusal.NOT_FOUND)
        assert await numbers(notes) == [1, 2]
        await notes.run(lambda tx: refused(tx, 3, True))
        assert await numbers(notes) == [1, 2, 3]

    async def test_a_deadlock_is_tried_again(self, notes: Database) -> None:
        """Two that lock two rows in opposite orders: PostgreSQL ends one, which does it again."""
        met = asyncio.Barrier(2)
        tries = 0

        async def work(tx: Tx, first: int, second: int) -> str:
            nonlocal tries
            tries += 1
            await tx.fetch("SELECT 1 FROM note WHERE number = $1 FOR UPDATE", first)
            if tries <= 2:
                await met.wait()
            await tx.fetch("SELECT 1 FROM note WHERE number = $1 FOR UPDATE", second)
            return "done"

        done = await asyncio.gather(
            notes.run(lambda tx: work(tx, 1, 2)), notes.run(lambda tx: work(tx, 2, 1))
        )
        assert done == ["done", "done"]
        assert tries == 3

    async def test_work_that_always_loses_is_an_outage(self, notes: Database) -> None:
        tries = 0

        async def work(tx: Tx) -> None:
            nonlocal tries
            tries += 1
            raise asyncpg.SerializationError("lost")

        with pytest.raises(DatabaseAway):
            await notes.run(work)
        assert tries == 3


class TestOutage:
    async def test_a_statement_and_a_lock_that_take_too_long(self, notes: Database) -> None:
        async def slow() -> None:
            async with notes.transaction(patience_s=0.1) as tx:
                await tx.fetch("SELECT pg_sleep(10)")

        async def locked() -> None:
            async with notes.transaction() as tx:
                await tx.execute("SET LOCAL lock_timeout = '50ms'")
                await tx.fetch("SELECT 1 FROM note FOR UPDATE")

        with pytest.raises(DatabaseAway):
            await slow()
        async with notes.transaction() as tx:
            await tx.fetch("SELECT 1 FROM note FOR UPDATE")
            with pytest.raises(DatabaseAway):
                await locked()
        assert await numbers(notes) == [1, 2]

    async def test_no_connection_in_time(
        self, notes: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened = [notes.transaction() for _ in range(10)]
        for each in opened:
            await each.__aenter__()
        monkeypatch.setattr("farewave.db.pool.ACQUIRE_TIMEOUT_S", 0.1)
        with pytest.raises(DatabaseAway):
            await numbers(notes)
        for each in opened:
            await each.__aexit__(None, None, None)
        monkeypatch.undo()
        assert await numbers(notes) == [1, 2]

    async def test_a_connection_that_the_server_ends(self, notes: Database) -> None:
        async def ended() -> None:
            async with notes.transaction() as tx:
                await tx.execute("INSERT INTO note VALUES (3)")
                me = await tx.fetchval("SELECT pg_backend_pid()")
                async with notes.transaction() as other:
                    await other.fetchval("SELECT pg_terminate_backend($1, 5000)", me)
                await tx.execute("INSERT INTO note VALUES (4)")

        with pytest.raises(DatabaseAway) as away:
            await ended()
        assert isinstance(away.value.__cause__, (*AWAY, asyncpg.InterfaceError))
        assert await numbers(notes) == [1, 2]

    async def test_a_mistake_in_sql_is_no_outage(self, notes: Database) -> None:
        async with notes.reading() as tx:
            with pytest.raises(asyncpg.UndefinedTableError):
                await tx.fetch("SELECT 1 FROM nowhere")

    async def test_a_cancelled_task_leaves_nothing_behind(self, notes: Database) -> None:
        async def work() -> None:
            async with notes.transaction() as tx:
                await tx.execute("INSERT INTO note VALUES (3)")
                await tx.fetch("SELECT pg_sleep(10)")

        task = asyncio.create_task(work())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await numbers(notes) == [1, 2]

    async def test_nobody_listens_there(self, databases: Databases) -> None:
        with pytest.raises(DatabaseAway):
            await Database.open("postgresql://farewave@/farewave?host=/nonexistent")


async def test_closing_after_the_server_has_gone_is_no_error() -> None:
    class Gone:
        ended = False

        async def close(self) -> None:
            raise BrokenPipeError

        def terminate(self) -> None:
            self.ended = True

    pool = Gone()
    await Database(pool, shards=1, chance=SeededChance(1), revive=None).close()
    assert pool.ended


async def test_a_driver_that_lost_track_of_the_protocol_is_an_outage_if_the_server_is_gone(
    notes: Database,
) -> None:
    """It is what asyncpg says when the server dies in the middle of a COPY."""

    class Connection:
        def __init__(self, closed: bool) -> None:
            self.is_closed = lambda: closed

    with pytest.raises(DatabaseAway), away_when_lost(Connection(closed=True)):  # type: ignore[arg-type]
        raise asyncpg.InternalClientError("not connected")
    with pytest.raises(asyncpg.InternalClientError), away_when_lost(Connection(closed=False)):  # type: ignore[arg-type]
        raise asyncpg.InternalClientError("another operation is in progress")


async def test_what_the_driver_cannot_do_is_a_bug_and_no_outage(notes: Database) -> None:
    """Who would answer 503 to it would ask for the same again, for ever."""
    with pytest.raises(asyncpg.InternalClientError, match="no binary format encoder"):
        async with notes.transaction() as tx:
            await tx.copy_rows("public", "note", ["number", "body"], [(3, {})])
    assert await numbers(notes) == [1, 2]


async def test_a_driver_that_lost_track_while_rolling_back_hides_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server may die at the end of a reading, too: what was read or raised stands."""

    async def confused(transaction: object) -> None:
        raise asyncpg.InternalClientError("cannot switch to another state")

    monkeypatch.setattr("asyncpg.transaction.Transaction.rollback", confused)
    async with database.reading() as tx:
        assert await tx.fetchval("SELECT 1") == 1
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            raise ZeroDivisionError
