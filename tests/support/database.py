"""One embedded server a test session, one migrated database a test."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg

from farewave.db import Database, Tx, clock
from farewave.db.embedded import EmbeddedServer
from farewave.db.embedded.attach import temporary_data_dir
from farewave.db.migrate import migrate
from farewave.kit.chance import SeededChance

NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For the tests' own server only: it dies with the session."""

TEMPLATE = "farewave_template"


def dsn_of(server: EmbeddedServer, name: str) -> str:
    return server.dsn.replace("/postgres?", f"/{name}?")


class Databases:
    """Makes databases on the session's server."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._made = 0

    @classmethod
    async def start(cls) -> "Databases":
        server = EmbeddedServer.attach(temporary_data_dir(), settings=NOT_DURABLE)
        databases = cls(server)
        await databases._execute(f"CREATE DATABASE {TEMPLATE}")
        await migrate(dsn_of(server, TEMPLATE))
        return databases

    async def stop(self) -> None:
        self._server.release()
        shutil.rmtree(self._server.data_dir, ignore_errors=True)

    @asynccontextmanager
    async def fresh(self, template: str | None = TEMPLATE) -> AsyncIterator[str]:
        """The DSN of a new database: a copy of the migrated template, or an empty one."""
        self._made += 1
        name = f"test_{self._made}"
        copied = f" TEMPLATE {template}" if template else ""
        await self._execute(f"CREATE DATABASE {name}{copied}")
        try:
            yield dsn_of(self._server, name)
        finally:
            await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def _execute(self, sql: str) -> None:
        connection = await asyncpg.connect(self._server.dsn)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()


async def open_for_test(dsn: str) -> Database:
    return await Database.open(dsn, pool_size_min=1, pool_size_max=10, chance=SeededChance(2013))


async def move_clock(database: Database, delta: timedelta) -> None:
    """Move the clock of all processes by `delta`, on top of what it was moved before."""

    async with database.transaction() as tx:
        await _moved(tx, delta)


async def _moved(tx: Tx, delta: timedelta) -> None:
    await clock.set_offset(tx, await clock.offset(tx) + delta)
