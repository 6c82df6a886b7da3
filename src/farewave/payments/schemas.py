"""The wire types of the cashier."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from farewave.banks import service as banks
from farewave.banks.model import CARD_PREFIX
from farewave.kit.ids import id_text
from farewave.kit.outcome import Language
from farewave.kit.qr import qr_svg
from farewave.payments import bills
from farewave.payments.agreement_schemas import Plan, end_out, plan_out
from farewave.payments.card_refunds import CardPaymentState, label_of
from farewave.payments.codes import CodeView
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import Fund, TradeStatus
from farewave.payments.paycode import PayCode
from farewave.payments.service import CashierView
from farewave.wallet import service as wallet
from farewave.wallet.model import BALANCE_LABEL, Wording


class PaymentBody(BaseModel):
    """What to pay with. The amount is the trade's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fund: Fund
    card_id: Annotated[str | None, Field(max_length=40)] = None
    """Which card, where the fund is one."""
    agreed: Annotated[str | None, Field(max_length=64)] = None
    """The terms as shown (`signs.seen`), where paying signs an agreement."""
    pay_password: Annotated[SecretStr, Field(max_length=16)]


class PayCodeBody(BaseModel):
    """The pay password makes a code; whoever scans the code needs nothing more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pay_password: Annotated[SecretStr, Field(max_length=16)]


class ShownPayCode(BaseModel):
    """What the phone shows, as digits, bar code or QR (`qr_svg`), until `expires_at`."""

    code: str
    qr_svg: str
    expires_at: datetime


class PayCodeRefusal(BaseModel):
    """A payment that a merchant asked for and that was refused; the code is good still."""

    merchant_name: str
    amount_fen: int
    reason: str
    """The refusal's stable code."""
    message: str
    refused_at: datetime


class PaidByCode(BaseModel):
    """What a code has paid, or `frozen` for a merchant that may take it later."""

    trade_no: str
    merchant_name: str
    subject: str
    amount_fen: int
    paid_at: datetime
    frozen: bool = False


class PayCodeState(BaseModel):
    """What has become of a code: `waiting` for a merchant, `asked` whether it may pay (the cashier
    of `trade_no` confirms), `paid`, or `over` without.

    It is `waiting` for a moment after `expires_at`: a payment that came in time may be on its way.
    """

    status: Literal["waiting", "asked", "paid", "over"]
    expires_at: datetime
    paid: PaidByCode | None
    refusal: PayCodeRefusal | None
    """The last one, as long as nothing was paid."""
    trade_no: str | None = None
    """Of what its person is asked to confirm."""


class CashierFund(BaseModel):
    """A way to pay; `reason` tells why it can't be used. What is on a card only its bank knows."""

    fund: Fund
    card_id: str | None
    label: str
    available_fen: int | None
    usable: bool
    reason: str | None


class CashierCardPayment(BaseModel):
    """The last attempt to pay by card: where its money is, and a sentence about it."""

    status: CardPaymentState
    label: str
    amount_fen: int
    note: str | None


class CashierAgreement(BaseModel):
    """Automatic payments that paying agrees to, or `signed` already: then one just pays."""

    signed: bool
    plan: Plan | None
    """None: whatever the merchant asks for, within the person's own limits."""
    valid_until: datetime | None
    seen: str
    """The terms as shown; handed back by who pays."""


class Cashier(BaseModel):
    """A trade as its payer sees it."""

    trade_no: str
    subject: str
    merchant_name: str
    amount_fen: int
    status: Literal["WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED"]
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    funds: list[CashierFund]
    card_payment: CashierCardPayment | None
    signs: CashierAgreement | None


