"""Rail's payments: its port filled with a client of the Open Platform's signed messages.

In process by default; with `FAREWAVE_RAIL_GATEWAY_URL` over HTTP against any gateway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.db import Database
from farewave.gateway.client import Answered, NoAnswer, OpenPlatformClient, verify_notification
from farewave.kit.clock import shanghai_text
from farewave.kit.money import parse_yuan, yuan_text
from farewave.rail.ports import (
    PlatformRefused,
    PlatformUnknown,
    Refunded,
    TradeAlreadyPaid,
    TradeClosed,
    TradeMade,
    TradeMissing,
    TradeState,
)

_SUCCESS = "10000"
_BUSINESS_FAILED = "40004"
_CHINA = ZoneInfo("Asia/Shanghai")
_PAID = ("TRADE_SUCCESS", "TRADE_FINISHED")


@dataclass(frozen=True, slots=True)
class RailPayments:
    """`rail.ports.PaymentPlatform` over the Open Platform."""

    database: Database
    client: OpenPlatformClient
    notify_url: str

    async def create_trade(
        self,
        *,
        out_trade_no: str,
        amount_fen: int,
        subject: str,
        buyer_user_no: str,
        expires_at: datetime,
    ) -> TradeMade | PlatformRefused | PlatformUnknown:
        answer = await self._call(
            "alipay.trade.create",
            {
                "out_trade_no": out_trade_no,
                "total_amount": yuan_text(amount_fen),
                "subject": subject,
                "buyer_id": buyer_user_no,
                "time_expire": shanghai_text(expires_at),
            },
            notify_url=self.notify_url,
        )
        if isinstance(answer, Answered):
            trade_no = answer.node.get("trade_no")
            return (
                TradeMade(str(trade_no))
                if trade_no
                else PlatformUnknown("no trade_no in the answer")
            )
        return answer

    async def query_trade(
        self, out_trade_no: str
    ) -> TradeState | TradeMissing | PlatformRefused | PlatformUnknown:
        answer = await self._call("alipay.trade.query", {"out_trade_no": out_trade_no})
        if isinstance(answer, PlatformRefused):
            return _missing(answer)
        if isinstance(answer, PlatformUnknown):
            return answer
        amount_fen = parse_yuan(str(answer.node.get("total_amount", "")))
        if amount_fen is None:
            return PlatformUnknown("no total_amount in the answer")
        buyer = answer.node.get("buyer_user_id")
        return TradeState(
            trade_no=str(answer.node["trade_no"]),
            status=str(answer.node["trade_status"]),
            amount_fen=amount_fen,
            buyer_user_no=str(buyer) if buyer else None,
            paid_at=_instant(answer.node.get("send_pay_date")),
        )

    async def close_trade(
        self, out_trade_no: str
    ) -> TradeClosed | TradeMissing | TradeAlreadyPaid | PlatformRefused | PlatformUnknown:
        answer = await self._call("alipay.trade.close", {"out_trade_no": out_trade_no})
        if isinstance(answer, Answered):
            return TradeClosed()
        if isinstance(answer, PlatformUnknown):
            return answer
        missing = _missing(answer)
        if isinstance(missing, TradeMissing):
            return missing
        # The platform's word for "too late" doesn't tell paid from closed: ask which it is.
        state = await self.query_trade(out_trade_no)
        if isinstance(state, TradeState):
            if state.status in _PAID:
                return TradeAlreadyPaid()
            if state.status == "TRADE_CLOSED":
                return TradeClosed()
            return answer
        return state

    async def refund_trade(
        self, out_trade_no: str, out_request_no: str, amount_fen: int, why: str
    ) -> Refunded | PlatformRefused | PlatformUnknown:
        answer = await self._call(
            "alipay.trade.refund",
            {
                "out_trade_no": out_trade_no,
                "out_request_no": out_request_no,
                "refund_amount": yuan_text(amount_fen),
                "refund_reason": why,
            },
        )
        return Refunded() if isinstance(answer, Answered) else answer

    async def _call(
        self, method: str, content: dict[str, Any], *, notify_url: str | None = None
    ) -> Answered | PlatformRefused | PlatformUnknown:
        """A success, a final no, or not knowing: only 40004 says that nothing happened."""
        async with self.database.reading() as tx:
            now = tx.now
        answer = await self.client.call(method, content, notify_url=notify_url, now=now)
        if isinstance(answer, NoAnswer):
            return PlatformUnknown(answer.why)
        if answer.code == _SUCCESS:
            return answer
        if answer.code == _BUSINESS_FAILED and answer.sub_code != "ACQ.SYSTEM_ERROR":
            return PlatformRefused(answer.code, answer.sub_code, answer.sub_msg or answer.msg)
        return PlatformUnknown(f"{answer.code} {answer.sub_code}")


@dataclass(frozen=True, slots=True)
class RailNotificationCheck:
    """`rail.ports.NotificationCheck`: the platform's own signature."""

    platform_key: rsa.RSAPublicKey

    def verified(self, params: Mapping[str, str]) -> bool:
        return verify_notification(params, self.platform_key)


def _missing(answer: PlatformRefused) -> TradeMissing | PlatformRefused:
    return TradeMissing() if answer.sub_code == "ACQ.TRADE_NOT_EXIST" else answer


def _instant(text: object) -> datetime | None:
    try:
        local = datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - zone below
    except ValueError:
        return None
    return local.replace(tzinfo=_CHINA)
