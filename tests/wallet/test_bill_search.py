"""Bills looked for by text, month, kind and direction; what a month's come to."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from farewave.db.edge import install_error_handlers
from farewave.kit.clock import from_shanghai, shanghai_day
from farewave.wallet import endpoints, rules, service
from farewave.wallet.model import (
    BillKey,
    BillKind,
    BillStatus,
    Direction,
    NewBill,
    Period,
    Wording,
)
from tests.support.database import move_clock
from tests.support.people import client_of, install_people, signed_up_person

API = "/api/v1/wallet"
RAIL = Wording("中国铁路", "China Railway")
CAFE = Wording("远帆咖啡", "Farewave Café")
BANK = Wording("远帆银行", "Farewave Demo Bank")
BALANCE = Wording("余额", "Balance")


def bill(
    person, kind: BillKind, number: int, *, fen: int, title: str, of: Wording = RAIL, **more: object
) -> NewBill:
    comes_in = kind in (BillKind.TOP_UP, BillKind.REFUND)
    fields = {
        "direction": Direction.IN if comes_in else Direction.OUT,
        "status": BillStatus.SUCCEEDED,
        "order_no": f"E{number:08}" if of is RAIL else "",
        **more,
    }
    return NewBill(
        key=BillKey(person.shard, person.person_id, kind, "trade", f"2013{number:024}"),
        amount_fen=fen,
        title=Wording(title, f"{title} (en)"),
        counterparty=of,
        fund_label=BALANCE,
        **fields,  # type: ignore[arg-type]
    )


@pytest.fixture
async def someone(database, sealer):
    return await signed_up_person(database, sealer, real_name=False, pay_password=None)


@pytest.fixture
async def client(database, sealer, someone):
    app = FastAPI()
    install_error_handlers(app, reraise_bugs=True)
    install_people(app, database, sealer)
    app.include_router(endpoints.router)
    async with client_of(app, someone) as opened:
        yield opened


@pytest.fixture
async def filled(database, someone):
    """Six bills, the oldest first, an hour apart; one of them failed."""
    person = someone.person
    for each in (
        bill(person, BillKind.TOP_UP, 1, fen=1_000_00, title="余额充值", of=BANK),
        bill(person, BillKind.PAYMENT, 2, fen=553_00, title="车票 G1"),
        bill(person, BillKind.PAYMENT, 3, fen=18_50, title="拿铁 Latte", of=CAFE),
        bill(person, BillKind.REFUND, 2, fen=53_00, title="退款 - 车票 G1"),
        bill(person, BillKind.TRANSFER, 5, fen=20_00, title="转账", of=CAFE, order_no=""),
        bill(person, BillKind.PAYMENT, 6, fen=9_99, title="100%_", of=CAFE),
    ):
        await database.run(lambda tx, each=each: service.write_bill(tx, each))
        await move_clock(database, timedelta(hours=1))
    failed = bill(
        person, BillKind.TOP_UP, 7, fen=5_00, title="余额充值", of=BANK, status=BillStatus.FAILED
    )
    await database.run(lambda tx: service.write_bill(tx, failed))


async def found(client: httpx.AsyncClient, **query: str) -> list[int]:
    answer = await client.get(f"{API}/bills", params=query)
    assert answer.status_code == 200, answer.text
    return [each["amount_fen"] for each in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ({"text": "车票"}, [53_00, 553_00]),
        ({"text": " 车票 "}, [53_00, 553_00]),
        ({"text": "china railway"}, [53_00, 553_00]),
        ({"text": "LATTE"}, [18_50]),
        ({"text": "e00000002"}, [53_00, 553_00]),
        ({"text": f"2013{3:024}"}, [18_50]),
        ({"text": "%"}, [9_99]),
        ({"text": "_"}, [9_99]),
        ({"text": "没有"}, []),
        ({"text": "  "}, [5_00, 9_99, 20_00, 53_00, 18_50, 553_00, 1_000_00]),
        ({"kind": "payment"}, [9_99, 18_50, 553_00]),
        ({"kind": "refund"}, [53_00]),
        ({"direction": "in"}, [5_00, 53_00, 1_000_00]),
        ({"direction": "out", "text": "咖啡"}, [9_99, 20_00, 18_50]),
        ({"direction": "out", "text": "咖啡", "kind": "transfer"}, [20_00]),
        ({"month": "2031-01"}, []),
    ],
)
async def test_bills_are_found_by_what_people_know_of_them(client, filled, query, amounts):
    assert await found(client, **query) == amounts


async def test_a_search_comes_in_pages_like_everything_else(client, filled):
    first = (await client.get(f"{API}/bills?direction=out&limit=2")).json()
    rest = await client.get(f"{API}/bills?direction=out&limit=2&cursor={first['next_cursor']}")
    listed = [each["amount_fen"] for each in first["items"] + rest.json()["items"]]
    assert listed == [9_99, 20_00, 18_50, 553_00]
    assert rest.json()["next_cursor"] is None


async def test_totals_are_of_what_happened_and_of_what_was_asked_for(client, filled):
    async def totals(**query: str) -> tuple[int, int]:
        answer = (await client.get(f"{API}/bill-totals", params=query)).json()
        return answer["in_fen"], answer["out_fen"]

    assert await totals() == (1_053_00, 601_49)
    assert await totals(kind="refund") == (53_00, 0)
    assert await totals(text="咖啡") == (0, 48_49)
    assert await totals(month="2031-01") == (0, 0)


async def test_a_month_is_chinas(database, someone):
    """Two bills, half a minute before and after midnight of the first of a month in China."""
    person = someone.person
    async with database.reading() as tx:
        now = tx.now
    today = shanghai_day(now)
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    await move_clock(database, from_shanghai(first) - timedelta(seconds=30) - now)
    for number, title in ((1, "before"), (2, "after")):
        each = bill(person, BillKind.PAYMENT, number, fen=number * 1_00, title=title)
        await database.run(lambda tx, each=each: service.write_bill(tx, each))
        await move_clock(database, timedelta(minutes=1))
    for month, fen in ((f"{today:%Y-%m}", 1_00), (f"{first:%Y-%m}", 2_00)):
        wanted = service.bill_filter(text=None, month=month, kind=None, direction=None)
        async with database.reading() as tx:
            listed, _ = await service.bills(tx, person, before=None, limit=9, wanted=wanted)
            totals = await service.bill_totals(tx, person, wanted)
        assert [each.amount_fen for each in listed] == [fen]
        assert (totals.in_fen, totals.out_fen) == (0, fen)


async def test_nobody_finds_anothers_bills(client, database, sealer, filled):
    other = await signed_up_person(database, sealer, real_name=False, pay_password=None)
    theirs = bill(other.person, BillKind.PAYMENT, 9, fen=77_00, title="车票 D9")
    await database.run(lambda tx: service.write_bill(tx, theirs))
    assert 77_00 not in await found(client, text="车票")
    answer = await client.get(f"{API}/bill-totals", params={"text": "D9"})
    assert answer.json() == {"in_fen": 0, "out_fen": 0}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("month=2026-13", "wallet.month_invalid"),
        ("month=1999-12", "wallet.month_invalid"),
        ("month=202611", "wallet.month_invalid"),
        ("month=", "wallet.month_invalid"),
        ("kind=gift", "request.invalid"),
        ("direction=both", "request.invalid"),
        ("text=%00", "request.invalid"),
        ("text=" + "x" * 41, "request.invalid"),
    ],
)
@pytest.mark.parametrize("path", ["bills", "bill-totals"])
async def test_what_is_no_search_is_refused_by_name(client, path, query, code):
    answer = await client.get(f"{API}/{path}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("text", ["100%", "’", "\U0001f686", "\\", "a\nb", "x" * 40])
async def test_any_text_may_be_looked_for(client, filled, text):
    await found(client, text=text)


def test_a_year_ends_with_december():
    assert rules.month("2026-12") == Period(
        datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)
    )
