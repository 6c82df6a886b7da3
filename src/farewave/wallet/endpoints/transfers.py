"""Sending money to a phone number."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from farewave.db.edge import answer, answer_outcome, answer_read, database_of
from farewave.db.idempotency import command_key
from farewave.kit.ids import parse_id
from farewave.kit.outcome import KitRefusal
from farewave.people.session import CurrentActor
from farewave.wallet import schemas, sending, service
from farewave.wallet.deps import wallet_of
from farewave.wallet.endpoints.common import PREFIX, IdText, refused
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.transfer import TRANSFER_PREFIX

router = APIRouter(prefix=PREFIX, tags=["wallet"])


@router.post("/payees", response_model=schemas.Payee, operation_id="findPayee")
async def find_payee(
    request: Request, body: schemas.PayeeQuestion, actor: CurrentActor
) -> Response:
    """Who would get money that is sent to a phone number: the masked name, to be compared."""
    deps = wallet_of(request)
    return await answer(
        request,
        lambda tx: service.payee(tx, deps.sealer, actor, body.phone),
        schemas.payee_out,
    )


@router.post(
    "/transfers", status_code=201, response_model=schemas.Transfer, operation_id="sendMoney"
)
async def send_money(request: Request, body: schemas.TransferWish, actor: CurrentActor) -> Response:
    """Send money from the balance to a phone number.

    201 once it has left; `status` is `under_way` in the moment before it arrives, and it always
    arrives. The same key again answers how the same transfer stands now.
    """
    key = command_key(request.headers.get("idempotency-key"))
    if key is None:
        return refused(request, KitRefusal.KEY_MISSING)
    outcome = await sending.send(
        database_of(request),
        wallet_of(request),
        actor,
        phone=body.phone,
        amount_fen=body.amount_fen,
        note=body.note.strip(),
        pay_password=body.pay_password.get_secret_value(),
        key=key,
    )
    return answer_outcome(request, outcome, schemas.transfer_out, status=201)


@router.get("/transfers/{transfer_id}", response_model=schemas.Transfer, operation_id="getTransfer")
async def get_transfer(request: Request, transfer_id: IdText, actor: CurrentActor) -> Response:
    """How a transfer that one sent stands."""
    the_id = parse_id(TRANSFER_PREFIX, transfer_id)
    if the_id is None:
        return refused(request, WalletRefusal.TRANSFER_UNKNOWN)
    return await answer_read(
        request, lambda tx: service.sent(tx, actor, the_id), schemas.transfer_out
    )
