"""The ground of every benchmark: a fresh embedded database in a temporary folder."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from farewave.db import Database
from farewave.db.embedded import EmbeddedServer
from farewave.db.embedded.status import postmaster_of
from farewave.db.migrate import migrate

_SETTLE_S = 120
_MIB_OF_LOG = "SELECT pg_logical_emit_message(false, 'farewave.bench', repeat(' ', 1048576))"


@dataclass(frozen=True, slots=True)
class Ground:
    """A migrated database, and the DSN of an empty one on the same server for baselines."""

    database: Database
    dsn: str
    baseline_dsn: str
    server_pid: int
    """PostgreSQL's; its backends are this process's children."""
    superuser_dsn: str


async def settle(ground: Ground, *, log_mib: int = 256) -> None:
    """Bring a server of seconds to where one is that has run for a while.

    The planner knows the tables, as by autovacuum: without statistics it takes a thousand rows for
    five, and reads a whole shard for each batch. And the log goes on in segments that a checkpoint
    left to be used again: a server that has none yet fills each new one with zeros first, for which
    every commit waits. `log_mib`: as much of it as the measurement will write.
    """
    async with ground.database.transaction(patience_s=_SETTLE_S) as tx:
        await tx.execute("ANALYZE")
    connection = await asyncpg.connect(ground.superuser_dsn)
    try:
        for _ in range(log_mib):
            await connection.execute(_MIB_OF_LOG)
        await connection.execute("CHECKPOINT", timeout=_SETTLE_S)
    finally:
        await connection.close()


@asynccontextmanager
async def fresh_ground(*, shards: int = 1) -> AsyncIterator[Ground]:
    """A new cluster with PostgreSQL's safe durability settings; gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="farewave-bench-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - the server may run as a user of its own
        server = await asyncio.to_thread(EmbeddedServer.attach, Path(folder) / "data")
        try:
            await migrate(server.dsn, shards=shards)
            database = await Database.open(server.dsn, pool_size_max=10)
            try:
                pid = postmaster_of(server.folder.cluster)
                assert pid is not None, "the server runs"
                yield Ground(
                    database, server.dsn, server.dsn_of("postgres"), pid, server.superuser_dsn
                )
            finally:
                await database.close()
        finally:
            await asyncio.to_thread(server.release, wait=True)
