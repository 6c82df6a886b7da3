"""alipay.fund.trans.*: a merchant's money to a person; and what the merchant has."""

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
from farewave.gateway.methods.refusals import FUND_PROBLEM_OF, ORDER_NOT_EXIST
from farewave.gateway.problems import Problem
from farewave.kit.clock import shanghai_text
from farewave.kit.money import yuan_text
from farewave.kit.outcome import Refused
from farewave.payments import merchant_money, payouts
from farewave.payments import service as payments
from farewave.payments.payout import NewPayout, Payout

TITLE_CHARS_MAX = 128
REMARK_CHARS_MAX = 200
NAME_CHARS_MAX = 128
_NO_FAMILY = ""
_NO_PERMISSION = Problem("40004", "NO_ACCOUNT_PERMISSION", "无权查询该账户")


@dataclass(frozen=True, slots=True)
class SendMoney:
    """To whom by user number or by logon id (a phone number), and how much."""

    out_biz_no: str
    amount_fen: int
    user_no: str | None
    logon_id: str | None
    name: str | None
    title: str
    remark: str


def read_uni_transfer(content: Content) -> SendMoney | Problem:
    """With a logon id the payee's name is required."""
    fields = Fields(content, _NO_FAMILY)
    payee = fields.inner("payee_info")
    out_biz_no = fields.text("out_biz_no", ID_CHARS_MAX)
    amount_fen = fields.amount_fen("trans_amount")
    product_code = fields.optional_text("product_code", ID_CHARS_MAX)
    biz_scene = fields.optional_text("biz_scene", ID_CHARS_MAX)
    title = fields.optional_text("order_title", TITLE_CHARS_MAX) or ""
    remark = fields.optional_text("remark", REMARK_CHARS_MAX) or ""
    identity_type = payee.text("identity_type", ID_CHARS_MAX)
    identity = payee.text("identity", ID_CHARS_MAX)
    by_logon = identity_type == "ALIPAY_LOGON_ID"
    if by_logon:
        name: str | None = payee.text("name", NAME_CHARS_MAX)
    else:
        name = payee.optional_text("name", NAME_CHARS_MAX)
    problem = fields.problem or payee.problem
    if problem is not None:
        return problem
    for wrong, fits in (
        ("product_code", product_code in (None, "TRANS_ACCOUNT_NO_PWD")),
        ("biz_scene", biz_scene in (None, "DIRECT_TRANSFER")),
        ("identity_type", by_logon or identity_type == "ALIPAY_USER_ID"),
    ):
        if not fits:
            return invalid(wrong, _NO_FAMILY)
    user_no, logon_id = (None, identity) if by_logon else (identity, None)
    return SendMoney(out_biz_no, amount_fen, user_no, logon_id, name, title, remark)


def read_toaccount_transfer(content: Content) -> SendMoney | Problem:
    """The older form; a name is checked where one is given."""
    fields = Fields(content, _NO_FAMILY)
    payee_type = fields.text("payee_type", ID_CHARS_MAX)
    account = fields.text("payee_account", ID_CHARS_MAX)
    by_logon = payee_type == "ALIPAY_LOGONID"
    command = SendMoney(
        out_biz_no=fields.text("out_biz_no", ID_CHARS_MAX),
        amount_fen=fields.amount_fen("amount"),
        user_no=None if by_logon else account,
        logon_id=account if by_logon else None,
        name=fields.optional_text("payee_real_name", NAME_CHARS_MAX),
        title=fields.optional_text("payer_show_name", TITLE_CHARS_MAX) or "",
        remark=fields.optional_text("remark", REMARK_CHARS_MAX) or "",
    )
    if fields.problem is None and not by_logon and payee_type != "ALIPAY_USERID":
        return invalid("payee_type", _NO_FAMILY)
    return fields.problem or command


async def _send(database: Database, caller: Caller, command: SendMoney) -> Payout | Problem:
    async with database.reading() as tx:
        payee = await payouts.payee(
            tx,
            caller.platform.sealer,
            user_no=command.user_no,
            logon_id=command.logon_id,
            name=command.name,
        )
    if isinstance(payee, Refused):
        return FUND_PROBLEM_OF[payee.reason]
    done = await payouts.pay_out(
        database,
        NewPayout(
            merchant_id=caller.app.merchant_id,
            app_id=caller.app.app_id,
            out_biz_no=command.out_biz_no,
            payee_id=payee.person_id,
            payee_shard=payee.shard,
            amount_fen=command.amount_fen,
            title=command.title,
            remark=command.remark,
        ),
    )
    return FUND_PROBLEM_OF[done.reason] if isinstance(done, Refused) else done


