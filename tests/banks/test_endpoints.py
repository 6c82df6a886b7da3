"""Banks over HTTP: cards, bindings, the sandbox's accounts and faults, and odd input to each."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from farewave.banks import endpoints
from farewave.banks.demo import endpoints as sandbox
from farewave.banks.demo.books import card_number
from farewave.banks.demo.model import ACCOUNTS_MAX
from farewave.banks.deps import BanksDeps
from farewave.db.edge import install_error_handlers
from tests.support.banks import demo_bank
from tests.support.people import client_of, install_people, signed_up_person
from tests.support.wallet import install_wallet

API = "/api/v1/banks"
SANDBOX = "/api/v1/sandbox"


@pytest.fixture
def app(database, sealer) -> FastAPI:
    made = FastAPI()
    install_error_handlers(made, reraise_bugs=True)
    install_people(made, database, sealer)
    install_wallet(made, database, sealer, demo_bank(database, sealer))
    made.include_router(endpoints.router)
    made.include_router(sandbox.router)
    return made


@pytest.fixture
async def client(app, database, sealer):
    someone = await signed_up_person(database, sealer)
    async with client_of(app, someone) as made:
        yield made


def refusal(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"code", "message", "details"}
    assert body["message"]
    return answer.status_code, body["code"]


async def account(client) -> dict[str, str]:
    answer = await client.post(f"{SANDBOX}/bank-accounts", json={})
    assert answer.status_code == 201
    return answer.json()


async def begin(client, body, key="binding-1", language="zh") -> httpx.Response:
    headers = {"idempotency-key": key, "accept-language": language}
    return await client.post(f"{API}/card-bindings", json=body, headers=headers)


async def confirm(client, binding_id, code) -> httpx.Response:
    return await client.post(f"{API}/card-bindings/{binding_id}/confirm", json={"code": code})


async def wish(client) -> dict[str, str]:
    opened = await account(client)
    return {"card_number": opened["card_number"], "phone": opened["phone"]}


async def bind(client) -> dict[str, object]:
    binding = (await begin(client, await wish(client))).json()
    return (await confirm(client, binding["binding_id"], binding["sandbox_code"])).json()


# --- what it answers ---------------------------------------------------------------------------


async def test_the_banks_are_listed_for_everybody(app):
    async with client_of(app) as nobody:
        answer = await nobody.get(f"{API}/")
        assert answer.json() == (await nobody.get(API)).json()
    bank = answer.json()[0]
    assert (bank["bank_code"], bank["name"], bank["name_en"]) == (
        "FWB",
        "远帆银行",
        "Farewave Demo Bank",
    )
    assert bank["color"].startswith("#")


async def test_an_account_is_opened_its_card_bound_listed_and_let_go(client):
    opened = await account(client)
    assert set(opened) == {"card_number", "phone", "balance_fen"}
    assert opened["balance_fen"] == 10_000_00
    assert len(opened["card_number"]) == 19
    answer = await begin(client, {k: opened[k] for k in ("card_number", "phone")})
    assert answer.status_code == 201
    binding = answer.json()
    assert set(binding) == {
        "binding_id",
        "bank_code",
        "bank_name",
        "last4",
        "expires_at",
        "sandbox_code",
    }
    assert binding["expires_at"].endswith("Z")
    answer = await confirm(client, binding["binding_id"], binding["sandbox_code"])
    assert answer.status_code == 200
    card = answer.json()
    assert card == {
        "card_id": card["card_id"],
        "bank_code": "FWB",
        "bank_name": "远帆银行",
        "last4": opened["card_number"][-4:],
        "holder_masked": "*明",
        "bound_at": card["bound_at"],
        "is_default": True,
    }
    assert (await client.get(f"{API}/cards")).json() == [card]
    english = await client.get(f"{API}/cards", headers={"accept-language": "en"})
    assert english.json()[0]["bank_name"] == "Farewave Demo Bank"
    for _ in range(2):
        gone = await client.delete(f"{API}/cards/{card['card_id']}")
        assert (gone.status_code, gone.content) == (204, b"")
    assert (await client.get(f"{API}/cards")).json() == []


async def test_a_code_is_shown_in_the_sandbox_only(app, client):
    body = await wish(client)
    deps = app.state.banks
    assert (await begin(client, body, "in-sandbox")).json()["sandbox_code"]

    class Real:
        """The demonstration bank as if it were real."""

        simulated = False

        def __getattr__(self, name):
            return getattr(deps.banks["FWB"], name)

    app.state.banks = BanksDeps(sealer=deps.sealer, banks={"FWB": Real()})
    assert (await begin(client, body, "in-earnest")).json()["sandbox_code"] is None
    assert refusal(await client.post(f"{SANDBOX}/bank-accounts")) == (403, "request.sandbox_only")
    assert (await client.get(f"{SANDBOX}/bank-faults")).json() == []


async def test_a_double_tap_begins_one_binding(client):
    body = await wish(client)
    taps = await asyncio.gather(*(begin(client, body, "same-key1") for _ in range(4)))
    assert {tap.status_code for tap in taps} == {201}
    assert len({tap.text for tap in taps}) == 1
    other = await wish(client)
    assert refusal(await begin(client, other, "same-key1")) == (409, "request.key_conflict")


async def test_faults_are_switched_for_every_process(client, app, database, sealer):
    answer = await client.put(f"{SANDBOX}/bank-faults", json={"bank_code": "FWB", "fault": "down"})
    assert answer.json() == {"bank_code": "FWB", "fault": "down"}
    listed = await client.get(f"{SANDBOX}/bank-faults")
    assert listed.json() == [{"bank_code": "FWB", "fault": "down"}]
    assert await demo_bank(database, sealer).fault() == "down"
    body = await wish(client)
    assert refusal(await begin(client, body)) == (424, "banks.bank_silent")
    await client.put(f"{SANDBOX}/bank-faults", json={"bank_code": "FWB", "fault": "none"})
    assert (await begin(client, body)).status_code == 201


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"bank_code": "NOPE", "fault": "none"}, (404, "banks.bank_unknown")),
        ({"bank_code": "FWB", "fault": "broken"}, (422, "request.invalid")),
        ({"bank_code": "FWB"}, (422, "request.invalid")),
        ({}, (422, "request.invalid")),
        ({"bank_code": 7, "fault": 1}, (422, "request.invalid")),
    ],
)
async def test_odd_faults_are_refused(client, body, expected):
    assert refusal(await client.put(f"{SANDBOX}/bank-faults", json=body)) == expected


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"card_number": "9156010000000000000"}, (422, "banks.card_number_invalid")),
        ({"card_number": ""}, (422, "banks.card_number_invalid")),
        ({"card_number": "-1"}, (422, "banks.card_number_invalid")),
        ({"card_number": "4111111111111111"}, (422, "banks.bank_unsupported")),
        ({"card_number": card_number(99).digits}, (403, "banks.holder_mismatch")),
        ({"card_number": 9156010000000000000}, (422, "request.invalid")),
        ({"card_number": "1" * 41}, (422, "request.invalid")),
        ({"card_number": None}, (422, "request.invalid")),
        ({"phone": "12345"}, (422, "people.phone_invalid")),
        ({"phone": "13999999999"}, (403, "banks.holder_mismatch")),
        ({"phone": "1" * 33}, (422, "request.invalid")),
        ({"cvv": "123"}, (422, "request.invalid")),
    ],
)
async def test_odd_cards_are_refused_and_bind_nothing(client, changes, expected):
    body = await wish(client)
    assert refusal(await begin(client, body | changes)) == expected
    assert (await client.get(f"{API}/cards")).json() == []


async def test_a_binding_needs_a_key(client):
    body = await wish(client)
    answer = await client.post(f"{API}/card-bindings", json=body)
    assert refusal(answer) == (400, "request.key_missing")


async def test_a_person_without_a_real_name_gets_neither_account_nor_card(app, database, sealer):
    someone = await signed_up_person(database, sealer, real_name=False)
    async with client_of(app, someone) as client:
        answer = await client.post(f"{SANDBOX}/bank-accounts", json={})
        assert refusal(answer) == (403, "banks.real_name_needed")
        body = {"card_number": card_number(1).digits, "phone": someone.phone.digits}
        assert refusal(await begin(client, body)) == (403, "banks.real_name_needed")


async def test_codes_are_judged_and_counted(client):
    binding = (await begin(client, await wish(client))).json()
    the_id, code = binding["binding_id"], binding["sandbox_code"]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for odd in ("", "12345", "abcdef", "１２３４５６"):
        assert refusal(await confirm(client, the_id, odd)) == (422, "banks.code_form")
    assert refusal(await confirm(client, the_id, 123456)) == (422, "request.invalid")
    assert refusal(await confirm(client, the_id, "1" * 17)) == (422, "request.invalid")
    for tries_left in (4, 3, 2, 1):
        answer = await confirm(client, the_id, wrong)
        assert refusal(answer) == (403, "banks.code_wrong")
        assert answer.json()["details"] == {"tries_left": tries_left}
    assert refusal(await confirm(client, the_id, wrong)) == (410, "banks.binding_dead")
    assert refusal(await confirm(client, the_id, code)) == (410, "banks.binding_dead")


@pytest.mark.parametrize("the_id", ["nonsense", "bnd_00000000000000000000000000", "crd_x", "bnd_"])
async def test_what_is_no_binding_or_card_is_refused(client, the_id):
    assert refusal(await confirm(client, the_id, "123456")) == (404, "banks.binding_unknown")
    gone = await client.delete(f"{API}/cards/{the_id}")
    assert refusal(gone) == (404, "banks.card_unknown")


async def test_what_is_anothers_is_not_there(app, client, database, sealer):
    card = await bind(client)
    someone = await signed_up_person(database, sealer)
    async with client_of(app, someone) as other:
        assert (await other.get(f"{API}/cards")).json() == []
        gone = await other.delete(f"{API}/cards/{card['card_id']}")
        assert refusal(gone) == (404, "banks.card_unknown")
    assert (await client.get(f"{API}/cards")).json() == [card]


async def test_everything_but_the_list_of_banks_needs_a_signed_in_person(app):
    body = {"card_number": card_number(1).digits, "phone": "13800138000"}
    async with client_of(app) as nobody:
        answers = [
            await nobody.get(f"{API}/cards"),
            await begin(nobody, body),
            await confirm(nobody, "bnd_x", "123456"),
            await nobody.delete(f"{API}/cards/crd_x"),
            await nobody.post(f"{SANDBOX}/bank-accounts"),
        ]
    assert {refusal(answer) for answer in answers} == {(401, "people.signed_out")}


async def test_the_demonstration_bank_opens_a_bounded_number_of_accounts(client):
    for _ in range(ACCOUNTS_MAX):
        await account(client)
    answer = await client.post(f"{SANDBOX}/bank-accounts")
    assert refusal(answer) == (409, "banks.accounts_too_many")


async def test_the_card_that_is_preferred_last_is_the_default(client):
    bodies = [await wish(client) for _ in range(2)]
    ids = []
    for number, body in enumerate(bodies):
        binding = (await begin(client, body, f"default-{number}")).json()
        card = await confirm(client, binding["binding_id"], binding["sandbox_code"])
        ids.append(card.json()["card_id"])
    preferred = await client.put(f"{API}/cards/{ids[1]}/default")
    assert [(c["card_id"], c["is_default"]) for c in preferred.json()] == [
        (ids[1], True),
        (ids[0], False),
    ]
    assert (await client.get(f"{API}/cards")).json() == preferred.json()
    assert refusal(await client.put(f"{API}/cards/crd_nonsense/default")) == (
        404,
        "banks.card_unknown",
    )
    await client.delete(f"{API}/cards/{ids[1]}")
    assert refusal(await client.put(f"{API}/cards/{ids[1]}/default"))[0] == 404
    (left,) = (await client.get(f"{API}/cards")).json()
    assert (left["card_id"], left["is_default"]) == (ids[0], True)
