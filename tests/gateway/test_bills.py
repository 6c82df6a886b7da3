"""Bills: a file behind a short-lived address, in the platform's columns; the same by pages."""

import csv
import io
import zipfile
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from farewave.kit.clock import from_shanghai, shanghai_day
from farewave.kit.sealing import Sealer
from farewave.payments import jobs, merchant_money, statements
from tests.gateway.shop import Node, Shop
from tests.gateway.test_trades import REFUND, sub_code
from tests.support.database import move_clock
from tests.support.people import signed_up_person

URL = "alipay.data.dataservice.bill.downloadurl.query"
BALANCE = "alipay.data.bill.balance.query"
LOG = "alipay.data.bill.accountlog.query"
TRADE_COLUMNS = 25
ACCOUNT_COLUMNS = 12


async def a_day_of_business(shop: Shop, sealer: Sealer) -> str:
    """Two sales, a part of one given back, money sent to somebody, then midnight; the day."""
    async with shop.database.reading() as tx:
        day = shanghai_day(tx.now)
        await_noon = from_shanghai(day + timedelta(days=1), 12 * 60) - tx.now
    await move_clock(shop.database, await_noon)  # so that no midnight falls between
    for number, amount in (("S1", "30"), ("S2", "9.50")):
        made = await shop.create(number, total_amount=amount, subject='茶, "绿"\t=1')
        await shop.pay(made["trade_no"])
    await shop.call(
        REFUND, out_trade_no="S1", refund_amount="4", out_request_no="R1", refund_reason="破损"
    )
    payee = await signed_up_person(shop.database, sealer)
    sent = await shop.call(
        "alipay.fund.trans.uni.transfer",
        out_biz_no="P1",
        trans_amount="5.25",
        order_title="报销",
        payee_info={"identity_type": "ALIPAY_USER_ID", "identity": payee.person.user_no},
    )
    assert sent["code"] == "10000"
    await jobs.sweep_home(shop.database)
    await move_clock(shop.database, timedelta(days=1))
    return (day + timedelta(days=1)).isoformat()


async def url_of(shop: Shop, day: str, bill_type: str = "trade") -> str:
    node = await shop.call(URL, bill_type=bill_type, bill_date=day)
    assert node["code"] == "10000", node
    return str(node["bill_download_url"])


async def fetched(door: httpx.AsyncClient, url: str) -> dict[str, list[list[str]]]:
    """The files of a bill by name, as rows; names and content are GBK without a mark."""
    answer = await door.get(url)
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content), metadata_encoding="gbk")
    assert {info.flag_bits & 0x800 for info in archive.infolist()} == {0}
    return {
        name: list(csv.reader(io.StringIO(archive.read(name).decode("gbk"), newline="")))
        for name in archive.namelist()
    }


def lines_of(rows: list[list[str]]) -> list[list[str]]:
    assert all(row[0].startswith("#") for row in rows[:4])
    return [row for row in rows[5:] if not row[0].startswith("#")]


async def test_the_trades_of_a_day_are_told_in_twenty_five_columns(
    shop: Shop, sealer: Sealer, door: httpx.AsyncClient
) -> None:
    day = await a_day_of_business(shop, sealer)
    url = await url_of(shop, day)
    stem = f"{shop.app.seller_id}0156_{day.replace('-', '')}"
    assert urlsplit(url).path == f"/gateway/bills/{stem}.csv.zip"
    files = await fetched(door, url)
    assert sorted(files) == sorted([f"{stem}_业务明细.csv", f"{stem}_业务明细(汇总).csv"])
    rows = files[f"{stem}_业务明细.csv"]
    assert rows[0][0] == "#支付宝业务明细查询"
    assert rows[1][0] == f"#账号：[{shop.app.seller_id}0156]"
    assert len(rows[4]) == TRADE_COLUMNS
    lines = lines_of(rows)
    assert {len(line) for line in lines} == {TRADE_COLUMNS}
    told = [(line[1], line[2], line[11], line[21], line[24]) for line in lines]
    assert told == [
        ("S1\t", "交易", "30.00", "", ""),
        ("S2\t", "交易", "9.50", "", ""),
        ("S1\t", "退款", "-4.00", "R1\t", "破损"),
    ]
    assert {line[3] for line in lines} == {"茶， ”绿” =1"}
    assert all(line[0].endswith("\t") for line in lines)
    assert shop.buyer.phone.masked in lines[0][10]
    ends = [row[0] for row in rows if row[0].startswith("#")][-4:]
    assert ends[1].startswith("#交易合计：2笔，商家实收共39.50元")
    assert ends[2].startswith("#退款合计：1笔，商家实收共-4.00元")


