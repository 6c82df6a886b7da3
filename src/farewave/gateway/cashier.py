"""/api/v1/checkouts: what a QR code or a merchant's page has led to, for the cashier's pages."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from farewave.db.edge import answer, answer_read, language_of
from farewave.gateway.deps import GatewayDeps, gateway_of
from farewave.gateway.methods.checkouts import SCAN_PATH
from farewave.gateway.returning import ways
from farewave.kit.outcome import Language
from farewave.kit.qr import qr_svg
from farewave.payments import checkouts, vouchers
from farewave.payments.checkout import Product
from farewave.payments.checkouts import CheckoutView
from farewave.payments.link_pictures import picture_route
from farewave.payments.model import TradeStatus
from farewave.people.session import CurrentActor

router = APIRouter(prefix="/api/v1/checkouts", tags=["cashier"])
Token = Annotated[
    str, Path(max_length=64, examples=["0192f0c1d2e37003800012345678abcd0123456789abcdef"])
]
Status = Literal["waiting", "opened", "paid", "closed", "over"]


class Checkout(BaseModel):
    """A merchant's order, for whoever has its link. `over`: nobody opened it in time.

    Of product `auth`, `paid` says that the money is frozen.
    """

    product: Product
    merchant_name: str
    subject: str
    amount_fen: int
    status: Status
    qr_svg: str
    """Its link, to be scanned by a phone."""
    opens_until: datetime
    pay_until: datetime | None
    """Once there is a trade, or where the merchant named an instant."""
    return_to: str | None
    """The merchant's page, with what the platform signed; once it is paid."""
    quit_to: str | None
    """The merchant's page for who leaves without paying."""


class ConfirmBody(BaseModel):
    """The pay password confirms; the amount is the merchant's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pay_password: Annotated[SecretStr, Field(max_length=16)]


class OpenedCheckout(BaseModel):
    """The trade that it has become: the cashier takes it from here."""

    trade_no: str


@router.get("/{token}", response_model=Checkout, operation_id="getCheckout")
async def show_checkout(request: Request, token: Token) -> Response:
    """How it stands. Nobody has to be signed in: a desktop shows it to be scanned."""
    deps, language = gateway_of(request), language_of(request)
    return await answer_read(
        request,
        lambda tx: checkouts.show(tx, token),
        lambda view: _checkout_out(view, deps, language),
    )


@router.post("/{token}/open", response_model=OpenedCheckout, operation_id="openCheckout")
async def open_checkout(request: Request, actor: CurrentActor, token: Token) -> Response:
    """Become its buyer: this makes the trade. Again is the same trade."""
    return await answer(request, lambda tx: checkouts.open_by(tx, actor, token), _opened_out)


@router.post("/{token}/authorization", response_model=Checkout, operation_id="confirmCheckout")
async def confirm_checkout(
    request: Request, actor: CurrentActor, token: Token, body: ConfirmBody
) -> Response:
    """Let the merchant freeze the money, of a checkout that asks for that. Again is the same."""
    deps, language = gateway_of(request), language_of(request)
    return await answer(
        request,
        lambda tx: vouchers.confirm(tx, actor, token, body.pay_password.get_secret_value()),
        lambda view: _checkout_out(view, deps, language),
    )


def code_routes() -> list[Route]:
    """What `app` mounts beside the API."""
    return [picture_route(SCAN_PATH, lambda request: gateway_of(request).platform.base_url)]


def _opened_out(view: CheckoutView) -> OpenedCheckout:
    assert view.trade is not None, "an opened checkout has its trade"
    return OpenedCheckout(trade_no=view.trade.trade_no)


def _checkout_out(view: CheckoutView, deps: GatewayDeps, language: Language) -> Checkout:
    checkout, trade = view.checkout, view.trade
    to = ways(view, deps.platform_key)
    return Checkout(
        product=checkout.product,
        merchant_name=view.merchant.wording.in_language(language),
        subject=checkout.subject,
        amount_fen=checkout.amount_fen,
        status=_status(view),
        qr_svg=qr_svg(f"{deps.platform.base_url}{SCAN_PATH}{checkout.token}"),
        opens_until=checkout.opens_until,
        pay_until=trade.expires_at if trade is not None else checkout.expires_at,
        return_to=to.paid,
        quit_to=to.quit,
    )


def _status(view: CheckoutView) -> Status:
    checkout, trade = view.checkout, view.trade
    if view.authorization is not None:
        return "paid"
    if trade is None:
        if checkout.closed_at is not None:
            return "closed"
        return "over" if view.now >= checkout.opens_until else "waiting"
    if trade.was_paid:
        return "paid"
    over = trade.status is TradeStatus.TRADE_CLOSED or view.now >= trade.expires_at
    return "closed" if over else "opened"
