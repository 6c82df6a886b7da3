"""The hold: the passengers' time claimed, seats taken on their segments, a deadline to pay.

One commit for all of it. Locks are taken in one order, here and wherever an order ends: the
orderer, the order, the travellers' claims, the run, its seats.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog

from farewave.db import Tx
from farewave.db.events import record_event
from farewave.db.outbox import enqueue
from farewave.kit.chance import digits
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people import service as people
from farewave.people.model import Actor, IdentityNumber
from farewave.rail.errors import RailRefusal
from farewave.rail.model import (
    Leg,
    Network,
    Order,
    OrderRef,
    OrderStatus,
    Passenger,
    Run,
    Ticket,
    TicketState,
    exact_leg,
)
from farewave.rail.rules import sale
from farewave.rail.rules.seatmap import Seat
from farewave.rail.rules.seats import choose
from farewave.rail.service.messages import CREATE_TRADE, message_of
from farewave.rail.service.networks import current_network, network_for, run_id_of
from farewave.rail.service.passengers import chosen
from farewave.rail.service.seating import Seating, open_coaches, plan_of
from farewave.rail.store import claims
from farewave.rail.store import orders as store
from farewave.rail.store import seats as seat_store

_ORDER_NO_TRIES = 8
TRADE_BY_OUTBOX_AFTER = timedelta(seconds=4)
"""The endpoint asks for the trade at once; the outbox does when that didn't work."""

log = structlog.get_logger("farewave.rail")


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a person asks for. `travel_day` is China's day at the station of departure."""

    train_no: str
    origin: str
    destination: str
    travel_day: date
    class_code: str
    passenger_ids: tuple[UUID, ...]
    seat_wishes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Journey:
    """The request, understood."""

    network: Network
    leg: Leg
    service_day: date
    depart_at: datetime
    arrive_at: datetime
    fare_fen: int


async def place_order(
    tx: Tx, sealer: Sealer, actor: Actor, request: OrderRequest
) -> Order | Refused:
    """Hold seats for the passengers, unpaid, until `pay_before`; then have the trade made."""
    journey = await _understand(tx, request)
    if isinstance(journey, Refused):
        return journey
    party = await _party(tx, sealer, actor, request)
    if isinstance(party, Refused):
        return party
    refused = await _admit(tx, actor)
    if refused is not None:
        return refused

    order_id = new_id(actor.shard, tx.now, tx.chance)
    ticket_ids = [new_id(actor.shard, tx.now, tx.chance) for _ in party]
    pay_before = sale.pay_before(tx.now)
    refused = await _claim_time(tx, journey, order_id, party, ticket_ids, pay_before)
    if refused is not None:
        return refused
    taken = await _take_seats(tx, journey, request, len(party))
    if isinstance(taken, Refused):
        return taken
    run, seats = taken

    order = await _write(tx, actor, request, journey, run, order_id, pay_before)
    tickets = [
        _ticket(order, sequence, ticket_id, passenger, seat, journey.fare_fen)
        for sequence, (ticket_id, passenger, seat) in enumerate(
            zip(ticket_ids, party, seats, strict=True), start=1
        )
    ]
    return await _hold(tx, order, tickets, journey.leg.mask)


async def _understand(tx: Tx, request: OrderRequest) -> _Journey | Refused:
    """The journey that is asked for, if it is on sale."""
    network = await current_network(tx)
    for telecode in (request.origin, request.destination):
        if telecode not in network.stations:
            return Refused(RailRefusal.STATION_UNKNOWN, {"telecode": telecode})
    refused = sale.judge_day(request.travel_day, tx.now)
    if refused is not None:
        return refused
    journey = _journey(network, request)
    if isinstance(journey, Refused):
        return journey
    own = await network_for(tx, request.train_no, journey.service_day)
    if own.version != network.version:  # sold by an older timetable already
        journey = _journey(own, request)
        if isinstance(journey, Refused):
            return journey
    if sale.sale_is_closed(journey.depart_at, tx.now):
        return Refused(RailRefusal.SALE_CLOSED)
    return journey


def _journey(network: Network, request: OrderRequest) -> _Journey | Refused:
    train = network.trains.get(request.train_no)
    if train is None:
        return Refused(RailRefusal.TRAIN_UNKNOWN)
    leg = exact_leg(train, request.origin, request.destination)
    if leg is None:
        return Refused(RailRefusal.NOT_SERVED)
    if request.class_code not in network.classes(train):
        return Refused(RailRefusal.CLASS_UNKNOWN)
    service_day = leg.service_day(request.travel_day)
    if not train.runs_on(service_day):
        return Refused(RailRefusal.NOT_RUNNING)
    return _Journey(
        network=network,
        leg=leg,
        service_day=service_day,
        depart_at=leg.depart_at(service_day),
        arrive_at=leg.arrive_at(service_day),
        fare_fen=network.fare_fen(leg, request.class_code),
    )


async def _party(
    tx: Tx, sealer: Sealer, actor: Actor, request: OrderRequest
) -> list[Passenger] | Refused:
    """The passengers, if they may travel on one order."""
    orderer = await people.person(tx, actor.shard, actor.person_id)
    if orderer.real_name_level == 0:
        return Refused(RailRefusal.REAL_NAME_NEEDED)
    party = await chosen(tx, actor, list(request.passenger_ids))
    if isinstance(party, Refused):
        return party
    travellers = [
        sale.Traveller(each.name_masked, each.identity_index, _age(sealer, each, request))
        for each in party
    ]
    return sale.judge_party(travellers) or party


def _age(sealer: Sealer, passenger: Passenger, request: OrderRequest) -> int:
    number = IdentityNumber.parse(passenger.identity.reveal(sealer))
    invariant(number is not None, "only valid identity numbers are on the list")
    assert number is not None
    return number.age_on(request.travel_day)


