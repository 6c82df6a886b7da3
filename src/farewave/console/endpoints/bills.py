"""A merchant's bills: the files that the gateway makes, by the same short-lived addresses."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from farewave.console.deps import console_of
from farewave.console.errors import ConsoleRefusal
from farewave.console.session import MerchantActor
from farewave.db import ReadTx
from farewave.db.edge import answer_read
from farewave.gateway.billing import BillType
from farewave.gateway.deps import gateway_of
from farewave.gateway.downloads import Period, download_url
from farewave.kit.clock import shanghai_day
from farewave.kit.outcome import Refused
from farewave.payments import service as payments
from farewave.payments import statements

router = APIRouter()
_REFUSED = Refused(ConsoleRefusal.BILL_NOT_THERE)


class ConsoleBill(BaseModel):
    """Where the file is fetched; good for half a minute."""

    download_url: str


@router.get("/bill", response_model=ConsoleBill, operation_id="getConsoleBill")
async def get_bill(
    request: Request,
    actor: MerchantActor,
    bill_date: Annotated[
        str, Query(pattern=r"^2[0-9]{3}-[0-9]{2}(-[0-9]{2})?$", examples=["2026-11-27"])
    ],
    bill_type: Annotated[BillType, Query()] = BillType.TRADE,
) -> Response:
    """The file of a day, or of a month (`2026-11`): made from the day after on."""
    assert actor.merchant_id is not None
    merchant_id = actor.merchant_id
    key = gateway_of(request).platform_key
    period = _period(bill_date)

    async def work(tx: ReadTx) -> str | Refused:
        merchant = await payments.merchant(tx, merchant_id)
        assert merchant is not None, "an account belongs to a merchant"
        if period is None or period.following > shanghai_day(tx.now):
            return _REFUSED
        if period.end <= await statements.registered_at(tx, merchant_id):
            return _REFUSED
        origin = console_of(request).site.origin
        return download_url(origin, merchant, bill_type, period, key, tx.now)

    return await answer_read(request, work, lambda address: ConsoleBill(download_url=address))


def _period(text: str) -> Period | None:
    try:
        first = date.fromisoformat(text if len(text) > len("2026-11") else f"{text}-01")
    except ValueError:
        return None
    return Period(first.year, first.month, first.day if len(text) > len("2026-11") else None)