def _numbers(payout: Payout) -> Done:
    return {"out_biz_no": payout.out_biz_no, "order_id": payout.order_id}


async def uni_transfer(database: Database, caller: Caller, command: SendMoney) -> Done | Problem:
    """The money is there when this answers."""
    done = await _send(database, caller, command)
    if isinstance(done, Problem):
        return done
    return {
        **_numbers(done),
        "pay_fund_order_id": done.order_id,
        "status": "SUCCESS",
        "trans_date": shanghai_text(done.paid_at),
        "amount": yuan_text(done.amount_fen),
    }


async def toaccount_transfer(
    database: Database, caller: Caller, command: SendMoney
) -> Done | Problem:
    """As above, in the older method's words."""
    done = await _send(database, caller, command)
    if isinstance(done, Problem):
        return done
    return {**_numbers(done), "pay_date": shanghai_text(done.paid_at)}


@dataclass(frozen=True, slots=True)
class WhichPayout:
    """By the platform's number, or by the merchant's; `order_id` wins."""

    order_id: str | None
    out_biz_no: str | None


def read_which(content: Content) -> WhichPayout | Problem:
    """One of the numbers is required; `pay_fund_order_id` is another name of `order_id`."""
    fields = Fields(content, _NO_FAMILY)
    order_id = fields.optional_text("order_id", ID_CHARS_MAX)
    pay_fund_order_id = fields.optional_text("pay_fund_order_id", ID_CHARS_MAX)
    meant = WhichPayout(
        order_id or pay_fund_order_id, fields.optional_text("out_biz_no", ID_CHARS_MAX)
    )
    if fields.problem is None and meant.order_id is None and meant.out_biz_no is None:
        return invalid("order_id, out_biz_no", _NO_FAMILY)
    return fields.problem or meant


async def common_query(tx: Tx, caller: Caller, meant: WhichPayout) -> Done | Problem:
    """One transfer."""
    found = await payouts.find(
        tx, caller.app.merchant_id, out_biz_no=meant.out_biz_no, order_id=meant.order_id
    )
    if found is None:
        return ORDER_NOT_EXIST
    return {
        **_numbers(found),
        "pay_fund_order_id": found.order_id,
        "status": "SUCCESS",
        "pay_date": shanghai_text(found.paid_at),
        "arrival_time_end": shanghai_text(found.paid_at),
        "order_fee": yuan_text(0),
        "trans_amount": yuan_text(found.amount_fen),
    }


async def order_query(tx: Tx, caller: Caller, meant: WhichPayout) -> Done | Problem:
    """As above, in the older method's words."""
    told = await common_query(tx, caller, meant)
    if isinstance(told, Problem):
        return told
    return {name: value for name, value in told.items() if name in _ORDER_QUERY}


_ORDER_QUERY = ("out_biz_no", "order_id", "status", "pay_date", "arrival_time_end", "order_fee")


@dataclass(frozen=True, slots=True)
class WhichAccount:
    """The caller's own, named by its number or not at all."""

    seller_id: str | None


def read_account(content: Content) -> WhichAccount | Problem:
    """`account_type` is the transfer account."""
    fields = Fields(content, _NO_FAMILY)
    account_type = fields.optional_text("account_type", ID_CHARS_MAX)
    meant = WhichAccount(fields.optional_text("alipay_user_id", ID_CHARS_MAX))
    if fields.problem is None and account_type not in (None, "ACCTRANS_ACCOUNT"):
        return invalid("account_type", _NO_FAMILY)
    return fields.problem or meant


async def account_query(database: Database, caller: Caller, meant: WhichAccount) -> Done | Problem:
    """What the merchant has, all of it read on one snapshot."""
    async with database.reading() as tx:
        merchant = await payments.merchant(tx, caller.app.merchant_id)
        assert merchant is not None, "an application belongs to a merchant"
        if meant.seller_id not in (None, merchant.seller_id):
            return _NO_PERMISSION
        has = await merchant_money.money_of(tx, merchant.merchant_id)
    return {
        "available_amount": yuan_text(has.available_fen),
        "freeze_amount": yuan_text(has.frozen_fen),
        "total_amount": yuan_text(has.total_fen),
    }


METHODS: tuple[AnyMethod, ...] = (
    SteppedMethod("alipay.fund.trans.uni.transfer", read_uni_transfer, uni_transfer),
    SteppedMethod(
        "alipay.fund.trans.toaccount.transfer", read_toaccount_transfer, toaccount_transfer
    ),
    Method("alipay.fund.trans.common.query", read_which, common_query),
    Method("alipay.fund.trans.order.query", read_which, order_query),
    SteppedMethod("alipay.fund.account.query", read_account, account_query),
)
