"""The whole application, its sandbox's banks, and somebody with a card."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from farewave.db import Database
from tests.app.bank_world import World, bank_world


@pytest.fixture
async def world(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    async with bank_world(database, tmp_path, monkeypatch) as made:
        yield made
