"""/api/v1/cashier: look at a trade, pay it."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from farewave.db.edge import answer_once, answer_read, language_of
from farewave.payments import service
from farewave.payments.schemas import Cashier, PaymentBody, cashier_out
from farewave.people.session import CurrentActor

router = APIRouter(prefix="/api/v1/cashier", tags=["cashier"])
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
