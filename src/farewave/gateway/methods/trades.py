"""alipay.trade.create, .query, .close and .cancel."""

from dataclasses import dataclass
from datetime import datetime

from farewave.db import Database, ReadTx, Tx
from farewave.gateway.methods.family import (
    AnyMethod,
    Caller,
    Content,
    Done,
    Method,
    SteppedMethod,
)
from farewave.gateway.methods.fields import ID_CHARS_MAX, Fields, Timeout, invalid
from farewave.gateway.methods.refusals import SELLER_NOT_EXIST, TRADE_NOT_EXIST
from farewave.gateway.problems import Problem
from farewave.kit.clock import shanghai_text
from farewave.kit.money import yuan_text
from farewave.kit.outcome import Refused
from farewave.payments import cancelling, trade_details
from farewave.payments import service as payments
from farewave.payments.model import Fund, NewTrade, Place, Trade
from farewave.payments.settlement import Part
from farewave.people import service as people
from farewave.people.model import PhoneNumber

SUBJECT_CHARS_MAX = 256
BODY_CHARS_MAX = 128
PASSBACK_CHARS_MAX = 512
PLACE_CHARS_MAX = 32
OPTIONS_MAX = 20


@dataclass(frozen=True, slots=True)
class WhichTrade:
    """A trade by the platform's number, or by the merchant's; `trade_no` wins."""

    trade_no: str | None
    out_trade_no: str | None


def which_trade(fields: Fields) -> WhichTrade:
    """The trade that is meant; one of the two numbers is required."""
    meant = WhichTrade(
        fields.optional_text("trade_no", ID_CHARS_MAX),
        fields.optional_text("out_trade_no", ID_CHARS_MAX),
    )
    if meant.trade_no is None and meant.out_trade_no is None:
        fields.problem = fields.problem or invalid("trade_no, out_trade_no")
    return meant


def place_in(fields: Fields) -> Place:
    """The merchant's own numbers of where it sells."""
    return Place(
        fields.optional_text("store_id", PLACE_CHARS_MAX),
        fields.optional_text("terminal_id", PLACE_CHARS_MAX),
        fields.optional_text("operator_id", PLACE_CHARS_MAX),
    )


def read_which(content: Content) -> WhichTrade | Problem:
    """A command that is nothing but a trade's number."""
    fields = Fields(content)
    meant = which_trade(fields)
    return fields.problem or meant


@dataclass(frozen=True, slots=True)
class CreateTrade:
    """By the buyer's number, or by logon id (a phone number). `seller_id` must be the caller's."""

    out_trade_no: str
    subject: str
    amount_fen: int
    buyer_user_no: str | None
    buyer_logon_id: str | None
    seller_id: str | None
    expires_at: datetime | None
    timeout: Timeout | None
    body: str | None
    passback_params: str | None
    place: Place


def read_create(content: Content) -> CreateTrade | Problem:
    """`time_expire` wins over `timeout_express`."""
    fields = Fields(content)
    command = CreateTrade(
        out_trade_no=fields.text("out_trade_no", ID_CHARS_MAX),
        subject=fields.text("subject", SUBJECT_CHARS_MAX),
        amount_fen=fields.amount_fen("total_amount"),
        buyer_user_no=fields.optional_text("buyer_id", ID_CHARS_MAX),
        buyer_logon_id=fields.optional_text("buyer_logon_id", ID_CHARS_MAX),
        seller_id=fields.optional_text("seller_id", ID_CHARS_MAX),
        expires_at=fields.instant("time_expire"),
        timeout=fields.timeout("timeout_express"),
        body=fields.optional_text("body", BODY_CHARS_MAX),
        passback_params=fields.optional_text("passback_params", PASSBACK_CHARS_MAX),
        place=place_in(fields),
    )
    if fields.problem is None and command.buyer_user_no is None and command.buyer_logon_id is None:
        return invalid("buyer_id")
    return fields.problem or command


async def create(tx: Tx, caller: Caller, command: CreateTrade) -> Done | Problem | Refused:
    """Make the trade, or find it made with the same content before."""
    merchant_id = caller.app.merchant_id
    if not await is_own_seller(tx, caller, command.seller_id):
        return SELLER_NOT_EXIST
    buyer_user_no = command.buyer_user_no or await _user_no_of(tx, caller, command)
    expires_at = command.expires_at
    if expires_at is None and command.timeout is not None:
        expires_at = command.timeout.ends_at(tx.now)
    trade = await payments.create_trade(
        tx,
        NewTrade(
            merchant_id=merchant_id,
            app_id=caller.app.app_id,
            agent_app_id=caller.agent_app_id,
            out_trade_no=command.out_trade_no,
            subject=command.subject,
            amount_fen=command.amount_fen,
            buyer_user_no=buyer_user_no,
            expires_at=expires_at,
            notify_url=caller.notify_url,
            body=command.body,
            passback_params=command.passback_params,
            place=command.place,
        ),
    )
    return trade if isinstance(trade, Refused) else numbers(trade)


