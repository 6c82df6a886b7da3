"""What must be unique, by its own key: order numbers, one open order, travellers' time.

Where many rows are locked, it is by writing them (`ON CONFLICT … DO UPDATE`), in the order of their
keys: that makes what isn't there, says what stands there, and works where the rows of a statement
lie on several servers, which `FOR UPDATE` doesn't.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.rail.model import OrderRef

Orderer = tuple[int, UUID]
"""Shard and person."""


async def claim_order_numbers(tx: Tx, wanted: Mapping[str, OrderRef]) -> list[str]:
    """Take the numbers that nobody has, in their order; those come back."""
    rows = sorted(wanted.items())
    taken = await tx.fetch(
        "INSERT INTO rail.order_number (order_no, run_id, order_id)"
        " SELECT n.order_no, n.run_id, n.order_id FROM unnest($1::text[], $2::uuid[], $3::uuid[])"
        " AS n (order_no, run_id, order_id)"
        " ON CONFLICT (order_no) DO NOTHING RETURNING order_no",
        [order_no for order_no, _ in rows],
        [ref.run_id for _, ref in rows],
        [ref.order_id for _, ref in rows],
    )
    return [row[0] for row in taken]


async def find_order_number(tx: ReadTx, order_no: str) -> OrderRef | None:
    row = await tx.fetchrow(
        "SELECT run_id, order_id FROM rail.order_number WHERE order_no = $1", order_no
    )
    return None if row is None else OrderRef(*row)


@dataclass(frozen=True, slots=True)
class JourneyRow:
    """A traveller's time that a ticket holds; `expires_at` while it is unpaid."""

    identity_index: bytes
    ticket_id: UUID
    depart_at: datetime
    arrive_at: datetime
    expires_at: datetime | None

    def has_run_out(self, now: datetime) -> bool:
        """Whether anyone may take the time over."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class OrdererRow:
    """What is kept of one orderer."""

    open_order_id: UUID | None
    cancels_day: date | None
    cancels: int


async def lock_orderers(tx: Tx, orderers: Collection[Orderer]) -> dict[Orderer, OrdererRow]:
    """Hold the orderers' rows until the transaction ends, made if they aren't there."""
    rows = sorted(orderers, key=lambda each: (each[0], each[1].int))
    locked = await tx.fetch(
        "INSERT INTO rail.orderer (shard, orderer_id)"
        " SELECT n.shard, n.orderer_id FROM unnest($1::smallint[], $2::uuid[])"
        " AS n (shard, orderer_id)"
        " ON CONFLICT (shard, orderer_id) DO UPDATE SET cancels = rail.orderer.cancels"
        " RETURNING shard, orderer_id, open_order_id, cancels_day, cancels",
        [shard for shard, _ in rows],
        [orderer_id for _, orderer_id in rows],
    )
    return {(row[0], row[1]): OrdererRow(row[2], row[3], row[4]) for row in locked}


async def lock_orderer(tx: Tx, shard: int, orderer_id: UUID) -> OrdererRow:
    """As `lock_orderers`, one."""
    return (await lock_orderers(tx, [(shard, orderer_id)]))[shard, orderer_id]


async def close_open_order(tx: Tx, shard: int, orderer_id: UUID, order_id: UUID) -> None:
    """The orderer is free for the next order, if this one was the unpaid one."""
    await tx.execute(
        "UPDATE rail.orderer SET open_order_id = NULL"
        " WHERE shard = $1 AND orderer_id = $2 AND open_order_id = $3",
        shard,
        orderer_id,
        order_id,
    )


async def count_cancel(tx: Tx, shard: int, orderer_id: UUID, day: date, cancels: int) -> None:
    await tx.execute(
        "UPDATE rail.orderer SET cancels_day = $3, cancels = $4"
        " WHERE shard = $1 AND orderer_id = $2",
        shard,
        orderer_id,
        day,
        cancels,
    )


async def lock_travellers(tx: Tx, identity_indexes: Collection[bytes]) -> None:
    """Hold the travellers, in the order of their keys, so that two batches never wait in a ring."""
    await tx.execute(
        "INSERT INTO rail.traveller (identity_index, asked_at)"
        " SELECT n.identity_index, $2::timestamptz FROM unnest($1::bytea[])"
        " AS n (identity_index)"
        " ON CONFLICT (identity_index) DO UPDATE SET asked_at = EXCLUDED.asked_at",
        sorted(identity_indexes),
        tx.now,
    )


async def load_journeys(
    tx: ReadTx, identity_indexes: Collection[bytes], begin: datetime, end: datetime
) -> list[JourneyRow]:
    """Their journeys that touch the time from `begin` to `end`, also those that have run out."""
    rows = await tx.fetch(
        "SELECT identity_index, ticket_id, depart_at, arrive_at, expires_at FROM rail.journey"
        " WHERE identity_index = ANY ($1) AND depart_at < $3 AND arrive_at > $2",
        list(identity_indexes),
        begin,
        end,
    )
    return [JourneyRow(*row) for row in rows]


async def lock_journey(tx: Tx, identity_index: bytes, ticket_id: UUID) -> JourneyRow | None:
    """Hold one claim; as it stands now, or None if it is gone."""
    row = await tx.fetchrow(
        "SELECT identity_index, ticket_id, depart_at, arrive_at, expires_at FROM rail.journey"
        " WHERE identity_index = $1 AND ticket_id = $2 FOR UPDATE",
        identity_index,
        ticket_id,
    )
    return None if row is None else JourneyRow(*row)


async def drop_journeys(tx: Tx, journeys: Collection[JourneyRow]) -> None:
    """Claims that ran out give way."""
    if not journeys:
        return
    await tx.execute(
        "DELETE FROM rail.journey AS j USING unnest($1::bytea[], $2::uuid[])"
        " AS n (identity_index, ticket_id)"
        " WHERE j.identity_index = n.identity_index AND j.ticket_id = n.ticket_id",
        [each.identity_index for each in journeys],
        [each.ticket_id for each in journeys],
    )


async def lock_claims(tx: Tx, claims: Sequence[tuple[bytes, UUID]]) -> int:
    """Hold those of the claims that are still there; how many."""
    rows = await tx.fetch(
        "SELECT 1 FROM rail.journey WHERE identity_index = ANY ($1) AND ticket_id = ANY ($2)"
        " ORDER BY identity_index, ticket_id FOR UPDATE",
        [identity_index for identity_index, _ in claims],
        [ticket_id for _, ticket_id in claims],
    )
    return len(rows)


async def keep_claims(tx: Tx, claims: Sequence[tuple[bytes, UUID]]) -> None:
    """The tickets are issued: the claims don't run out any more."""
    await tx.execute(
        "UPDATE rail.journey SET expires_at = NULL"
        " WHERE identity_index = ANY ($1) AND ticket_id = ANY ($2)",
        [identity_index for identity_index, _ in claims],
        [ticket_id for _, ticket_id in claims],
    )


async def drop_claims(tx: Tx, claims: Sequence[tuple[bytes, UUID]]) -> None:
    await tx.execute(
        "DELETE FROM rail.journey WHERE identity_index = ANY ($1) AND ticket_id = ANY ($2)",
        [identity_index for identity_index, _ in claims],
        [ticket_id for _, ticket_id in claims],
    )
