"""What the tests of the console share."""

from collections.abc import AsyncIterator

import pytest

from farewave.db import Database
from farewave.kit.sealing import Sealer
from tests.console.world import Console, console_app
from tests.support.payments import Shop


@pytest.fixture
async def console(database: Database, sealer: Sealer) -> AsyncIterator[Console]:
    made = Console(database, console_app(database, sealer))
    yield made
    await made.close()


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await Shop.opened(database)


@pytest.fixture
async def other_shop(database: Database) -> Shop:
    return await Shop.opened(database, "另一家")
