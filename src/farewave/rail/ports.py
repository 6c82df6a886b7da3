"""What rail needs of the outside; only `app` fills it.

Rail is a merchant like any other: it pays through the Open Platform's signed messages. Every call
may be made twice, may fail, and may have worked although no answer came (`PlatformUnknown`). None
of them is made inside a transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PlatformRefused:
    """The platform answered, and said no."""

    code: str
    sub_code: str
    message: str


@dataclass(frozen=True, slots=True)
class PlatformUnknown:
    """No answer, or one that proves nothing: the call may have worked."""

    why: str


@dataclass(frozen=True, slots=True)
class TradeMade:
    """The trade is there, from this call or an earlier one."""

    trade_no: str


@dataclass(frozen=True, slots=True)
class TradeState:
    """A trade as the platform sees it; `status` is WAIT_BUYER_PAY, TRADE_SUCCESS …"""

    trade_no: str
    status: str
    amount_fen: int
    buyer_user_no: str | None
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class TradeMissing:
    """The platform knows no trade of this number (it may still come, if a call is on its way)."""


@dataclass(frozen=True, slots=True)
class TradeClosed:
    """The trade takes no money any more, and never took any."""


@dataclass(frozen=True, slots=True)
class TradeAlreadyPaid:
    """Too late to close: the money is there."""


@dataclass(frozen=True, slots=True)
class Refunded:
    """The money went back, by this call or an earlier one with the same request number."""


class PaymentPlatform(Protocol):
    """The Open Platform, as this merchant uses it. `out_trade_no` is the order's number."""

    async def create_trade(
        self,
        *,
        out_trade_no: str,
        amount_fen: int,
        subject: str,
        buyer_user_no: str,
        expires_at: datetime,
    ) -> TradeMade | PlatformRefused | PlatformUnknown: ...

    async def query_trade(
        self, out_trade_no: str
    ) -> TradeState | TradeMissing | PlatformRefused | PlatformUnknown: ...

    async def close_trade(
        self, out_trade_no: str
    ) -> TradeClosed | TradeMissing | TradeAlreadyPaid | PlatformRefused | PlatformUnknown: ...

    async def refund_trade(
        self, out_trade_no: str, out_request_no: str, amount_fen: int, why: str
    ) -> Refunded | PlatformRefused | PlatformUnknown: ...


class NotificationCheck(Protocol):
    """Whether a notification is the platform's own."""

    def verified(self, params: Mapping[str, str]) -> bool: ...


class TicketSigner(Protocol):
    """Signs the codes on tickets; 64 octets each (`code.Ed25519TicketSigner`)."""

    def sign(self, octets: bytes) -> bytes: ...

    def verifies(self, signature: bytes, octets: bytes) -> bool: ...
