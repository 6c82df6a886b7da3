"""The balance and top-ups."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from farewave.banks import service as banks
from farewave.banks.errors import BanksRefusal
from farewave.db.edge import answer_read, database_of, language_of, refusal_response
from farewave.db.idempotency import command_key, digest_of
from farewave.db.transaction import ReadTx
from farewave.kit.ids import parse_id
from farewave.kit.outcome import KitRefusal, Refused
from farewave.people.session import CurrentActor
from farewave.wallet import model, schemas, service, topping_up
from farewave.wallet.deps import wallet_of
from farewave.wallet.endpoints.common import PREFIX, IdText, refused
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import TOP_UP_PREFIX

router = APIRouter(prefix=PREFIX, tags=["wallet"])
_CARD_PREFIX = "crd"


@router.get("", include_in_schema=False)
@router.get("/", response_model=schemas.Wallet, operation_id="getWallet")
async def get_wallet(request: Request, actor: CurrentActor) -> Response:
    """What the signed-in person has."""

    async def work(tx: ReadTx) -> model.WalletView:
        return await service.balance(tx, actor.shard, actor.person_id)

    return await answer_read(request, work, schemas.wallet_out)


@router.post("/top-ups", status_code=201, response_model=schemas.TopUp, operation_id="topUp")
async def begin_top_up(request: Request, body: schemas.TopUpWish, actor: CurrentActor) -> Response:
    """Top the balance up from a bound card.

    201 in any case that the bank was asked: `status` says whether it took the money (`succeeded`),
    refused (`failed`), or hasn't answered yet (`pending`). The same key again answers how the same
    top-up stands now.
    """
    key = command_key(request.headers.get("idempotency-key"))
    if key is None:
        return refused(request, KitRefusal.KEY_MISSING)
    card_id = parse_id(_CARD_PREFIX, body.card_id)
    if card_id is None:
        return refused(request, BanksRefusal.CARD_UNKNOWN)
    outcome = await topping_up.top_up(
        database_of(request),
        wallet_of(request),
        actor,
        card_id=card_id,
        amount_fen=body.amount_fen,
        pay_password=body.pay_password.get_secret_value(),
        key=key,
        digest=digest_of(request.method, request.url.path, body),
    )
    if isinstance(outcome, Refused):
        return refusal_response(outcome, language_of(request))
    return Response(
        _top_up(request, outcome).model_dump_json(),
        status_code=201,
        headers={"cache-control": "no-store"},
        media_type="application/json",
    )


@router.get("/top-ups/{top_up_id}", response_model=schemas.TopUp, operation_id="getTopUp")
async def get_top_up(request: Request, top_up_id: IdText, actor: CurrentActor) -> Response:
    """How a top-up stands."""
    the_id = parse_id(TOP_UP_PREFIX, top_up_id)
    if the_id is None:
        return refused(request, WalletRefusal.TOP_UP_UNKNOWN)

    async def work(tx: ReadTx) -> model.TopUp | Refused:
        return await service.top_up(tx, actor, the_id)

    return await answer_read(request, work, lambda found: _top_up(request, found))


def _top_up(request: Request, top_up: model.TopUp) -> schemas.TopUp:
    bank = banks.bank_info(top_up.bank_code)
    return schemas.top_up_out(top_up, bank, service.note_of(top_up), language_of(request))
