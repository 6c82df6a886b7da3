"""Wire types of selling. Lengths are bounded here, meaning is judged by the service."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from farewave.kit.ids import id_text
from farewave.kit.limits import PASSENGERS_PER_ORDER_MAX
from farewave.kit.sealing import Sealer
from farewave.rail import model, service
from farewave.rail.code import CODE_CHARS_MAX
from farewave.rail.rules.gates import GateReason
from farewave.rail.schemas.timetable import Place, Telecode, TrainNo, station_ref

ORDER_PREFIX, TICKET_PREFIX, PASSENGER_PREFIX = "ord", "tkt", "psg"
IdText = Annotated[str, Field(max_length=40)]
TicketStatus = Literal["valid", "used", "refunded"]
_TICKET_STATUS: dict[model.TicketState, TicketStatus] = {
    model.TicketState.VALID: "valid",
    model.TicketState.USED: "used",
    model.TicketState.REFUNDED: "refunded",
}
SeatWish = Literal["window", "aisle", "A", "B", "C", "D", "F", "upper", "middle", "lower"]


class RailBody(BaseModel):
    """What all bodies share: nothing unknown is let in."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PassengerWish(RailBody):
    name: Annotated[str, Field(max_length=100, examples=["李明"])]
    identity_number: Annotated[str, Field(max_length=32, examples=["11010519491231002X"])]
    phone: Annotated[str, Field(max_length=32)] | None = None


class Passenger(BaseModel):
    passenger_id: str
    name: str
    name_masked: str
    identity_masked: str
    phone_masked: str | None
    is_self: bool


class OrderWish(RailBody):
    """`date` is China's day on which the train leaves `from`."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    train_no: TrainNo
    origin: Telecode = Field(alias="from")
    destination: Telecode = Field(alias="to")
    travel_day: date = Field(alias="date")
    class_code: Annotated[str, Field(pattern=r"^[0-9A-Z]$", examples=["O"])]
    passenger_ids: Annotated[list[IdText], Field(max_length=50)]
    seat_wishes: Annotated[list[SeatWish], Field(max_length=PASSENGERS_PER_ORDER_MAX)] = []


class OrderSeat(BaseModel):
    """`ticket_id` is null until the order is paid."""

    passenger_id: str
    name: str
    name_masked: str
    identity_masked: str
    coach: str
    seat: str
    fare_fen: int
    ticket_id: str | None


class Order(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    order_id: str
    order_no: str
    status: model.OrderStatus
    train_no: str
    train_code: str
    origin: Place = Field(alias="from")
    destination: Place = Field(alias="to")
    depart_at: datetime
    arrive_at: datetime
    date: date
    class_code: str
    class_name: str
    class_name_en: str
    total_fen: int
    created_at: datetime
    pay_before: datetime
    trade_no: str | None
    seats: list[OrderSeat]


class Ticket(BaseModel):
    """`qr_svg` is an SVG element with its quiet zone; `check_gate` is null: not announced."""

    model_config = ConfigDict(populate_by_name=True)

    ticket_id: str
    order_id: str
    order_no: str
    status: TicketStatus
    train_code: str
    origin: Place = Field(alias="from")
    destination: Place = Field(alias="to")
    depart_at: datetime
    arrive_at: datetime
    coach: str
    seat: str
    class_name: str
    class_name_en: str
    passenger_name: str
    identity_masked: str
    fare_fen: int
    check_gate: str | None
    qr_text: str
    qr_svg: str


class GateCheck(RailBody):
    qr_text: Annotated[str, Field(max_length=CODE_CHARS_MAX)]
    station: Telecode


class GateTicket(BaseModel):
    ticket_no: str
    train_code: str
    coach: str
    seat: str
    name_masked: str
    identity_masked: str


class GateResult(BaseModel):
    """`reason` is a stable word; null when the gate opens."""

    admitted: bool
    reason: GateReason | None
    ticket: GateTicket | None


def passengers_out(passengers: Iterable[model.Passenger], sealer: Sealer) -> list[Passenger]:
    return [passenger_out(each, sealer) for each in passengers]


def passenger_out(passenger: model.Passenger, sealer: Sealer) -> Passenger:
    return Passenger(
        passenger_id=id_text(PASSENGER_PREFIX, passenger.passenger_id),
        name=passenger.name.reveal(sealer),
        name_masked=passenger.name_masked,
        identity_masked=passenger.identity_masked,
        phone_masked=passenger.phone_masked,
        is_self=passenger.is_self,
    )


def order_out(view: service.OrderView, sealer: Sealer) -> Order:
    order = view.order
    issued = order.status is model.OrderStatus.ISSUED
    return Order(
        order_id=id_text(ORDER_PREFIX, order.order_id),
        order_no=order.order_no,
        status=order.status,
        train_no=order.train_no,
        train_code=order.train_code,
        origin=station_ref(view.origin),
        destination=station_ref(view.destination),
        depart_at=order.depart_at,
        arrive_at=order.arrive_at,
        date=order.travel_day,
        class_code=order.class_code,
        class_name=model.CLASS_NAMES[order.class_code][0],
        class_name_en=model.CLASS_NAMES[order.class_code][1],
        total_fen=order.total_fen,
        created_at=order.created_at,
        pay_before=order.pay_before,
        trade_no=order.trade_no,
        seats=[
            OrderSeat(
                passenger_id=id_text(PASSENGER_PREFIX, each.passenger_id),
                name=each.name.reveal(sealer),
                name_masked=each.name_masked,
                identity_masked=each.identity_masked,
                coach=each.coach,
                seat=each.seat,
                fare_fen=each.fare_fen,
                ticket_id=id_text(TICKET_PREFIX, each.ticket_id) if issued else None,
            )
            for each in order.tickets
        ],
    )


def ticket_out(found: service.TicketView, sealer: Sealer, qr_text: str, qr_svg: str) -> Ticket:
    order, ticket = found.view.order, found.ticket
    return Ticket(
        ticket_id=id_text(TICKET_PREFIX, ticket.ticket_id),
        order_id=id_text(ORDER_PREFIX, order.order_id),
        order_no=order.order_no,
        status=_TICKET_STATUS[ticket.state],
        train_code=order.train_code,
        origin=station_ref(found.view.origin),
        destination=station_ref(found.view.destination),
        depart_at=order.depart_at,
        arrive_at=order.arrive_at,
        coach=ticket.coach,
        seat=ticket.seat,
        class_name=model.CLASS_NAMES[order.class_code][0],
        class_name_en=model.CLASS_NAMES[order.class_code][1],
        passenger_name=ticket.name.reveal(sealer),
        identity_masked=ticket.identity_masked,
        fare_fen=ticket.fare_fen,
        check_gate=None,
        qr_text=qr_text,
        qr_svg=qr_svg,
    )


def gate_out(answer: service.GateAnswer) -> GateResult:
    found = answer.ticket
    return GateResult(
        admitted=answer.reason is None,
        reason=answer.reason,
        ticket=None
        if found is None
        else GateTicket(
            ticket_no=found.ticket.ticket_no,
            train_code=found.view.order.train_code,
            coach=found.ticket.coach,
            seat=found.ticket.seat,
            name_masked=found.ticket.name_masked,
            identity_masked=found.ticket.identity_masked,
        ),
    )
