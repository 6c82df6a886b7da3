"""An agreement's terms on the wire: at the cashier, where it is signed, in a person's list."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from farewave.payments.agreement import FOREVER, Terms


class Plan(BaseModel):
    """When and how much at most. Every `period` days or months from `first_on` on."""

    period_type: Literal["DAY", "MONTH"]
    period: int
    first_on: date
    single_fen: int
    total_fen: int | None
    total_payments: int | None


def plan_out(terms: Terms) -> Plan | None:
    """None: whatever the merchant asks for, within the person's own limits."""
    cycle = terms.cycle
    if cycle is None:
        return None
    return Plan(
        period_type=cycle.type.value,
        period=cycle.length,
        first_on=cycle.first_on,
        single_fen=cycle.single_fen,
        total_fen=cycle.total_fen,
        total_payments=cycle.total_payments,
    )


def end_out(terms: Terms) -> datetime | None:
    """None: for good."""
    return None if terms.valid_until >= FOREVER else terms.valid_until
