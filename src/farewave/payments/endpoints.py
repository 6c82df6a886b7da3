"""/api/v1/cashier: look at a trade, pay it; and pay codes for a merchant's scanner."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from farewave.db.edge import answer, answer_once, answer_read, language_of
from farewave.payments import code_payments, service
from farewave.payments.schemas import (
    Cashier,
    PayCodeBody,
    PaymentBody,
    ShownPayCode,
    cashier_out,
)
from farewave.people.session import CurrentActor

router = APIRouter(prefix="/api/v1/cashier", tags=["cashier"])
codes_router = APIRouter(prefix="/api/v1/pay-codes", tags=["cashier"])
TradeNo = Annotated[str, Path(max_length=64, examples=["2026112500112345678900000001"])]


@router.get("/{trade_no}", response_model=Cashier, operation_id="getCashier")
async def show_cashier(request: Request, actor: CurrentActor, trade_no: TradeNo) -> Response:
    """A trade, for the buyer that it names."""
    language = language_of(request)
    return await answer_read(
        request,
        lambda tx: service.cashier(tx, actor, trade_no),
        lambda view: cashier_out(view, language),
    )


@router.post("/{trade_no}/payments", response_model=Cashier, operation_id="payTrade")
async def pay_trade(
    request: Request, actor: CurrentActor, trade_no: TradeNo, body: PaymentBody
) -> Response:
    """Pay a trade with the pay password; the balance is charged once, however often one asks."""
    language = language_of(request)
    return await answer_once(
        request,
        shard=actor.shard,
        actor_id=actor.person_id,
        operation="payments.pay",
        body=body,
        work=lambda tx: service.pay(
            tx, actor, trade_no, body.fund, body.pay_password.get_secret_value()
        ),
        present=lambda view: cashier_out(view, language),
    )


@codes_router.post("", response_model=ShownPayCode, status_code=201, operation_id="issuePayCode")
async def issue_pay_code(request: Request, actor: CurrentActor, body: PayCodeBody) -> Response:
    """A code that pays once, within minutes, whoever scans it; each call makes a fresh one."""
    return await answer(
        request,
        lambda tx: code_payments.issue_code(tx, actor, body.pay_password.get_secret_value()),
        lambda made: ShownPayCode(code=made.code, expires_at=made.expires_at),
        status=201,
    )
