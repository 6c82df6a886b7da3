"""alipay.trade.pay with a phone's own code: at once up to the person's limit, asked above it."""

from typing import Any

import httpx
import pytest

from farewave.db import Database
from farewave.gateway.model import App
from farewave.kit.clock import SHANGHAI
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import confirmations, service
from farewave.payments.model import Fund
from tests.gateway.test_scans import paid
from tests.support.payments import buyer_with
from tests.support.people import PAY_PASSWORD, Someone
from tests.support.phones import Device, enrolled, slot_now


@pytest.fixture
async def buyer(database: Database, sealer: Sealer) -> Someone:
    return await buyer_with(database, sealer, 1_000_00)


@pytest.fixture
async def phone(database: Database, sealer: Sealer, buyer: Someone) -> Device:
    return await enrolled(database, sealer, buyer.actor)


async def scanned(
    door: httpx.AsyncClient, app: App, database: Database, phone: Device, **content: str
) -> dict[str, Any]:
    code = phone.code(await slot_now(database))
    return await paid(door, app, **{"auth_code": code, "scene": "wave_code", **content})


async def test_a_small_amount_is_paid_at_once_and_a_larger_one_waits_for_the_person(
    database: Database, door: httpx.AsyncClient, merchant_app: App, buyer: Someone, phone: Device
) -> None:
    small = await scanned(door, merchant_app, database, phone, out_trade_no="A1")
    assert (small["code"], small["total_amount"]) == ("10000", "12.50")
    asked = await scanned(
        door, merchant_app, database, phone, out_trade_no="A2", total_amount="300"
    )
    assert (asked["code"], asked["msg"]) == ("10003", " order success pay inprocess")
    assert {"gmt_payment", "fund_bill_list", "sub_code"}.isdisjoint(asked)
    assert asked["out_trade_no"] == "A2"
    trade_no = str(asked["trade_no"])
    done = await database.run(
        lambda tx: service.pay(tx, buyer.actor, trade_no, Fund.BALANCE, PAY_PASSWORD)
    )
    assert not isinstance(done, Refused)
    again = await scanned(
        door, merchant_app, database, phone, out_trade_no="A2", total_amount="300"
    )
    assert again["sub_code"] == "ACQ.TRADE_HAS_SUCCESS"


@pytest.mark.parametrize(
    ("content", "minutes"),
    [
        ({}, 5),
        ({"timeout_express": "2m"}, 2),
        ({"timeout_express": "3d"}, 24 * 60),
        ({"timeout_express": "1c"}, None),
    ],
)
async def test_the_merchant_says_how_long_the_person_may_take(
    database: Database,
    door: httpx.AsyncClient,
    merchant_app: App,
    buyer: Someone,
    phone: Device,
    content: dict[str, str],
    minutes: int | None,
) -> None:
    asked = await scanned(
        door, merchant_app, database, phone, out_trade_no="A3", total_amount="300", **content
    )
    async with database.reading() as tx:
        questions = await confirmations.questions(tx, buyer.actor.shard, [buyer.actor.person_id])
        trade = await service.find_trade(
            tx, merchant_app.merchant_id, trade_no=str(asked["trade_no"]), out_trade_no=None
        )
    assert trade is not None
    (question,) = questions[buyer.actor.person_id]
    assert question.expires_at == trade.expires_at
    if minutes is None:
        assert f"{trade.expires_at.astimezone(SHANGHAI):%H:%M}" == "00:00"
    else:
        assert (trade.expires_at - trade.created_at).total_seconds() == minutes * 60