async def _admit(tx: Tx, actor: Actor) -> Refused | None:
    """Lock the orderer; why there may be no order now, or None."""
    row = await claims.lock_orderer(tx, actor.shard, actor.person_id)
    state = sale.OrdererState(row.open_order_id is not None, row.cancels_day, row.cancels)
    return sale.judge_orderer(state, tx.now)


async def _claim_time(
    tx: Tx,
    journey: _Journey,
    order_id: UUID,
    party: Sequence[Passenger],
    ticket_ids: Sequence[UUID],
    pay_before: datetime,
) -> Refused | None:
    """Claim the passengers' time, under each one's own lock, whoever's list they are on."""
    indexes = [each.identity_index for each in party]
    await claims.lock_travellers(tx, indexes)
    busy = await claims.find_busy(tx, indexes, journey.depart_at, journey.arrive_at)
    for each in party:
        if each.identity_index in busy:
            return Refused(RailRefusal.TIME_CONFLICT, {"name": each.name_masked})
    await claims.claim_journeys(
        tx,
        order_id,
        list(zip(indexes, ticket_ids, strict=True)),
        depart_at=journey.depart_at,
        arrive_at=journey.arrive_at,
        expires_at=pay_before + sale.CLAIM_SPARE,
    )
    return None


async def _take_seats(
    tx: Tx, journey: _Journey, request: OrderRequest, party: int
) -> tuple[Run, Sequence[Seat]] | Refused:
    """Lock the run, choose the seats, take them."""
    network, train = journey.network, journey.leg.train
    wanted = Run(
        run_id_of(train.train_no, journey.service_day),
        train.train_no,
        journey.service_day,
        network.version,
    )
    run, is_new = (await seat_store.lock_runs(tx, [wanted]))[wanted.run_id]
    if run.version != network.version:
        return Refused(RailRefusal.TIMETABLE_CHANGED)
    if is_new:
        await open_coaches(tx, [(run, network)])
    key = run.run_id, request.class_code
    plan = plan_of(network, train, request.class_code)
    seating = await Seating.load(tx, {key: (plan, len(train.stops) - 1)})
    first, end = journey.leg.origin.seq - 1, journey.leg.destination.seq - 1
    chosen_seats = choose(seating.map(key), first, end, party, request.seat_wishes)
    if chosen_seats is None:
        left = seating.map(key).free(first, end).bit_count()
        return Refused(RailRefusal.SOLD_OUT, {"left": left})
    seating.take(key, chosen_seats, first, end)
    await seating.save(tx)
    return run, chosen_seats


async def _write(
    tx: Tx,
    actor: Actor,
    request: OrderRequest,
    journey: _Journey,
    run: Run,
    order_id: UUID,
    pay_before: datetime,
) -> Order:
    """The order, without its tickets yet, under a number of its own."""
    ref = OrderRef(run.run_id, order_id)
    leg = journey.leg
    return Order(
        order_id=order_id,
        run_id=run.run_id,
        order_no=await _new_order_no(tx, ref),
        shard=actor.shard,
        orderer_id=actor.person_id,
        payer_user_no=actor.user_no,
        status=OrderStatus.HELD,
        version=run.version,
        train_no=leg.train.train_no,
        train_code=leg.train.train_code,
        service_day=run.service_day,
        travel_day=request.travel_day,
        from_seq=leg.origin.seq,
        to_seq=leg.destination.seq,
        from_telecode=leg.origin.telecode,
        to_telecode=leg.destination.telecode,
        depart_at=journey.depart_at,
        arrive_at=journey.arrive_at,
        class_code=request.class_code,
        total_fen=journey.fare_fen * len(request.passenger_ids),
        created_at=tx.now,
        pay_before=pay_before,
        trade_no=None,
    )


async def _new_order_no(tx: Tx, ref: OrderRef) -> str:
    for _ in range(_ORDER_NO_TRIES):
        order_no = f"E{digits(tx.chance, 9)}"
        if await claims.claim_order_number(tx, order_no, ref):
            return order_no
    raise AssertionError("the order numbers are running out")


def _ticket(
    order: Order,
    sequence: int,
    ticket_id: UUID,
    passenger: Passenger,
    seat: Seat,
    fare_fen: int,
) -> Ticket:
    return Ticket(
        ticket_id=ticket_id,
        ticket_no=f"{order.order_no}{sequence:02d}",
        passenger_id=passenger.passenger_id,
        name=passenger.name,
        name_masked=passenger.name_masked,
        identity=passenger.identity,
        identity_index=passenger.identity_index,
        identity_masked=passenger.identity_masked,
        coach=seat.coach,
        place=seat.place.place,
        seat=seat.place.label,
        fare_fen=fare_fen,
        state=TicketState.HELD,
    )


async def _hold(tx: Tx, order: Order, tickets: list[Ticket], segments: int) -> Order:
    """Write it all down; the trade is made after the commit."""
    held = replace(order, tickets=tuple(tickets))
    invariant(sum(t.fare_fen for t in tickets) == held.total_fen, "the fares add up to the total")
    await store.insert_order(tx, held, segments)
    await claims.set_open_order(tx, held.shard, held.orderer_id, held.order_id)
    await enqueue(
        tx,
        shard=held.shard,
        topic=CREATE_TRADE,
        payload=message_of(held.ref),
        due_at=tx.now + TRADE_BY_OUTBOX_AFTER,
    )
    await record_event(
        tx,
        shard=held.shard,
        name="rail.held",
        actor_id=held.orderer_id,
        attributes={
            "train": held.train_code,
            "class": held.class_code,
            "tickets": len(tickets),
            "total_fen": held.total_fen,
        },
    )
    return held
