"""A merchant's bills as files, in the columns and the form of the Open Platform's. Pure.

A ZIP of two CSV files, the lines and their sums. Content and file names are GBK, without the ZIP's
mark for UTF-8, as merchants' programs expect. Cells with numbers of things end with a tab, so that
spreadsheets take them for text.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from farewave.kit.clock import SHANGHAI, shanghai_text
from farewave.kit.money import yuan_text
from farewave.payments.statement import Movement, MovementKind, Statement

_TRADE_HEAD = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,"
    "券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_ACCOUNT_HEAD = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,"
    "交易渠道,业务类型,备注"
)
_SUMS_HEAD = "业务类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）"
_ZERO = yuan_text(0)
_UTF8_NAME = 0x800
_FIRST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class BillType(StrEnum):
    """What a file tells: trades, or everything that moved the balance."""

    TRADE = "trade"
    ACCOUNT = "signcustomer"


@dataclass(frozen=True, slots=True)
class Bill:
    """What a file is made of. `others` names whoever was on the other side of a movement."""

    type: BillType
    seller_id: str
    statement: Statement
    others: Callable[[Movement], str]
    made_at: datetime

    @property
    def account(self) -> str:
        """The account's number: the merchant's, and the first account of it."""
        return f"{self.seller_id}0156"


def movements_of(bill_type: BillType, statement: Statement) -> list[Movement]:
    """Those that the bill tells."""
    if bill_type is BillType.ACCOUNT:
        return list(statement.movements)
    kinds = (MovementKind.PAYMENT, MovementKind.REFUND)
    return [each for each in statement.movements if each.kind in kinds]


def bill_file(bill: Bill, stem: str) -> bytes:
    """The ZIP; `stem` begins the names of what is in it."""
    if bill.type is BillType.TRADE:
        files = {"业务明细": _trade_lines(bill), "业务明细(汇总)": _trade_sums(bill)}
    else:
        files = {"账务明细": _account_lines(bill), "账务明细(汇总)": _account_sums(bill)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in files.items():
            info = _GbkName(f"{stem}_{name}.csv", _FIRST_ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            text = "".join(f"{line}\r\n" for line in lines)
            archive.writestr(info, text.encode("gbk", errors="replace"))
    return packed.getvalue()


class _GbkName(zipfile.ZipInfo):
    """A member whose name is written in GBK, without saying so: the readers know."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile asks for it by name
        return self.filename.encode("gbk"), self.flag_bits & ~_UTF8_NAME


def _head(bill: Bill, title: str, section: str, columns: str) -> list[str]:
    return [
        f"#支付宝{title}查询",
        f"#账号：[{bill.account}]",
        f"#起始日期：[{_day(bill.statement.begin)}]   终止日期：[{_day(bill.statement.end)}]",
        f"#{section:-^40}",
        columns,
    ]


def _day(instant: datetime) -> str:
    return instant.astimezone(SHANGHAI).strftime("%Y年%m月%d日 %H:%M:%S")


def _id(text: str) -> str:
    return f"{_plain(text)}\t"


def _plain(text: str) -> str:
    """A cell can't hold what ends it; what begins a formula is no formula behind a blank."""
    told = " ".join(text.replace(",", "，").replace('"', "”").split())
    return f" {told}" if told[:1] in ("=", "+", "-", "@") else told


def _row(cells: Iterable[str]) -> str:
    return ",".join(cells)


def _trade_lines(bill: Bill) -> list[str]:
    movements = movements_of(bill.type, bill.statement)
    lines = [_trade_line(bill, each) for each in movements]
    return [
        *_head(bill, "业务明细", "业务明细列表", _TRADE_HEAD),
        *lines,
        f"#{'业务明细列表结束':-^40}",
        *_trade_totals(movements),
        f"#导出时间：[{_day(bill.made_at)}]",
    ]


def _trade_totals(movements: Sequence[Movement]) -> list[str]:
    told = []
    for kind, name in ((MovementKind.PAYMENT, "交易"), (MovementKind.REFUND, "退款")):
        those = [each for each in movements if each.kind is kind]
        sum_text = yuan_text(sum(each.amount_fen for each in those))
        told.append(f"#{name}合计：{len(those)}笔，商家实收共{sum_text}元，商家优惠共0.00元")
    return told


