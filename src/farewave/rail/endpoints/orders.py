"""Passengers, orders, tickets of the signed-in person."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from farewave.db import ReadTx
from farewave.db.edge import (
    answer,
    answer_done,
    answer_once,
    answer_read,
    command_of,
    database_of,
    language_of,
    refusal_response,
)
from farewave.kit.ids import parse_id
from farewave.kit.outcome import Refused
from farewave.kit.qr import qr_svg
from farewave.people.session import Actor, CurrentActor
from farewave.rail import model, service, trades
from farewave.rail.code import code_of, write_code
from farewave.rail.deps import RailDeps, rail_of
from farewave.rail.desk import Booking
from farewave.rail.errors import RailRefusal
from farewave.rail.schemas import orders as wire

router = APIRouter()

TRADE_AT_ONCE_S = 3
"""How long the answer to an order waits for the platform."""


@router.get("/passengers", response_model=list[wire.Passenger], operation_id="listPassengers")
async def list_passengers(request: Request, actor: CurrentActor) -> Response:
    """The account's passengers; the person is the first as soon as the real name is set."""
    sealer = rail_of(request).sealer
    return await answer(
        request,
        lambda tx: service.passengers(tx, actor),
        lambda found: wire.passengers_out(found, sealer),
    )


@router.post(
    "/passengers", status_code=201, response_model=wire.Passenger, operation_id="addPassenger"
)
async def add_passenger(
    request: Request, body: wire.PassengerWish, actor: CurrentActor
) -> Response:
    """Put somebody on the list. Needs an Idempotency-Key."""
    sealer = rail_of(request).sealer
    return await answer_once(
        request,
        shard=actor.shard,
        actor_id=actor.person_id,
        operation="rail.add_passenger",
        body=body,
        work=lambda tx: service.add_passenger(
            tx,
            sealer,
            actor,
            name=body.name,
            identity_number=body.identity_number,
            phone=body.phone,
        ),
        present=lambda made: wire.passenger_out(made, sealer),
        status=201,
    )


@router.delete("/passengers/{passenger_id}", status_code=204, operation_id="removePassenger")
async def remove_passenger(request: Request, passenger_id: str, actor: CurrentActor) -> Response:
    """Take somebody off the list."""
    parsed = parse_id(wire.PASSENGER_PREFIX, passenger_id)
    if parsed is None:
        return _refuse(request, RailRefusal.PASSENGER_UNKNOWN)
    return await answer(
        request, lambda tx: service.remove_passenger(tx, actor, parsed), lambda _: None
    )


@router.post("/orders", status_code=201, response_model=wire.Order, operation_id="placeOrder")
async def place_order(request: Request, body: wire.OrderWish, actor: CurrentActor) -> Response:
    """Hold seats, unpaid. Needs an Idempotency-Key.

    The trade is asked for right after the commit, so the answer usually names it already; if the
    platform is slow the outbox goes on, and the order shows it later.
    """
    deps = rail_of(request)
    parsed = [parse_id(wire.PASSENGER_PREFIX, text) for text in body.passenger_ids]
    passenger_ids = tuple(each for each in parsed if each is not None)
    if len(passenger_ids) != len(parsed):
        return _refuse(request, RailRefusal.PASSENGER_UNKNOWN)
    wish = service.OrderRequest(
        train_no=body.train_no,
        origin=body.origin,
        destination=body.destination,
        travel_day=body.travel_day,
        class_code=body.class_code,
        passenger_ids=passenger_ids,
        seat_wishes=tuple(body.seat_wishes),
    )
    command = command_of(
        request,
        shard=actor.shard,
        actor_id=actor.person_id,
        operation="rail.place_order",
        body=body,
    )
    if isinstance(command, Refused):
        return refusal_response(command, language_of(request))
    outcome = await deps.desk.book(Booking(service.Asked(actor, wish), command))
    if isinstance(outcome, Refused):
        return refusal_response(outcome, language_of(request))
    if outcome.held is None:
        return answer_done(request, outcome.answer)  # a repeat of what was answered before
    with_trade = await _with_trade(request, deps, outcome.held)
    return with_trade or answer_done(request, outcome.answer)


