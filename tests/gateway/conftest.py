"""An application on the gateway, and a client of its door."""

from collections.abc import AsyncIterator

import httpx
import pytest

from farewave.db import Database
from farewave.gateway import service
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import App
from tests.gateway.calls import APP_KEY, client_of, gateway_app


@pytest.fixture
async def merchant_app(database: Database) -> App:
    """An application that signs with `APP_KEY`."""
    async with database.transaction() as tx:
        return await service.ensure_app(
            tx, name="一家商户", name_en="A shop", public_key=public_key_text(APP_KEY.public_key())
        )


@pytest.fixture
async def door(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of nothing but the gateway."""
    async with client_of(gateway_app(database)) as client:
        yield client
