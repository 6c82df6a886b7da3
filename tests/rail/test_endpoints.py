"""Rail's doors over HTTP: the names of the contract, and refusals that change nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI

from farewave.db.edge import Guard, install_error_handlers
from farewave.rail.endpoints import LeftTickets, notify_router, router
from tests.support.database import move_clock
from tests.support.people import Someone, client_of, install_people, some_identity_number
from tests.support.rail import APP_ID, G1, GATE_TOKEN, SELLER_ID, RailWorld

API = "/api/v1/rail"


@pytest.fixture
def app(world: RailWorld) -> FastAPI:
    made = FastAPI()
    install_error_handlers(made)
    made.include_router(router)
    made.include_router(notify_router)
    made.add_middleware(LeftTickets)
    install_people(made, world.database, world.sealer)
    made.state.rail = world.deps
    made.add_middleware(Guard, reraise_bugs=True)
    return made


@pytest.fixture
async def someone(world: RailWorld) -> Someone:
    return await world.someone()


@pytest.fixture
async def client(app: FastAPI, someone: Someone) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app, someone) as opened:
        yield opened


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody who is signed in."""
    async with client_of(app) as opened:
        yield opened


def key(text: str = "a-key-of-a-tap") -> dict[str, str]:
    return {"idempotency-key": text}


async def wish(world: RailWorld, client: httpx.AsyncClient, **changed: object) -> dict[str, object]:
    passengers = (await client.get(f"{API}/passengers")).json()
    return {
        "train_no": G1,
        "from": "VNP",
        "to": "AOH",
        "date": (await world.day()).isoformat(),
        "class_code": "O",
        "passenger_ids": [each["passenger_id"] for each in passengers],
        "seat_wishes": ["window"],
        **changed,
    }


async def notified(
    world: RailWorld, client: httpx.AsyncClient, order_no: str, **changed: str
) -> str:
    """The answer to a notification that the order is paid, or to a changed one."""
    trade = world.platform.trades[order_no]
    form = {
        "app_id": APP_ID,
        "seller_id": SELLER_ID,
        "out_trade_no": order_no,
        "trade_no": trade.trade_no,
        "total_amount": "553.00",
        "trade_status": "TRADE_SUCCESS",
        "gmt_payment": "2026-12-01 09:30:00",
        "sign": "good",
        **changed,
    }
    answer = await client.post("/rail/alipay/notify", content=urlencode(form))
    assert answer.status_code == 200
    return answer.text


