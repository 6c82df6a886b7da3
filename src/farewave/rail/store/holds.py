"""What holds of a batch read and write: a statement for each table, however many there are."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.rail.model import Order, Passenger, segments_mask
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


async def insert_held(tx: Tx, orders: Sequence[Order], expires_at: datetime) -> None:
    """Write held orders with their tickets, where their orderers find them, and their claims."""
    await _insert_orders(tx, orders)
    await _insert_tickets(tx, orders)
    await tx.execute(
        "INSERT INTO rail.orderer_order (shard, orderer_id, order_id, run_id, ticket_ids)"
        " SELECT n.shard, n.orderer_id, n.order_id, n.run_id,"
        " string_to_array(n.ticket_ids, ',')::uuid[]"
        " FROM unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[])"
        " AS n (shard, orderer_id, order_id, run_id, ticket_ids)",
        [each.shard for each in orders],
        [each.orderer_id for each in orders],
        [each.order_id for each in orders],
        [each.run_id for each in orders],
        [",".join(str(ticket.ticket_id) for ticket in each.tickets) for each in orders],
    )
    await tx.execute(
        "UPDATE rail.orderer AS o SET open_order_id = n.order_id"
        " FROM unnest($1::smallint[], $2::uuid[], $3::uuid[]) AS n (shard, orderer_id, order_id)"
        " WHERE o.shard = n.shard AND o.orderer_id = n.orderer_id",
        [each.shard for each in orders],
        [each.orderer_id for each in orders],
        [each.order_id for each in orders],
    )
    tickets = [(order, ticket) for order in orders for ticket in order.tickets]
    await tx.execute(
        "INSERT INTO rail.journey"
        " (identity_index, ticket_id, order_id, depart_at, arrive_at, expires_at)"
        " SELECT n.identity_index, n.ticket_id, n.order_id, n.depart_at, n.arrive_at,"
        " $1::timestamptz FROM unnest($2::bytea[], $3::uuid[], $4::uuid[], $5::timestamptz[],"
        " $6::timestamptz[]) AS n (identity_index, ticket_id, order_id, depart_at, arrive_at)",
        expires_at,
        [ticket.identity_index for _, ticket in tickets],
        [ticket.ticket_id for _, ticket in tickets],
        [order.order_id for order, _ in tickets],
        [order.depart_at for order, _ in tickets],
        [order.arrive_at for order, _ in tickets],
    )


async def _insert_orders(tx: Tx, orders: Sequence[Order]) -> None:
    await tx.execute(
        "INSERT INTO rail.ticket_order (order_id, run_id, order_no, shard, orderer_id,"
        " payer_user_no, status, version, train_no, train_code, service_day, travel_day,"
        " from_seq, to_seq, from_telecode, to_telecode, depart_at, arrive_at, class_code,"
        " total_fen, created_at, pay_before, check_at)"
        " SELECT n.*, n.pay_before FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::smallint[],"
        " $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::date[],"
        " $12::date[], $13::smallint[], $14::smallint[], $15::text[], $16::text[],"
        " $17::timestamptz[], $18::timestamptz[], $19::text[], $20::bigint[], $21::timestamptz[],"
        " $22::timestamptz[]) AS n (order_id, run_id, order_no, shard, orderer_id,"
        " payer_user_no, status, version, train_no, train_code, service_day, travel_day,"
        " from_seq, to_seq, from_telecode, to_telecode, depart_at, arrive_at, class_code,"
        " total_fen, created_at, pay_before)",
        *map(
            list,
            zip(
                *(
                    (
                        *(each.order_id, each.run_id, each.order_no, each.shard, each.orderer_id),
                        *(each.payer_user_no, each.status, each.version, each.train_no),
                        *(each.train_code, each.service_day, each.travel_day, each.from_seq),
                        *(each.to_seq, each.from_telecode, each.to_telecode, each.depart_at),
                        *(each.arrive_at, each.class_code, each.total_fen, each.created_at),
                        each.pay_before,
                    )
                    for each in orders
                ),
                strict=True,
            ),
        ),
    )


async def _insert_tickets(tx: Tx, orders: Sequence[Order]) -> None:
    await tx.execute(
        "INSERT INTO rail.ticket (run_id, ticket_id, order_id, ticket_no, passenger_id,"
        " name_sealed, name_masked, identity_sealed, identity_index, identity_masked, coach,"
        " place, seat, segments, fare_fen, state)"
        " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[],"
        " $6::bytea[], $7::text[], $8::bytea[], $9::bytea[], $10::text[], $11::text[],"
        " $12::smallint[], $13::text[], $14::bigint[], $15::bigint[], $16::text[])",
        *map(
            list,
            zip(
                *(
                    (
                        *(order.run_id, each.ticket_id, order.order_id, each.ticket_no),
                        *(each.passenger_id, each.name.sealed, each.name_masked),
                        *(each.identity.sealed, each.identity_index, each.identity_masked),
                        *(each.coach, each.place, each.seat),
                        segments_mask(order.from_seq, order.to_seq),
                        *(each.fare_fen, each.state),
                    )
                    for order in orders
                    for each in order.tickets
                ),
                strict=True,
            ),
        ),
    )
