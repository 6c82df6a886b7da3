# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Transfers: looked up, written, read forward; and which of them wait for a time-out."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.ledger.model import Reason, Stage, StoredTransfer
from farewave.ledger.store.copying import TRANSFER_COLUMNS

_COLUMNS = (
    "t.transfer_id, t.stage, t.debit_account_id, t.credit_account_id, t.amount_fen, t.reason,"
    " t.business, t.pending_id, t.expires_at, t.at, t.position, t.reverses_id, t.flags, t.asked_fen"
)
_STAGES = {int(stage): stage for stage in Stage}
_REASONS = {int(reason): reason for reason in Reason}


def _stored(rows: Iterable[asyncpg.Record]) -> list[StoredTransfer]:
    return [
        StoredTransfer(
            row[0],
            _STAGES[row[1]],
            row[2],
            row[3],
            row[4],
            _REASONS[row[5]],
            row[6],
            row[7],
            row[8],
            row[9],
            row[10],
            row[11],
            row[12],
            row[13],
        )
        for row in rows
    ]


async def transfers_by_id(tx: ReadTx, shard: int, ids: Collection[UUID]) -> list[StoredTransfer]:
    """Those of `ids` that stand in a book."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM ledger.transfer AS t WHERE shard = $1 AND transfer_id = ANY ($2)",
        shard,
        ids,
    )
    return _stored(rows)


async def transfers_and_ends(
    tx: ReadTx, shard: int, ids: Collection[UUID], pending_ids: Collection[UUID]
) -> list[StoredTransfer]:
    """Those of `ids` and `pending_ids` that stand in a book, and the ends of the latter."""
    if not pending_ids:
        return await transfers_by_id(tx, shard, ids)
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM ledger.transfer AS t WHERE shard = $1 AND transfer_id = ANY ($2)"
        f" UNION ALL"
        f" SELECT {_COLUMNS} FROM ledger.transfer AS t WHERE shard = $1 AND pending_id = ANY ($3)",
        shard,
        [*ids, *pending_ids],
        list(pending_ids),
    )
    return _stored(rows)


async def transfers_and_reversals(
    tx: ReadTx, shard: int, reversed_ids: Collection[UUID]
) -> list[StoredTransfer]:
    """Those of `reversed_ids` that stand in a book, and their reversals."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM ledger.transfer AS t WHERE shard = $1 AND transfer_id = ANY ($2)"
        f" UNION ALL"
        f" SELECT {_COLUMNS} FROM ledger.transfer AS t WHERE shard = $1 AND reverses_id = ANY ($2)",
        shard,
        list(reversed_ids),
    )
    return _stored(rows)


async def business_transfers(tx: ReadTx, shard: int, business: str) -> list[StoredTransfer]:
    """Every transfer of one business object, in the order of their book."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM ledger.transfer AS t WHERE shard = $1 AND business = $2"
        " ORDER BY at, position",
        shard,
        business,
    )
    return _stored(rows)


async def log(
    tx: ReadTx, shard: int, currency: str, after_position: int, limit: int
) -> list[StoredTransfer]:
    """The book forward from a position."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM ledger.transfer AS t"
        " WHERE shard = $1 AND currency = $2 AND position > $3 ORDER BY position LIMIT $4",
        shard,
        currency,
        after_position,
        limit,
    )
    return _stored(rows)


async def insert_transfers(tx: Tx, rows: bytes) -> None:
    """Write what `transfer_rows` made."""
    await tx.copy_in("ledger", "transfer", TRANSFER_COLUMNS, rows)


async def insert_expiries(
    tx: Tx, shard: int, currency: str, rows: Sequence[StoredTransfer]
) -> None:
    """Note pending transfers that have a time-out."""
    await tx.execute(
        "INSERT INTO ledger.expiry (shard, currency, transfer_id, expires_at)"
        " SELECT $1::smallint, $2::text, n.* FROM unnest($3::uuid[], $4::timestamptz[]) AS n",
        shard,
        currency,
        [row.transfer_id for row in rows],
        [row.expires_at for row in rows],
    )


async def delete_expiries(tx: Tx, shard: int, pending_ids: Collection[UUID]) -> None:
    """Forget the time-outs of pending transfers that have ended."""
    await tx.execute(
        "DELETE FROM ledger.expiry WHERE shard = $1 AND transfer_id = ANY ($2)",
        shard,
        list(pending_ids),
    )


async def due(tx: ReadTx, shard: int, now: datetime, limit: int) -> dict[str, list[StoredTransfer]]:
    """Open pending transfers whose time is over, the longest overdue first, by currency."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS}, t.currency FROM ledger.expiry AS e JOIN ledger.transfer AS t"
        " ON t.shard = e.shard AND t.transfer_id = e.transfer_id"
        " WHERE e.shard = $1 AND t.shard = $1 AND e.expires_at <= $2"
        " ORDER BY e.expires_at LIMIT $3",
        shard,
        now,
        limit,
    )
    found: dict[str, list[StoredTransfer]] = {}
    for row, stored in zip(rows, _stored(rows), strict=True):
        found.setdefault(row["currency"], []).append(stored)
    return found