def cashier_out(view: CashierView, language: Language) -> Cashier:
    """`view` in the caller's language."""
    trade = view.trade
    usable = view.available_fen >= trade.amount_fen
    reason = PaymentsRefusal.BALANCE_NOT_ENOUGH
    balance = CashierFund(
        fund=Fund.BALANCE,
        card_id=None,
        label=BALANCE_LABEL.in_language(language),
        available_fen=view.available_fen,
        usable=usable,
        reason=None if usable else (reason.zh if language == "zh" else reason.en),
    )
    return Cashier(
        trade_no=trade.trade_no,
        subject=trade.subject,
        merchant_name=view.merchant.wording.in_language(language),
        amount_fen=trade.amount_fen,
        status=view.status.value,
        created_at=trade.created_at,
        expires_at=trade.expires_at,
        paid_at=trade.paid_at,
        funds=[balance, *_cards(view, language)] if _may_be_paid(view) else [],
        card_payment=_card_payment(view, language),
        signs=_signs(view),
    )


def _signs(view: CashierView) -> CashierAgreement | None:
    signs = view.signs
    if signs is None:
        return None
    return CashierAgreement(
        signed=signs.stands,
        plan=plan_out(signs.terms),
        valid_until=end_out(signs.terms),
        seen=signs.seen,
    )


def _may_be_paid(view: CashierView) -> bool:
    """Nobody is offered to pay again what a bank may be paying just now."""
    last = view.card_payment
    pending = last is not None and last.state is CardPaymentState.PENDING
    return view.status is TradeStatus.WAIT_BUYER_PAY and not pending


def _cards(view: CashierView, language: Language) -> list[CashierFund]:
    return [
        CashierFund(
            fund=Fund.CARD,
            card_id=id_text(CARD_PREFIX, card.card_id),
            label=wallet.card_label(banks.bank_info(card.bank_code), card.last4).in_language(
                language
            ),
            available_fen=None,
            usable=True,
            reason=None,
        )
        for card in view.cards
    ]


_NOTES = {
    CardPaymentState.RETURNING: bills.RETURNING,
    CardPaymentState.RETURNED: bills.RETURNED,
    CardPaymentState.IN_BALANCE: bills.IN_BALANCE,
}


def _card_payment(view: CashierView, language: Language) -> CashierCardPayment | None:
    last = view.card_payment
    if last is None:
        return None
    note = _NOTES.get(last.state)
    if last.state is CardPaymentState.PENDING:
        open_still = view.status is TradeStatus.WAIT_BUYER_PAY
        note = bills.CARD_PENDING if open_still else bills.CARD_PENDING_CLOSED
    failure = last.instruction.failure
    if failure is not None:
        note = Wording(failure.zh, failure.en)
    return CashierCardPayment(
        status=last.state,
        label=label_of(last.instruction).in_language(language),
        amount_fen=last.instruction.amount_fen,
        note=note.in_language(language) if note else None,
    )


def shown_code_out(made: PayCode) -> ShownPayCode:
    return ShownPayCode(code=made.code, qr_svg=qr_svg(made.code), expires_at=made.expires_at)


def code_state_out(view: CodeView, language: Language) -> PayCodeState:
    """`view` in the caller's language."""
    trade, refusal = view.trade, view.refusal
    merchant = ""
    if view.merchant is not None:
        merchant = view.merchant.name if language == "zh" else view.merchant.name_en
    paid = refused = None
    if trade is not None and trade.paid_at is not None:
        paid = PaidByCode(
            trade_no=trade.trade_no,
            merchant_name=merchant,
            subject=trade.subject,
            amount_fen=trade.amount_fen,
            paid_at=trade.paid_at,
        )
    if view.froze is not None:
        paid = PaidByCode(
            trade_no=view.froze.auth_no,
            merchant_name=merchant,
            subject=view.froze.title,
            amount_fen=view.froze.amount_fen,
            paid_at=view.froze.created_at,
            frozen=True,
        )
    if refusal is not None:
        refused = PayCodeRefusal(
            merchant_name=merchant,
            amount_fen=refusal.amount_fen,
            reason=refusal.refused.reason.code,
            message=refusal.refused.sentence(language),
            refused_at=refusal.at,
        )
    return PayCodeState(
        status="paid" if paid else "asked" if view.asked else "over" if view.over else "waiting",
        expires_at=view.code.expires_at,
        paid=paid,
        refusal=refused,
        trade_no=trade.trade_no if trade is not None and view.asked else None,
    )
