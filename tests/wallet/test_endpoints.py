"""The wallet over HTTP: its answers in both languages, and everything that can be sent to it."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from farewave.banks import instruction as life
from farewave.banks import jobs
from farewave.banks.demo.model import Fault
from farewave.db.edge import install_error_handlers
from farewave.kit.ids import id_text
from farewave.wallet import endpoints, rules
from farewave.wallet.service import CONCLUSIONS
from tests.support.banks import bound_card, demo_bank
from tests.support.database import move_clock
from tests.support.people import (
    PAY_PASSWORD,
    client_of,
    install_people,
    signed_up_person,
)
from tests.support.wallet import audited, install_wallet

API = "/api/v1/wallet"


class Door:
    """Somebody's phone, signed in, with a bound card."""

    def __init__(self, app, bank, client, someone, card):
        self.app = app
        self.bank = bank
        self.client = client
        self.someone = someone
        self.card_id = id_text("crd", card.card_id)

    async def top_up(self, key="tap-00001", *, language="zh", **body) -> httpx.Response:
        wish = {"card_id": self.card_id, "amount_fen": 10_000, "pay_password": PAY_PASSWORD}
        headers = {"idempotency-key": key, "accept-language": language}
        return await self.client.post(f"{API}/top-ups", json=wish | body, headers=headers)

    async def get(self, path, language="zh") -> httpx.Response:
        return await self.client.get(f"{API}{path}", headers={"accept-language": language})


@pytest.fixture
def app(database, sealer) -> FastAPI:
    made = FastAPI()
    install_error_handlers(made, reraise_bugs=True)
    install_people(made, database, sealer)
    made.include_router(endpoints.router)
    return made


@pytest.fixture
async def door(app, database, sealer):
    bank = demo_bank(database, sealer)
    install_wallet(app, database, sealer, bank)
    someone = await signed_up_person(database, sealer)
    card = await bound_card(database, sealer, bank, someone)
    async with client_of(app, someone) as client:
        yield Door(app, bank, client, someone, card)
    findings, _ = await audited(database)
    assert findings == []


def refusal(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"code", "message", "details"}
    assert body["message"]
    return answer.status_code, body["code"]


async def nothing_happened(door: Door) -> bool:
    wallet = (await door.get("/")).json()
    bills = (await door.get("/bills")).json()["items"]
    return (
        wallet == {"balance_fen": 0, "available_fen": 0, "incoming_fen": 0, "outgoing_fen": 0}
        and bills == []
    )


# --- what it answers ---------------------------------------------------------------------------


async def test_a_top_up_its_bill_and_the_balance(door):
    answer = await door.top_up(amount_fen=12_345)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    top_up = answer.json()
    assert top_up.pop("created_at").endswith("Z")
    assert top_up.pop("finished_at").endswith("Z")
    top_up_id = top_up.pop("top_up_id")
    assert top_up_id.startswith("top_")
    last4 = top_up["card"]["last4"]
    assert top_up == {
        "amount_fen": 12_345,
        "status": "succeeded",
        "card": {"bank_name": "远帆银行", "last4": last4},
        "failure": None,
        "note": None,
    }
    assert (await door.get(f"/top-ups/{top_up_id}")).json() == answer.json()
    wallet = await door.get("/")
    assert wallet.json() == {
        "balance_fen": 12_345,
        "available_fen": 12_345,
        "incoming_fen": 0,
        "outgoing_fen": 0,
    }
    assert (await door.get("")).json() == wallet.json()
    (bill,) = (await door.get("/bills")).json()["items"]
    assert (await door.get(f"/bills/{bill['bill_id']}")).json() == bill
    assert bill.pop("bill_id").startswith("bil_")
    assert bill.pop("at").endswith("Z")
    assert bill == {
        "kind": "top_up",
        "direction": "in",
        "amount_fen": 12_345,
        "title": "余额充值",
        "counterparty": "远帆银行",
        "status": "succeeded",
        "fund_label": f"远帆银行储蓄卡（{last4}）",
        "note": None,
        "reference": {"type": "top_up", "id": top_up_id},
        "order_no": None,
    }
    (english,) = (await door.get("/bills", "en")).json()["items"]
    assert (english["title"], english["counterparty"]) == ("Top-up", "Farewave Demo Bank")
    assert english["fund_label"] == f"Farewave Demo Bank card ({last4})"


