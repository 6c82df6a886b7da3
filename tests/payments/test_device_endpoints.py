"""Phones that make codes, the limit, the questions, and a shop's own code, over HTTP."""

import uuid

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI

from farewave.db.edge import install_error_handlers
from farewave.payments import device_code, device_endpoints, endpoints, shop_codes, shop_endpoints
from farewave.payments.bell import Bell
from farewave.payments.deps import PaymentsDeps
from farewave.payments.model import Trade, TradeStatus
from tests.payments.conftest import BALANCE_FEN, Scene
from tests.payments.test_device_codes import scan
from tests.support.payments import audited, buyer_with
from tests.support.people import PAY_PASSWORD, client_of, install_people
from tests.support.phones import Device, base64_of, slot_now

DEVICES = "/api/v1/pay-code-devices"
CODES = "/api/v1/pay-codes"
LIMITS = "/api/v1/pay-code-limits"
QUESTIONS = "/api/v1/pay-questions"


@pytest.fixture
def app(scene: Scene) -> FastAPI:
    made = FastAPI(routes=list(shop_endpoints.picture_routes()))
    install_error_handlers(made)
    install_people(made, scene.database, scene.sealer)
    made.state.payments = PaymentsDeps(scene.sealer, Bell(scene.database), "http://pay.test")
    for router in (
        *device_endpoints.routers,
        shop_endpoints.router,
        endpoints.router,
        endpoints.codes_router,
    ):
        made.include_router(router)
    return made


async def turned_on(client: httpx.AsyncClient, scene: Scene) -> Device:
    private = ec.generate_private_key(ec.SECP256R1())
    own = device_code.public_octets(private)
    body = {"public_key": base64_of(own), "pay_password": PAY_PASSWORD}
    answer = await client.put(f"{DEVICES}/mine", json=body)
    assert answer.status_code == 200, answer.text
    server = device_endpoints.public_key_in(answer.json()["server_public_key"])
    key = device_code.agreed_key(private, server, device=own, server=server)
    assert key is not None
    fetched = await client.post(f"{DEVICES}/mine/tickets")
    assert fetched.status_code == 201
    assert fetched.json()["expires_at"] > fetched.json()["now"]
    return Device(scene.buyer.actor, key, fetched.json()["tickets"])


async def test_a_phone_is_enrolled_pays_is_listed_and_revoked(scene: Scene, app: FastAPI) -> None:
    async with client_of(app, scene.buyer) as client:
        assert (await client.post(f"{DEVICES}/mine/tickets")).status_code == 404
        phone = await turned_on(client, scene)
        code = phone.code(await slot_now(scene.database))
        assert isinstance(await scene.desk().pay(scan(scene, code)), Trade)
        (listed,) = (await client.get(DEVICES)).json()
        assert listed["is_this"] is True
        assert (await client.get(LIMITS)).json()["spent_fen"] == 1_000
        for bad in ("dev_1", "cdv_0", listed["device_id"][:-1]):
            assert (await client.delete(f"{DEVICES}/{bad}")).status_code == 404
        for _ in range(2):  # its answer may have been lost
            assert (await client.delete(f"{DEVICES}/{listed['device_id']}")).status_code == 204
        assert (await client.get(DEVICES)).json() == []


async def test_a_phone_that_was_turned_off_hears_so_when_it_looks_at_its_code(
    scene: Scene, app: FastAPI
) -> None:
    async with client_of(app, scene.buyer) as client:
        phone = await turned_on(client, scene)
        paid = phone.code(await slot_now(scene.database))
        assert isinstance(await scene.desk().pay(scan(scene, paid)), Trade)
        unpaid = phone.code(await slot_now(scene.database))
        seen = await client.get(f"{CODES}/{unpaid}")
        assert seen.json()["status"] == "waiting", seen.text
        (listed,) = (await client.get(DEVICES)).json()
        await client.delete(f"{DEVICES}/{listed['device_id']}")
        dead = await client.get(f"{CODES}/{unpaid}")
        assert (dead.status_code, dead.json()["code"]) == (404, "payments.code_device_unknown")
        assert (await client.get(f"{CODES}/{paid}")).json()["status"] == "paid"


