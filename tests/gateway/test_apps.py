"""Applications: made with a merchant each; our own are the same from every process."""

import asyncio
import base64

import pytest
from cryptography.hazmat.primitives import serialization

from farewave.db import Database, Tx
from farewave.gateway import service
from farewave.gateway.errors import GatewayRefusal
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import App, AppCreated
from farewave.kit.outcome import Refused
from farewave.payments import service as payments
from tests.gateway.calls import (
    APP_KEY,
    PLATFORM_KEY,
    client_of,
    gateway_app,
    node_of,
    public_params,
    signed,
)

KEY = public_key_text(APP_KEY.public_key())


async def test_an_app_is_made_with_its_merchant_and_a_key_of_its_own(tx: Tx) -> None:
    made = await service.create_app(tx, name="茶馆", public_key=None)
    assert isinstance(made, AppCreated)
    assert made.app_id.startswith("2021")
    assert len(made.app_id) == 16
    merchant = await payments.merchant(tx, made.merchant_id)
    assert merchant is not None
    assert (merchant.seller_id, merchant.name) == (made.seller_id, "茶馆")
    assert made.private_key_pkcs1 is not None
    assert made.private_key_pkcs8 is not None
    assert made.private_key_pkcs8 not in repr(made)
    for text in (made.private_key_pkcs1, made.private_key_pkcs8):
        key = serialization.load_der_private_key(base64.b64decode(text), None)
        assert public_key_text(key.public_key()) == made.public_key  # type: ignore[arg-type]


async def test_an_app_with_a_given_key_has_no_private_one(tx: Tx) -> None:
    made = await service.create_app(tx, name="茶馆", public_key=KEY)
    assert isinstance(made, AppCreated)
    assert (made.public_key, made.private_key_pkcs1, made.private_key_pkcs8) == (KEY, None, None)
    again = await service.create_app(tx, name="茶馆", public_key=KEY)
    assert isinstance(again, AppCreated)
    assert again.app_id != made.app_id


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "a\x00b"])
async def test_an_unfit_name_is_refused(tx: Tx, name: str) -> None:
    refused = await service.create_app(tx, name=name, public_key=KEY)
    assert isinstance(refused, Refused)
    assert refused.reason is GatewayRefusal.NAME_INVALID


async def test_an_unfit_key_is_refused(tx: Tx) -> None:
    refused = await service.create_app(tx, name="茶馆", public_key="AAAA")
    assert isinstance(refused, Refused)
    assert refused.reason is GatewayRefusal.PUBLIC_KEY_INVALID


async def test_processes_that_ensure_an_app_at_once_make_the_same(database: Database) -> None:
    async def ensure() -> App:
        async with database.transaction() as tx:
            return await service.ensure_app(tx, name="铁路", name_en="Rail", public_key=KEY)

    made = await asyncio.gather(*(ensure() for _ in range(5)))
    assert len(set(made)) == 1


async def test_a_renewed_key_takes_the_place_of_the_old_one(database: Database) -> None:
    for key in (PLATFORM_KEY, APP_KEY):
        async with database.transaction() as tx:
            app = await service.ensure_app(
                tx, name="铁路", name_en="Rail", public_key=public_key_text(key.public_key())
            )
    async with client_of(gateway_app(database)) as door:
        answer = await door.post("/gateway.do", data=signed(public_params(app.app_id)))
    assert node_of(answer)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
