"""Where the platform tells of money: a signed form, answered with exactly `success` or `fail`.

Anything but `success` makes the platform tell again, so `fail` is for what may be right the next
time or must be looked at; news that changes nothing is a success.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from farewave.db import Tx
from farewave.db.edge import database_of, unstorable
from farewave.kit.clock import SHANGHAI
from farewave.kit.money import parse_yuan
from farewave.kit.outcome import Refused
from farewave.rail import service
from farewave.rail.deps import RailDeps, rail_of
from farewave.rail.model import PaidTrade
from farewave.rail.rules.payments import MoneyOutcome
from farewave.rail.trades import PAID_STATUSES

router = APIRouter(prefix="/rail/alipay", tags=["rail"])

_FIELDS_MAX = 100
log = structlog.get_logger("farewave.rail")


@router.post("/notify", include_in_schema=False)
async def notify(request: Request) -> PlainTextResponse:
    """Take a trade notification: check whose and whom it is for, then record the money."""
    params = _form(await request.body())
    if params is None or not _is_for_us(params, rail_of(request)):
        return PlainTextResponse("fail")
    if params.get("trade_status") not in PAID_STATUSES:
        return PlainTextResponse("success")  # waiting, or closed without money: nothing to do
    amount_fen = parse_yuan(params.get("total_amount", ""))
    if amount_fen is None or not params.get("trade_no"):
        return PlainTextResponse("fail")

    async def record(tx: Tx) -> MoneyOutcome | None:
        ref = await service.order_by_number(tx, params.get("out_trade_no", ""))
        if ref is None:
            return None
        paid_at = _instant(params.get("gmt_payment", "")) or tx.now
        return await service.record_payment(
            tx, ref, PaidTrade(params["trade_no"], amount_fen, paid_at)
        )

    outcome = await database_of(request).run(record)
    if isinstance(outcome, Refused) or outcome in (None, MoneyOutcome.WRONG_AMOUNT):
        log.error("rail.notification_fits_no_order", outcome=str(outcome))
        return PlainTextResponse("fail")
    return PlainTextResponse("success")


def _form(body: bytes) -> dict[str, str] | None:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError:
        return None
    params = dict(pairs)
    if len(params) != len(pairs) or any(map(unstorable, params.values())):
        return None
    return params


def _is_for_us(params: Mapping[str, str], deps: RailDeps) -> bool:
    """The platform's signature, then the application and the seller that are meant."""
    if not deps.check.verified(params):
        log.warning("rail.notification_forged")
        return False
    if params.get("app_id") != deps.app_id or params.get("seller_id") != deps.seller_id:
        log.warning("rail.notification_for_another")
        return False
    return True


def _instant(text: str) -> datetime | None:
    """The UTC instant of `yyyy-MM-dd HH:mm:ss` in China, or None."""
    try:
        local = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
    return local.astimezone(UTC)
