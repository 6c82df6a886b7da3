# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Merchants' money on its way between shards."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.kit.clock import epoch_ms
from farewave.kit.ids import FIRST_ID
from farewave.payments.sweep import Sweep

_SWEEP = "shard, sweep_id, merchant_id, to_shard, amount_fen, created_at, arrived_at"
"""As the fields of `Sweep` follow each other."""


async def merchant_ids_after(tx: ReadTx, merchant_id: UUID | None, limit: int) -> list[UUID]:
    """All merchants in order of their ids, `limit` at a time."""
    rows = await tx.fetch(
        "SELECT merchant_id FROM payments.merchant"
        " WHERE merchant_id > $1 ORDER BY merchant_id LIMIT $2",
        merchant_id or FIRST_ID,
        limit,
    )
    return [row["merchant_id"] for row in rows]


async def insert_sweeps(tx: Tx, sweeps: Sequence[Sweep], check_at: datetime) -> None:
    """Sweeps that left just now."""
    await tx.executemany(
        f"INSERT INTO payments.sweep ({_SWEEP}, check_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            (
                each.shard,
                each.sweep_id,
                each.merchant_id,
                each.to_shard,
                each.amount_fen,
                each.created_at,
                each.arrived_at,
                check_at,
            )
            for each in sweeps
        ],
    )


async def set_arrived(tx: Tx, shard: int, sweep_ids: Collection[UUID]) -> None:
    """Those that nobody wrote down as arrived before."""
    await tx.execute(
        "UPDATE payments.sweep SET arrived_at = $3"
        " WHERE shard = $1 AND sweep_id = ANY ($2) AND arrived_at IS NULL",
        shard,
        list(sweep_ids),
        tx.now,
    )


async def lease_sweeps(tx: Tx, shard: int, check_at: datetime, limit: int) -> list[Sweep]:
    """Sweeps that are due to be carried on; nobody else gets them before `check_at`.

    One farther ahead than that was set before the clock was moved back: due as well.
    """
    rows = await tx.fetch(
        "UPDATE payments.sweep SET check_at = $3 WHERE shard = $1 AND sweep_id IN ("
        " SELECT sweep_id FROM payments.sweep WHERE shard = $1 AND arrived_at IS NULL"
        " AND (check_at <= $2 OR check_at > $3) ORDER BY check_at LIMIT $4"
        f" FOR UPDATE SKIP LOCKED) RETURNING {_SWEEP}",
        shard,
        tx.now,
        check_at,
        limit,
    )
    return [Sweep(*row) for row in rows]


async def sweeps_after(tx: ReadTx, shard: int, sweep_id: UUID | None, limit: int) -> list[Sweep]:
    """The sweeps of a shard in order of their ids, `limit` at a time."""
    rows = await tx.fetch(
        f"SELECT {_SWEEP} FROM payments.sweep WHERE shard = $1"
        " AND sweep_id > $2 ORDER BY sweep_id LIMIT $3",
        shard,
        sweep_id or FIRST_ID,
        limit,
    )
    return [Sweep(*row) for row in rows]


async def sweeps_not_concluded(tx: ReadTx, shard: int, merchant_id: UUID) -> list[Sweep]:
    """Those of a merchant that left this shard and aren't written down as arrived; they may be."""
    rows = await tx.fetch(
        f"SELECT {_SWEEP} FROM payments.sweep"
        " WHERE shard = $1 AND merchant_id = $2 AND arrived_at IS NULL",
        shard,
        merchant_id,
    )
    return [Sweep(*row) for row in rows]


async def sweeps_under_way_at(
    tx: ReadTx, shard: int, merchant_id: UUID, *, since: datetime, at: datetime
) -> list[Sweep]:
    """Those of a merchant, begun since then, that may have been under way `at`."""
    rows = await tx.fetch(
        f"SELECT {_SWEEP} FROM payments.sweep WHERE shard = $1 AND sweep_id >= $2"
        " AND merchant_id = $3 AND created_at <= $4 AND (arrived_at IS NULL OR arrived_at >= $4)",
        shard,
        UUID(int=max(epoch_ms(since), 0) << 80),
        merchant_id,
        at,
    )
    return [Sweep(*row) for row in rows]
