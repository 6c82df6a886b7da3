"""The nouns of selling: passengers, orders, tickets, payments.

Three roles, one person or three: the **orderer** places the order and may cancel it, the **payer**
is whom the trade is made out to, a **passenger** travels.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from farewave.people.model import SealedText


class OrderStatus(StrEnum):
    """Where an order stands.

    held → issued, or held → cancelled | lapsed; money that comes after that → refunding → refunded.
    `paid` is between the money and the tickets: both are recorded in one commit, so no order is
    ever seen there.
    """

    HELD = "held"
    PAID = "paid"
    ISSUED = "issued"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class TicketState(StrEnum):
    """A ticket exists from the hold on; it takes its seat while it is held, valid or used."""

    HELD = "held"
    VALID = "valid"
    USED = "used"
    RELEASED = "released"
    REFUNDED = "refunded"


SEATED = frozenset({TicketState.HELD, TicketState.VALID, TicketState.USED})
"""The states in which a ticket's segments are taken."""


@dataclass(frozen=True, slots=True)
class OrderRef:
    """Where an order lies: orders are kept with their run, found by the orderer's index."""

    run_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True)
class Passenger:
    """One entry of an account's list. `name`, `identity` and `phone` are sealed."""

    passenger_id: UUID
    name: SealedText
    name_masked: str
    identity: SealedText
    identity_index: bytes
    identity_masked: str
    phone: SealedText | None
    phone_masked: str | None
    is_self: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A train on one service day, with the version of the timetable that it was first sold by."""

    run_id: UUID
    train_no: str
    service_day: date
    version: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """One passenger's seat on one journey."""

    ticket_id: UUID
    ticket_no: str
    passenger_id: UUID
    name: SealedText
    name_masked: str
    identity: SealedText
    identity_index: bytes
    identity_masked: str
    coach: str
    place: int
    seat: str
    fare_fen: int
    state: TicketState
    entered_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What was held for whom, until when, and how it ended."""

    order_id: UUID
    run_id: UUID
    order_no: str
    shard: int
    orderer_id: UUID
    payer_user_no: str
    status: OrderStatus
    version: str
    train_no: str
    train_code: str
    service_day: date
    travel_day: date
    from_seq: int
    to_seq: int
    from_telecode: str
    to_telecode: str
    depart_at: datetime
    arrive_at: datetime
    class_code: str
    total_fen: int
    created_at: datetime
    pay_before: datetime
    trade_no: str | None
    tickets: tuple[Ticket, ...] = ()

    @property
    def ref(self) -> OrderRef:
        return OrderRef(self.run_id, self.order_id)


@dataclass(frozen=True, slots=True)
class PaidTrade:
    """What the platform says of the money for an order."""

    trade_no: str
    amount_fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedPayment:
    """Money that was recorded for an order; `refunded` once all of it was sent back."""

    ref: OrderRef
    order_no: str
    trade_no: str
    amount_fen: int
    refunded: bool
