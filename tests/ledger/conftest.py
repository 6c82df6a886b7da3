"""A ledger with a little money in it."""

import pytest

from farewave.db import Database
from farewave.ledger import service
from farewave.ledger.model import AccountResult, TransferResult
from tests.ledger.doors import NEW
from tests.ledger.shapes import ANN, BANK, pay


@pytest.fixture
async def books(database: Database) -> Database:
    """A bank, Ann with 1,000 fen, Ben with nothing, a float with nothing."""
    async with database.transaction() as tx:
        assert await service.open_accounts(tx, NEW) == [AccountResult.CREATED] * len(NEW)
        start = pay("start", 1000, BANK, ANN)
        assert await service.submit(tx, [start]) == [TransferResult.CREATED]
    return database
