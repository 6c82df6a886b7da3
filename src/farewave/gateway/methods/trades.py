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
from farewave.payments import cancelling
from farewave.payments import service as payments
from farewave.payments.model import NewTrade, Trade

SUBJECT_CHARS_MAX = 256
BODY_CHARS_MAX = 128
PASSBACK_CHARS_MAX = 512


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


def read_which(content: Content) -> WhichTrade | Problem:
    """A command that is nothing but a trade's number."""
    fields = Fields(content)
    meant = which_trade(fields)
    return fields.problem or meant


@dataclass(frozen=True, slots=True)
class CreateTrade:
    """`seller_id`, when given, must be the caller's own."""

    out_trade_no: str
    subject: str
    amount_fen: int
    buyer_user_no: str
    seller_id: str | None
    expires_at: datetime | None
    timeout: Timeout | None
    body: str | None
    passback_params: str | None


def read_create(content: Content) -> CreateTrade | Problem:
    """`time_expire` wins over `timeout_express`."""
    fields = Fields(content)
    command = CreateTrade(
        out_trade_no=fields.text("out_trade_no", ID_CHARS_MAX),
        subject=fields.text("subject", SUBJECT_CHARS_MAX),
        amount_fen=fields.amount_fen("total_amount"),
        buyer_user_no=fields.text("buyer_id", ID_CHARS_MAX),
        seller_id=fields.optional_text("seller_id", ID_CHARS_MAX),
        expires_at=fields.instant("time_expire"),
        timeout=fields.timeout("timeout_express"),
        body=fields.optional_text("body", BODY_CHARS_MAX),
        passback_params=fields.optional_text("passback_params", PASSBACK_CHARS_MAX),
    )
    return fields.problem or command


async def create(tx: Tx, caller: Caller, command: CreateTrade) -> Done | Problem | Refused:
    """Make the trade, or find it made with the same content before."""
    merchant_id = caller.app.merchant_id
    if not await is_own_seller(tx, caller, command.seller_id):
        return SELLER_NOT_EXIST
    expires_at = command.expires_at
    if expires_at is None and command.timeout is not None:
        expires_at = command.timeout.ends_at(tx.now)
    trade = await payments.create_trade(
        tx,
        NewTrade(
            merchant_id=merchant_id,
            app_id=caller.app.app_id,
            out_trade_no=command.out_trade_no,
            subject=command.subject,
            amount_fen=command.amount_fen,
            buyer_user_no=command.buyer_user_no,
            expires_at=expires_at,
            notify_url=caller.notify_url,
            body=command.body,
            passback_params=command.passback_params,
        ),
    )
    return trade if isinstance(trade, Refused) else numbers(trade)


async def is_own_seller(tx: ReadTx, caller: Caller, seller_id: str | None) -> bool:
    """Whether `seller_id`, when given, is the caller's own."""
    if seller_id is None:
        return True
    merchant = await payments.merchant(tx, caller.app.merchant_id)
    return merchant is not None and merchant.seller_id == seller_id


async def query(tx: Tx, caller: Caller, meant: WhichTrade) -> Done | Problem:
    """The trade as it is now."""
    trade = await payments.find_trade(
        tx, caller.app.merchant_id, trade_no=meant.trade_no, out_trade_no=meant.out_trade_no
    )
    return TRADE_NOT_EXIST if trade is None else state(trade)


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
    if trade.body is not None:
        told["body"] = trade.body
    if trade.passback_params is not None:
        told["passback_params"] = trade.passback_params
    return told


METHODS: tuple[AnyMethod, ...] = (
    Method("alipay.trade.create", read_create, create),
    Method("alipay.trade.query", read_which, query),
    Method("alipay.trade.close", read_which, close),
    SteppedMethod("alipay.trade.cancel", read_which, cancel),
)
