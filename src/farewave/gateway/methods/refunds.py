"""alipay.trade.refund and alipay.trade.fastpay.refund.query."""

from dataclasses import dataclass

from farewave.db import Database, Tx
from farewave.gateway.methods.family import (
    AnyMethod,
    Caller,
    Content,
    Done,
    Method,
    SteppedMethod,
)
from farewave.gateway.methods.fields import ID_CHARS_MAX, Fields, invalid
from farewave.gateway.methods.refusals import RETURN_PROBLEM_OF, TRADE_NOT_EXIST
from farewave.gateway.methods.royalties import MEMO_CHARS_MAX
from farewave.gateway.methods.trades import (
    OPTIONS_MAX,
    WhichTrade,
    fund_bills,
    numbers,
    which_trade,
)
from farewave.gateway.problems import Problem
from farewave.kit.clock import shanghai_text
from farewave.kit.money import yuan_text
from farewave.kit.outcome import Refused
from farewave.payments import royalty_returns, sweeping, trade_details
from farewave.payments import service as payments
from farewave.payments.royalty_return import TakeBack
from farewave.payments.settlement import PARTS_MAX

REASON_CHARS_MAX = 256
_ROYALTIES = "refund_royalty_parameters"


@dataclass(frozen=True, slots=True)
class RefundTrade:
    """Without `out_request_no` it is the trade's only refund, named by the trade's number.

    `into`: to whom shares that are taken back are to go; that can only be the seller.
    """

    trade: WhichTrade
    out_request_no: str | None
    amount_fen: int
    why: str
    take_back: tuple[TakeBack, ...]
    into: frozenset[str]
    options: frozenset[str]


def read_refund(content: Content) -> RefundTrade | Problem:
    """The amount is required; a share that is taken back names its amount, not a percentage."""
    fields = Fields(content)
    take_back: list[TakeBack] = []
    into: set[str] = set()
    for each in _royalties(fields, content):
        back = _take_back(each)
        if isinstance(back, Problem):
            return fields.problem or back
        take_back.append(back)
        into.add(each.optional_text("trans_in", ID_CHARS_MAX) or "")
    command = RefundTrade(
        trade=which_trade(fields),
        out_request_no=fields.optional_text("out_request_no", ID_CHARS_MAX),
        amount_fen=fields.amount_fen("refund_amount"),
        why=fields.optional_text("refund_reason", REASON_CHARS_MAX) or "",
        take_back=tuple(take_back),
        into=frozenset(into - {""}),
        options=fields.texts("query_options", OPTIONS_MAX, ID_CHARS_MAX),
    )
    return fields.problem or command


def _royalties(fields: Fields, content: Content) -> list[Fields]:
    if content.get(_ROYALTIES) in (None, "", []):
        return []
    return fields.each(_ROYALTIES, PARTS_MAX)


def _take_back(fields: Fields) -> TakeBack | Problem:
    back = TakeBack(
        receiver_no=fields.text("trans_out", ID_CHARS_MAX),
        amount_fen=fields.amount_fen("amount"),
        memo=fields.optional_text("desc", MEMO_CHARS_MAX) or "",
    )
    for name in ("trans_in_type", "trans_out_type"):
        if fields.optional_text(name, ID_CHARS_MAX) not in (None, "userId"):
            return fields.problem or invalid(name)
    if fields.optional_text("royalty_type", ID_CHARS_MAX) not in (None, "transfer"):
        return fields.problem or invalid("royalty_type")
    fields.optional_text("trans_in", ID_CHARS_MAX)
    return fields.problem or back


async def refund(
    database: Database, caller: Caller, command: RefundTrade
) -> Done | Problem | Refused:
    """Give money back; `fund_change` N when this very refund was made before."""
    merchant_id, meant = caller.app.merchant_id, command.trade
    async with database.reading() as tx:
        trade = await payments.find_trade(
            tx, merchant_id, trade_no=meant.trade_no, out_trade_no=meant.out_trade_no
        )
    if trade is None:
        return TRADE_NOT_EXIST
    if command.into - {trade.seller_id}:
        return invalid("trans_in")
    done = await sweeping.refund(
        database,
        trade,
        out_request_no=command.out_request_no or trade.out_trade_no,
        amount_fen=command.amount_fen,
        why=command.why,
        take_back=command.take_back,
    )
    if isinstance(done, Refused):
        return RETURN_PROBLEM_OF.get(done.reason, done)
    async with database.reading() as tx:
        logon_id = await trade_details.logon_id_of(tx, done.trade)
    told: Done = {
        **numbers(done.trade),
        "buyer_logon_id": logon_id,
        "buyer_user_id": done.trade.buyer_user_no,
        "fund_change": "Y" if done.fresh else "N",
        "refund_fee": yuan_text(done.trade.refunded_fen),
        "gmt_refund_pay": shanghai_text(done.refund.at),
        "send_back_fee": yuan_text(done.refund.amount_fen),
    }
    if "refund_detail_item_list" in command.options:
        told["refund_detail_item_list"] = fund_bills(done.trade, done.refund.amount_fen)
    return told


@dataclass(frozen=True, slots=True)
class QueryRefund:
    """One refund of a trade."""

    trade: WhichTrade
    out_request_no: str


def read_query(content: Content) -> QueryRefund | Problem:
    """The refund's number is required."""
    fields = Fields(content)
    command = QueryRefund(which_trade(fields), fields.text("out_request_no", ID_CHARS_MAX))
    return fields.problem or command


async def query(tx: Tx, caller: Caller, command: QueryRefund) -> Done | Problem:
    """The refund; an unknown one is a success that tells nothing of a refund."""
    merchant_id, meant = caller.app.merchant_id, command.trade
    trade = await payments.find_trade(
        tx, merchant_id, trade_no=meant.trade_no, out_trade_no=meant.out_trade_no
    )
    if trade is None:
        return TRADE_NOT_EXIST
    found = await payments.find_refund(
        tx,
        merchant_id,
        trade_no=trade.trade_no,
        out_trade_no=None,
        out_request_no=command.out_request_no,
    )
    if found is None:
        return {}
    of_trade, there = found
    backs = await royalty_returns.of_refund(tx, of_trade, there.out_request_no)
    told: Done = {
        **numbers(of_trade),
        "out_request_no": there.out_request_no,
        "total_amount": yuan_text(of_trade.amount_fen),
        "refund_amount": yuan_text(there.amount_fen),
        "refund_reason": there.why,
        "refund_status": "REFUND_SUCCESS",
        "gmt_refund_pay": shanghai_text(there.at),
    }
    if backs:
        told["refund_royaltys"] = [
            {
                "refund_amount": yuan_text(back.amount_fen),
                "royalty_type": "transfer",
                "result_code": "SUCCESS",
                "trans_out": back.receiver_no,
                "trans_in": of_trade.seller_id,
            }
            for back in backs
        ]
    return told


METHODS: tuple[AnyMethod, ...] = (
    SteppedMethod("alipay.trade.refund", read_refund, refund),
    Method("alipay.trade.fastpay.refund.query", read_query, query),
)
