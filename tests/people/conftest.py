"""What the tests of people share."""

import pytest

from farewave.people import audit


@pytest.fixture
async def sound(database):
    """The tables agree with each other when the test is over."""
    yield
    async with database.reading() as tx:
        assert await audit.findings(tx) == []
