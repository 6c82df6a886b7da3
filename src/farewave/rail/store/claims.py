"""What must be unique, by its own key: order numbers, one open order, travellers' time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.rail.model import OrderRef


async def claim_order_number(tx: Tx, order_no: str, ref: OrderRef) -> bool:
    """False when the number belongs to another order."""
    claimed = await tx.fetchval(
        "INSERT INTO rail.order_number (order_no, run_id, order_id) VALUES ($1, $2, $3)"
        " ON CONFLICT DO NOTHING RETURNING true",
        order_no,
        ref.run_id,
        ref.order_id,
    )
    return claimed is True


async def find_order_number(tx: ReadTx, order_no: str) -> OrderRef | None:
    row = await tx.fetchrow(
        "SELECT run_id, order_id FROM rail.order_number WHERE order_no = $1", order_no
    )
    return None if row is None else OrderRef(*row)


@dataclass(frozen=True, slots=True)
class OrdererRow:
    """What is kept of one orderer."""

    open_order_id: UUID | None
    cancels_day: date | None
    cancels: int


async def lock_orderer(tx: Tx, shard: int, orderer_id: UUID) -> OrdererRow:
    """Hold the orderer's row, made if it isn't there, until the transaction ends."""
    await tx.execute(
        "INSERT INTO rail.orderer (shard, orderer_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        shard,
        orderer_id,
    )
    row = await tx.fetchrow(
        "SELECT open_order_id, cancels_day, cancels FROM rail.orderer"
        " WHERE shard = $1 AND orderer_id = $2 FOR UPDATE",
        shard,
        orderer_id,
    )
    assert row is not None
    return OrdererRow(*row)


async def set_open_order(tx: Tx, shard: int, orderer_id: UUID, order_id: UUID | None) -> None:
    await tx.execute(
        "UPDATE rail.orderer SET open_order_id = $3 WHERE shard = $1 AND orderer_id = $2",
        shard,
        orderer_id,
        order_id,
    )


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


async def lock_travellers(tx: Tx, identity_indexes: Sequence[bytes]) -> None:
    """Hold the travellers, in the order of their keys, so that two parties never wait in a ring."""
    for identity_index in sorted(identity_indexes):
        await tx.execute(
            "INSERT INTO rail.traveller (identity_index) VALUES ($1) ON CONFLICT DO NOTHING",
            identity_index,
        )
        await tx.fetchval(
            "SELECT true FROM rail.traveller WHERE identity_index = $1 FOR UPDATE",
            identity_index,
        )


async def find_busy(
    tx: ReadTx, identity_indexes: Sequence[bytes], depart_at: datetime, arrive_at: datetime
) -> list[bytes]:
    """Who of them already travels, or may, at some time between the two."""
    rows = await tx.fetch(
        "SELECT DISTINCT identity_index FROM rail.journey WHERE identity_index = ANY ($1)"
        " AND depart_at < $3 AND arrive_at > $2 AND (expires_at IS NULL OR expires_at > $4)",
        list(identity_indexes),
        depart_at,
        arrive_at,
        tx.now,
    )
    return [row["identity_index"] for row in rows]


async def claim_journeys(
    tx: Tx,
    order_id: UUID,
    claims: Sequence[tuple[bytes, UUID]],
    *,
    depart_at: datetime,
    arrive_at: datetime,
    expires_at: datetime,
) -> None:
    """Write the claims, given as (traveller, ticket); overlapping ones that ran out give way."""
    await tx.execute(
        "DELETE FROM rail.journey WHERE identity_index = ANY ($1) AND depart_at < $3"
        " AND arrive_at > $2 AND expires_at <= $4",
        [identity_index for identity_index, _ in claims],
        depart_at,
        arrive_at,
        tx.now,
    )
    await tx.execute(
        "INSERT INTO rail.journey (identity_index, ticket_id, order_id, depart_at, arrive_at,"
        " expires_at) SELECT index, ticket, $3, $4, $5, $6"
        " FROM unnest($1::bytea[], $2::uuid[]) AS claim (index, ticket)",
        [identity_index for identity_index, _ in claims],
        [ticket_id for _, ticket_id in claims],
        order_id,
        depart_at,
        arrive_at,
        expires_at,
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
