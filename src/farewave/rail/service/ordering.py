"""What a person asks for, understood, and the order that comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from farewave.db import Tx
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.people.model import Actor
from farewave.rail.errors import RailRefusal
from farewave.rail.model import (
    Leg,
    Network,
    Order,
    OrderRef,
    OrderStatus,
    Passenger,
    Ticket,
    TicketState,
    exact_leg,
)
from farewave.rail.rules import sale
from farewave.rail.rules.seatmap import Seat
from farewave.rail.service.networks import run_id_of


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
class Asked:
    """One person's request for seats."""

    actor: Actor
    request: OrderRequest

    @property
    def orderer(self) -> tuple[int, UUID]:
        """Shard and person."""
        return self.actor.shard, self.actor.person_id


@dataclass(frozen=True, slots=True)
class Journey:
    """The request, understood by one timetable."""

    network: Network
    leg: Leg
    service_day: date
    run_id: UUID
    depart_at: datetime
    arrive_at: datetime
    fare_fen: int


def understand(network: Network, request: OrderRequest, now: datetime) -> Journey | Refused:
    """The journey that is asked for, by the timetable that tickets are sold by, if it is on sale.

    Whether its sale has closed is judged by `still_on_sale`, by the times that count for its run.
    """
    for telecode in (request.origin, request.destination):
        if telecode not in network.stations:
            return Refused(RailRefusal.STATION_UNKNOWN, {"telecode": telecode})
    refused = sale.judge_day(request.travel_day, now)
    if refused is not None:
        return refused
    return journey_of(network, request)


def journey_of(network: Network, request: OrderRequest) -> Journey | Refused:
    """The journey by `network`: the run's own timetable, if an older one sold it first."""
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
    return Journey(
        network=network,
        leg=leg,
        service_day=service_day,
        run_id=run_id_of(train.train_no, service_day),
        depart_at=leg.depart_at(service_day),
        arrive_at=leg.arrive_at(service_day),
        fare_fen=network.fare_fen(leg, request.class_code),
    )


def still_on_sale(journey: Journey, now: datetime) -> Journey | Refused:
    """The journey, unless its train leaves too soon."""
    if sale.sale_is_closed(journey.depart_at, now):
        return Refused(RailRefusal.SALE_CLOSED)
    return journey


def held_order(
    tx: Tx,
    asked: Asked,
    journey: Journey,
    party: Sequence[Passenger],
    seats: Sequence[Seat],
    ref: OrderRef,
    order_no: str,
) -> Order:
    """The order of a party that got its seats, with a ticket for each."""
    actor, request, leg = asked.actor, asked.request, journey.leg
    order = Order(
        order_id=ref.order_id,
        run_id=ref.run_id,
        order_no=order_no,
        shard=actor.shard,
        orderer_id=actor.person_id,
        payer_user_no=actor.user_no,
        status=OrderStatus.HELD,
        version=journey.network.version,
        train_no=leg.train.train_no,
        train_code=leg.train.train_code,
        service_day=journey.service_day,
        travel_day=request.travel_day,
        from_seq=leg.origin.seq,
        to_seq=leg.destination.seq,
        from_telecode=leg.origin.telecode,
        to_telecode=leg.destination.telecode,
        depart_at=journey.depart_at,
        arrive_at=journey.arrive_at,
        class_code=request.class_code,
        total_fen=journey.fare_fen * len(party),
        created_at=tx.now,
        pay_before=sale.pay_before(tx.now),
        trade_no=None,
        tickets=tuple(
            _ticket(tx, actor, order_no, sequence, passenger, seat, journey.fare_fen)
            for sequence, (passenger, seat) in enumerate(zip(party, seats, strict=True), start=1)
        ),
    )
    fares_fen = sum(ticket.fare_fen for ticket in order.tickets)
    invariant(fares_fen == order.total_fen, "the fares add up to the total")
    return order


def _ticket(
    tx: Tx,
    actor: Actor,
    order_no: str,
    sequence: int,
    passenger: Passenger,
    seat: Seat,
    fare_fen: int,
) -> Ticket:
    return Ticket(
        ticket_id=new_id(actor.shard, tx.now, tx.chance),
        ticket_no=f"{order_no}{sequence:02d}",
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
