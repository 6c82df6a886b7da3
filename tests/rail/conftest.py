"""A world with the shipped timetable for the tests of rail."""

import pytest

from farewave.db import Database
from farewave.kit.sealing import Sealer
from tests.support.rail import RailWorld


@pytest.fixture
async def world(database: Database, sealer: Sealer) -> RailWorld:
    return await RailWorld.made(database, sealer)