async def test_a_failure_is_told_in_the_callers_language(door):
    answer = await door.top_up(amount_fen=10_000_01)
    assert answer.status_code == 201
    failed = answer.json()
    assert failed["status"] == "failed"
    assert failed["failure"] == {"code": "banks.insufficient_funds", "message": "银行卡余额不足。"}
    english = (await door.get(f"/top-ups/{failed['top_up_id']}", "en")).json()
    assert english["failure"]["message"] == "There is not enough money on the card."


async def test_a_pending_top_up_says_that_the_bank_has_not_answered(door, database):
    await door.bank.set_fault(Fault.SILENT)
    pending = (await door.top_up()).json()
    assert (pending["status"], pending["finished_at"]) == ("pending", None)
    assert pending["note"] == rules.TOP_UP_PENDING.zh
    assert (await door.get("/")).json() == {
        "balance_fen": 0,
        "available_fen": 0,
        "incoming_fen": 10_000,
        "outgoing_fen": 0,
    }
    again = (await door.top_up(language="en")).json()
    assert (again["top_up_id"], again["note"]) == (pending["top_up_id"], rules.TOP_UP_PENDING.en)
    await move_clock(database, life.CHECK_SOON)
    await jobs.settle_due(database, door.app.state.banks, CONCLUSIONS)
    settled = (await door.top_up()).json()
    assert (settled["status"], settled["note"]) == ("succeeded", None)
    assert (await door.get("/")).json()["balance_fen"] == 10_000


async def test_a_double_tap_is_one_top_up_and_another_amount_a_conflict(door):
    taps = await asyncio.gather(*(door.top_up("same-key1") for _ in range(4)))
    assert {tap.status_code for tap in taps} == {201}
    assert len({tap.json()["top_up_id"] for tap in taps}) == 1
    conflict = await door.top_up("same-key1", amount_fen=10_001)
    assert refusal(conflict) == (409, "request.key_conflict")
    assert (await door.get("/")).json()["balance_fen"] == 10_000


async def test_bills_come_in_pages(door):
    for number in range(5):
        assert (await door.top_up(f"in-pages-{number}", amount_fen=100 + number)).status_code == 201
    first = (await door.get("/bills?limit=3")).json()
    second = (await door.get(f"/bills?limit=3&cursor={first['next_cursor']}")).json()
    amounts = [bill["amount_fen"] for bill in first["items"] + second["items"]]
    assert amounts == [104, 103, 102, 101, 100]
    assert second["next_cursor"] is None


# --- what is refused ---------------------------------------------------------------------------

_BEYOND_JSON = ["NaN", "Infinity", "-Infinity", "1e999", "9" * 19, "9" * 5000, "0x10", "01"]
_NOT_AN_AMOUNT = [
    *("0.001", "1e9", "100.0", "-0.0", '"10"', '"1e3"', '""', "null", "true", "[1]", "{}"),
    *_BEYOND_JSON,
]


@pytest.mark.parametrize("amount", _NOT_AN_AMOUNT)
async def test_what_is_no_whole_number_of_fen_is_refused_and_changes_nothing(door, amount):
    body = (
        f'{{"card_id": "{door.card_id}", "amount_fen": {amount}, "pay_password": "{PAY_PASSWORD}"}}'
    )
    headers = {"content-type": "application/json", "idempotency-key": "odd-amount"}
    answer = await door.client.post(f"{API}/top-ups", content=body, headers=headers)
    status, code = refusal(answer)
    assert (status, code) in {(422, "request.invalid"), (400, "request.not_json")}
    assert await nothing_happened(door)


@pytest.mark.parametrize("amount_fen", [0, -1, -(10**9), 50_000_01, 10**9, 2**63 - 1, -(2**63) + 1])
async def test_an_amount_out_of_bounds_is_refused_by_name(door, amount_fen):
    answer = await door.top_up(amount_fen=amount_fen)
    assert refusal(answer) == (422, "wallet.top_up_amount")
    assert answer.json()["details"] == {"min_yuan": "0.01", "max_yuan": "50000.00"}
    assert await nothing_happened(door)


@pytest.mark.parametrize("amount_fen", [2**63, -(2**63) - 1])
async def test_an_amount_beyond_every_column_is_refused(door, amount_fen):
    assert refusal(await door.top_up(amount_fen=amount_fen)) == (422, "request.invalid")
    assert await nothing_happened(door)


@pytest.mark.parametrize(
    "card_id", ["", "crd_", "top_00000000000000000000000000", "nonsense", "crd_\u0660", "1" * 40]
)
async def test_what_is_no_card_is_refused(door, card_id):
    assert refusal(await door.top_up(card_id=card_id)) == (404, "banks.card_unknown")
    assert refusal(await door.top_up(card_id=7)) == (422, "request.invalid")
    assert refusal(await door.top_up(card_id="x" * 41)) == (422, "request.invalid")


