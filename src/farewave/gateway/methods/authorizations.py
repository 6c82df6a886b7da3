"""alipay.fund.auth.*: freezing by a scanned code or by an app, releasing, asking, cancelling."""

from dataclasses import dataclass

from farewave.db import Tx
from farewave.gateway.methods.checkouts import PAY_PATH, SCAN_PATH, wrong_return
from farewave.gateway.methods.family import (
    AnyMethod,
    Caller,
    Content,
    Done,
    Method,
    PageMethod,
)
from farewave.gateway.methods.fields import ID_CHARS_MAX, Fields, Timeout, invalid
from farewave.gateway.methods.refusals import AUTH_ORDER_NOT_EXIST, AUTH_PROBLEM_OF
from farewave.gateway.methods.trades import is_own_seller
from farewave.gateway.problems import Problem
from farewave.kit.clock import shanghai_text
from farewave.kit.money import yuan_text
from farewave.kit.outcome import Refused
from farewave.payments import authorizations, vouchers
from farewave.payments.authorization import Authorization, NewAuthorization, Operation
from farewave.payments.authorizations import Which
from farewave.payments.checkout import OPENS_FOR, Checkout, NewCheckout, Product

TITLE_CHARS_MAX = 100
REMARK_CHARS_MAX = 100
_NO_FAMILY = ""
_CODE_TYPES = ("bar_code", "security_code")


@dataclass(frozen=True, slots=True)
class Freeze:
    """What a scan asks for. `payee_user_no`, when given, must be the caller's own."""

    auth_code: str
    out_order_no: str
    out_request_no: str
    title: str
    amount_fen: int
    payee_user_no: str | None


def read_freeze(content: Content) -> Freeze | Problem:
    """By a pay code."""
    fields = Fields(content, _NO_FAMILY)
    code_type = fields.text("auth_code_type", ID_CHARS_MAX)
    product_code = fields.optional_text("product_code", ID_CHARS_MAX)
    command = Freeze(
        auth_code=fields.text("auth_code", ID_CHARS_MAX),
        out_order_no=fields.text("out_order_no", ID_CHARS_MAX),
        out_request_no=fields.text("out_request_no", ID_CHARS_MAX),
        title=fields.text("order_title", TITLE_CHARS_MAX),
        amount_fen=fields.amount_fen("amount"),
        payee_user_no=fields.optional_text("payee_user_id", ID_CHARS_MAX),
    )
    if fields.problem is None and code_type not in _CODE_TYPES:
        return invalid("auth_code_type", _NO_FAMILY)
    if fields.problem is None and product_code not in (None, "PRE_AUTH"):
        return invalid("product_code", _NO_FAMILY)
    return fields.problem or command


async def freeze(tx: Tx, caller: Caller, command: Freeze) -> Done | Problem | Refused:
    """The money is kept ready when this answers."""
    if not await is_own_seller(tx, caller, command.payee_user_no):
        return invalid("payee_user_id", _NO_FAMILY)
    done = await authorizations.freeze(
        tx,
        NewAuthorization(
            merchant_id=caller.app.merchant_id,
            app_id=caller.app.app_id,
            agent_app_id=caller.agent_app_id,
            out_order_no=command.out_order_no,
            out_request_no=command.out_request_no,
            title=command.title,
            amount_fen=command.amount_fen,
            auth_code=command.auth_code,
            notify_url=caller.notify_url,
        ),
    )
    if isinstance(done, Refused):
        return _problem(done)
    return {**_operation(*done), "payer_user_id": done[0].payer_user_no}


def _problem(refused: Refused) -> Problem | Refused:
    """The family's own name of a refusal; one that has none goes on as it is."""
    return AUTH_PROBLEM_OF.get(refused.reason, refused)


def _operation(of: Authorization, done: Operation) -> Done:
    return {
        "auth_no": of.auth_no,
        "out_order_no": of.out_order_no,
        "operation_id": done.operation_id,
        "out_request_no": done.out_request_no,
        "amount": yuan_text(done.amount_fen),
        "status": "SUCCESS",
        "gmt_trans": shanghai_text(done.at),
    }


