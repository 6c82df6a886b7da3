"""alipay.trade.pay: the merchant scans a pay code, captures what it froze, or was agreed with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from farewave.gateway.logins import open_id_of
from farewave.gateway.methods.family import AnyMethod, Caller, Content, DeskMethod, Done
from farewave.gateway.methods.fields import ID_CHARS_MAX, Fields, invalid
from farewave.gateway.methods.refusals import CAPTURE_PROBLEM_OF, DEDUCTION_PROBLEM_OF
from farewave.gateway.methods.trades import (
    BODY_CHARS_MAX,
    PASSBACK_CHARS_MAX,
    SUBJECT_CHARS_MAX,
    fund_bills,
    numbers,
    place_in,
)
from farewave.gateway.problems import Problem
from farewave.kit.clock import shanghai_text
from farewave.kit.money import yuan_text
from farewave.kit.outcome import Refused
from farewave.payments import agreements, authorizations
from farewave.payments.agreement import AgreementProduct
from farewave.payments.agreements import Deduction
from farewave.payments.authorizations import Capture
from farewave.payments.code_payment import CONFIRM_WITHIN, CodePayment
from farewave.payments.desk import PayDesk
from farewave.payments.model import NewTrade, Place, Trade
from farewave.payments.parties import Parties

SCENES = ("bar_code", "wave_code", "security_code")
"""One code for all: shown as bars, played as sound, or handed over by a device."""
_CODE_CHARS_MAX = 32
_OPEN_ID_CHARS_MAX = 128


@dataclass(frozen=True, slots=True)
class Named:
    """Whom the merchant names beside what shows them: each that it gives must be the one."""

    seller_id: str | None
    buyer_user_no: str | None
    buyer_open_id: str | None


def _named(fields: Fields) -> Named:
    return Named(
        fields.optional_text("seller_id", ID_CHARS_MAX),
        fields.optional_text("buyer_id", ID_CHARS_MAX),
        fields.optional_text("buyer_open_id", _OPEN_ID_CHARS_MAX),
    )


@dataclass(frozen=True, slots=True)
class PayByCode:
    """What a scan asks for."""

    out_trade_no: str
    subject: str
    amount_fen: int
    auth_code: str
    expires_at: datetime | None
    confirm_within: timedelta | None
    body: str | None
    passback_params: str | None
    place: Place
    named: Named


@dataclass(frozen=True, slots=True)
class PayFromAuthorization:
    """What a capture asks for; `completes` releases what is left."""

    out_trade_no: str
    subject: str
    amount_fen: int
    auth_no: str
    completes: bool
    body: str | None
    passback_params: str | None
    place: Place
    named: Named


_CONFIRM_MODES = ("COMPLETE", "NOT_COMPLETE")


def _read_capture(fields: Fields) -> PayFromAuthorization | Problem:
    mode = fields.optional_text("auth_confirm_mode", ID_CHARS_MAX) or "NOT_COMPLETE"
    command = PayFromAuthorization(
        out_trade_no=fields.text("out_trade_no", ID_CHARS_MAX),
        subject=fields.text("subject", SUBJECT_CHARS_MAX),
        amount_fen=fields.amount_fen("total_amount"),
        auth_no=fields.text("auth_no", ID_CHARS_MAX),
        completes=mode == _CONFIRM_MODES[0],
        body=fields.optional_text("body", BODY_CHARS_MAX),
        passback_params=fields.optional_text("passback_params", PASSBACK_CHARS_MAX),
        place=place_in(fields),
        named=_named(fields),
    )
    if fields.problem is None and mode not in _CONFIRM_MODES:
        return invalid("auth_confirm_mode")
    return fields.problem or command


@dataclass(frozen=True, slots=True)
class PayByAgreement:
    """What a deduction asks for."""

    out_trade_no: str
    subject: str
    amount_fen: int
    agreement_no: str
    product: AgreementProduct | None
    body: str | None
    passback_params: str | None
    place: Place
    named: Named


def _read_deduction(fields: Fields) -> PayByAgreement | Problem:
    by = fields.inner("agreement_params")
    code = fields.optional_text("product_code", ID_CHARS_MAX)
    known = code in set(AgreementProduct)
    command = PayByAgreement(
        out_trade_no=fields.text("out_trade_no", ID_CHARS_MAX),
        subject=fields.text("subject", SUBJECT_CHARS_MAX),
        amount_fen=fields.amount_fen("total_amount"),
        agreement_no=by.text("agreement_no", ID_CHARS_MAX),
        product=AgreementProduct(code) if code is not None and known else None,
        body=fields.optional_text("body", BODY_CHARS_MAX),
        passback_params=fields.optional_text("passback_params", PASSBACK_CHARS_MAX),
        place=place_in(fields),
        named=_named(fields),
    )
    if fields.problem is None and by.problem is None and code is not None and not known:
        return invalid("product_code")
    return fields.problem or by.problem or command


Command = PayByCode | PayFromAuthorization | PayByAgreement


def read_pay(content: Content) -> Command | Problem:
    """`timeout_express` counts where the person is asked first: how long they may take."""
    fields = Fields(content)
    if fields.has("agreement_params"):
        return _read_deduction(fields)
    if fields.has("auth_no"):
        return _read_capture(fields)
    timeout = fields.timeout("timeout_express")
    scene = fields.optional_text("scene", ID_CHARS_MAX) or SCENES[0]
    command = PayByCode(
        out_trade_no=fields.text("out_trade_no", ID_CHARS_MAX),
        subject=fields.text("subject", SUBJECT_CHARS_MAX),
        amount_fen=fields.amount_fen("total_amount"),
        auth_code=fields.text("auth_code", _CODE_CHARS_MAX),
        expires_at=fields.instant("time_expire"),
        confirm_within=CONFIRM_WITHIN if timeout is None else timeout.span,
        body=fields.optional_text("body", BODY_CHARS_MAX),
        passback_params=fields.optional_text("passback_params", PASSBACK_CHARS_MAX),
        place=place_in(fields),
        named=_named(fields),
    )
    if fields.problem is None and scene not in SCENES:
        return invalid("scene")
    return fields.problem or command


async def ask(desk: PayDesk, caller: Caller, command: Command) -> Done | Problem | Refused:
    """The paid trade, or one that waits for its person to confirm it."""
    if isinstance(command, PayByAgreement):
        return await _deduct(desk, caller, command)
    if isinstance(command, PayFromAuthorization):
        return await _capture(desk, caller, command)
    trade = await desk.pay(
        CodePayment(
            merchant_id=caller.app.merchant_id,
            app_id=caller.app.app_id,
            agent_app_id=caller.agent_app_id,
            out_trade_no=command.out_trade_no,
            subject=command.subject,
            amount_fen=command.amount_fen,
            auth_code=command.auth_code,
            expires_at=command.expires_at,
            notify_url=caller.notify_url,
            body=command.body,
            passback_params=command.passback_params,
            place=command.place,
            confirm_within=command.confirm_within,
            parties=_parties(caller, command.named),
        )
    )
    if isinstance(trade, Refused):
        return trade
    return paid(trade) if trade.was_paid else waiting(trade)


async def _capture(
    desk: PayDesk, caller: Caller, command: PayFromAuthorization
) -> Done | Problem | Refused:
    parties = _parties(caller, command.named)
    asked = Capture(command.auth_no, _trade_of(caller, command), command.completes, parties)
    trade = await desk.pay_apart(lambda tx: authorizations.capture(tx, asked))
    if isinstance(trade, Refused):
        return CAPTURE_PROBLEM_OF.get(trade.reason, trade)
    return paid(trade)


async def _deduct(
    desk: PayDesk, caller: Caller, command: PayByAgreement
) -> Done | Problem | Refused:
    parties = _parties(caller, command.named)
    asked = Deduction(command.agreement_no, command.product, _trade_of(caller, command), parties)
    trade = await desk.pay_apart(lambda tx: agreements.deduct(tx, asked))
    if isinstance(trade, Refused):
        return DEDUCTION_PROBLEM_OF.get(trade.reason, trade)
    return paid(trade)


def _parties(caller: Caller, named: Named) -> Parties:
    buyer_user_no, open_id = named.buyer_user_no, named.buyer_open_id
    if buyer_user_no is None and open_id is None:
        return Parties(named.seller_id)

    def is_buyer(user_no: str) -> bool:
        known = open_id_of(caller.platform.sealer, caller.app.app_id, user_no)
        return buyer_user_no in (None, user_no) and open_id in (None, known)

    return Parties(named.seller_id, is_buyer)


def _trade_of(caller: Caller, command: PayFromAuthorization | PayByAgreement) -> NewTrade:
    return NewTrade(
        merchant_id=caller.app.merchant_id,
        app_id=caller.app.app_id,
        agent_app_id=caller.agent_app_id,
        out_trade_no=command.out_trade_no,
        subject=command.subject,
        amount_fen=command.amount_fen,
        buyer_user_no="",  # whose money is frozen, or who agreed
        expires_at=None,
        notify_url=caller.notify_url,
        body=command.body,
        passback_params=command.passback_params,
        place=command.place,
    )


def paid(trade: Trade) -> Done:
    """What a merchant's till is told."""
    assert trade.paid_at is not None
    amount = yuan_text(trade.amount_fen)
    return {
        **numbers(trade),
        "buyer_user_id": trade.buyer_user_no,
        "total_amount": amount,
        "receipt_amount": amount,
        "buyer_pay_amount": amount,
        "point_amount": yuan_text(0),
        "invoice_amount": amount,
        "gmt_payment": shanghai_text(trade.paid_at),
        "fund_bill_list": fund_bills(trade, trade.amount_fen),
    }


def waiting(trade: Trade) -> Done:
    """The person is asked; the till polls the trade. The blank is the platform's own."""
    return {
        "code": "10003",
        "msg": " order success pay inprocess",
        **numbers(trade),
        "buyer_user_id": trade.buyer_user_no,
        "total_amount": yuan_text(trade.amount_fen),
    }


METHODS: tuple[AnyMethod, ...] = (DeskMethod("alipay.trade.pay", read_pay, ask),)
