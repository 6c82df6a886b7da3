"""The cashier over HTTP: who may look, who may pay, and what a double tap does."""

import uuid
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from farewave.db.edge import install_error_handlers
from farewave.payments import endpoints
from tests.payments.conftest import BALANCE_FEN, Scene
from tests.support.database import move_clock
from tests.support.payments import audited, buyer_with
from tests.support.people import PAY_PASSWORD, client_of, install_people

API = "/api/v1/cashier"
CASHIER_FIELDS = {
    "trade_no",
    "subject",
    "merchant_name",
    "amount_fen",
    "status",
    "created_at",
    "expires_at",
    "paid_at",
    "funds",
    "card_payment",
    "signs",
}
FUND_FIELDS = {"fund", "card_id", "label", "available_fen", "usable", "reason"}


@pytest.fixture
def app(scene: Scene, sealer) -> FastAPI:
    made = FastAPI()
    install_error_handlers(made)
    install_people(made, scene.database, sealer)
    made.include_router(endpoints.router)
    return made


def refusal(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"code", "message", "details"}
    assert body["message"]
    return answer.status_code, body["code"]


async def pay(client, trade, *, key=None, pay_password=PAY_PASSWORD, **body):
    asked = {"fund": "balance", "pay_password": pay_password, **body}
    headers = {"idempotency-key": key or uuid.uuid4().hex}
    return await client.post(f"{API}/{trade.trade_no}/payments", json=asked, headers=headers)


async def test_the_buyer_sees_the_trade_pays_it_and_sees_it_paid(scene, app):
    trade = await scene.shop.trade(scene.buyer, 9_900)
    async with client_of(app, scene.buyer) as client:
        seen = (await client.get(f"{API}/{trade.trade_no}")).json()
        assert set(seen) == CASHIER_FIELDS
        assert (seen["status"], seen["amount_fen"]) == ("WAIT_BUYER_PAY", 9_900)
        assert (seen["subject"], seen["merchant_name"]) == (trade.subject, "青鱼书店")
        assert seen["paid_at"] is None
        assert seen["expires_at"].endswith("Z")
        fund, card = seen["funds"]  # the card that the balance came from
        assert set(card) == FUND_FIELDS
        assert (card["fund"], card["available_fen"], card["usable"]) == ("card", None, True)
        assert set(fund) == FUND_FIELDS
        assert (fund["fund"], fund["available_fen"]) == ("balance", BALANCE_FEN)
        assert (fund["usable"], fund["reason"]) == (True, None)
        answer = await pay(client, trade)
        assert answer.status_code == 200
        paid = answer.json()
        assert (paid["status"], paid["funds"]) == ("TRADE_SUCCESS", [])
        assert paid["paid_at"].endswith("Z")
        assert (await client.get(f"{API}/{trade.trade_no}")).json() == paid
    assert await scene.balance_fen() == BALANCE_FEN - 9_900


async def test_a_short_balance_is_told_before_and_refused_after(scene, app):
    trade = await scene.shop.trade(scene.buyer, BALANCE_FEN + 1)
    async with client_of(app, scene.buyer) as client:
        for language, label in (("zh-CN", "账户余额"), ("en", "Balance")):
            headers = {"accept-language": language}
            fund, _ = (await client.get(f"{API}/{trade.trade_no}", headers=headers)).json()["funds"]
            assert (fund["label"], fund["usable"]) == (label, False)
            assert fund["reason"]
        assert refusal(await pay(client, trade)) == (409, "payments.balance_not_enough")


async def test_only_the_buyer_sees_and_pays_it(scene, app, sealer):
    trade = await scene.shop.trade(scene.buyer)
    async with client_of(app) as nobody:
        assert refusal(await nobody.get(f"{API}/{trade.trade_no}")) == (401, "people.signed_out")
        assert refusal(await pay(nobody, trade)) == (401, "people.signed_out")
    other = await buyer_with(scene.database, sealer, BALANCE_FEN)
    async with client_of(app, other) as client:
        refused = (403, "payments.not_your_trade")
        assert refusal(await client.get(f"{API}/{trade.trade_no}")) == refused
        assert refusal(await pay(client, trade)) == refused
    assert (await scene.shop.seen(trade)).paid_at is None


