"""alipay.trade.order.settle and its query; alipay.trade.royalty.relation.*."""

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
from farewave.gateway.methods.refusals import (
    RECEIVER_LIST_EMPTY,
    RECEIVER_LIST_OVERLOAD,
    RECEIVER_TYPE_INVALID,
    ROYALTY_PROBLEM_OF,
    TRADE_NOT_EXIST,
    problem_of,
)
from farewave.gateway.problems import Problem
from farewave.kit.clock import shanghai_text
from farewave.kit.money import yuan_text
from farewave.kit.outcome import Refused
from farewave.payments import royalties
from farewave.payments import service as payments
from farewave.payments.settlement import (
    PARTS_MAX,
    PERCENT_MAX,
    RECEIVERS_AT_ONCE,
    Part,
    ReceiverType,
    Relation,
    Share,
)

MEMO_CHARS_MAX = 200
_TYPES = {each.value: each for each in ReceiverType}
_PAGE_MAX = 100


@dataclass(frozen=True, slots=True)
class SettleOrder:
    """How a trade is to be split; after `finishes`, no more of it is."""

    out_request_no: str
    trade_no: str
    shares: tuple[Share, ...]
    senders: frozenset[str]
    finishes: bool


def read_settle(content: Content) -> SettleOrder | Problem:
    """Each receiver by its number, with `amount` or with `amount_percentage`."""
    fields = Fields(content)
    out_request_no = fields.text("out_request_no", ID_CHARS_MAX)
    trade_no = fields.text("trade_no", ID_CHARS_MAX)
    extend = fields.inner("extend_params")
    finish = extend.optional_text("royalty_finish", ID_CHARS_MAX)
    shares: list[Share] = []
    senders: set[str] = set()
    for each in fields.each("royalty_parameters", PARTS_MAX):
        sender = each.optional_text("trans_out", ID_CHARS_MAX)
        share = _share(each)
        if isinstance(share, Problem):
            return fields.problem or extend.problem or share
        shares.append(share)
        senders.add(sender or "")
    problem = fields.problem or extend.problem
    if problem is None and finish not in (None, "true", "false"):
        return invalid("royalty_finish")
    return problem or SettleOrder(
        out_request_no,
        trade_no,
        tuple(shares),
        frozenset(senders - {""}),
        finish == "true",
    )


def _share(fields: Fields) -> Share | Problem:
    by_percent = fields.has("amount_percentage") and not fields.has("amount")
    share = Share(
        receiver_no=fields.text("trans_in", ID_CHARS_MAX),
        amount_fen=None if by_percent else fields.amount_fen("amount"),
        percent=fields.whole("amount_percentage", PERCENT_MAX) if by_percent else None,
        memo=fields.optional_text("desc", MEMO_CHARS_MAX) or "",
    )
    for name in ("trans_in_type", "trans_out_type"):
        if fields.optional_text(name, ID_CHARS_MAX) not in (None, "userId"):
            return fields.problem or invalid(name)
    if fields.optional_text("royalty_type", ID_CHARS_MAX) not in (None, "transfer"):
        return fields.problem or invalid("royalty_type")
    return fields.problem or share


async def settle(
    database: Database, caller: Caller, command: SettleOrder
) -> Done | Problem | Refused:
    """Everything leaves the seller at once."""
    async with database.reading() as tx:
        trade = await payments.find_trade(
            tx, caller.app.merchant_id, trade_no=command.trade_no, out_trade_no=None
        )
    if trade is None:
        return TRADE_NOT_EXIST
    if command.senders - {trade.seller_id}:
        return invalid("trans_out")
    done = await royalties.settle(
        database,
        caller.platform.sealer,
        trade,
        command.out_request_no,
        command.shares,
        finishes=command.finishes,
    )
    if isinstance(done, Refused):
        return ROYALTY_PROBLEM_OF.get(done.reason) or problem_of(done)
    return {"trade_no": trade.trade_no, "settle_no": done[0].settle_no}


@dataclass(frozen=True, slots=True)
class WhichSettlement:
    """By its own number, or by its trade's and its request's."""

    settle_no: str | None
    trade_no: str | None
    out_request_no: str | None


def read_settle_query(content: Content) -> WhichSettlement | Problem:
    """`settle_no`, or both others."""
    fields = Fields(content)
    meant = WhichSettlement(
        fields.optional_text("settle_no", ID_CHARS_MAX),
        fields.optional_text("trade_no", ID_CHARS_MAX),
        fields.optional_text("out_request_no", ID_CHARS_MAX),
    )
    both = meant.trade_no is not None and meant.out_request_no is not None
    if fields.problem is None and meant.settle_no is None and not both:
        return invalid("settle_no")
    return fields.problem or meant


