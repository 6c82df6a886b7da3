"""One embedded server a test session (shared by the workers of pytest-xdist), a database a test.

The server lives in a temporary folder (in memory where it can), without durability: it dies with
the session. Each database is a copy of a template that was migrated once.
"""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import asyncpg

from farewave.db import Database, clock
from farewave.db.embedded import EmbeddedServer
from farewave.db.embedded.locks import FileLock
from farewave.db.migrate import migrate
from farewave.kit.chance import SeededChance

NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    # Its workers are the superuser's: a database that one of them is in could not be dropped.
    "autovacuum": "off",
}
"""For the tests' own server only."""

MEMORY_BYTES_MIN = 2 * 1024**3
TEMPLATE = "farewave_template"
_PREFIX = f"farewave-tests-{os.geteuid()}-"


class Databases:
    """Makes databases on the session's server."""

    def __init__(self, server: EmbeddedServer, session_lock: FileLock, worker: str) -> None:
        self._server = server
        self._session_lock = session_lock
        self._worker = worker
        self._made = 0

    @classmethod
    async def start(cls, session: str, worker: str) -> "Databases":
        """The server of `session`; the first worker that comes starts it and migrates."""
        folder = _fast_folder()
        _remove_left_behind(folder)
        data_dir = folder / f"{_PREFIX}{re.sub('[^a-z0-9]', '', session)[:12]}"
        session_lock = FileLock(data_dir.with_suffix(".lock"))
        while not session_lock.try_shared():
            time.sleep(0.01)  # held exclusively for a moment only
        databases = cls(EmbeddedServer.attach(data_dir, settings=NOT_DURABLE), session_lock, worker)
        with open(data_dir.with_suffix(".template"), "w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            await databases._make_template()
        return databases

    async def stop(self) -> None:
        """Let go; the last worker removes what was made."""
        if not self._session_lock.try_exclusive():
            self._server.release()
            self._session_lock.release()
            return
        self._server.release(wait=True)
        _remove(self._server.folder.root)
        self._session_lock.release()

    @asynccontextmanager
    async def fresh(self, template: str | None = TEMPLATE) -> AsyncIterator[str]:
        """The DSN of a new database: a copy of the migrated template, or an empty one."""
        self._made += 1
        name = f"test_{self._worker}_{self._made}"
        # Copying files is the fastest way where nothing is synced to a disk.
        copied = f" TEMPLATE {template} STRATEGY file_copy" if template else ""
        await self._execute(f"CREATE DATABASE {name}{copied}")
        try:
            yield self._server.dsn_of(name)
        finally:
            await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def _make_template(self) -> None:
        there = "SELECT 1 FROM pg_database WHERE datname = $1"
        connection = await asyncpg.connect(self._server.dsn)
        try:
            if await connection.fetchval(there, TEMPLATE) is None:
                unfinished = f"{TEMPLATE}_unfinished"
                await connection.execute(f"DROP DATABASE IF EXISTS {unfinished}")
                await connection.execute(f"CREATE DATABASE {unfinished}")
                await migrate(self._server.dsn_of(unfinished))
                await connection.execute(f"ALTER DATABASE {unfinished} RENAME TO {TEMPLATE}")
        finally:
            await connection.close()

    async def _execute(self, sql: str) -> None:
        connection = await asyncpg.connect(self._server.dsn)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()


def _fast_folder() -> Path:
    """Memory, where there is enough of it: a copy of the template takes 8 ms there, not 130."""
    memory = Path("/dev/shm")
    try:
        free_bytes = shutil.disk_usage(memory).free
    except OSError:
        free_bytes = 0
    usable = free_bytes >= MEMORY_BYTES_MIN and os.access(memory, os.W_OK | os.X_OK)
    return memory if usable else Path(tempfile.gettempdir())


def _remove_left_behind(folder: Path) -> None:
    """What sessions that were killed left: nobody holds their lock."""
    for path in folder.glob(f"{_PREFIX}*.lock"):
        lock = FileLock(path)
        if lock.try_exclusive():
            _remove(path.with_suffix(""))
            lock.release()


def _remove(data_dir: Path) -> None:
    shutil.rmtree(data_dir, ignore_errors=True)
    for suffix in (".template", ".lock"):
        with suppress(FileNotFoundError):
            data_dir.with_suffix(suffix).unlink()


async def open_for_test(dsn: str) -> Database:
    """A database whose ids and codes are the same in every run."""
    return await Database.open(dsn, pool_size_min=1, pool_size_max=10, chance=SeededChance(2013))


async def move_clock(database: Database, delta: timedelta) -> None:
    """Move the clock of all processes by `delta`, on top of what it was moved before."""
    async with database.transaction() as tx:
        await clock.set_offset(tx, await clock.offset(tx) + delta)