async def test_stations_are_for_everybody_and_unchanged_by_etag(
    stranger: httpx.AsyncClient,
) -> None:
    answer = await stranger.get(f"{API}/stations")
    body = answer.json()
    assert {"BJP", "SHH", "LSO"} <= {each["telecode"] for each in body["items"]}
    assert body["items"][1] == {
        "telecode": "VNP",
        "name": "北京南",
        "name_en": "Beijing South",
        "pinyin": "beijingnan",
        "initials": "bjn",
        "city": "北京",
        "city_en": "Beijing",
        "hot": True,
    }
    again = await stranger.get(f"{API}/stations", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_search_needs_no_session_and_is_noted_only_with_one(
    world: RailWorld, stranger: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    sale = (await stranger.get(f"{API}/sale")).json()
    assert (sale["presale_days"], sale["pay_limit_min"]) == (15, 20)
    params = {"from": "BJP", "to": "SHH", "date": sale["last_day"]}
    for each in (stranger, client):
        found = await each.get(f"{API}/trains", params=params)
        assert found.status_code == 200, found.text
    offer = next(each for each in found.json()["items"] if each["train_code"] == "G1")
    assert (offer["train_code"], offer["from"]["telecode"], offer["day_offset"]) == ("G1", "VNP", 0)
    assert (offer["duration_min"], offer["bookable"], offer["reason"]) == (288, True, None)
    assert offer["depart_at"] == f"{sale['last_day']}T01:00:00Z"
    assert offer["classes"][1] == {
        "class_code": "O",
        "name": "二等座",
        "name_en": "Second class",
        "fare_fen": 55300,
        "left": 515,
    }
    async with world.database.reading() as tx:
        notes = await tx.fetch("SELECT attributes FROM db.event WHERE name = 'rail.searched'")
    assert [note["attributes"]["from"] for note in notes] == ["BJP"]


async def test_stops_have_instants(stranger: httpx.AsyncClient) -> None:
    way = (await stranger.get(f"{API}/trains/24000000Z10D/stops?date=2026-12-01")).json()
    assert way["train_code"] == "Z1"
    assert way["items"][0]["arrive_at"] is None
    assert way["items"][0]["depart_at"] == "2026-12-01T10:00:00Z"
    assert way["items"][5]["arrive_at"] == "2026-12-02T00:02:00Z"
    assert way["items"][5]["km"] == 1587
    # From Wuchang it leaves a day after it left Beijing.
    way = (await stranger.get(f"{API}/trains/24000000Z10D/stops?date=2026-12-02&from=WCN")).json()
    assert way["items"][0]["depart_at"] == "2026-12-01T10:00:00Z"
    lost = await stranger.get(f"{API}/trains/nothing/stops?date=2026-12-01")
    assert (lost.status_code, lost.json()["code"]) == (404, "rail.train_unknown")


async def test_the_whole_way_from_hold_to_ticket(
    world: RailWorld, client: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    body = await wish(world, client)
    made = await client.post(f"{API}/orders", json=body, headers=key())
    assert made.status_code == 201, made.text
    order = made.json()
    assert order["status"] == "held"
    assert order["trade_no"] == world.platform.trades[order["order_no"]].trade_no
    assert order["seats"][0]["ticket_id"] is None
    assert (order["seats"][0]["coach"], order["seats"][0]["seat"]) == ("02", "01A")

    # A second tap gets the same order, and no second one.
    again = await client.post(f"{API}/orders", json=body, headers=key())
    assert (again.status_code, again.json()["order_id"]) == (201, order["order_id"])
    assert len((await client.get(f"{API}/orders")).json()) == 1

    world.platform.pay(order["order_no"], await world.now())
    for _ in range(2):
        assert await notified(world, stranger, order["order_no"]) == "success"
    paid = (await client.get(f"{API}/orders/{order['order_id']}")).json()
    assert paid["status"] == "issued"
    ticket_id = paid["seats"][0]["ticket_id"]
    ticket = (await client.get(f"{API}/tickets/{ticket_id}")).json()
    assert ticket["status"] == "valid"
    assert ticket["qr_text"].startswith("FW1:")
    assert ticket["qr_svg"].startswith("<svg xmlns=")
    assert (ticket["passenger_name"], ticket["check_gate"]) == ("李明", None)

    check = {"qr_text": ticket["qr_text"], "station": "VNP"}
    refused = await stranger.post(f"{API}/gate/checks", json=check)
    assert (refused.status_code, refused.json()["code"]) == (403, "rail.gate_token_wrong")
    three_days = timedelta(days=3)
    await move_clock(world.database, three_days)
    day_start = await world.now()
    async with world.database.reading() as tx:
        depart_at = await tx.fetchval("SELECT depart_at FROM rail.ticket_order")
    await move_clock(world.database, depart_at - day_start - timedelta(hours=1))
    passed = await stranger.post(
        f"{API}/gate/checks", json=check, headers={"x-gate-token": GATE_TOKEN}
    )
    assert passed.json()["admitted"] is True
    passed = await stranger.post(
        f"{API}/gate/checks", json=check, headers={"x-gate-token": GATE_TOKEN}
    )
    assert (passed.json()["admitted"], passed.json()["reason"]) == (False, "used")
    ticket = (await client.get(f"{API}/tickets/{ticket_id}")).json()
    assert ticket["status"] == "used"
    await world.audited()


async def test_an_order_is_held_even_while_the_platform_is_away(
    world: RailWorld, client: httpx.AsyncClient
) -> None:
    world.platform.deaf = {"create"}
    made = await client.post(f"{API}/orders", json=await wish(world, client), headers=key())
    assert made.status_code == 201
    assert made.json()["trade_no"] is None
    world.platform.deaf = set()
    order_id = made.json()["order_id"]
    seen = (await client.get(f"{API}/orders/{order_id}?refresh=true")).json()
    assert seen["trade_no"] is not None


async def test_a_cancelled_order_is_cancelled_once(
    world: RailWorld, client: httpx.AsyncClient
) -> None:
    made = await client.post(f"{API}/orders", json=await wish(world, client), headers=key())
    path = f"{API}/orders/{made.json()['order_id']}/cancel"
    for _ in range(2):
        answer = await client.post(path)
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    async with world.database.reading() as tx:
        assert await tx.fetchval("SELECT cancels FROM rail.orderer") == 1


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"sign": "bad"}, "fail"),
        ({"app_id": "2026000000000002"}, "fail"),
        ({"seller_id": "2088000000000002"}, "fail"),
        ({"total_amount": "553.01"}, "fail"),
        ({"total_amount": "1e3"}, "fail"),
        ({"out_trade_no": "E000000000"}, "fail"),
        ({"trade_status": "WAIT_BUYER_PAY"}, "success"),
        ({"trade_status": "TRADE_CLOSED"}, "success"),
        ({"gmt_payment": "never"}, "success"),
    ],
)
async def test_only_true_news_of_the_right_money_issues(
    world: RailWorld,
    client: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    changed: dict[str, str],
    expected: str,
) -> None:
    made = await client.post(f"{API}/orders", json=await wish(world, client), headers=key())
    order = made.json()
    assert await notified(world, stranger, order["order_no"], **changed) == expected
    status = (await client.get(f"{API}/orders/{order['order_id']}")).json()["status"]
    assert status == ("issued" if "gmt_payment" in changed else "held")


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"a=1&a=2", b"sign=good", b"x" * 100_000])
async def test_a_notification_that_makes_no_sense_fails(
    stranger: httpx.AsyncClient, body: bytes
) -> None:
    answer = await stranger.post("/rail/alipay/notify", content=body)
    assert (answer.status_code, answer.text) == (200, "fail")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"train_no": "'; DROP"}, 422, "request.invalid"),
        ({"from": "BEIJING"}, 422, "request.invalid"),
        ({"from": "ZZZ"}, 422, "rail.station_unknown"),
        ({"date": "2026-02-30"}, 422, "request.invalid"),
        ({"date": "2020-01-01"}, 422, "rail.outside_presale"),
        ({"date": "9999-12-31"}, 422, "rail.outside_presale"),
        ({"class_code": "9"}, 422, "rail.class_unknown"),
        ({"passenger_ids": []}, 422, "rail.passenger_count"),
        ({"passenger_ids": ["psg_nobody"]}, 404, "rail.passenger_unknown"),
        ({"seat_wishes": ["roof"]}, 422, "request.invalid"),
        ({"price": 1}, 422, "request.invalid"),
    ],
)
async def test_nonsense_is_refused_and_holds_nothing(
    world: RailWorld,
    client: httpx.AsyncClient,
    changed: dict[str, object],
    status: int,
    code: str,
) -> None:
    body = await wish(world, client, **changed)
    answer = await client.post(f"{API}/orders", json=body, headers=key())
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert (await client.get(f"{API}/orders")).json() == []


