"""The wire types of phones that make pay codes, and of what people are asked to confirm."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from farewave.kit.ids import id_text
from farewave.kit.outcome import Language
from farewave.payments import code_devices, limits
from farewave.payments.confirmations import Question
from farewave.payments.limits import Spending
from farewave.payments.model import Trade, TradeStatus
from farewave.payments.paycode import PayCode
from farewave.people.model import UNKNOWN_DEVICE

CODE_DEVICE_PREFIX = "cdv"
_PublicKey = Annotated[str, Field(max_length=128, examples=["BHG…"])]


class EnrolBody(BaseModel):
    """`public_key`: the phone's point on P-256, uncompressed, in base64url."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    public_key: _PublicKey
    pay_password: Annotated[SecretStr, Field(max_length=16)]


class Enrolled(BaseModel):
    """The server's public key: with it the phone comes to the same key as the server."""

    server_public_key: str


class Tickets(BaseModel):
    """Each makes the codes of half a minute, until `expires_at`."""

    tickets: list[str]
    expires_at: datetime
    now: datetime


class CodeDevice(BaseModel):
    """A phone that makes codes. `name` is like `iPhone · Safari`, empty when not known."""

    device_id: str
    name: str
    enrolled_at: datetime
    is_this: bool


class UnaskedBody(BaseModel):
    """What codes may pay without asking: at once, and in a day. Nothing: each one is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    payment_fen: Annotated[int, Field(ge=0, le=limits.UNASKED_PAYMENT_FEN_MAX)]
    day_fen: Annotated[int, Field(ge=0, le=limits.UNASKED_DAY_FEN_MAX)]
    pay_password: Annotated[SecretStr, Field(max_length=16)]


class Unasked(BaseModel):
    """What codes may pay without asking, and what they paid so today."""

    payment_fen: int
    day_fen: int
    spent_fen: int
    payment_fen_max: int
    day_fen_max: int


class PayQuestion(BaseModel):
    """A merchant asks for so much: the cashier of `trade_no` confirms, or it is declined."""

    trade_no: str
    merchant_name: str
    subject: str
    amount_fen: int
    expires_at: datetime


class Declined(BaseModel):
    """The trade is closed; nothing was charged."""

    trade_no: str
    status: TradeStatus


def public_key_in(text: str) -> bytes:
    """The octets that were sent; what isn't base64url is no key, as nothing is."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def enrolled_out(public_key: bytes) -> Enrolled:
    key = base64.urlsafe_b64encode(public_key).rstrip(b"=").decode()
    return Enrolled(server_public_key=key)


def tickets_out(tickets: Sequence[PayCode]) -> Tickets:
    first = tickets[0]
    return Tickets(
        tickets=[each.code for each in tickets], expires_at=first.expires_at, now=first.issued_at
    )


def code_device_out(device: code_devices.CodeDevice) -> CodeDevice:
    return CodeDevice(
        device_id=id_text(CODE_DEVICE_PREFIX, device.device_id),
        name="" if device.label == UNKNOWN_DEVICE else device.label,
        enrolled_at=device.enrolled_at,
        is_this=device.is_this,
    )


def unasked_out(spent: Spending) -> Unasked:
    return Unasked(
        payment_fen=spent.unasked_payment_max_fen,
        day_fen=spent.unasked_day_max_fen,
        spent_fen=spent.unasked_fen,
        payment_fen_max=limits.UNASKED_PAYMENT_FEN_MAX,
        day_fen_max=limits.UNASKED_DAY_FEN_MAX,
    )


def question_out(question: Question, language: Language) -> PayQuestion:
    return PayQuestion(
        trade_no=question.trade_no,
        merchant_name=question.merchant.in_language(language),
        subject=question.subject,
        amount_fen=question.amount_fen,
        expires_at=question.expires_at,
    )


def declined_out(trade: Trade) -> Declined:
    return Declined(trade_no=trade.trade_no, status=trade.status)