@dataclass(frozen=True, slots=True)
class Unfreeze:
    """Which part of which authorisation is to be released."""

    auth_no: str
    out_request_no: str
    amount_fen: int
    remark: str


def read_unfreeze(content: Content) -> Unfreeze | Problem:
    """Everything is required."""
    fields = Fields(content, _NO_FAMILY)
    command = Unfreeze(
        auth_no=fields.text("auth_no", ID_CHARS_MAX),
        out_request_no=fields.text("out_request_no", ID_CHARS_MAX),
        amount_fen=fields.amount_fen("amount"),
        remark=fields.text("remark", REMARK_CHARS_MAX),
    )
    return fields.problem or command


async def unfreeze(tx: Tx, caller: Caller, command: Unfreeze) -> Done | Problem | Refused:
    """Release a part, once for each request number."""
    done = await authorizations.unfreeze(
        tx,
        Which(caller.app.merchant_id, command.auth_no, None),
        out_request_no=command.out_request_no,
        amount_fen=command.amount_fen,
        remark=command.remark,
    )
    return _problem(done) if isinstance(done, Refused) else _operation(*done)


@dataclass(frozen=True, slots=True)
class WhichOperation:
    """An authorisation by one of its numbers, and one operation of it by one of its own."""

    auth_no: str | None
    out_order_no: str | None
    operation_id: str | None
    out_request_no: str | None


def read_operation(content: Content) -> WhichOperation | Problem:
    """`auth_no` or `out_order_no`, and `operation_id` or `out_request_no`."""
    fields = Fields(content, _NO_FAMILY)
    meant = WhichOperation(
        fields.optional_text("auth_no", ID_CHARS_MAX),
        fields.optional_text("out_order_no", ID_CHARS_MAX),
        fields.optional_text("operation_id", ID_CHARS_MAX),
        fields.optional_text("out_request_no", ID_CHARS_MAX),
    )
    if fields.problem is None and meant.auth_no is None and meant.out_order_no is None:
        return invalid("auth_no, out_order_no", _NO_FAMILY)
    if fields.problem is None and meant.operation_id is None and meant.out_request_no is None:
        return invalid("operation_id, out_request_no", _NO_FAMILY)
    return fields.problem or meant


async def detail_query(tx: Tx, caller: Caller, meant: WhichOperation) -> Done | Problem:
    """One operation, and how the authorisation stands."""
    found = await authorizations.find(
        tx,
        Which(caller.app.merchant_id, meant.auth_no, meant.out_order_no),
        operation_id=meant.operation_id,
        out_request_no=meant.out_request_no,
    )
    if found is None:
        return AUTH_ORDER_NOT_EXIST
    of, done = found
    return {
        **_operation(of, done),
        "total_freeze_amount": yuan_text(of.amount_fen),
        "rest_amount": yuan_text(of.rest_fen),
        "total_pay_amount": yuan_text(of.paid_fen),
        "order_title": of.title,
        "payer_user_id": of.payer_user_no,
        "order_status": of.status.value,
        "operation_type": done.type.value,
        "gmt_create": shanghai_text(of.created_at),
        "remark": done.remark,
    }


async def cancel(tx: Tx, caller: Caller, meant: WhichOperation) -> Done | Problem | Refused:
    """Release all of it; `action` only where there was something."""
    done = await authorizations.cancel(
        tx, Which(caller.app.merchant_id, meant.auth_no, meant.out_order_no)
    )
    if isinstance(done, Refused):
        return _problem(done)
    if done is None:
        return {"out_order_no": meant.out_order_no, "out_request_no": meant.out_request_no}
    of, last = done
    return {
        "auth_no": of.auth_no,
        "out_order_no": of.out_order_no,
        "operation_id": last.operation_id,
        "out_request_no": meant.out_request_no or last.out_request_no,
        "action": "unfreeze",
    }


