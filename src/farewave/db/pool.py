"""`Database`: a pool of connections that hands out transactions and heals by itself.

Nothing here or in the contexts depends on the server's collation: what is compared and ordered in
SQL are numbers, instants and ids; text is only tested for equality. So any server will do, of
version 17 or newer with UTF-8.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import structlog

from farewave.db.errors import DatabaseAway, DatabaseError, Overtaken
from farewave.db.threads import in_daemon_thread
from farewave.db.transaction import AWAY, Connection, ReadTx, Tx, away_when_lost, is_lost
from farewave.kit.chance import Chance, SystemChance
from farewave.kit.outcome import Refused

T = TypeVar("T")

STATEMENT_TIMEOUT_S = 15
LOCK_TIMEOUT_S = 10
ACQUIRE_TIMEOUT_S = 5
CONNECT_TIMEOUT_S = 5
TRIES_MAX = 3
_ANSWER_GRACE_S = 5
_NOW = "SELECT clock_timestamp() + ahead FROM db.clock"

log = structlog.get_logger("farewave.db")


# `json.dumps` makes such a one for each call that asks for anything but its defaults.
_json_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_json_text, decoder=json.loads, format="text"
    )


class _Connection(asyncpg.Connection):
    """Comes back to the pool as it is.

    A transaction leaves nothing behind: whatever is set is set LOCAL, and nobody listens, declares
    cursors or takes advisory locks. So the pool need not ask the server to forget such things after
    each one, which is one more round trip of four statements.
    """

    def get_reset_query(self) -> str:
        return ""


class Database:
    """The one way to the tables. Made by `Database.open`; closed by `close`."""

    def __init__(
        self, pool: Any, *, shards: int, chance: Chance, revive: Callable[[], None] | None
    ) -> None:
        self._pool = pool
        self._chance = chance
        self._revive = revive
        self._reviving: asyncio.Task[None] | None = None
        self._courier_wakers: set[Callable[[], None]] = set()
        self._kept: dict[object, object] = {}
        self.shards = shards

    @classmethod
    async def open(
        cls,
        dsn: str,
        *,
        pool_size_min: int = 1,
        pool_size_max: int = 10,
        chance: Chance | None = None,
        revive: Callable[[], None] | None = None,
    ) -> "Database":
        """Connect to the migrated database at `dsn`. Raises DatabaseAway when it can't.

        `revive` starts the server again if it doesn't run; it blocks, so it is called in a thread,
        after a connection couldn't be had.
        """
        with away_when_lost():
            pool = await asyncpg.create_pool(
                dsn,
                min_size=pool_size_min,
                max_size=pool_size_max,
                timeout=CONNECT_TIMEOUT_S,
                init=_prepare,
                connection_class=_Connection,
                server_settings={
                    "application_name": "farewave",
                    "timezone": "UTC",
                    "plan_cache_mode": "force_generic_plan",  # docs/decisions/0017
                    "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
                    "lock_timeout": f"{LOCK_TIMEOUT_S}s",
                    "idle_in_transaction_session_timeout": "60s",
                },
            )
            shards = await pool.fetchval("SELECT shards FROM db.installation")
        return cls(pool, shards=shards, chance=chance or SystemChance(), revive=revive)

    async def close(self) -> None:
        """Give every connection back. Transactions that are open are waited for."""
        if self._reviving is not None:
            self._reviving.cancel()
        try:
            await self._pool.close()
        except AWAY as lost:
            # A server that is gone can't be taken leave of; what is left is on our side.
            log.warning("database.close_lost", error=type(lost).__name__)
            self._pool.terminate()

    @asynccontextmanager
    async def transaction(self, *, patience_s: float = STATEMENT_TIMEOUT_S) -> AsyncIterator[Tx]:
        """READ COMMITTED; commits when the block ends, rolls back when it raises.

        `patience_s` bounds each statement. Raises DatabaseAway when the database is away; what was
        written is then committed or not, nobody knows which if it was lost while committing.
        """
        async with self._connection() as connection:
            now, transaction = await self._begin(connection, "read_committed", False, patience_s)
            tx = Tx(
                connection,
                now=now,
                chance=self._chance,
                shards=self.shards,
                timeout_s=patience_s + _ANSWER_GRACE_S,
                wake_couriers=self._wake_couriers,
                kept=self._kept,
            )
            try:
                yield tx
            except BaseException:
                await self._roll_back(connection, transaction)
                raise
            finally:
                tx.end()
            with away_when_lost(connection):
                await transaction.commit()
            # At once: giving the connection back takes a while, can fail and can be cancelled.
            for callback in tx.committed():
                try:
                    callback()
                except Exception as bug:
                    # It is committed: whoever asked must hear that, whatever follows from it.
                    log.error("database.after_commit_failed", error=type(bug).__name__)

    @asynccontextmanager
    async def reading(self, *, patience_s: float = STATEMENT_TIMEOUT_S) -> AsyncIterator[ReadTx]:
        """Read only, all statements on one snapshot (REPEATABLE READ)."""
        async with self._connection() as connection:
            now, transaction = await self._begin(connection, "repeatable_read", True, patience_s)
            tx = ReadTx(
                connection,
                now=now,
                chance=self._chance,
                shards=self.shards,
                timeout_s=patience_s + _ANSWER_GRACE_S,
            )
            try:
                yield tx
            finally:
                tx.end()
                await self._roll_back(connection, transaction)

    async def run(self, work: Callable[[Tx], Awaitable[T | Refused]]) -> T | Refused:
        """`work` in a transaction: a `Refused` without `keep_changes` rolls it back.

        Work that lost against another transaction (serialization, deadlock, Overtaken) is done
        again, up to three times in all; so it must have no effect outside of its `tx`. Then
        DatabaseAway.
        """
        for attempt in range(1, TRIES_MAX + 1):
            try:
                return await self._run_once(work)
            except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, Overtaken) as lost:
                if attempt == TRIES_MAX:
                    raise DatabaseAway("too many transactions want the same rows") from lost
        raise AssertionError("unreachable")

    async def _run_once(self, work: Callable[[Tx], Awaitable[T | Refused]]) -> T | Refused:
        try:
            async with self.transaction() as tx:
                outcome = await work(tx)
                if isinstance(outcome, Refused) and not outcome.keep_changes:
                    raise _RollBack(outcome)
                return outcome
        except _RollBack as undone:
            return undone.refused

    def on_message(self, waker: Callable[[], None]) -> Callable[[], None]:
        """Have `waker` called after each local commit of a message; the answer takes it back."""
        self._courier_wakers.add(waker)
        return lambda: self._courier_wakers.discard(waker)

    def _wake_couriers(self) -> None:
        for waker in tuple(self._courier_wakers):
            waker()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            with away_when_lost():
                connection = await self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        except DatabaseAway as away:
            if not isinstance(away.__cause__, TimeoutError):  # else all connections are busy
                self._revive_in_background()
            raise
        try:
            yield connection
        finally:
            with away_when_lost(connection):
                await self._pool.release(connection)

    def _revive_in_background(self) -> None:
        if self._revive is None or (self._reviving is not None and not self._reviving.done()):
            return

        async def revived(revive: Callable[[], None]) -> None:
            try:
                await in_daemon_thread(revive)
            except DatabaseError as refused:
                log.error("database.not_revived", why=str(refused))

        self._reviving = asyncio.create_task(revived(self._revive))

    @staticmethod
    async def _begin(
        connection: Connection, isolation: Any, readonly: bool, patience_s: float
    ) -> tuple[datetime, Any]:
        transaction = connection.transaction(isolation=isolation, readonly=readonly)
        with away_when_lost(connection):
            await transaction.start()
            if patience_s != STATEMENT_TIMEOUT_S:
                await connection.execute(f"SET LOCAL statement_timeout = {int(patience_s * 1000)}")
            now = await connection.fetchval(_NOW)
        return now, transaction

    @staticmethod
    async def _roll_back(connection: Connection, transaction: Any) -> None:
        if is_lost(connection):
            return  # the server rolled back when it lost us
        try:
            await transaction.rollback()
        except (
            OSError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
        ) as lost:
            # What it is rolled back for is raised already. The pool resets or drops the connection.
            log.warning("database.rollback_lost", error=type(lost).__name__)


class _RollBack(Exception):  # noqa: N818
    """Carries a refusal out of a transaction that is to be rolled back."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused)
        self.refused = refused
