"""Trades, refunds, notifications and bills over HTTP; nobody's but one's own."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from farewave.db import Database
from farewave.db.outbox import Courier, Message, Outcome, RetryAt, enqueue
from farewave.kit.clock import shanghai_day
from farewave.kit.sealing import Sealer
from farewave.payments.notifications import TOPIC, notify_handler
from farewave.payments.ports import NotificationAnswer, NotSent
from tests.console.world import API, Console, refusal
from tests.support.database import move_clock
from tests.support.payments import NOTIFY_URL, Shop, audited, buyer_with
from tests.support.people import Someone


class Merchants:
    """Stands for the network: answers every notification alike, and counts them."""

    def __init__(self) -> None:
        self.answer: NotificationAnswer | NotSent = NotificationAnswer(True)
        self.got: list[str] = []

    async def send(self, url: str, params: Any) -> NotificationAnswer | NotSent:
        self.got.append(params["notify_id"])
        return self.answer


@pytest.fixture
async def buyer(database: Database, sealer: Sealer) -> Someone:
    return await buyer_with(database, sealer, 1_000_00)


async def listed(client: httpx.AsyncClient, path: str, **query: object) -> Any:
    answer = await client.get(f"{API}/{path}", params={k: str(v) for k, v in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_trades_are_listed_page_by_page_the_newest_first(
    console: Console, shop: Shop, other_shop: Shop, buyer: Someone
) -> None:
    made = []
    for _ in range(5):
        made.append((await shop.trade(buyer, 100)).trade_no)
        await other_shop.trade(buyer, 100)
        await move_clock(console.database, timedelta(seconds=1))
    client = await console.entered(shop)
    seen: list[str] = []
    page = await listed(client, "trades", limit=2)
    while True:
        seen += [each["trade_no"] for each in page["trades"]]
        if page["next_cursor"] is None:
            break
        page = await listed(client, "trades", limit=2, cursor=page["next_cursor"])
    assert seen == made[::-1]


async def test_a_trade_is_found_by_either_number_by_state_and_by_day(
    console: Console, shop: Shop, buyer: Someone
) -> None:
    paid = await shop.paid(buyer, 500)
    waiting = await shop.trade(buyer, 600)
    client = await console.entered(shop)
    for number in (paid.trade_no, paid.out_trade_no):
        (found,) = (await listed(client, "trades", number=number))["trades"]
        assert (found["trade_no"], found["status"]) == (paid.trade_no, "TRADE_SUCCESS")
    assert (await listed(client, "trades", number="nothing"))["trades"] == []
    (found,) = (await listed(client, "trades", status="WAIT_BUYER_PAY"))["trades"]
    assert found["trade_no"] == waiting.trade_no
    day = f"{paid.trade_no[:4]}-{paid.trade_no[4:6]}-{paid.trade_no[6:8]}"
    assert len((await listed(client, "trades", first_day=day, last_day=day))["trades"]) == 2
    old = {"first_day": "2020-01-01", "last_day": "2020-01-31"}
    assert (await listed(client, "trades", **old))["trades"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"first_day": "2026-02-30"}, "console.dates_invalid"),
        ({"first_day": "2026-02-02", "last_day": "2026-02-01"}, "console.dates_invalid"),
        ({"first_day": "2020-02-02", "last_day": "2026-02-01"}, "console.dates_invalid"),
        ({"cursor": "x"}, "console.cursor_invalid"),
        ({"cursor": "999999999999999999."}, "console.cursor_invalid"),
    ],
)
async def test_days_and_places_that_are_none_are_refused(
    console: Console, shop: Shop, query: dict[str, str], code: str
) -> None:
    client = await console.entered(shop)
    for path in ("trades", "refunds", "notifications"):
        answer = await client.get(f"{API}/{path}", params=query)
        assert refusal(answer) == (422, code)


async def test_a_refund_is_made_once_and_the_books_agree(
    console: Console, shop: Shop, buyer: Someone
) -> None:
    trade = await shop.paid(buyer, 1_000)
    client = await console.entered(shop)
    path = f"{API}/trades/{trade.trade_no}/refunds"
    body = {"amount_fen": 300, "out_request_no": "R1", "why": "少发一件"}
    answers = await asyncio.gather(*(client.post(path, json=body) for _ in range(3)))
    assert {each.status_code for each in answers} == {200}
    assert len({each.text for each in answers}) == 1
    other = await client.post(path, json={**body, "amount_fen": 400})
    assert refusal(other)[0] == 409
    over = await client.post(path, json={"amount_fen": 701, "out_request_no": "R2"})
    assert over.status_code == 409
    whole = await listed(client, f"trades/{trade.trade_no}")
    assert (whole["refunded_fen"], whole["status"]) == (300, "TRADE_SUCCESS")
    (refund,) = whole["refunds"]
    assert (refund["out_request_no"], refund["amount_fen"]) == ("R1", 300)
    assert whole["buyer"] == buyer.phone.masked
    (of_all,) = (await listed(client, "refunds"))["refunds"]
    assert (of_all["trade_no"], of_all["why"]) == (trade.trade_no, "少发一件")
    assert await audited(console.database) == []


@pytest.mark.parametrize("amount", [0, -1, 10**14, "x"])
async def test_an_amount_that_is_none_is_refused(
    console: Console, shop: Shop, buyer: Someone, amount: object
) -> None:
    trade = await shop.paid(buyer, 1_000)
    client = await console.entered(shop)
    answer = await client.post(
        f"{API}/trades/{trade.trade_no}/refunds",
        json={"amount_fen": amount, "out_request_no": "R"},
    )
    assert refusal(answer) == (422, "request.invalid")


async def delivered(database: Database, merchants: Merchants) -> None:
    await Courier(database, {TOPIC: notify_handler(merchants)}).deliver_due()


async def test_notifications_tell_their_answers_and_are_sent_again(
    console: Console, shop: Shop, buyer: Someone
) -> None:
    trade = await shop.paid(buyer, 1_000)
    client, merchants = await console.entered(shop), Merchants()
    (before,) = (await listed(client, "notifications"))["notifications"]
    assert (before["state"], before["attempts"], before["answer"]) == ("waiting", 0, None)
    assert (before["kind"], before["trade_no"], before["url"]) == (
        "paid",
        trade.trade_no,
        NOTIFY_URL,
    )
    merchants.answer = NotificationAnswer(False, "http 500")
    await delivered(console.database, merchants)
    (failed,) = (await listed(client, "notifications"))["notifications"]
    assert (failed["state"], failed["attempts"], failed["answer"]) == ("waiting", 1, "http 500")
    assert failed["next_try_at"] > before["next_try_at"]

    merchants.answer = NotificationAnswer(True)
    path = f"{API}/notifications/{failed['notification_id']}/resend"
    again = await asyncio.gather(*(client.post(path) for _ in range(2)))
    assert {each.status_code for each in again} == {200}
    await delivered(console.database, merchants)
    (done,) = (await listed(client, f"trades/{trade.trade_no}"))["notifications"]
    assert (done["state"], done["attempts"], done["answer"]) == ("delivered", 2, None)
    assert done["next_try_at"] is None

    assert (await client.post(path)).json()["state"] == "waiting"
    await delivered(console.database, merchants)
    assert len(merchants.got) == 3
    assert set(merchants.got) == {done["notify_id"]}, "the same number on every resend"


async def test_each_refund_is_told_the_latest_first(
    console: Console, shop: Shop, buyer: Someone
) -> None:
    trade = await shop.paid(buyer, 1_000)
    await shop.refund(trade, 100, "A")
    await move_clock(console.database, timedelta(seconds=1))
    await shop.refund(trade, 200, "B")
    client = await console.entered(shop)
    told = (await listed(client, "notifications"))["notifications"]
    assert [each["kind"] for each in told] == ["refund", "refund", "paid"]
    assert {each["out_no"] for each in told} == {trade.out_trade_no}
    assert len({each["notify_id"] for each in told}) == 3


async def test_what_was_given_up_says_so_and_is_tried_once_more(
    console: Console, shop: Shop, buyer: Someone
) -> None:
    await shop.paid(buyer, 1_000)
    client, merchants = await console.entered(shop), Merchants()
    merchants.answer = NotificationAnswer(False, "timeout")
    for _ in range(8):
        await delivered(console.database, merchants)
        await move_clock(console.database, timedelta(hours=15))
    client = await console.entered(shop)
    (given_up,) = (await listed(client, "notifications"))["notifications"]
    assert (given_up["state"], given_up["attempts"], given_up["answer"]) == (
        "given_up",
        8,
        "timeout",
    )
    await client.post(f"{API}/notifications/{given_up['notification_id']}/resend")
    await delivered(console.database, merchants)
    (again,) = (await listed(client, "notifications"))["notifications"]
    assert (again["state"], again["attempts"]) == ("given_up", 9)


async def test_one_that_is_being_sent_isnt_sent_twice(
    console: Console, shop: Shop, buyer: Someone
) -> None:
    await shop.paid(buyer, 1_000)
    client = await console.entered(shop)
    (one,) = (await listed(client, "notifications"))["notifications"]
    path = f"{API}/notifications/{one['notification_id']}/resend"
    refused: list[httpx.Response] = []

    async def handle(message: Message) -> Outcome:
        refused.append(await client.post(path))
        return RetryAt(message.now + timedelta(minutes=4), "answer")

    await Courier(console.database, {TOPIC: handle}).deliver_due()
    assert [refusal(each) for each in refused] == [(409, "console.notification_under_way")]


async def test_another_merchants_things_are_as_if_they_werent_there(
    console: Console, shop: Shop, other_shop: Shop, buyer: Someone
) -> None:
    trade = await shop.paid(buyer, 1_000)
    await shop.refund(trade, 100)
    (mine,) = [
        each
        for each in (await listed(await console.entered(shop), "notifications"))["notifications"]
        if each["kind"] == "paid"
    ]
    client = await console.entered(other_shop)
    for path in ("trades", "refunds", "notifications"):
        assert (await listed(client, path))[path] == []
    for number in (trade.trade_no, trade.out_trade_no):
        assert (await listed(client, "trades", number=number))["trades"] == []
    found = await client.get(f"{API}/trades/{trade.trade_no}")
    assert refusal(found) == (404, "payments.trade_not_found")
    refunded = await client.post(
        f"{API}/trades/{trade.trade_no}/refunds", json={"amount_fen": 1, "out_request_no": "X"}
    )
    assert refusal(refunded) == (404, "payments.trade_not_found")
    resent = await client.post(f"{API}/notifications/{mine['notification_id']}/resend")
    assert refusal(resent) == (404, "console.notification_not_found")
    assert (await shop.seen(trade)).refunded_fen == 100


@pytest.mark.parametrize("number", ["x", "0.zz", "9999." + "0" * 32, "0." + "0" * 32])
async def test_a_notification_that_there_isnt_is_not_found(
    console: Console, shop: Shop, number: str
) -> None:
    client = await console.entered(shop)
    answer = await client.post(f"{API}/notifications/{number}/resend")
    assert refusal(answer) == (404, "console.notification_not_found")


async def test_the_operator_sees_everybodys_and_merchants_dont(
    console: Console, shop: Shop, other_shop: Shop, buyer: Someone
) -> None:
    numbers = {(await each.paid(buyer, 100)).trade_no for each in (shop, other_shop)}
    operator, merchants = await console.entered(None), Merchants()
    waiting = (await listed(operator, "deliveries"))["notifications"]
    assert {each["trade_no"] for each in waiting} == numbers
    assert (await listed(operator, "deliveries", state="done"))["notifications"] == []
    await delivered(console.database, merchants)
    first = await listed(operator, "deliveries", state="done", limit=2)
    assert {each["state"] for each in first["notifications"]} == {"delivered"}
    one = first["notifications"][0]["notification_id"]
    assert (await operator.post(f"{API}/notifications/{one}/resend")).status_code == 200
    assert len((await listed(operator, "deliveries"))["notifications"]) == 1
    answer = await (await console.entered(shop)).get(f"{API}/deliveries")
    assert refusal(answer) == (403, "console.operator_only")
    for path in ("trades", "refunds", "notifications", "bill?bill_date=2026-01-01"):
        answer = await operator.get(f"{API}/{path}")
        assert refusal(answer) == (403, "console.merchants_only")


_AT_ONE_MOMENT = (
    "UPDATE db.outbox SET due_at = date_trunc('day', due_at), done_at = date_trunc('day', done_at)"
)


async def test_deliveries_of_one_moment_are_paged_each_once(
    console: Console, shop: Shop, buyer: Someone
) -> None:
    for _ in range(5):
        await shop.paid(buyer, 100)
    operator = await console.entered(None)
    for state in ("waiting", "done"):
        if state == "done":
            await delivered(console.database, Merchants())
        async with console.database.transaction() as tx:
            await tx.execute(_AT_ONE_MOMENT)
        whole = (await listed(operator, "deliveries", state=state))["notifications"]
        assert len(whole) == 5
        paged, cursor = [], {}
        while len(paged) <= len(whole):
            page = await listed(operator, "deliveries", state=state, limit=1, **cursor)
            paged += page["notifications"]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert paged == whole


@pytest.mark.parametrize("cursor", ["x", "1", "1.", "1." + "9" * 39, "9" * 18 + ".0"])
async def test_a_place_among_deliveries_that_there_isnt_is_refused(
    console: Console, cursor: str
) -> None:
    operator = await console.entered(None)
    answer = await operator.get(f"{API}/deliveries", params={"cursor": cursor})
    assert refusal(answer) == (422, "console.cursor_invalid")


async def test_messages_of_other_kinds_are_nobodys_to_send(
    console: Console, shop: Shop, database: Database, sealer: Sealer
) -> None:
    async with database.transaction() as tx:
        sms = await enqueue(tx, shard=0, topic="people.sms", payload={"url": "x", "params": {}})
    operator = await console.entered(None)
    answer = await operator.post(f"{API}/notifications/0.{sms.hex}/resend")
    assert refusal(answer) == (404, "console.notification_not_found")


PAGES = ("apps", "trades", "refunds", "notifications", "deliveries", "bill?bill_date=2026-01-01")


@pytest.mark.parametrize("page", PAGES)
async def test_nobody_signed_in_sees_nothing(console: Console, page: str) -> None:
    client = console.browser()
    client.cookies.set("fw_session", "0." + "x" * 43)
    assert refusal(await client.get(f"{API}/{page}")) == (401, "console.signed_out")


async def test_a_bills_address_is_of_the_merchants_own_file(
    console: Console, shop: Shop, buyer: Someone
) -> None:
    await shop.paid(buyer, 1_000)
    async with console.database.reading() as tx:
        today = tx.now
    day = shanghai_day(today)
    client = await console.entered(shop)
    early = await client.get(f"{API}/bill", params={"bill_date": str(day)})
    assert refusal(early) == (404, "console.bill_not_there")
    await move_clock(console.database, timedelta(days=1))
    client = await console.entered(shop)
    told = await listed(client, "bill", bill_date=day, bill_type="trade")
    name = f"{shop.app.seller_id}0156_{day:%Y%m%d}.csv.zip"
    assert re.match(rf"https://pay\.test/gateway/bills/{name}\?", told["download_url"])
    for bad in (day - timedelta(days=30), "2026-13-01", "2026-02-30"):
        answer = await client.get(f"{API}/bill", params={"bill_date": str(bad)})
        assert refusal(answer) == (404, "console.bill_not_there")
