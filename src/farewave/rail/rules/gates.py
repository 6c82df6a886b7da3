"""Who passes a gate. The signature was checked before; here time, place and use are judged."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from farewave.rail.model.orders import Order, Ticket, TicketState

OPENS_BEFORE = timedelta(hours=4)
"""The gates let people in from so long before the train leaves."""
LATE_TRAINS = timedelta(minutes=30)
"""… until so long after its time, for trains that leave late."""
EXIT_OPEN = timedelta(hours=12)
"""The gates let people out until so long after arrival; the code on the ticket ends then."""


class GateReason(StrEnum):
    """Why a gate stays closed; stable words for the gate's software."""

    FORGED = "forged"
    UNKNOWN = "unknown"
    NOT_VALID = "not_valid"
    WRONG_STATION = "wrong_station"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    USED = "used"
    NOT_ENTERED = "not_entered"


@dataclass(frozen=True, slots=True)
class Passed:
    """The gate opens: the ticket as it is afterwards, and whether the journey begins here."""

    ticket: Ticket
    entering: bool


def code_valid_until(arrive_at: datetime) -> datetime:
    """When a ticket's code ends."""
    return arrive_at + EXIT_OPEN


def judge_gate(order: Order, ticket: Ticket, station: str, now: datetime) -> Passed | GateReason:
    """Whether the holder of `ticket` passes a gate of `station` at `now`."""
    if ticket.state not in (TicketState.VALID, TicketState.USED):
        return GateReason.NOT_VALID
    if station == order.from_telecode:
        return _judge_entry(order, ticket, now)
    if station == order.to_telecode:
        return _judge_exit(order, ticket, now)
    return GateReason.WRONG_STATION


def _judge_entry(order: Order, ticket: Ticket, now: datetime) -> Passed | GateReason:
    if ticket.entered_at is not None:
        return GateReason.USED
    if now < order.depart_at - OPENS_BEFORE:
        return GateReason.TOO_EARLY
    if now > order.depart_at + LATE_TRAINS:
        return GateReason.TOO_LATE
    return Passed(replace(ticket, state=TicketState.USED, entered_at=now), entering=True)


def _judge_exit(order: Order, ticket: Ticket, now: datetime) -> Passed | GateReason:
    if ticket.entered_at is None:
        return GateReason.NOT_ENTERED
    if ticket.left_at is not None:
        return GateReason.USED
    if now > code_valid_until(order.arrive_at):
        return GateReason.TOO_LATE
    return Passed(replace(ticket, left_at=now), entering=False)