async def test_everything_that_moved_the_balance_is_told_with_the_balance_after(
    shop: Shop, sealer: Sealer, door: httpx.AsyncClient
) -> None:
    day = await a_day_of_business(shop, sealer)
    files = await fetched(door, await url_of(shop, day, "signcustomer"))
    (name,) = [each for each in files if each.endswith("_账务明细.csv")]
    lines = lines_of(files[name])
    assert {len(line) for line in lines} == {ACCOUNT_COLUMNS}
    told = [(line[6], line[7], line[8], line[10]) for line in lines]
    assert told == [
        ("30.00", "", "30.00", "在线支付"),
        ("9.50", "", "39.50", "在线支付"),
        ("", "-4.00", "35.50", "交易退款"),
        ("", "-5.25", "30.25", "转账"),
    ]
    has = await shop.call(BALANCE)
    assert (has["total_amount"], has["available_amount"]) == ("30.25", "30.25")


async def test_an_address_is_good_for_half_a_minute_and_for_nothing_else(
    shop: Shop, sealer: Sealer, door: httpx.AsyncClient
) -> None:
    day = await a_day_of_business(shop, sealer)
    url = await url_of(shop, day)
    other = url.replace("bill_type=trade", "bill_type=signcustomer")
    later = url.replace("until=1", "until=9")
    stranger = url.replace(shop.app.seller_id, "2088999000000000")
    for wrong in (other, later, stranger, url.replace("sign=", "sign=A"), url[:-9]):
        assert (await door.get(wrong)).status_code == 403
    assert (await door.get("/gateway/bills/x.csv.zip")).status_code == 404
    await move_clock(shop.database, timedelta(seconds=29))
    assert (await door.get(url)).status_code == 200
    await move_clock(shop.database, timedelta(seconds=2))
    assert (await door.get(url)).status_code == 403


async def test_each_refusal_is_the_platforms_own(shop: Shop, sealer: Sealer) -> None:
    async with shop.database.reading() as tx:
        today = shanghai_day(tx.now)
    await move_clock(shop.database, timedelta(days=2))
    quiet = (today + timedelta(days=1)).isoformat()
    now = (today + timedelta(days=2)).isoformat()
    for bill_type, bill_date, code in (
        ("trade", quiet, "NO_BILL_DATA"),
        ("trade", now, "BILL_NOT_EXIST"),
        ("trade", "2999-01", "BILL_NOT_EXIST"),
        ("trade", "2012-11", "BILL_DATE_BEFORE_REGISTRATION"),
        ("trade", "2026-13-01", "INVAILID_ARGUMENTS"),
        ("trade", "yesterday", "INVAILID_ARGUMENTS"),
        ("lottery", quiet, "TYPE_NOT_SUPPORTED"),
    ):
        node = await shop.call(URL, bill_type=bill_type, bill_date=bill_date)
        assert sub_code(node) == code, (bill_type, bill_date)


async def test_the_account_log_tells_the_same_page_by_page(shop: Shop, sealer: Sealer) -> None:
    day = await a_day_of_business(shop, sealer)
    asked = {"start_time": f"{day} 00:00:00", "end_time": f"{day} 23:59:59", "page_size": "3"}
    pages: list[Node] = [await shop.call(LOG, **asked, page_no=number) for number in (1, 2, 3)]
    assert {page["total_size"] for page in pages} == {"4"}
    lines = [line for page in pages for line in page["detail_list"]]
    assert [line["trans_amount"] for line in lines] == ["30.00", "9.50", "4.00", "5.25"]
    assert [line["direction"] for line in lines] == ["收入", "收入", "支出", "支出"]
    assert [line["balance"] for line in lines] == ["30.00", "39.50", "35.50", "30.25"]
    assert lines[3]["merchant_order_no"] == "P1"
    for wrong in (
        {"start_time": f"{day} 00:00:00"},
        {"start_time": f"{day} 01:00:00", "end_time": f"{day} 00:00:00"},
        {"start_time": "2026-01-01 00:00:00", "end_time": "2026-03-01 00:00:00"},
    ):
        assert sub_code(await shop.call(LOG, **wrong)) == "INVALID_PARAMETER"


async def test_what_is_between_two_shards_counts_where_a_statement_begins(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep that left before the beginning and arrived after it is no income."""

    async def dies(*_: object) -> None:
        """The process ends while the money is on its way."""

    made = await shop.create("S1", total_amount="30")
    await shop.pay(made["trade_no"])
    with monkeypatch.context() as patched:
        patched.setattr("farewave.payments.sweeping.carry_on", dies)
        await jobs.sweep_home(shop.database)
    await move_clock(shop.database, timedelta(minutes=1))
    async with shop.database.reading() as tx:
        begin = tx.now
        assert (await merchant_money.money_of(tx, shop.app.merchant_id)).total_fen == 30_00
    await move_clock(shop.database, timedelta(minutes=1))
    await jobs.carry_on_sweeps(shop.database)
    async with shop.database.reading() as tx:
        found = await statements.statement(tx, shop.app.merchant_id, begin, tx.now)
    assert (found.opening_fen, found.movements) == (30_00, ())