async def test_passengers_are_added_once_and_removed(
    world: RailWorld, client: httpx.AsyncClient, someone: Someone
) -> None:
    body = {"name": "王芳", "identity_number": some_identity_number(), "phone": "13800138000"}
    missing = await client.post(f"{API}/passengers", json=body)
    assert (missing.status_code, missing.json()["code"]) == (400, "request.key_missing")
    made = await client.post(f"{API}/passengers", json=body, headers=key())
    again = await client.post(f"{API}/passengers", json=body, headers=key())
    assert made.status_code == again.status_code == 201
    assert made.json() == again.json()
    assert made.json()["phone_masked"] == "138****8000"
    taken = await client.post(f"{API}/passengers", json=body, headers=key("another-key"))
    assert (taken.status_code, taken.json()["code"]) == (409, "rail.passenger_taken")
    assert [each["is_self"] for each in (await client.get(f"{API}/passengers")).json()] == [
        True,
        False,
    ]
    path = f"{API}/passengers/{made.json()['passenger_id']}"
    assert (await client.delete(path)).status_code == 204
    assert (await client.delete(path)).json()["code"] == "rail.passenger_unknown"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/passengers"),
        ("POST", "/passengers"),
        ("GET", "/orders"),
        ("POST", "/orders"),
        ("GET", "/orders/ord_x"),
        ("POST", "/orders/ord_x/cancel"),
        ("GET", "/tickets/tkt_x"),
    ],
)
async def test_what_is_personal_needs_a_session(
    stranger: httpx.AsyncClient, method: str, path: str
) -> None:
    body = {} if method == "POST" else None
    answer = await stranger.request(method, API + path, json=body)
    assert answer.status_code in (401, 422)
    if answer.status_code == 401:
        assert answer.json()["code"] == "people.signed_out"


async def test_nobody_sees_what_belongs_to_another(
    world: RailWorld, app: FastAPI, client: httpx.AsyncClient
) -> None:
    made = await client.post(f"{API}/orders", json=await wish(world, client), headers=key())
    order = made.json()
    world.platform.pay(order["order_no"], await world.now())
    await notified(world, client, order["order_no"])
    order = (await client.get(f"{API}/orders/{order['order_id']}")).json()
    ticket_id = order["seats"][0]["ticket_id"]
    async with client_of(app, await world.someone()) as other:
        for method, path, code in (
            ("GET", f"/orders/{order['order_id']}", "rail.order_unknown"),
            ("GET", f"/orders/{order['order_id']}?refresh=1", "rail.order_unknown"),
            ("POST", f"/orders/{order['order_id']}/cancel", "rail.order_unknown"),
            ("GET", f"/tickets/{ticket_id}", "rail.ticket_unknown"),
            ("GET", "/tickets/ticket", "rail.ticket_unknown"),
        ):
            answer = await other.request(method, API + path)
            assert (answer.status_code, answer.json()["code"]) == (404, code)
        assert (await other.get(f"{API}/orders")).json() == []


async def test_refusals_speak_the_callers_language(client: httpx.AsyncClient) -> None:
    params = {"from": "BJP", "to": "VNP", "date": "2026-12-01"}
    for language, words in (("zh-CN", "同一个城市"), ("en", "same city")):
        answer = await client.get(
            f"{API}/trains", params=params, headers={"accept-language": language}
        )
        assert answer.status_code == 422
        assert words in answer.json()["message"]
