"""The ground of every benchmark: a fresh embedded database in a temporary folder."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from farewave.db import Database
from farewave.db.embedded import EmbeddedServer
from farewave.db.migrate import migrate


@dataclass(frozen=True, slots=True)
class Ground:
    """A migrated database, and the DSN of an empty one on the same server for baselines."""

    database: Database
    dsn: str
    baseline_dsn: str


@asynccontextmanager
async def fresh_ground(*, shards: int = 1) -> AsyncIterator[Ground]:
    """A new cluster with PostgreSQL's safe durability settings; gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="farewave-bench-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - the server may run as a user of its own
        server = await asyncio.to_thread(EmbeddedServer.attach, Path(folder) / "data")
        try:
            await migrate(server.dsn, shards=shards)
            database = await Database.open(server.dsn, pool_size_max=4)
            try:
                yield Ground(database, server.dsn, server.dsn_of("postgres"))
            finally:
                await database.close()
        finally:
            await asyncio.to_thread(server.release, wait=True)