@dataclass(frozen=True, slots=True)
class AskToFreeze:
    """For a person to confirm. `payee_user_no`, when given, must be the caller's own."""

    out_order_no: str
    out_request_no: str
    title: str
    amount_fen: int
    timeout: Timeout | None
    payee_user_no: str | None


def read_asking(content: Content) -> AskToFreeze | Problem:
    """`pay_timeout` or `timeout_express`: how long somebody may confirm it."""
    fields = Fields(content, _NO_FAMILY)
    product_code = fields.optional_text("product_code", ID_CHARS_MAX)
    name = "pay_timeout" if fields.has("pay_timeout") else "timeout_express"
    command = AskToFreeze(
        out_order_no=fields.text("out_order_no", ID_CHARS_MAX),
        out_request_no=fields.text("out_request_no", ID_CHARS_MAX),
        title=fields.text("order_title", TITLE_CHARS_MAX),
        amount_fen=fields.amount_fen("amount"),
        timeout=fields.timeout(name),
        payee_user_no=fields.optional_text("payee_user_id", ID_CHARS_MAX),
    )
    if fields.problem is None and product_code not in (None, "PRE_AUTH", "PRE_AUTH_ONLINE"):
        return invalid("product_code", _NO_FAMILY)
    return fields.problem or command


async def _offer(
    tx: Tx, caller: Caller, command: AskToFreeze, return_url: str | None
) -> Checkout | Problem | Refused:
    if not await is_own_seller(tx, caller, command.payee_user_no):
        return invalid("payee_user_id", _NO_FAMILY)
    opens_for = OPENS_FOR if command.timeout is None else command.timeout.ends_at(tx.now) - tx.now
    made = await vouchers.offer(
        tx,
        NewCheckout(
            merchant_id=caller.app.merchant_id,
            app_id=caller.app.app_id,
            agent_app_id=caller.agent_app_id,
            out_trade_no=command.out_order_no,
            subject=command.title,
            amount_fen=command.amount_fen,
            product=Product.AUTH,
            expires_at=None,
            pay_within=None,
            opens_for=opens_for,
            notify_url=caller.notify_url,
            return_url=return_url,
            out_request_no=command.out_request_no,
        ),
    )
    return _problem(made) if isinstance(made, Refused) else made


async def voucher(tx: Tx, caller: Caller, command: AskToFreeze) -> Done | Problem | Refused:
    """A code to scan; its content is a link of this installation."""
    # It is scanned away from any page of the merchant's: nobody goes back.
    made = await _offer(tx, caller, command, None)
    if not isinstance(made, Checkout):
        return made
    link = f"{caller.platform.base_url}{SCAN_PATH}{made.token}"
    return {
        "out_order_no": made.out_trade_no,
        "out_request_no": command.out_request_no,
        "code_type": "qr_code",
        "code_value": link,
        "code_url": f"{link}.svg",
    }


async def app_freeze(tx: Tx, caller: Caller, command: AskToFreeze) -> Done | Problem | Refused:
    """The cashier of Farewave's app, and back to the merchant's with the signed result."""
    wrong = wrong_return(caller)
    if wrong is not None:
        return wrong
    made = await _offer(tx, caller, command, caller.return_url)
    return {"location": PAY_PATH + made.token} if isinstance(made, Checkout) else made


METHODS: tuple[AnyMethod, ...] = (
    Method("alipay.fund.auth.order.voucher.create", read_asking, voucher),
    PageMethod("alipay.fund.auth.order.app.freeze", read_asking, app_freeze),
    Method("alipay.fund.auth.order.freeze", read_freeze, freeze),
    Method("alipay.fund.auth.order.unfreeze", read_unfreeze, unfreeze),
    Method("alipay.fund.auth.operation.detail.query", read_operation, detail_query),
    Method("alipay.fund.auth.operation.cancel", read_operation, cancel),
)