async def test_pay_passwords_are_judged_and_counted(door):
    assert refusal(await door.top_up(pay_password="99")) == (422, "people.pay_password_form")
    for tries_left in (4, 3, 2, 1):
        wrong = await door.top_up(pay_password="999999")
        assert refusal(wrong) == (403, "people.pay_password_wrong")
        assert wrong.json()["details"] == {"tries_left": tries_left}
    locked = await door.top_up(pay_password="999999")
    assert refusal(locked) == (423, "people.pay_password_locked")
    assert refusal(await door.top_up()) == (423, "people.pay_password_locked")
    assert await nothing_happened(door)


@pytest.mark.parametrize("key", [None, "", "short", "x" * 65, "with blank", "umläut-key"])
async def test_a_top_up_needs_a_key(door, key):
    wish = {"card_id": door.card_id, "amount_fen": 1, "pay_password": PAY_PASSWORD}
    headers = {} if key is None else {"idempotency-key": key.encode()}
    answer = await door.client.post(f"{API}/top-ups", json=wish, headers=headers)
    assert refusal(answer) == (400, "request.key_missing")
    assert await nothing_happened(door)


async def test_unknown_fields_and_missing_ones_are_refused(door):
    assert refusal(await door.top_up(currency="USD")) == (422, "request.invalid")
    headers = {"idempotency-key": "only-this1"}
    answer = await door.client.post(f"{API}/top-ups", json={"amount_fen": 1}, headers=headers)
    assert refusal(answer) == (422, "request.invalid")
    assert answer.json()["details"]["fields"] == "card_id, pay_password"


async def test_everything_needs_a_signed_in_person(app, door):
    async with client_of(app) as nobody:
        wish = {"card_id": door.card_id, "amount_fen": 1, "pay_password": PAY_PASSWORD}
        answers = [
            await nobody.get(f"{API}/"),
            await nobody.get(f"{API}/bills"),
            await nobody.get(f"{API}/bills/bil_x"),
            await nobody.get(f"{API}/top-ups/top_x"),
            await nobody.post(
                f"{API}/top-ups", json=wish, headers={"idempotency-key": "nobodys-1"}
            ),
        ]
    assert {refusal(answer) for answer in answers} == {(401, "people.signed_out")}


async def test_what_is_anothers_is_not_there(app, door, database, sealer):
    top_up = (await door.top_up()).json()
    (bill,) = (await door.get("/bills")).json()["items"]
    other = await signed_up_person(database, sealer)
    async with client_of(app, other) as client:
        wish = {"card_id": door.card_id, "amount_fen": 1, "pay_password": PAY_PASSWORD}
        stolen = await client.post(
            f"{API}/top-ups", json=wish, headers={"idempotency-key": "stolen-01"}
        )
        assert refusal(stolen) == (404, "banks.card_unknown")
        seen = await client.get(f"{API}/top-ups/{top_up['top_up_id']}")
        assert refusal(seen) == (404, "wallet.top_up_unknown")
        seen = await client.get(f"{API}/bills/{bill['bill_id']}")
        assert refusal(seen) == (404, "wallet.bill_unknown")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/top-ups/nonsense", (404, "wallet.top_up_unknown")),
        ("/top-ups/top_7zzzzzzzzzzzzzzzzzzzzzzzzz", (404, "wallet.top_up_unknown")),
        ("/bills/nonsense", (404, "wallet.bill_unknown")),
        ("/bills/bil_00000000000000000000000000", (404, "wallet.bill_unknown")),
        ("/bills?cursor=nonsense", (422, "wallet.cursor_invalid")),
        ("/bills?cursor=", (422, "wallet.cursor_invalid")),
        ("/bills?cursor=bil_00000000000000000000000000", (422, "wallet.cursor_invalid")),
        ("/bills?limit=0", (422, "request.invalid")),
        ("/bills?limit=-1", (422, "request.invalid")),
        ("/bills?limit=51", (422, "request.invalid")),
        ("/bills?limit=1e1", (422, "request.invalid")),
        ("/bills?limit=" + "9" * 400, (422, "request.invalid")),
        ("/bills/" + "x" * 200, (422, "request.invalid")),
    ],
)
async def test_odd_places_are_refused(door, path, expected):
    assert refusal(await door.get(path)) == expected
