"""A server to be killed, again and again, by the tests of one file."""

from collections.abc import Iterator

import pytest

from tests.support.server import Server, served


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served(FAREWAVE_WORKERS="2") as running:
        yield running
