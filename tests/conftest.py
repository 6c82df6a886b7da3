"""Fixtures for every context: a real PostgreSQL, a transaction, a sealer."""

import os
from collections.abc import AsyncIterator

import pytest

from farewave.db import Database, Tx
from farewave.kit.sealing import Sealer
from tests.support.database import Databases, open_for_test
from tests.support.examples import register_profiles

register_profiles()


@pytest.fixture(scope="session")
async def databases() -> AsyncIterator[Databases]:
    """The session's server: one for all workers of a parallel run."""
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")
    made = await Databases.start(session, os.environ.get("PYTEST_XDIST_WORKER", "main"))
    yield made
    await made.stop()


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[Database]:
    """A migrated database of this test's own."""
    async with databases.fresh() as dsn:
        opened = await open_for_test(dsn)
        yield opened
        await opened.close()


class _Undo(Exception):
    pass


@pytest.fixture
async def tx(database: Database) -> AsyncIterator[Tx]:
    """An open transaction that is rolled back in the end."""
    try:
        async with database.transaction() as opened:
            yield opened
            raise _Undo
    except _Undo:
        pass


@pytest.fixture
def sealer() -> Sealer:
    """Keys for tests only."""
    return Sealer(data_key=bytes(range(32)), index_key=bytes(range(32, 64)))
