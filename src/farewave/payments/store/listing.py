# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""A merchant's trades from the newest on."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from farewave.db import ReadTx
from farewave.payments.model import Trade, TradeStatus
from farewave.payments.store.trades import TRADE_COLUMNS, trade_of


async def trades_of_merchant(
    tx: ReadTx,
    shard: int,
    merchant_id: UUID,
    *,
    since: datetime,
    before: tuple[datetime, str],
    statuses: Collection[TradeStatus],
    refunded_fen_min: int,
    limit: int,
) -> list[Trade]:
    """Made from `since` on, and before the instant and number `before`: the newest first."""
    rows = await tx.fetch(
        f"SELECT {TRADE_COLUMNS} FROM payments.trade WHERE shard = $1 AND merchant_id = $2"
        " AND created_at >= $3 AND (created_at, trade_no) < ($4, $5)"
        " AND status = ANY ($6) AND refunded_fen >= $7"
        " ORDER BY created_at DESC, trade_no DESC LIMIT $8",
        shard,
        merchant_id,
        since,
        *before,
        [status.value for status in statuses],
        refunded_fen_min,
        limit,
    )
    return [trade_of(row) for row in rows]
