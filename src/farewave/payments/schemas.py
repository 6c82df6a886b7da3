"""The wire types of the cashier."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from farewave.kit.outcome import Language
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import Fund, TradeStatus
from farewave.payments.service import CashierView


class PaymentBody(BaseModel):
    """What to pay with. The amount is the trade's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fund: Fund
    pay_password: Annotated[SecretStr, Field(max_length=16)]


class PayCodeBody(BaseModel):
    """The pay password makes a code; whoever scans the code needs nothing more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pay_password: Annotated[SecretStr, Field(max_length=16)]


class ShownPayCode(BaseModel):
    """What the phone shows, as digits, bar code or QR, until `expires_at`."""

    code: str
    expires_at: datetime


class CashierFund(BaseModel):
    """A way to pay; `reason` tells why it can't be used."""

    fund: Fund
    label: str
    available_fen: int
    usable: bool
    reason: str | None


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


_BALANCE: dict[Language, str] = {"zh": "账户余额", "en": "Balance"}


def cashier_out(view: CashierView, language: Language) -> Cashier:
    """`view` in the caller's language."""
    trade = view.trade
    usable = view.available_fen >= trade.amount_fen
    reason = PaymentsRefusal.BALANCE_NOT_ENOUGH
    balance = CashierFund(
        fund=Fund.BALANCE,
        label=_BALANCE[language],
        available_fen=view.available_fen,
        usable=usable,
        reason=None if usable else (reason.zh if language == "zh" else reason.en),
    )
    return Cashier(
        trade_no=trade.trade_no,
        subject=trade.subject,
        merchant_name=view.merchant.name if language == "zh" else view.merchant.name_en,
        amount_fen=trade.amount_fen,
        status=view.status.value,
        created_at=trade.created_at,
        expires_at=trade.expires_at,
        paid_at=trade.paid_at,
        funds=[balance] if view.status is TradeStatus.WAIT_BUYER_PAY else [],
    )
