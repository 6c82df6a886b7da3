"""What the person who shows a pay code sees of it, over HTTP."""

from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from farewave.db.edge import install_error_handlers
from farewave.db.pool import STATEMENT_TIMEOUT_S
from farewave.kit.sealing import Sealer
from farewave.payments import endpoints, jobs, limits, paycode
from farewave.payments.code_payment import CodePayment
from farewave.payments.code_payments import pay_batch
from farewave.payments.codes import DECIDED_AFTER
from farewave.payments.model import Trade
from tests.payments.conftest import BALANCE_FEN, Scene
from tests.support.database import move_clock
from tests.support.payments import buyer_with
from tests.support.people import PAY_PASSWORD, client_of, install_people

API = "/api/v1/pay-codes"
_numbers = count(1)


@pytest.fixture
def app(scene: Scene, sealer: Sealer) -> FastAPI:
    made = FastAPI()
    install_error_handlers(made)
    install_people(made, scene.database, sealer)
    made.include_router(endpoints.codes_router)
    return made


async def a_code(client: httpx.AsyncClient) -> str:
    answer = await client.post(API, json={"pay_password": PAY_PASSWORD})
    assert answer.status_code == 201
    assert answer.json()["qr_svg"].startswith("<svg")
    return str(answer.json()["code"])


async def state(client: httpx.AsyncClient, code: str, language: str = "en") -> Any:
    answer = await client.get(f"{API}/{code}", headers={"accept-language": language})
    assert answer.status_code == 200, answer.text
    return answer.json()


def asked_with(scene: Scene, code: str, amount_fen: int) -> CodePayment:
    return CodePayment(
        merchant_id=scene.shop.app.merchant_id,
        app_id=scene.shop.app.app_id,
        out_trade_no=f"V{next(_numbers):08d}",
        subject="一杯咖啡",
        amount_fen=amount_fen,
        auth_code=code,
        expires_at=None,
        notify_url=None,
    )


async def scan(scene: Scene, code: str, amount_fen: int) -> Trade | object:
    return await scene.desk().pay(asked_with(scene, code, amount_fen))


async def test_a_code_waits_and_then_tells_whom_it_paid_and_how_much(
    scene: Scene, app: FastAPI
) -> None:
    async with client_of(app, scene.buyer) as client:
        code = await a_code(client)
        waiting = await state(client, code)
        assert (waiting["status"], waiting["paid"], waiting["refusal"]) == ("waiting", None, None)
        trade = await scan(scene, code, 12_34)
        assert isinstance(trade, Trade)
        seen = await state(client, code, "zh-CN")
        assert seen["status"] == "paid"
        paid = seen["paid"]
        assert (paid["merchant_name"], paid["amount_fen"]) == ("青鱼书店", 12_34)
        assert (paid["subject"], paid["trade_no"]) == ("一杯咖啡", trade.trade_no)
        await move_clock(scene.database, paycode.LIVES)
        assert (await state(client, code, "zh-CN")) == seen, "paid stays paid"


async def test_a_refused_payment_is_told_and_the_code_waits_on(
    scene: Scene, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    tight = limits.Limits(payment_fen=500_00, day_fen=9_000_00, month_fen=9_000_00)
    monkeypatch.setattr(limits, "LIMITS", (tight, tight))
    async with client_of(app, scene.buyer) as client:
        code = await a_code(client)
        await scan(scene, code, 500_01)
        seen = await state(client, code)
        assert (seen["status"], seen["paid"]) == ("waiting", None)
        assert seen["refusal"]["reason"] == "payments.limit_payment"
        assert seen["refusal"]["message"] == "A single payment is limited to 500.00 yuan."
        assert seen["refusal"]["amount_fen"] == 500_01
        loose = limits.Limits(BALANCE_FEN * 2, BALANCE_FEN * 2, BALANCE_FEN * 2)
        monkeypatch.setattr(limits, "LIMITS", (loose, loose))
        await scan(scene, code, BALANCE_FEN + 1)
        seen = await state(client, code)
        assert seen["refusal"]["reason"] == "payments.balance_not_enough", "the last one"
        assert isinstance(await scan(scene, code, 10_00), Trade)
        seen = await state(client, code)
        assert (seen["status"], seen["refusal"]) == ("paid", None)


async def test_what_only_the_merchant_did_wrong_is_not_told(scene: Scene, app: FastAPI) -> None:
    async with client_of(app, scene.buyer) as client:
        code = await a_code(client)
        await scan(scene, code, -1)
        assert (await state(client, code))["refusal"] is None


async def test_a_code_that_can_pay_no_more_is_not_called_over_while_a_payment_may_be_on_its_way(
    scene: Scene, app: FastAPI
) -> None:
    async with client_of(app, scene.buyer) as client:
        code = await a_code(client)
        async with scene.database.transaction() as in_time:
            await move_clock(scene.database, paycode.LIVES + timedelta(seconds=STATEMENT_TIMEOUT_S))
            assert not isinstance(await scan(scene, code, 12_34), Trade), "too late"
            seen = await state(client, code)
            assert (seen["status"], seen["paid"]) == ("waiting", None)
            shard = paycode.shard_of_code(code)
            assert shard is not None
            (trade,) = await pay_batch(
                in_time, scene.sealer, shard, [asked_with(scene, code, 12_34)]
            )
        assert isinstance(trade, Trade)
        seen = await state(client, code)
        assert (seen["status"], seen["paid"]["amount_fen"]) == ("paid", 12_34)


async def test_a_code_is_over_after_five_minutes_and_later_forgotten_with_its_refusal(
    scene: Scene, app: FastAPI
) -> None:
    async with client_of(app, scene.buyer) as client:
        code = await a_code(client)
        await scan(scene, code, BALANCE_FEN + 1)
        await move_clock(scene.database, paycode.LIVES + DECIDED_AFTER)
        assert (await state(client, code))["status"] == "over"
        await move_clock(scene.database, paycode.LIVES + paycode.KEPT + timedelta(seconds=1))
        assert await jobs.forget_codes(scene.database) == 1
    async with scene.database.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM payments.code_refusal") == 0


@pytest.mark.parametrize("code", ["28", "x", "280019999999999999", "289999999999999999"])
async def test_an_unknown_code_is_not_found(scene: Scene, app: FastAPI, code: str) -> None:
    async with client_of(app, scene.buyer) as client:
        answer = await client.get(f"{API}/{code}")
        assert (answer.status_code, answer.json()["code"]) == (404, "payments.pay_code_unknown")


async def test_nobody_sees_another_ones_code(scene: Scene, app: FastAPI, sealer: Sealer) -> None:
    async with client_of(app, scene.buyer) as client:
        code = await a_code(client)
    other = await buyer_with(scene.database, sealer, 0)
    async with client_of(app, other) as client:
        answer = await client.get(f"{API}/{code}")
        assert (answer.status_code, answer.json()["code"]) == (404, "payments.pay_code_unknown")
    async with client_of(app) as nobody:
        assert (await nobody.get(f"{API}/{code}")).status_code == 401
