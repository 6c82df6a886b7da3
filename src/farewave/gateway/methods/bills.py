"""alipay.data.*: files of what moved, the same by pages, and what is there."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from farewave.db import Database, Tx
from farewave.gateway.billing import BillType, log_id, movements_of
from farewave.gateway.downloads import Period, download_url, names_of, other_name
from farewave.gateway.methods.family import (
    AnyMethod,
    Caller,
    Content,
    Done,
    Method,
    SteppedMethod,
)
from farewave.gateway.methods.fields import ID_CHARS_MAX, Fields, invalid
from farewave.gateway.problems import Problem
from farewave.kit.clock import shanghai_day, shanghai_text
from farewave.kit.money import yuan_text
from farewave.payments import merchant_money, statements
from farewave.payments import service as payments
from farewave.payments.statement import Movement

_DATE = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])(?:-([0-9]{2}))?")
_TYPES = {each.value: each for each in BillType}
_SPAN_MAX = timedelta(days=31)
_PAGE_SIZE_MAX = 2000
_ARGUMENTS = Problem("40004", "INVAILID_ARGUMENTS", "入参不合法")
_TYPE = Problem("40004", "TYPE_NOT_SUPPORTED", "账单类型不支持")
_NOT_YET = Problem("40004", "BILL_NOT_EXIST", "账单不存在")
_NO_DATA = Problem("40004", "NO_BILL_DATA", "没有账单数据")
_BEFORE = Problem("40004", "BILL_DATE_BEFORE_REGISTRATION", "账单日期早于注册日期")


@dataclass(frozen=True, slots=True)
class WhichBill:
    """A kind of bill of a day or a month."""

    type: BillType
    period: Period


def read_bill(content: Content) -> WhichBill | Problem:
    """`bill_date` is `yyyy-MM-dd` or `yyyy-MM`. The misspelt code is the platform's own."""
    fields = Fields(content, "")
    bill_type = fields.text("bill_type", ID_CHARS_MAX)
    match = _DATE.fullmatch(fields.text("bill_date", ID_CHARS_MAX))
    if fields.problem is not None or match is None:
        return _ARGUMENTS
    day = int(match[3]) if match[3] else None
    try:
        date(int(match[1]), int(match[2]), day or 1)
    except ValueError:
        return _ARGUMENTS
    kind = _TYPES.get(bill_type)
    return _TYPE if kind is None else WhichBill(kind, Period(int(match[1]), int(match[2]), day))


async def download(tx: Tx, caller: Caller, which: WhichBill) -> Done | Problem:
    """An address that is good for half a minute; the file is made when it is fetched."""
    period = which.period
    if period.following > shanghai_day(tx.now):
        return _NOT_YET
    merchant = await payments.merchant(tx, caller.app.merchant_id)
    assert merchant is not None, "an application belongs to a merchant"
    if period.end <= await statements.registered_at(tx, merchant.merchant_id):
        return _BEFORE
    found = await statements.statement(tx, merchant.merchant_id, period.begin, period.end)
    if not movements_of(which.type, found):
        return _NO_DATA
    platform = caller.platform
    url = download_url(platform.base_url, merchant, which.type, period, platform.key, tx.now)
    return {"bill_download_url": url}


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is asked for but one's own."""


def read_nothing(_: Content) -> Nothing:
    """Whatever stands there."""
    return Nothing()


async def balance(database: Database, caller: Caller, _: Nothing) -> Done:
    """What the merchant has now, all of it read on one snapshot."""
    async with database.reading() as tx:
        has = await merchant_money.money_of(tx, caller.app.merchant_id)
    return {
        "total_amount": yuan_text(has.total_fen),
        "available_amount": yuan_text(has.available_fen),
        "freeze_amount": yuan_text(has.frozen_fen),
        "settle_amount": yuan_text(0),
    }


@dataclass(frozen=True, slots=True)
class AccountLog:
    """A page of what moved in a time."""

    begin: datetime
    end: datetime
    page_no: int
    page_size: int


def read_account_log(content: Content) -> AccountLog | Problem:
    """Up to 31 days, up to 2,000 lines a page."""
    fields = Fields(content, "")
    begin, end = fields.instant("start_time"), fields.instant("end_time")
    page_no = fields.whole("page_no", 1_000_000) if fields.has("page_no") else 1
    page_size = fields.whole("page_size", _PAGE_SIZE_MAX) if fields.has("page_size") else 2000
    if fields.problem is not None:
        return fields.problem
    if begin is None or end is None:
        return invalid("start_time, end_time", "")
    if not timedelta() < end - begin <= _SPAN_MAX:
        return invalid("end_time", "")
    return AccountLog(begin, end, page_no, page_size)


async def account_log(tx: Tx, caller: Caller, asked: AccountLog) -> Done:
    """What moved the balance, oldest first."""
    found = await statements.statement(tx, caller.app.merchant_id, asked.begin, asked.end)
    start = (asked.page_no - 1) * asked.page_size
    page = found.movements[start : start + asked.page_size]
    names = await names_of(tx, found)
    return {
        "page_no": str(asked.page_no),
        "page_size": str(asked.page_size),
        "total_size": str(len(found.movements)),
        "detail_list": [_line(each, other_name(names, each)) for each in page],
    }


def _line(each: Movement, other: str) -> dict[str, str]:
    told = {
        "account_log_id": log_id(each),
        "trans_dt": shanghai_text(each.at),
        "direction": "收入" if each.amount_fen > 0 else "支出",
        "trans_amount": yuan_text(abs(each.amount_fen)),
        "balance": yuan_text(each.balance_fen),
        "type": each.kind.value,
        "other_account": other,
        "merchant_order_no": each.out_no,
        "alipay_order_no": each.order_no,
        "trans_memo": each.memo,
    }
    return {name: value for name, value in told.items() if value}


METHODS: tuple[AnyMethod, ...] = (
    Method("alipay.data.dataservice.bill.downloadurl.query", read_bill, download),
    SteppedMethod("alipay.data.bill.balance.query", read_nothing, balance),
    Method("alipay.data.bill.accountlog.query", read_account_log, account_log),
)
