"""The nouns of payments. Amounts are fen, times UTC."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from farewave.kit.clock import SHANGHAI
from farewave.kit.ids import derived_id
from farewave.wallet.model import Wording

SELLER_RANGE = "2088999"
"""Sellers' numbers begin so; people's hold their shard there, which is below 999."""


class TradeStatus(StrEnum):
    """The Open Platform's own names."""

    WAIT_BUYER_PAY = "WAIT_BUYER_PAY"
    TRADE_SUCCESS = "TRADE_SUCCESS"
    TRADE_FINISHED = "TRADE_FINISHED"
    TRADE_CLOSED = "TRADE_CLOSED"


class Fund(StrEnum):
    """What a payer pays with."""

    BALANCE = "balance"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who sells. `seller_id` is its number on the Open Platform."""

    merchant_id: UUID
    seller_id: str
    name: str
    name_en: str

    @property
    def wording(self) -> Wording:
        """The name in both languages."""
        return Wording(self.name, self.name_en)

    def account_id(self, shard: int) -> UUID:
        """The ledger account that holds the merchant's money on `shard`."""
        return merchant_account_id(self.merchant_id, shard)


@lru_cache(maxsize=4096)  # few merchants take most payments
def merchant_account_id(merchant_id: UUID, shard: int) -> UUID:
    """A merchant has a sub-account in every shard, so that a payment stays on the payer's."""
    return derived_id(merchant_id, shard, "payments.merchant")


class Place(NamedTuple):
    """Where a merchant sold something, by numbers of its own: for its reports alone."""

    store_id: str | None = None
    terminal_id: str | None = None
    operator_id: str | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class NewTrade:
    """A trade as a merchant asks for it. `expires_at` None: the longest time there is.

    `agent_app_id`: the application of somebody else that asked in the merchant's name, if one did.
    """

    merchant_id: UUID
    app_id: str
    out_trade_no: str
    subject: str
    amount_fen: int
    buyer_user_no: str
    expires_at: datetime | None
    notify_url: str | None
    body: str | None = None
    passback_params: str | None = None
    place: Place = NOWHERE
    agent_app_id: str | None = None


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade. `payer_id` is the person whose `buyer_user_no` the merchant named.

    `app_id` is the merchant's own; `agent_app_id` the one that acted for it, if one did.
    """

    shard: int
    trade_no: str
    trade_id: UUID
    merchant_id: UUID
    seller_id: str
    app_id: str
    out_trade_no: str
    subject: str
    body: str | None
    amount_fen: int
    payer_id: UUID
    buyer_user_no: str
    status: TradeStatus
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None
    refunded_fen: int
    fund: Fund | None
    notify_url: str | None
    passback_params: str | None
    agent_app_id: str | None = None

    @property
    def payment_id(self) -> UUID:
        """The ledger's id of the payment: one trade, one transfer."""
        return derived_id(self.trade_id, self.shard, "payments.payment")

    def refund_id(self, out_request_no: str) -> UUID:
        """The ledger's id of a refund: one request number, one transfer."""
        return derived_id(self.trade_id, self.shard, f"payments.refund.{out_request_no}")

    @property
    def business(self) -> str:
        """How the ledger names this trade."""
        return f"trade:{self.trade_no}"

    @property
    def was_paid(self) -> bool:
        return self.paid_at is not None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that went back to the payer."""

    refund_id: UUID
    out_request_no: str
    amount_fen: int
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundDone:
    """`fresh` is False when the same request was carried out before."""

    trade: Trade
    refund: Refund
    fresh: bool


class Action(StrEnum):
    """What cancelling did, in the Open Platform's words."""

    CLOSE = "close"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A cancelled order number. No `trade`: none stood for it, and none ever will."""

    trade: Trade | None
    action: Action | None
    refund: Refund | None = None


def seller_id_of(merchant_id: UUID, attempt: int) -> str:
    """A merchant's number on the Open Platform; another for each `attempt`, if it is taken."""
    digest = hashlib.sha256(merchant_id.bytes + bytes([attempt])).digest()
    return f"{SELLER_RANGE}{int.from_bytes(digest[:8], 'big') % 10**9:09d}"


def trade_no_of(shard: int, now: datetime, noise: int) -> str:
    """28 digits: China's day, the shard, the time of day in milliseconds, `noise` below 10^8."""
    day, of_day = _moment(now)
    return f"{day}{shard:03d}{of_day}{noise:08d}"


@lru_cache(maxsize=256)  # the trades of a batch are of one instant
def _moment(now: datetime) -> tuple[str, str]:
    """China's day and the time of day in milliseconds, in digits."""
    local = now.astimezone(SHANGHAI)
    return f"{local:%Y%m%d}", f"{local:%H%M%S}{local.microsecond // 1000:03d}"


def shard_of_trade_no(trade_no: str) -> int | None:
    """The shard written in a trade number, or None when it can't be one."""
    if len(trade_no) != 28 or not (trade_no.isascii() and trade_no.isdigit()):
        return None
    return int(trade_no[8:11])