async def settle_query(tx: Tx, caller: Caller, meant: WhichSettlement) -> Done | Problem:
    """What became of each part."""
    found = await royalties.settled(
        tx,
        caller.app.merchant_id,
        settle_no=meant.settle_no,
        trade_no=meant.trade_no,
        out_request_no=meant.out_request_no,
    )
    if found is None:
        return TRADE_NOT_EXIST
    settlement, parts = found
    seller = await payments.merchant(tx, caller.app.merchant_id)
    assert seller is not None, "an application belongs to a merchant"
    return {
        "out_request_no": settlement.out_request_no,
        "operation_dt": shanghai_text(settlement.settled_at),
        "royalty_detail_list": [_detail(part, seller.seller_id) for part in parts],
    }


def _detail(part: Part, seller_id: str) -> dict[str, str]:
    told = {
        "operation_type": "transfer",
        "trans_out": seller_id,
        "trans_out_type": "userId",
        "trans_in": part.receiver_no,
        "trans_in_type": "userId",
        "amount": yuan_text(part.amount_fen),
        "state": "PROCESSING" if part.arrived_at is None else "SUCCESS",
        "detail_id": f"{part.settle_no}{part.place:02d}",
    }
    if part.arrived_at is not None:
        told["execute_dt"] = shanghai_text(part.arrived_at)
    return told


@dataclass(frozen=True, slots=True)
class Receivers:
    """Whom to bind or to unbind."""

    relations: tuple[Relation, ...]


def read_receivers(content: Content) -> Receivers | Problem:
    """One to twenty; `out_request_no` is required, though nothing needs it: again is the same."""
    fields = Fields(content, "")
    fields.text("out_request_no", ID_CHARS_MAX)
    listed = content.get("receiver_list")
    if listed is None or listed == []:
        return fields.problem or RECEIVER_LIST_EMPTY
    if isinstance(listed, list) and len(listed) > RECEIVERS_AT_ONCE:
        return fields.problem or RECEIVER_LIST_OVERLOAD
    wanted = []
    for each in fields.each("receiver_list", RECEIVERS_AT_ONCE):
        kind = _TYPES.get(each.text("type", ID_CHARS_MAX))
        account = each.text("account", ID_CHARS_MAX)
        name = each.optional_text("name", ID_CHARS_MAX) or ""
        memo = each.optional_text("memo", MEMO_CHARS_MAX) or ""
        if each.problem is not None:
            return each.problem
        if kind is None:
            return RECEIVER_TYPE_INVALID
        wanted.append(Relation("", kind, account, name, memo))
    return fields.problem or Receivers(tuple(wanted))


async def bind(tx: Tx, caller: Caller, command: Receivers) -> Done | Problem | Refused:
    """Let the merchant split with these."""
    refused = await royalties.bind(
        tx, caller.platform.sealer, caller.app.merchant_id, command.relations
    )
    return refused or {"result_code": "SUCCESS"}


async def unbind(tx: Tx, caller: Caller, command: Receivers) -> Done | Problem | Refused:
    """End relations."""
    accounts = [(each.type, each.account) for each in command.relations]
    refused = await royalties.unbind(tx, caller.platform.sealer, caller.app.merchant_id, accounts)
    return refused or {"result_code": "SUCCESS"}


@dataclass(frozen=True, slots=True)
class RelationPage:
    """Which page, counted from 1."""

    number: int
    size: int


def read_page(content: Content) -> RelationPage | Problem:
    """The first twenty where nothing is said."""
    fields = Fields(content, "")
    page = RelationPage(
        fields.whole("page_num", 1_000_000) if fields.has("page_num") else 1,
        fields.whole("page_size", _PAGE_MAX) if fields.has("page_size") else RECEIVERS_AT_ONCE,
    )
    return fields.problem or page


async def batchquery(tx: Tx, caller: Caller, page: RelationPage) -> Done:
    """With whom the merchant may split."""
    found, count = await royalties.relations(
        tx, caller.app.merchant_id, offset=(page.number - 1) * page.size, limit=page.size
    )
    return {
        "result_code": "SUCCESS",
        "receiver_list": [_receiver(each) for each in found],
        "total_page_num": -(-count // page.size),
        "total_record_num": count,
        "current_page_num": page.number,
        "current_page_size": len(found),
    }


def _receiver(relation: Relation) -> dict[str, str]:
    told = {
        "type": relation.type.value,
        "account": relation.account,
        "name": relation.name,
        "memo": relation.memo,
    }
    return {name: value for name, value in told.items() if value}


METHODS: tuple[AnyMethod, ...] = (
    SteppedMethod("alipay.trade.order.settle", read_settle, settle),
    Method("alipay.trade.order.settle.query", read_settle_query, settle_query),
    Method("alipay.trade.royalty.relation.bind", read_receivers, bind),
    Method("alipay.trade.royalty.relation.unbind", read_receivers, unbind),
    Method("alipay.trade.royalty.relation.batchquery", read_page, batchquery),
)
