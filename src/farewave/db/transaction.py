"""`ReadTx` and `Tx`: a connection inside a transaction, with the one clock and chance.

Which of the two a function takes tells whether it may write.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

import asyncpg

from farewave.db.errors import DatabaseAway
from farewave.kit.chance import Chance

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

AWAY: tuple[type[BaseException], ...] = (
    OSError,  # refused, reset, no socket file; TimeoutError is one of them
    asyncpg.PostgresConnectionError,  # class 08
    asyncpg.InsufficientResourcesError,  # class 53: disk full, out of memory, too many connections
    asyncpg.OperatorInterventionError,  # class 57: shutdown, starting up, statement timeout
    asyncpg.LockNotAvailableError,  # 55P03: lock timeout
    asyncpg.IdleInTransactionSessionTimeoutError,
)
"""What the driver raises when the database can't serve now, whatever was asked of it."""


def is_lost(connection: Connection) -> bool:
    """Whether the connection is closed. The pool takes a lost one from its user at once."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


@contextmanager
def away_when_lost(connection: Connection | None = None) -> Iterator[None]:
    """Turn the driver's outages into `DatabaseAway`, with the cause chained; let the rest pass."""
    try:
        yield
    except AWAY as lost:
        raise DatabaseAway(f"the database is away ({type(lost).__name__})") from lost
    except (asyncpg.InterfaceError, asyncpg.InternalClientError) as misuse:
        # Also raised for wrong use of the driver and for what it can't do, which are bugs: only a
        # closed connection isn't. (The second one comes when the server dies during a COPY.)
        if connection is None or is_lost(connection):
            raise DatabaseAway("the connection to the database was lost") from misuse
        raise


class ReadTx:
    """A transaction that reads. `now` is constant inside it."""

    def __init__(
        self,
        connection: Connection,
        *,
        now: datetime,
        chance: Chance,
        shards: int,
        timeout_s: float | None,
    ) -> None:
        self._open_connection: Connection | None = connection
        self._timeout_s = timeout_s
        self.now = now
        self.chance = chance
        self.shards = shards

    @property
    def _connection(self) -> Connection:
        if self._open_connection is None:
            raise RuntimeError("this transaction has ended")
        return self._open_connection

    def end(self) -> None:
        """Nothing more is asked here; for `Database` alone."""
        self._open_connection = None

    async def fetch(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """All rows of one statement."""
        with away_when_lost(self._connection):
            return await self._connection.fetch(sql, *args, timeout=self._timeout_s)

    async def fetchrow(self, sql: str, *args: object) -> asyncpg.Record | None:
        """The first row, or None."""
        with away_when_lost(self._connection):
            return await self._connection.fetchrow(sql, *args, timeout=self._timeout_s)

    async def fetchval(self, sql: str, *args: object) -> Any:
        """The first column of the first row, or None."""
        with away_when_lost(self._connection):
            return await self._connection.fetchval(sql, *args, timeout=self._timeout_s)


class Tx(ReadTx):
    """A transaction that may write; it commits when its `Database.transaction()` block ends."""

    def __init__(
        self,
        connection: Connection,
        *,
        now: datetime,
        chance: Chance,
        shards: int,
        timeout_s: float | None,
        wake_couriers: Callable[[], None] = lambda: None,
        kept: dict[object, object] | None = None,
    ) -> None:
        super().__init__(connection, now=now, chance=chance, shards=shards, timeout_s=timeout_s)
        self.wake_couriers = wake_couriers
        self.kept: dict[object, object] = {} if kept is None else kept
        """What contexts keep between the transactions of this process: copies of what the tables
        say, each checked against the tables before it is used."""
        self._after_commit: list[Callable[[], None]] = []

    async def execute(self, sql: str, *args: object) -> str:
        """Carry out one statement; the command tag comes back (`UPDATE 1`)."""
        with away_when_lost(self._connection):
            return await self._connection.execute(sql, *args, timeout=self._timeout_s)

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out one statement for each row of arguments."""
        with away_when_lost(self._connection):
            await self._connection.executemany(sql, rows, timeout=self._timeout_s)

    async def copy_in(self, schema: str, table: str, columns: Sequence[str], octets: bytes) -> None:
        """Write rows that are in PostgreSQL's binary COPY format already, in one go."""

        async def source() -> AsyncIterator[bytes]:
            yield octets

        with away_when_lost(self._connection):
            await self._connection.copy_to_table(
                table,
                schema_name=schema,
                columns=list(columns),
                source=source(),
                format="binary",
                timeout=self._timeout_s,
            )

    @asynccontextmanager
    async def sent(self, statement: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
        """Send `statement`, then let the block compute while the server carries it out.

        The block ends when the statement has; when it raises, the statement is given up. Nothing
        else may be asked of this transaction in it.
        """
        answer = asyncio.ensure_future(statement)
        try:
            await asyncio.sleep(0)  # its first step hands the statement to the socket
            yield
        except BaseException:
            answer.cancel()
            await asyncio.gather(answer, return_exceptions=True)  # frees the connection
            raise
        await answer

    async def copy_rows(
        self, schema: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """Write rows by COPY: half the work of arrays that are unnested, on both sides."""
        with away_when_lost(self._connection):
            await self._connection.copy_records_to_table(
                table,
                schema_name=schema,
                columns=list(columns),
                records=rows,
                timeout=self._timeout_s,
            )

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` once this transaction has committed; never when it rolls back."""
        self._after_commit.append(callback)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that can fail alone: its writes are undone when the block raises."""
        callbacks = list(self._after_commit)
        nested = self._connection.transaction()
        with away_when_lost(self._connection):
            await nested.start()
        try:
            yield
        except BaseException:
            self._after_commit = callbacks
            if not is_lost(self._connection):
                with away_when_lost(self._connection):
                    await nested.rollback()
            raise
        with away_when_lost(self._connection):
            await nested.commit()

    def committed(self) -> list[Callable[[], None]]:
        """The callbacks to call, once; for `Database` alone."""
        callbacks, self._after_commit = self._after_commit, []
        return callbacks
