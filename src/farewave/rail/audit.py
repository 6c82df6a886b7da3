"""What rail's tables prove by themselves.

That each ticket's money agrees with its trade at the platform is for `app`'s audit: it sees both.
"""

from datetime import timedelta

from farewave.db import ReadTx
from farewave.kit.finding import Finding
from farewave.kit.ids import id_text
from farewave.rail.rules.sale import GIVE_UP_CLOSING_AFTER
from farewave.rail.store import audit as store

OVERDUE = GIVE_UP_CLOSING_AFTER + timedelta(minutes=5)
REFUND_OVERDUE = timedelta(days=1)


def _finding(check: str, subject: str, says: str) -> Finding:
    return Finding("rail", check, subject, says)


async def audit(tx: ReadTx) -> list[Finding]:
    """Every contradiction in rail's tables; none when each seat is sold once and paid for."""
    return [
        *await _seats(tx),
        *await _orders(tx),
        *await _claims(tx),
        *await _deadlines(tx),
    ]


async def _seats(tx: ReadTx) -> list[Finding]:
    unlike = [
        _finding(
            "mask_is_its_tickets",
            f"{row['run_id']} {row['coach']}/{row['place']}",
            f"is taken on {int(row['taken']):b}, its tickets say {row['sold']:b}",
        )
        for row in await store.seats_unlike_tickets(tx)
    ]
    twice = [
        _finding(
            "seat_sold_once",
            row["ticket_no"],
            f"shares coach {row['coach']} seat {row['seat']} with {row['other_no']}",
        )
        for row in await store.seats_sold_twice(tx)
    ]
    return unlike + twice


async def _orders(tx: ReadTx) -> list[Finding]:
    checks = {
        "tickets_fit_order": (
            await store.orders_unlike_tickets(tx),
            "has tickets of another state, way or sum",
        ),
        "payment_fits_order": (
            await store.orders_unlike_payments(tx),
            "is issued without its money, or has money without being issued or sent back",
        ),
        "order_is_found": (
            await store.orders_not_found(tx),
            "isn't found by its number or its orderer, or counts wrongly as unpaid",
        ),
    }
    return [
        _finding(check, row["order_no"], says)
        for check, (rows, says) in checks.items()
        for row in rows
    ]


async def _claims(tx: ReadTx) -> list[Finding]:
    lacking = [
        _finding("time_is_claimed", row["ticket_no"], "doesn't hold its passenger's time")
        for row in await store.orders_unlike_claims(tx)
    ]
    left_over = [
        _finding("claim_has_ticket", id_text("tkt", row["ticket_id"]), "holds time for nothing")
        for row in await store.claims_without_ticket(tx)
    ]
    twice = [
        _finding(
            "one_train_at_a_time",
            id_text("tkt", row["ticket_id"]),
            f"overlaps {id_text('tkt', row['other_id'])} of the same passenger",
        )
        for row in await store.travellers_in_two_trains(tx)
    ]
    return lacking + left_over + twice


async def _deadlines(tx: ReadTx) -> list[Finding]:
    unpaid = [
        _finding("unpaid_orders_end", row["order_no"], "is unpaid long after its deadline")
        for row in await store.orders_overdue(tx, OVERDUE)
    ]
    owed = [
        _finding("refunds_are_made", row["order_no"], "waits for its money for over a day")
        for row in await store.refunds_overdue(tx, REFUND_OVERDUE)
    ]
    return unpaid + owed
