"""From settings to a `Database` that is running, migrated and connected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from farewave.db.embedded import EmbeddedServer, default_data_dir
from farewave.db.migrate import migrate
from farewave.db.pool import Database
from farewave.db.threads import in_daemon_thread


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
    await migrate(dsn, shards=shards)
    database = await Database.open(
        dsn,
        pool_size_min=pool_size_min,
        pool_size_max=pool_size_max,
        revive=server.ensure_running if server is not None else None,
    )
    try:
        yield database
    finally:
        await database.close()
