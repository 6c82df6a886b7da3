"""What holds of a batch read and write: a statement for each table, however many there are."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.rail.model import Order, Passenger, Ticket, segments_mask
from farewave.rail.store.passengers import passenger_of


async def load_lists(
    tx: ReadTx, shard: int, owners: Collection[UUID]
) -> dict[UUID, dict[UUID, Passenger]]:
    """The passengers of these accounts of one shard, by account and entry."""
    rows = await tx.fetch(
        "SELECT owner_id, passenger_id, name_sealed, name_masked, identity_sealed, identity_index,"
        " identity_masked, phone_sealed, phone_masked, is_self FROM rail.passenger"
        " WHERE shard = $1 AND owner_id = ANY ($2)",
        shard,
        list(owners),
    )
    lists: dict[UUID, dict[UUID, Passenger]] = defaultdict(dict)
    for row in rows:
        lists[row["owner_id"]][row["passenger_id"]] = passenger_of(row)
    return lists


_ORDER_COLUMNS = (
    *("order_id", "run_id", "order_no", "shard", "orderer_id", "payer_user_no", "status"),
    *("version", "train_no", "train_code", "service_day", "travel_day", "from_seq", "to_seq"),
    *("from_telecode", "to_telecode", "depart_at", "arrive_at", "class_code", "total_fen"),
    *("created_at", "pay_before", "check_at"),
)
_TICKET_COLUMNS = (
    *("run_id", "ticket_id", "order_id", "ticket_no", "passenger_id", "name_sealed"),
    *("name_masked", "identity_sealed", "identity_index", "identity_masked", "coach", "place"),
    *("seat", "segments", "fare_fen", "state"),
)
_INDEX_COLUMNS = ("shard", "orderer_id", "order_id", "run_id", "ticket_ids")
_JOURNEY_COLUMNS = (
    *("identity_index", "ticket_id", "order_id", "depart_at", "arrive_at", "expires_at"),
)


async def insert_held(tx: Tx, orders: Sequence[Order], expires_at: datetime) -> None:
    """Write held orders with their tickets, where their orderers find them, and their claims."""
    await tx.copy_rows("rail", "ticket_order", _ORDER_COLUMNS, map(_order_row, orders))
    tickets = [(order, ticket) for order in orders for ticket in order.tickets]
    await tx.copy_rows("rail", "ticket", _TICKET_COLUMNS, (_ticket_row(*each) for each in tickets))
    await tx.copy_rows(
        "rail",
        "orderer_order",
        _INDEX_COLUMNS,
        (
            (
                *(each.shard, each.orderer_id, each.order_id, each.run_id),
                [ticket.ticket_id for ticket in each.tickets],
            )
            for each in orders
        ),
    )
    await tx.copy_rows(
        "rail",
        "journey",
        _JOURNEY_COLUMNS,
        (
            (
                *(ticket.identity_index, ticket.ticket_id, order.order_id),
                *(order.depart_at, order.arrive_at, expires_at),
            )
            for order, ticket in tickets
        ),
    )
    await tx.execute(
        "UPDATE rail.orderer AS o SET open_order_id = n.order_id"
        " FROM unnest($1::smallint[], $2::uuid[], $3::uuid[]) AS n (shard, orderer_id, order_id)"
        " WHERE o.shard = n.shard AND o.orderer_id = n.orderer_id",
        [each.shard for each in orders],
        [each.orderer_id for each in orders],
        [each.order_id for each in orders],
    )


def _order_row(order: Order) -> tuple[object, ...]:
    return (
        *(order.order_id, order.run_id, order.order_no, order.shard, order.orderer_id),
        *(order.payer_user_no, order.status, order.version, order.train_no, order.train_code),
        *(order.service_day, order.travel_day, order.from_seq, order.to_seq),
        *(order.from_telecode, order.to_telecode, order.depart_at, order.arrive_at),
        *(order.class_code, order.total_fen, order.created_at, order.pay_before),
        order.pay_before,
    )


def _ticket_row(order: Order, ticket: Ticket) -> tuple[object, ...]:
    return (
        *(order.run_id, ticket.ticket_id, order.order_id, ticket.ticket_no),
        *(ticket.passenger_id, ticket.name.sealed, ticket.name_masked, ticket.identity.sealed),
        *(ticket.identity_index, ticket.identity_masked, ticket.coach, ticket.place),
        *(ticket.seat, segments_mask(order.from_seq, order.to_seq), ticket.fare_fen),
        ticket.state,
    )
