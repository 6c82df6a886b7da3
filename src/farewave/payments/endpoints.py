"""/api/v1/cashier: look at a trade, pay it; and pay codes for a merchant's scanner."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from farewave.banks.deps import banks_of
from farewave.banks.errors import BanksRefusal
from farewave.banks.model import CARD_PREFIX
from farewave.db.edge import (
    answer,
    answer_once,
    answer_outcome,
    answer_read,
    database_of,
    language_of,
    refusal_response,
)
from farewave.db.idempotency import command_key, digest_of
from farewave.kit.ids import parse_id
from farewave.kit.outcome import KitRefusal, Refused
from farewave.payments import codes, paying_by_card, service
from farewave.payments.card_payments import CardWish
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import Fund
from farewave.payments.schemas import (
    Cashier,
    PayCodeBody,
    PayCodeState,
    PaymentBody,
    ShownPayCode,
    cashier_out,
    code_state_out,
    shown_code_out,
)
from farewave.people.model import Actor
from farewave.people.session import CurrentActor

router = APIRouter(prefix="/api/v1/cashier", tags=["cashier"])
codes_router = APIRouter(prefix="/api/v1/pay-codes", tags=["cashier"])
Code = Annotated[str, Path(max_length=32, examples=["280011234567890123"])]
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
    """Pay a trade with the pay password; it is charged once, however often one asks.

    From a card (`card_id`): `card_payment.status` says whether the bank took the money (`paid`),
    refused (`failed`), or hasn't answered yet (`pending`); the trade waits on then.
    """
    language = language_of(request)
    if body.fund is Fund.CARD:
        return await _pay_by_card(request, actor, trade_no, body)
    return await answer_once(
        request,
        shard=actor.shard,
        actor_id=actor.person_id,
        operation="payments.pay",
        body=body,
        work=lambda tx: service.pay(
            tx,
            actor,
            trade_no,
            body.fund,
            body.pay_password.get_secret_value(),
            agreed=body.agreed,
        ),
        present=lambda view: cashier_out(view, language),
    )


async def _pay_by_card(
    request: Request, actor: Actor, trade_no: str, body: PaymentBody
) -> Response:
    language = language_of(request)
    key = command_key(request.headers.get("idempotency-key"))
    if key is None:
        return refusal_response(Refused(KitRefusal.KEY_MISSING), language)
    if body.card_id is None:
        return refusal_response(Refused(PaymentsRefusal.CARD_NEEDED), language)
    card_id = parse_id(CARD_PREFIX, body.card_id)
    if card_id is None:
        return refusal_response(Refused(BanksRefusal.CARD_UNKNOWN), language)
    wish = CardWish(
        card_id=card_id,
        pay_password=body.pay_password.get_secret_value(),
        key=key,
        digest=digest_of(request.method, request.scope["path"], body),
        agreed=body.agreed,
    )
    view = await paying_by_card.pay(database_of(request), banks_of(request), actor, trade_no, wish)
    return answer_outcome(request, view, lambda paid: cashier_out(paid, language))


@codes_router.post("", response_model=ShownPayCode, status_code=201, operation_id="issuePayCode")
async def issue_pay_code(request: Request, actor: CurrentActor, body: PayCodeBody) -> Response:
    """A code that pays once, within minutes, whoever scans it; each call makes a fresh one."""
    return await answer(
        request,
        lambda tx: codes.issue_code(tx, actor, body.pay_password.get_secret_value()),
        shown_code_out,
        status=201,
    )


@codes_router.get("/{code}", response_model=PayCodeState, operation_id="showPayCode")
async def show_pay_code(request: Request, actor: CurrentActor, code: Code) -> Response:
    """What has become of one's own code: paid whom and how much, refused why, or still waiting."""
    language = language_of(request)
    return await answer_read(
        request,
        lambda tx: codes.show_code(tx, actor, code),
        lambda view: code_state_out(view, language),
    )