def _trade_line(bill: Bill, each: Movement) -> str:
    trade = each.trade
    assert trade is not None, "payments and refunds are a trade's"
    refund = each.refund
    amount = yuan_text(each.amount_fen)
    return _row(
        (
            _id(trade.trade_no),
            _id(trade.out_trade_no),
            "退款" if refund is not None else "交易",
            _plain(trade.subject),
            shanghai_text(trade.created_at),
            shanghai_text(each.at),
            *_place_cells(each),
            _plain(bill.others(each)),
            amount,
            amount,
            *(_ZERO,) * 5,
            "",
            *(_ZERO,) * 2,
            _id(refund.out_request_no) if refund is not None else "",
            *(_ZERO,) * 2,
            _plain(each.memo),
        )
    )


def _place_cells(each: Movement) -> tuple[str, str, str, str]:
    """Store, its name (which nobody tells us), operator, till."""
    store_id, terminal_id, operator_id = (_plain(part or "") for part in each.place)
    return store_id, "", operator_id, terminal_id


def _trade_sums(bill: Bill) -> list[str]:
    movements = movements_of(bill.type, bill.statement)
    counts = [
        sum(each.kind is kind for each in movements)
        for kind in (MovementKind.PAYMENT, MovementKind.REFUND)
    ]
    paid = yuan_text(sum(each.amount_fen for each in movements if each.amount_fen > 0))
    net = yuan_text(sum(each.amount_fen for each in movements))
    columns = (
        "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,"
        "商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）"
    )
    return [
        *_head(bill, "业务汇总", "业务汇总列表", columns),
        _row(("合计", "", str(counts[0]), str(counts[1]), paid, net, *(_ZERO,) * 5, net)),
        f"#{'业务汇总列表结束':-^40}",
        f"#导出时间：[{_day(bill.made_at)}]",
    ]


def _account_lines(bill: Bill) -> list[str]:
    movements = movements_of(bill.type, bill.statement)
    came, went = _in_and_out(movements)
    return [
        *_head(bill, "账务明细", "账务明细列表", _ACCOUNT_HEAD),
        *(_account_line(bill, each) for each in movements),
        f"#{'账务明细列表结束':-^40}",
        f"#支出合计：{went[0]}笔，共{went[1]}元",
        f"#收入合计：{came[0]}笔，共{came[1]}元",
        f"#导出时间：[{_day(bill.made_at)}]",
    ]


def _account_line(bill: Bill, each: Movement) -> str:
    amount = yuan_text(each.amount_fen)
    return _row(
        (
            _id(log_id(each)),
            _id(each.order_no),
            _id(each.out_no),
            _plain(each.title),
            shanghai_text(each.at),
            _plain(bill.others(each)),
            amount if each.amount_fen > 0 else "",
            amount if each.amount_fen < 0 else "",
            yuan_text(each.balance_fen),
            "支付宝",
            each.kind.value,
            _plain(each.memo),
        )
    )


def log_id(each: Movement) -> str:
    """The number of a movement in the books: its day, shard and position."""
    day = each.at.astimezone(SHANGHAI).strftime("%Y%m%d")
    return f"{day}{each.shard:03d}{each.position:017d}"


def _in_and_out(movements: Sequence[Movement]) -> list[tuple[int, str]]:
    told = []
    for sign in (1, -1):
        those = [each.amount_fen for each in movements if each.amount_fen * sign > 0]
        told.append((len(those), yuan_text(sum(those))))
    return told


def _account_sums(bill: Bill) -> list[str]:
    movements = movements_of(bill.type, bill.statement)
    lines = []
    for kind in MovementKind:
        those = [each for each in movements if each.kind is kind]
        if those:
            came, went = _in_and_out(those)
            lines.append(_row((kind.value, str(came[0]), came[1], str(went[0]), went[1])))
    return [
        *_head(
            bill,
            "账务汇总",
            "账务汇总列表",
            _SUMS_HEAD,
        ),
        *lines,
        f"#{'账务汇总列表结束':-^40}",
        f"#导出时间：[{_day(bill.made_at)}]",
    ]
