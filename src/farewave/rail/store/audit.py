"""Statements that find rows contradicting each other; none of them is on a hot path."""

from datetime import timedelta

import asyncpg

from farewave.db import ReadTx


async def seats_unlike_tickets(tx: ReadTx) -> list[asyncpg.Record]:
    """Seats whose bits in the map aren't the union of the tickets that sit there."""
    return await tx.fetch(
        "SELECT run_id, class_code, coach, place, coalesce(s.taken, 0) AS taken,"
        " coalesce(t.segments, 0) AS sold FROM ("
        "  SELECT m.run_id, m.class_code, m.coach, place::smallint AS place,"
        "  sum(get_bit(m.taken, segment * ((m.places + 7) / 8) * 8 + place - 1)::bigint << segment)"
        "   AS taken FROM rail.seat_map m, generate_series(1, m.places) AS place,"
        "  generate_series(0, octet_length(m.taken) / ((m.places + 7) / 8) - 1) AS segment"
        "  GROUP BY m.run_id, m.class_code, m.coach, place"
        " ) s FULL JOIN ("
        "  SELECT t.run_id, o.class_code, t.coach, t.place, bit_or(t.segments) AS segments"
        "  FROM rail.ticket t JOIN rail.ticket_order o USING (run_id, order_id)"
        "  WHERE t.state IN ('held', 'valid', 'used')"
        "  GROUP BY t.run_id, o.class_code, t.coach, t.place"
        " ) t USING (run_id, class_code, coach, place)"
        " WHERE coalesce(s.taken, 0) <> coalesce(t.segments, 0)"
    )


async def seats_sold_twice(tx: ReadTx) -> list[asyncpg.Record]:
    """Pairs of tickets on one seat that share a segment."""
    return await tx.fetch(
        "SELECT a.ticket_no, b.ticket_no AS other_no, a.coach, a.seat FROM rail.ticket a"
        " JOIN rail.ticket b ON a.run_id = b.run_id AND a.coach = b.coach AND a.place = b.place"
        " AND a.ticket_id < b.ticket_id AND (a.segments & b.segments) <> 0"
        " WHERE a.state IN ('held', 'valid', 'used') AND b.state IN ('held', 'valid', 'used')"
    )


async def orders_unlike_tickets(tx: ReadTx) -> list[asyncpg.Record]:
    """Orders whose tickets are in another state, on other segments, or cost another sum."""
    return await tx.fetch(
        "SELECT o.order_no FROM rail.ticket_order o"
        " LEFT JOIN rail.ticket t USING (run_id, order_id)"
        " GROUP BY o.run_id, o.order_id"
        " HAVING coalesce(sum(t.fare_fen), 0) <> o.total_fen"
        " OR bool_or(t.segments <>"
        "  (((1::bigint << (o.to_seq - o.from_seq)) - 1) << (o.from_seq - 1)))"
        " OR NOT bool_and(CASE o.status WHEN 'held' THEN t.state = 'held'"
        "  WHEN 'issued' THEN t.state IN ('valid', 'used', 'refunded')"
        "  ELSE t.state = 'released' END)"
    )


async def orders_unlike_payments(tx: ReadTx) -> list[asyncpg.Record]:
    """Issued or refunded without the exact money, or money without either."""
    return await tx.fetch(
        "SELECT o.order_no, o.status FROM rail.ticket_order o"
        " LEFT JOIN rail.payment p USING (run_id, order_id)"
        " WHERE CASE"
        "  WHEN o.status = 'issued' THEN p.amount_fen IS DISTINCT FROM o.total_fen"
        "   OR p.trade_no IS DISTINCT FROM o.trade_no OR p.refund_request_no IS NOT NULL"
        "  WHEN o.status IN ('refunding', 'refunded') THEN p.refund_request_no IS NULL"
        "   OR (p.refunded_at IS NOT NULL) <> (o.status = 'refunded')"
        "  ELSE p.trade_no IS NOT NULL END"
    )


async def orders_unlike_claims(tx: ReadTx) -> list[asyncpg.Record]:
    """Tickets that sit somewhere without holding their passenger's time, or in another way."""
    return await tx.fetch(
        "SELECT t.ticket_no FROM rail.ticket t JOIN rail.ticket_order o USING (run_id, order_id)"
        " LEFT JOIN rail.journey j"
        "  ON j.identity_index = t.identity_index AND j.ticket_id = t.ticket_id"
        " WHERE t.state IN ('held', 'valid', 'used') AND (j.ticket_id IS NULL"
        "  OR j.depart_at <> o.depart_at OR j.arrive_at <> o.arrive_at"
        "  OR (j.expires_at IS NULL) <> (t.state <> 'held'))"
    )


async def claims_without_ticket(tx: ReadTx) -> list[asyncpg.Record]:
    """Claims of time by tickets that sit nowhere (any more)."""
    return await tx.fetch(
        "SELECT j.ticket_id FROM rail.journey j LEFT JOIN rail.ticket t"
        " ON t.ticket_id = j.ticket_id AND t.state IN ('held', 'valid', 'used')"
        " WHERE t.ticket_id IS NULL"
    )


async def travellers_in_two_trains(tx: ReadTx) -> list[asyncpg.Record]:
    """Pairs of claims of one traveller that share time."""
    return await tx.fetch(
        "SELECT a.ticket_id, b.ticket_id AS other_id FROM rail.journey a JOIN rail.journey b"
        " ON a.identity_index = b.identity_index AND a.ticket_id < b.ticket_id"
        " AND a.depart_at < b.arrive_at AND b.depart_at < a.arrive_at"
    )


async def orders_not_found(tx: ReadTx) -> list[asyncpg.Record]:
    """Orders that their number, their orderer's index or the orderer's row doesn't lead to."""
    return await tx.fetch(
        "SELECT o.order_no FROM rail.ticket_order o"
        " LEFT JOIN rail.order_number n ON n.order_no = o.order_no AND n.order_id = o.order_id"
        "  AND n.run_id = o.run_id"
        " LEFT JOIN rail.orderer_order i ON i.shard = o.shard AND i.orderer_id = o.orderer_id"
        "  AND i.order_id = o.order_id AND i.run_id = o.run_id"
        " LEFT JOIN rail.orderer r ON r.shard = o.shard AND r.orderer_id = o.orderer_id"
        " WHERE n.order_no IS NULL OR i.order_id IS NULL"
        " OR (o.status = 'held') <> coalesce(r.open_order_id = o.order_id, false)"
    )


async def orders_overdue(tx: ReadTx, late: timedelta) -> list[asyncpg.Record]:
    """Orders that are unpaid so long after their deadline."""
    return await tx.fetch(
        "SELECT order_no FROM rail.ticket_order WHERE status = 'held' AND pay_before < $1",
        tx.now - late,
    )


async def refunds_overdue(tx: ReadTx, late: timedelta) -> list[asyncpg.Record]:
    """Orders whose money should have gone back so long ago."""
    return await tx.fetch(
        "SELECT o.order_no FROM rail.payment p JOIN rail.ticket_order o USING (run_id, order_id)"
        " WHERE p.refund_request_no IS NOT NULL AND p.refunded_at IS NULL AND p.recorded_at < $1",
        tx.now - late,
    )