@pytest.mark.parametrize("key", ["", "x", "A" * 87, "====", "é", "A" * 129])
async def test_what_is_no_key_is_refused(scene: Scene, app: FastAPI, key: str) -> None:
    async with client_of(app, scene.buyer) as client:
        body = {"public_key": key, "pay_password": PAY_PASSWORD}
        assert (await client.put(f"{DEVICES}/mine", json=body)).status_code == 422


async def test_the_limit_is_set_by_the_pay_password_and_no_higher_than_there_is(
    scene: Scene, app: FastAPI
) -> None:
    async with client_of(app, scene.buyer) as client:
        first = (await client.get(LIMITS)).json()
        assert (first["payment_fen"], first["day_fen"]) == (200_00, 1_000_00)
        body = {"payment_fen": 500_00, "day_fen": 600_00, "pay_password": PAY_PASSWORD}
        set_so = (await client.put(LIMITS, json=body)).json()
        assert (set_so["payment_fen"], set_so["day_fen"]) == (500_00, 600_00)
        for bad in (
            {**body, "payment_fen": 2_000_01},
            {**body, "day_fen": 499_99},
            {**body, "payment_fen": -1},
        ):
            assert (await client.put(LIMITS, json=bad)).status_code == 422
        wrong = await client.put(LIMITS, json={**body, "pay_password": "999999"})
        assert wrong.json()["code"] == "people.pay_password_wrong"
        assert (await client.get(LIMITS)).json() == set_so


async def test_a_question_is_listed_for_its_person_alone_and_declined(
    scene: Scene, app: FastAPI
) -> None:
    stranger = await buyer_with(scene.database, scene.sealer, 0)
    async with client_of(app, scene.buyer) as client, client_of(app, stranger) as other:
        phone = await turned_on(client, scene)
        code = phone.code(await slot_now(scene.database))
        trade = await scene.desk().pay(scan(scene, code, 300_00))
        assert isinstance(trade, Trade)
        assert trade.status is TradeStatus.WAIT_BUYER_PAY
        (question,) = (await client.get(QUESTIONS)).json()
        assert (question["trade_no"], question["amount_fen"]) == (trade.trade_no, 300_00)
        assert (await other.get(QUESTIONS)).json() == []
        path = f"{QUESTIONS}/{trade.trade_no}/decline"
        assert (await other.post(path)).status_code == 403
        for _ in range(2):
            assert (await client.post(path)).json()["status"] == "TRADE_CLOSED"
        assert (await client.get(QUESTIONS)).json() == []


async def test_who_scans_a_shops_code_says_how_much_and_pays(scene: Scene, app: FastAPI) -> None:
    shop = scene.shop.app
    async with scene.database.transaction() as tx:
        code = await shop_codes.put_up(
            tx, merchant_id=shop.merchant_id, app_id=shop.app_id, label="前台"
        )
    path = f"/api/v1/shop-codes/{code.token}"
    async with client_of(app, scene.buyer) as client:
        assert (await client.get(path)).json()["label"] == "前台"
        assert (await client.get(f"/s/{code.token}.svg")).text.startswith("<svg")
        headers = {"idempotency-key": uuid.uuid4().hex}
        begun = [
            (await client.post(f"{path}/trades", json={"amount_fen": 8_88}, headers=headers)).json()
            for _ in range(2)
        ]
        assert begun[0] == begun[1], "a double tap is one trade"
        trade_no = begun[0]["trade_no"]
        paid = await client.post(
            f"/api/v1/cashier/{trade_no}/payments",
            json={"fund": "balance", "pay_password": PAY_PASSWORD},
            headers={"idempotency-key": uuid.uuid4().hex},
        )
        assert paid.json()["status"] == "TRADE_SUCCESS"
        assert await scene.balance_fen() == BALANCE_FEN - 8_88
        for bad in (code.token[:-1] + "z", "0" * 48, code.token[:32] + "0" * 16):
            assert (await client.get(f"/api/v1/shop-codes/{bad}")).status_code == 404
        for amount in (0, -1, 10**18):
            body = {"amount_fen": amount}
            answer = await client.post(
                f"{path}/trades", json=body, headers={"idempotency-key": uuid.uuid4().hex}
            )
            assert answer.status_code == 422
    assert await audited(scene.database) == []
