"""From settings to a `Database` that is running, migrated and connected."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from farewave.db.embedded import EmbeddedServer, default_data_dir
from farewave.db.errors import DatabaseAway
from farewave.db.migrate import migrate
from farewave.db.pool import Database
from farewave.db.threads import in_daemon_thread

_OPENINGS_MAX = 5


@asynccontextmanager
async def open_database(
    *,
    data_dir: Path | None = None,
    dsn: str | None = None,
    shards: int | None = None,
    pool_size_min: int = 1,
    pool_size_max: int = 10,
) -> AsyncIterator[Database]:
    """The database at `dsn`, or the embedded one in `data_dir` (by default the installation's own).

    Starts the embedded server when need be, applies new migrations, and closes everything after.
    Raises EmbeddedRefused and MigrationRefused, whose messages are for the operator, and
    DatabaseAway.
    """
    if dsn is not None:
        async with _migrated(dsn, shards, pool_size_min, pool_size_max) as database:
            yield database
        return
    folder = data_dir or default_data_dir()
    server = await in_daemon_thread(partial(EmbeddedServer.attach, folder))
    try:
        async with _migrated(server.dsn, shards, pool_size_min, pool_size_max, server) as database:
            yield database
    finally:
        server.release()


@asynccontextmanager
async def _migrated(
    dsn: str,
    shards: int | None,
    pool_size_min: int,
    pool_size_max: int,
    server: EmbeddedServer | None = None,
) -> AsyncIterator[Database]:
    revive = server.ensure_running if server is not None else None

    async def opened() -> Database:
        await migrate(dsn, shards=shards)
        return await Database.open(
            dsn, pool_size_min=pool_size_min, pool_size_max=pool_size_max, revive=revive
        )

    database = await _after_revival(opened, revive)
    try:
        yield database
    finally:
        await database.close()


async def _after_revival(
    opened: Callable[[], Awaitable[Database]], revive: Callable[[], None] | None
) -> Database:
    """`opened`, again when our own server died meanwhile: others may be killing it."""
    for _ in range(_OPENINGS_MAX - 1):
        try:
            return await opened()
        except DatabaseAway:
            if revive is None:
                raise
            await in_daemon_thread(revive)
    return await opened()