@pytest.mark.parametrize("number", ["x", "1" * 28, "9" * 28, "１" * 28, "%00", "'; --"])
async def test_a_number_that_is_no_trade_is_not_found(scene, app, number):
    async with client_of(app, scene.buyer) as client:
        status, code = refusal(await client.get(f"{API}/{number}"))
    assert status == 404
    assert code in ("payments.trade_not_found", "request.not_found")


async def test_a_double_tap_pays_once_and_answers_the_same_verbatim(scene, app):
    trade = await scene.shop.trade(scene.buyer, 9_900)
    async with client_of(app, scene.buyer) as client:
        first = await pay(client, trade, key="tap-tap-tap")
        again = await pay(client, trade, key="tap-tap-tap")
        assert first.content == again.content
        assert again.headers["idempotency-replayed"] == "true"
        fresh = await pay(client, trade)
        assert fresh.json() == first.json()
        other = await scene.shop.trade(scene.buyer, 9_900)
        conflict = await pay(client, other, key="tap-tap-tap")
        assert refusal(conflict) == (409, "request.key_conflict")
    assert await scene.balance_fen() == BALANCE_FEN - 9_900
    assert await audited(scene.database) == []


async def test_a_wrong_password_is_counted_and_the_same_key_may_be_tried_again(scene, app):
    trade = await scene.shop.trade(scene.buyer)
    async with client_of(app, scene.buyer) as client:
        wrong = await pay(client, trade, key="one-and-the-same", pay_password="975310")
        assert refusal(wrong) == (403, "people.pay_password_wrong")
        assert wrong.json()["details"] == {"tries_left": 4}
        right = await pay(client, trade, key="one-and-the-same")
        assert right.json()["status"] == "TRADE_SUCCESS"


async def test_after_the_deadline_the_cashier_says_closed(scene, app):
    async with scene.database.reading() as tx:
        deadline = tx.now + timedelta(minutes=20)
    trade = await scene.shop.trade(scene.buyer, expires_at=deadline)
    await move_clock(scene.database, timedelta(minutes=20))
    async with client_of(app, scene.buyer) as client:
        seen = (await client.get(f"{API}/{trade.trade_no}")).json()
        assert (seen["status"], seen["funds"]) == ("TRADE_CLOSED", [])
        assert refusal(await pay(client, trade)) == (409, "payments.trade_expired")
    assert await scene.balance_fen() == BALANCE_FEN


async def test_a_malformed_payment_is_refused_and_nothing_happens(scene, app):
    trade = await scene.shop.trade(scene.buyer)
    bad = [
        {"fund": "gold"},
        {"fund": None},
        {"pay_password": 135246},
        {"pay_password": "1" * 1000},
        {"amount_fen": 1},
        {"pay_password": "\x00" * 6},
    ]
    async with client_of(app, scene.buyer) as client:
        for body in bad:
            assert refusal(await pay(client, trade, **body))[0] == 422, body
        path = f"{API}/{trade.trade_no}/payments"
        asked = {"fund": "balance", "pay_password": PAY_PASSWORD}
        assert refusal(await client.post(path, json=asked)) == (400, "request.key_missing")
        headers = {"idempotency-key": "x" * 10, "content-type": "application/json"}
        huge = b'{"fund":"' + b"a" * 2_000_000 + b'"}'
        answer = await client.post(path, content=huge, headers=headers)
        assert refusal(answer) == (413, "request.too_large")
        answer = await client.post(path, content=b"fund=balance", headers=headers)
        assert refusal(answer) == (400, "request.not_json")
    assert await scene.shop.seen(trade) == trade