async def _with_trade(request: Request, deps: RailDeps, ref: model.OrderRef) -> Response | None:
    """The order with its trade, if the platform makes it at once; the order is held either way."""
    database = database_of(request)
    try:
        async with asyncio.timeout(TRADE_AT_ONCE_S):
            await trades.make_trade(database, deps, ref)
        async with database.reading() as tx:
            view = await service.view_of(tx, await service.load(tx, ref))
    except Exception as failure:  # the hold is committed: this must not look like a failure of it
        trades.log.warning("rail.trade_later", error=type(failure).__name__)
        return None
    return _order_response(view, deps, 201)


@router.get("/orders", response_model=list[wire.Order], operation_id="listOrders")
async def list_orders(request: Request, actor: CurrentActor) -> Response:
    """The account's newest orders, newest first, fifty at most."""
    sealer = rail_of(request).sealer
    return await answer_read(
        request,
        lambda tx: service.list_orders(tx, actor),
        lambda views: [wire.order_out(view, sealer) for view in views],
    )


@router.get("/orders/{order_id}", response_model=wire.Order, operation_id="showOrder")
async def show_order(
    request: Request, order_id: str, actor: CurrentActor, refresh: bool = False
) -> Response:
    """One order. `refresh` asks the platform first whether an unpaid one has been paid."""
    deps = rail_of(request)

    async def work(tx: ReadTx) -> service.OrderView | Refused:
        return await _order(tx, actor, order_id)

    if refresh:
        async with database_of(request).reading() as tx:
            view = await work(tx)
        if not isinstance(view, Refused):
            await trades.refresh(database_of(request), deps, view.order.ref)
    return await answer_read(request, work, lambda view: wire.order_out(view, deps.sealer))


@router.post("/orders/{order_id}/cancel", response_model=wire.Order, operation_id="cancelOrder")
async def cancel_order(request: Request, order_id: str, actor: CurrentActor) -> Response:
    """Give an unpaid order up. Doing it again changes nothing."""
    deps = rail_of(request)
    parsed = parse_id(wire.ORDER_PREFIX, order_id)
    if parsed is None:
        return _refuse(request, RailRefusal.ORDER_UNKNOWN)
    outcome = await trades.cancel(database_of(request), deps, actor, parsed)
    if isinstance(outcome, Refused):
        return refusal_response(outcome, language_of(request))
    return _order_response(outcome, deps, 200)


@router.get("/tickets/{ticket_id}", response_model=wire.Ticket, operation_id="showTicket")
async def show_ticket(request: Request, ticket_id: str, actor: CurrentActor) -> Response:
    """An issued ticket with its signed code, as text and as an SVG."""
    deps = rail_of(request)
    parsed = parse_id(wire.TICKET_PREFIX, ticket_id)
    if parsed is None:
        return _refuse(request, RailRefusal.TICKET_UNKNOWN)

    def present(found: service.TicketView) -> wire.Ticket:
        code = code_of(found.view.order, found.ticket, deps.sealer)
        text = write_code(code, deps.signer)
        return wire.ticket_out(found, deps.sealer, text, qr_svg(text))

    return await answer_read(request, lambda tx: service.get_ticket(tx, actor, parsed), present)


async def _order(tx: ReadTx, actor: Actor, order_id: str) -> service.OrderView | Refused:
    parsed = parse_id(wire.ORDER_PREFIX, order_id)
    if parsed is None:
        return Refused(RailRefusal.ORDER_UNKNOWN)
    return await service.get_order(tx, actor, parsed)


def _refuse(request: Request, reason: RailRefusal) -> Response:
    return refusal_response(Refused(reason), language_of(request))


def _order_response(view: service.OrderView, deps: RailDeps, status: int) -> Response:
    text = wire.order_out(view, deps.sealer).model_dump_json(by_alias=True)
    return Response(text, status, {"cache-control": "no-store"}, "application/json")
