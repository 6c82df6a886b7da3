"""/api/v1/shop-codes: a merchant's code in its shop, for who scanned it."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from farewave.db.edge import answer_once, answer_read, language_of
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.payments import shop_codes
from farewave.payments.deps import payments_of
from farewave.payments.link_pictures import picture_route
from farewave.payments.shop_code import PATH
from farewave.people.session import CurrentActor

router = APIRouter(prefix="/api/v1/shop-codes", tags=["cashier"])
Token = Annotated[
    str, Path(max_length=64, examples=["0192f0c1d2e37003800012345678abcd0123456789abcdef"])
]


class ShopCode(BaseModel):
    """Whom one pays, and what is sold where the code hangs."""

    merchant_name: str
    label: str


class ShopPaymentBody(BaseModel):
    """How much, as the person in the shop was told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount_fen: Annotated[int, Field(gt=0, le=AMOUNT_FEN_MAX)]


class ShopTrade(BaseModel):
    """The trade: the cashier takes it from here."""

    trade_no: str


@router.get("/{token}", response_model=ShopCode, operation_id="getShopCode")
async def show_code(request: Request, token: Token) -> Response:
    """Whose code it is; nobody has to be signed in."""
    language = language_of(request)
    return await answer_read(
        request,
        lambda tx: shop_codes.show(tx, token),
        lambda found: ShopCode(
            merchant_name=found[1].wording.in_language(language), label=found[0].label
        ),
    )


@router.post(
    "/{token}/trades", response_model=ShopTrade, status_code=201, operation_id="beginShopTrade"
)
async def begin_trade(
    request: Request, actor: CurrentActor, token: Token, body: ShopPaymentBody
) -> Response:
    """Say how much: this makes the trade that the person pays then."""
    return await answer_once(
        request,
        shard=actor.shard,
        actor_id=actor.person_id,
        operation="payments.shop_trade",
        body=body,
        work=lambda tx: shop_codes.begin_trade(tx, actor, token, body.amount_fen),
        present=lambda trade: ShopTrade(trade_no=trade.trade_no),
        status=201,
    )


def picture_routes() -> list[Route]:
    """What `app` mounts beside the API."""
    return [picture_route(PATH, lambda request: payments_of(request).base_url)]
