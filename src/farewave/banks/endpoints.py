"""/api/v1/banks: the banks, the bound cards, binding one and letting it go."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from farewave.banks import model, schemas, service
from farewave.banks.deps import banks_of
from farewave.banks.errors import BanksRefusal
from farewave.db.edge import answer, answer_read, database_of, language_of, refusal_response
from farewave.db.idempotency import command_key
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import parse_id
from farewave.kit.outcome import KitRefusal, RefusalCode, Refused
from farewave.people.session import CurrentActor

router = APIRouter(prefix="/api/v1/banks", tags=["banks"])
IdText = Annotated[str, Path(max_length=40)]


@router.get("", include_in_schema=False)
@router.get("/", response_model=list[schemas.Bank], operation_id="listBanks")
async def list_banks(request: Request) -> Response:
    """The banks whose cards can be bound here."""
    banks = banks_of(request).banks

    async def work(tx: ReadTx) -> list[model.BankInfo]:
        return service.offered_banks(banks)

    return await answer_read(request, work, lambda found: [schemas.bank_out(b) for b in found])


@router.get("/cards", response_model=list[schemas.Card], operation_id="listCards")
async def list_cards(request: Request, actor: CurrentActor) -> Response:
    """The bound cards; the default one first."""

    async def work(tx: ReadTx) -> list[model.Card]:
        return await service.cards(tx, actor.shard, actor.person_id)

    return await answer_read(request, work, lambda cards: [_card(request, c) for c in cards])


@router.post(
    "/card-bindings",
    status_code=201,
    response_model=schemas.CardBinding,
    operation_id="beginCardBinding",
)
async def begin_card_binding(
    request: Request, body: schemas.CardBindingWish, actor: CurrentActor
) -> Response:
    """Have the bank check the card against the real name, and send a code to the phone."""
    deps = banks_of(request)
    key = command_key(request.headers.get("idempotency-key"))
    if key is None:
        return _refused(request, KitRefusal.KEY_MISSING)
    begun = await database_of(request).run(
        lambda tx: service.begin_binding(
            tx,
            deps.sealer,
            actor,
            deps.banks,
            card_number=body.card_number,
            phone=body.phone,
            key=key,
        )
    )
    if isinstance(begun, Refused):
        return refusal_response(begun, language_of(request))
    binding = begun.binding
    asked = begun.request
    said = (
        None if asked is None else await service.start_binding(deps.banks, binding.bank_code, asked)
    )

    async def conclude(tx: Tx) -> model.Binding | Refused:
        return binding if said is None else await service.conclude_start(tx, binding, said)

    return await answer(
        request,
        conclude,
        lambda now: schemas.binding_out(
            now,
            service.bank_info(now.bank_code),
            language_of(request),
            sandbox=deps.sandbox,
        ),
        status=201,
    )


@router.post(
    "/card-bindings/{binding_id}/confirm",
    response_model=schemas.Card,
    operation_id="confirmCardBinding",
)
async def confirm_card_binding(
    request: Request,
    binding_id: IdText,
    body: schemas.BindingConfirmation,
    actor: CurrentActor,
) -> Response:
    """Bind the card with the code that the bank sent."""
    deps = banks_of(request)
    the_id = parse_id(schemas.BINDING_PREFIX, binding_id)
    if the_id is None:
        return _refused(request, BanksRefusal.BINDING_UNKNOWN)
    code = body.code.get_secret_value().strip()

    async def begin(tx: Tx) -> service.CodeTry | model.Card | Refused:
        return await service.begin_confirmation(tx, actor, the_id, code)

    begun: service.CodeTry | model.Card | Refused = await database_of(request).run(begin)
    if isinstance(begun, Refused):
        return refusal_response(begun, language_of(request))
    said = (
        None
        if isinstance(begun, model.Card)
        else await service.confirm_binding(
            deps.banks, begun.binding.bank_code, begun.bank_reference, code
        )
    )

    async def conclude(tx: Tx) -> model.Card | Refused:
        if isinstance(begun, model.Card):
            return begun
        assert said is not None
        return await service.conclude_confirmation(tx, deps.sealer, begun.binding, said)

    return await answer(request, conclude, lambda card: _card(request, card))


@router.put(
    "/cards/{card_id}/default",
    response_model=list[schemas.Card],
    operation_id="setDefaultCard",
)
async def set_default_card(request: Request, card_id: IdText, actor: CurrentActor) -> Response:
    """Make a card the default; the cards in their new order."""
    the_id = parse_id(model.CARD_PREFIX, card_id)
    if the_id is None:
        return _refused(request, BanksRefusal.CARD_UNKNOWN)
    return await answer(
        request,
        lambda tx: service.prefer(tx, actor, the_id),
        lambda cards: [_card(request, card) for card in cards],
    )


@router.delete("/cards/{card_id}", status_code=204, operation_id="unbindCard")
async def unbind_card(request: Request, card_id: IdText, actor: CurrentActor) -> Response:
    """Let a card go. Again is done already."""
    the_id = parse_id(model.CARD_PREFIX, card_id)
    if the_id is None:
        return _refused(request, BanksRefusal.CARD_UNKNOWN)
    return await answer(
        request, lambda tx: service.unbind(tx, actor, the_id), lambda _: None, status=204
    )


def _card(request: Request, card: model.Card) -> schemas.Card:
    return schemas.card_out(card, service.bank_info(card.bank_code), language_of(request))


def _refused(request: Request, reason: RefusalCode) -> Response:
    return refusal_response(Refused(reason), language_of(request))
