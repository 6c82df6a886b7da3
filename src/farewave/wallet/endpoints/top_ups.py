"""The balance; money between it and bound cards."""

from collections.abc import Callable

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from farewave.banks import service as banks
from farewave.banks.errors import BanksRefusal
from farewave.banks.instruction import Instruction, Purpose, prefix_of
from farewave.banks.model import CARD_PREFIX, BankInfo
from farewave.db.edge import answer_outcome, answer_read, database_of, language_of
from farewave.db.idempotency import command_key, digest_of
from farewave.db.transaction import ReadTx
from farewave.kit.ids import parse_id
from farewave.kit.outcome import KitRefusal, Language, Refused
from farewave.people.model import Actor
from farewave.people.session import CurrentActor
from farewave.wallet import model, moving, schemas, service
from farewave.wallet.deps import wallet_of
from farewave.wallet.endpoints.common import PREFIX, IdText, refused
from farewave.wallet.errors import WalletRefusal

router = APIRouter(prefix=PREFIX, tags=["wallet"])
Present = Callable[[Instruction, BankInfo, model.Wording | None, Language], BaseModel]


@router.get("", include_in_schema=False)
@router.get("/", response_model=schemas.Wallet, operation_id="getWallet")
async def get_wallet(request: Request, actor: CurrentActor) -> Response:
    """What the signed-in person has."""

    async def work(tx: ReadTx) -> model.WalletView:
        return await service.balance(tx, actor.shard, actor.person_id)

    return await answer_read(request, work, schemas.wallet_out)


@router.post("/top-ups", status_code=201, response_model=schemas.TopUp, operation_id="topUp")
async def begin_top_up(request: Request, body: schemas.MoveWish, actor: CurrentActor) -> Response:
    """Top the balance up from a bound card.

    201 in any case that the bank was asked: `status` says whether it took the money (`succeeded`),
    refused (`failed`), or hasn't answered yet (`pending`). The same key again answers how the same
    top-up stands now.
    """
    return await _move(request, body, actor, Purpose.TOP_UP, schemas.top_up_out)


@router.get("/top-ups/{top_up_id}", response_model=schemas.TopUp, operation_id="getTopUp")
async def get_top_up(request: Request, top_up_id: IdText, actor: CurrentActor) -> Response:
    """How a top-up stands."""
    the_id = parse_id(prefix_of(Purpose.TOP_UP), top_up_id)
    if the_id is None:
        return refused(request, WalletRefusal.TOP_UP_UNKNOWN)

    async def work(tx: ReadTx) -> Instruction | Refused:
        return await service.top_up(tx, actor, the_id)

    return await answer_read(
        request, work, lambda found: _presented(request, found, schemas.top_up_out)
    )


@router.post(
    "/withdrawals", status_code=201, response_model=schemas.Withdrawal, operation_id="withdraw"
)
async def begin_withdrawal(
    request: Request, body: schemas.MoveWish, actor: CurrentActor
) -> Response:
    """Withdraw from the balance to a bound card.

    As for a top-up: `pending` while the bank hasn't answered; the money has left the balance then,
    and comes back by itself if the bank refuses (`failed`).
    """
    return await _move(request, body, actor, Purpose.WITHDRAWAL, schemas.withdrawal_out)


@router.get(
    "/withdrawals/{withdrawal_id}",
    response_model=schemas.Withdrawal,
    operation_id="getWithdrawal",
)
async def get_withdrawal(request: Request, withdrawal_id: IdText, actor: CurrentActor) -> Response:
    """How a withdrawal stands."""
    the_id = parse_id(prefix_of(Purpose.WITHDRAWAL), withdrawal_id)
    if the_id is None:
        return refused(request, WalletRefusal.WITHDRAWAL_UNKNOWN)

    async def work(tx: ReadTx) -> Instruction | Refused:
        return await service.withdrawal(tx, actor, the_id)

    return await answer_read(
        request, work, lambda found: _presented(request, found, schemas.withdrawal_out)
    )


async def _move(
    request: Request, body: schemas.MoveWish, actor: Actor, purpose: Purpose, present: Present
) -> Response:
    key = command_key(request.headers.get("idempotency-key"))
    if key is None:
        return refused(request, KitRefusal.KEY_MISSING)
    card_id = parse_id(CARD_PREFIX, body.card_id)
    if card_id is None:
        return refused(request, BanksRefusal.CARD_UNKNOWN)
    wish = service.MoveWish(
        purpose=purpose,
        card_id=card_id,
        amount_fen=body.amount_fen,
        pay_password=body.pay_password.get_secret_value(),
        key=key,
        digest=digest_of(request.method, request.url.path, body),
    )
    outcome = await moving.move(database_of(request), wallet_of(request), actor, wish)
    return answer_outcome(
        request, outcome, lambda move: _presented(request, move, present), status=201
    )


def _presented(request: Request, move: Instruction, present: Present) -> BaseModel:
    bank = banks.bank_info(move.bank_code)
    return present(move, bank, service.note(move), language_of(request))