async def _user_no_of(tx: ReadTx, caller: Caller, command: CreateTrade) -> str:
    """Of whoever has the logon id; of nobody: no number, which no buyer has."""
    phone = PhoneNumber.parse(command.buyer_logon_id or "")
    if phone is None:
        return ""
    found = await people.person_by_phone(tx, caller.platform.sealer, phone)
    return "" if found is None else found.user_no


async def is_own_seller(tx: ReadTx, caller: Caller, seller_id: str | None) -> bool:
    """Whether `seller_id`, when given, is the caller's own."""
    if seller_id is None:
        return True
    merchant = await payments.merchant(tx, caller.app.merchant_id)
    return merchant is not None and merchant.seller_id == seller_id


@dataclass(frozen=True, slots=True)
class QueryTrade:
    """Which trade, and what is wanted beside the usual."""

    trade: WhichTrade
    options: frozenset[str]


def read_query(content: Content) -> QueryTrade | Problem:
    """`query_options` that aren't known are no matter."""
    fields = Fields(content)
    meant = which_trade(fields)
    options = fields.texts("query_options", OPTIONS_MAX, ID_CHARS_MAX)
    return fields.problem or QueryTrade(meant, options)


async def query(tx: Tx, caller: Caller, asked: QueryTrade) -> Done | Problem:
    """The trade as it is now."""
    meant = asked.trade
    trade = await payments.find_trade(
        tx, caller.app.merchant_id, trade_no=meant.trade_no, out_trade_no=meant.out_trade_no
    )
    if trade is None:
        return TRADE_NOT_EXIST
    details = await trade_details.details_of(tx, trade)
    told = {**state(trade), "buyer_logon_id": details.buyer_logon_id}
    told |= {name: value for name, value in details.place._asdict().items() if value}
    told.pop("operator_id", None)
    if "trade_settle_info" in asked.options and details.parts:
        settled = [_settled(part, trade) for part in details.parts]
        told["trade_settle_info"] = {"trade_settle_detail_list": settled}
    return told


def _settled(part: Part, trade: Trade) -> dict[str, str]:
    return {
        "operation_type": "transfer",
        "operation_serial_no": part.settle_no,
        "operation_dt": shanghai_text(part.left_at),
        "trans_out": trade.seller_id,
        "trans_in": part.receiver_no,
        "amount": yuan_text(part.amount_fen),
    }


async def close(tx: Tx, caller: Caller, meant: WhichTrade) -> Done | Refused:
    """Close a trade that waits for its money."""
    trade = await payments.close_trade(
        tx, caller.app.merchant_id, trade_no=meant.trade_no, out_trade_no=meant.out_trade_no
    )
    return trade if isinstance(trade, Refused) else numbers(trade)


async def cancel(database: Database, caller: Caller, meant: WhichTrade) -> Done | Problem | Refused:
    """Close or refund a trade of unknown result; `action` only where there is one."""
    done = await cancelling.cancel(
        database,
        caller.app.merchant_id,
        trade_no=meant.trade_no,
        out_trade_no=meant.out_trade_no,
    )
    if isinstance(done, Refused):
        return done
    if done.trade is None or done.action is None:
        return {"out_trade_no": meant.out_trade_no, "retry_flag": "N"}
    told = {**numbers(done.trade), "retry_flag": "N", "action": done.action.value}
    if done.refund is not None:
        told["gmt_refund_pay"] = shanghai_text(done.refund.at)
    return told


def numbers(trade: Trade) -> Done:
    """Both numbers of a trade."""
    return {"trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no}


def fund_bills(trade: Trade, amount_fen: int) -> list[dict[str, str]]:
    """What `amount_fen` of a trade was paid with, or went back to."""
    channel = "BANKCARD" if trade.fund is Fund.CARD else "ALIPAYACCOUNT"
    return [{"fund_channel": channel, "amount": yuan_text(amount_fen)}]


def state(trade: Trade) -> Done:
    """What a query tells; what was paid is there once it was."""
    paid_fen = 0 if trade.paid_at is None else trade.amount_fen
    told: Done = {
        **numbers(trade),
        "trade_status": trade.status.value,
        "total_amount": yuan_text(trade.amount_fen),
        "receipt_amount": yuan_text(paid_fen),
        "buyer_pay_amount": yuan_text(paid_fen),
        "point_amount": yuan_text(0),
        "invoice_amount": yuan_text(paid_fen),
        "buyer_user_id": trade.buyer_user_no,
        "subject": trade.subject,
    }
    if trade.paid_at is not None:
        told["send_pay_date"] = shanghai_text(trade.paid_at)
        told["fund_bill_list"] = fund_bills(trade, trade.amount_fen)
    if trade.body is not None:
        told["body"] = trade.body
    if trade.passback_params is not None:
        told["passback_params"] = trade.passback_params
    return told


METHODS: tuple[AnyMethod, ...] = (
    Method("alipay.trade.create", read_create, create),
    Method("alipay.trade.query", read_query, query),
    Method("alipay.trade.close", read_which, close),
    SteppedMethod("alipay.trade.cancel", read_which, cancel),
)
