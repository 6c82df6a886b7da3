"""What the tests of people share."""

import pytest
from fastapi import FastAPI

from farewave.people import audit
from tests.people.api import people_app


@pytest.fixture
def app(database, sealer) -> FastAPI:
    """The doors of people alone."""
    return people_app(database, sealer)


@pytest.fixture
async def sound(database):
    """The tables agree with each other when the test is over."""
    yield
    async with database.reading() as tx:
        assert await audit.findings(tx) == []
