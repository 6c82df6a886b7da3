"""An application on the gateway, and a client of its door."""

from collections.abc import AsyncIterator

import httpx
import pytest

from farewave.db import Database
from farewave.gateway import service
from farewave.gateway.client import OpenPlatformClient
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import App
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from tests.gateway.calls import APP_KEY, GATEWAY_URL, PLATFORM_KEY, client_of, gateway_app
from tests.gateway.shop import Shop, endow
from tests.gateway.splitting import Split
from tests.support.people import signed_up_person


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


@pytest.fixture
async def shop(database: Database, sealer: Sealer, merchant_app: App) -> AsyncIterator[Shop]:
    buyer = await signed_up_person(database, sealer)
    await endow(database, buyer, 100_00)
    transport = httpx.ASGITransport(app=gateway_app(database))
    async with httpx.AsyncClient(transport=transport) as http:
        client = OpenPlatformClient(
            http, GATEWAY_URL, merchant_app.app_id, APP_KEY, PLATFORM_KEY.public_key()
        )
        yield Shop(database, merchant_app, client, buyer)


@pytest.fixture
async def split(shop: Shop, sealer: Sealer) -> Split:
    made = Split(shop.database, shop.app, shop.client, shop.buyer)
    made.trade_no = (await shop.create("SOLD", total_amount="40"))["trade_no"]
    await shop.pay(made.trade_no)
    made.people = [await signed_up_person(shop.database, sealer) for _ in range(6)]
    async with shop.database.transaction() as tx:
        other = await service.create_app(tx, name="供货商", public_key=None)
    assert not isinstance(other, Refused)
    made.other = other
    return made
