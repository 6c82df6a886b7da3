"""Sending money over HTTP: who it is that gets it, and every refusal."""

import httpx
import pytest
from fastapi import FastAPI

from farewave.db.edge import install_error_handlers
from farewave.wallet import endpoints, transfer
from tests.support.people import PAY_PASSWORD, client_of, install_people, some_phone
from tests.wallet.transfer_scene import sending_scene

API = "/api/v1/wallet"


@pytest.fixture
async def scene(database, sealer):
    async with sending_scene(database, sealer) as made:
        yield made


@pytest.fixture
async def client(scene):
    app = FastAPI()
    install_error_handlers(app, reraise_bugs=True)
    install_people(app, scene.database, scene.deps.sealer)
    app.state.wallet = scene.deps
    app.include_router(endpoints.router)
    async with client_of(app, scene.payer) as opened:
        yield opened


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_payee_is_shown_masked_and_money_is_sent(scene, client):
    phone = scene.far.phone.digits
    found = (await client.post(f"{API}/payees", json={"phone": phone})).json()
    assert found == {
        "name_masked": scene.far.person.name_masked,
        "phone_masked": scene.far.phone.masked,
        "has_real_name": True,
    }
    wish = {"phone": phone, "amount_fen": 12_34, "note": " 午饭 ", "pay_password": PAY_PASSWORD}
    headers = {"idempotency-key": "tap-00001"}
    answer = await client.post(f"{API}/transfers", json=wish, headers=headers)
    assert answer.status_code == 201, answer.text
    sent = answer.json()
    assert (sent["status"], sent["amount_fen"], sent["note"]) == ("arrived", 12_34, "午饭")
    assert sent["transfer_id"].startswith("snd_")
    assert phone not in answer.text
    seen = await client.get(f"{API}/transfers/{sent['transfer_id']}")
    assert seen.json() == sent
    again = await client.post(f"{API}/transfers", json=wish, headers=headers)
    assert again.json() == sent
    other = await client.post(f"{API}/transfers", json=wish | {"note": "?"}, headers=headers)
    assert refusal(other) == (409, "request.key_conflict")


async def test_what_cannot_be_sent_is_refused_over_http(scene, client):
    async def ask(path: str, body: object, key: str | None = "tap-00001") -> tuple[int, str]:
        headers = {} if key is None else {"idempotency-key": key}
        return refusal(await client.post(f"{API}/{path}", json=body, headers=headers))

    wish = {"phone": scene.far.phone.digits, "amount_fen": 1, "pay_password": PAY_PASSWORD}
    own = {"phone": scene.payer.phone.digits}
    assert await ask("payees", {"phone": "123"}) == (422, "people.phone_invalid")
    assert await ask("payees", {"phone": some_phone().digits}) == (404, "wallet.payee_unknown")
    assert await ask("payees", own) == (409, "wallet.payee_self")
    assert await ask("transfers", wish, None) == (400, "request.key_missing")
    for bad in (
        {"amount_fen": 1.5},
        {"amount_fen": "1"},
        {"note": "x" * 51},
        {"note": "a\x00b"},
        {"note": "a\nb"},
        {"more": 1},
    ):
        assert await ask("transfers", wish | bad) == (422, "request.invalid")
    assert await ask("transfers", wish | {"amount_fen": 0}) == (422, "wallet.transfer_amount")
    too_much = transfer.FEN_MAX + 1
    assert await ask("transfers", wish | {"amount_fen": too_much}) == (
        422,
        "wallet.transfer_amount",
    )
    gone = await client.get(f"{API}/transfers/snd_nonsense")
    assert refusal(gone) == (404, "wallet.transfer_unknown")


async def test_nobody_sees_anothers_transfer_and_the_doors_need_a_session(scene, client):
    sent = await scene.send(scene.near)
    app = client._transport.app
    async with client_of(app, scene.near) as other:
        seen = await other.get(f"{API}/transfers/{sent.text}")
        assert refusal(seen) == (404, "wallet.transfer_unknown")
    async with client_of(app) as nobody:
        for answer in (
            await nobody.post(f"{API}/payees", json={"phone": "1"}),
            await nobody.post(f"{API}/transfers", json={}),
            await nobody.get(f"{API}/transfers/{sent.text}"),
        ):
            assert refusal(answer)[0] in (401, 422)
