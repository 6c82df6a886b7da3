# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Payouts, and the claims on their numbers."""

from dataclasses import astuple
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.payments.payout import Payout

_PAYOUT = (
    "shard, order_id, payout_id, merchant_id, app_id, out_biz_no, payee_id, amount_fen, title,"
    " remark, paid_at"
)
"""As the fields of `Payout` follow each other."""


async def claim_payout(tx: Tx, payout: Payout) -> tuple[int, str]:
    """Take the merchant's number; the shard and number of the payout that has it come back.

    Two at once: one waits for the other's commit.
    """
    row = await tx.fetchrow(
        "INSERT INTO payments.payout_claim (merchant_id, out_biz_no, shard, order_id, claimed_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (merchant_id, out_biz_no)"
        " DO UPDATE SET order_id = payout_claim.order_id RETURNING shard, order_id",
        payout.merchant_id,
        payout.out_biz_no,
        payout.shard,
        payout.order_id,
        tx.now,
    )
    assert row is not None, "an upsert returns a row"
    return row["shard"], row["order_id"]


async def claimed_payout(tx: ReadTx, merchant_id: UUID, out_biz_no: str) -> tuple[int, str] | None:
    row = await tx.fetchrow(
        "SELECT shard, order_id FROM payments.payout_claim"
        " WHERE merchant_id = $1 AND out_biz_no = $2",
        merchant_id,
        out_biz_no,
    )
    return (row["shard"], row["order_id"]) if row else None


async def insert_payout(tx: Tx, payout: Payout) -> None:
    await tx.execute(
        f"INSERT INTO payments.payout ({_PAYOUT})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        *astuple(payout),
    )


async def payout(tx: ReadTx, shard: int, order_id: str) -> Payout | None:
    row = await tx.fetchrow(
        f"SELECT {_PAYOUT} FROM payments.payout WHERE shard = $1 AND order_id = $2",
        shard,
        order_id,
    )
    return Payout(*row) if row else None


async def payouts_after(tx: ReadTx, shard: int, order_id: str, limit: int) -> list[Payout]:
    """Payouts of a shard in the order of their numbers: for walking over all of them."""
    rows = await tx.fetch(
        f"SELECT {_PAYOUT} FROM payments.payout WHERE shard = $1 AND order_id > $2"
        " ORDER BY order_id LIMIT $3",
        shard,
        order_id,
        limit,
    )
    return [Payout(*row) for row in rows]


async def payout_claims_astray(tx: ReadTx) -> list[asyncpg.Record]:
    """Claims without their payout, and payouts without their claim: for the audit."""
    return await tx.fetch(
        "SELECT coalesce(c.out_biz_no, p.out_biz_no) AS out_biz_no FROM payments.payout_claim AS c"
        " FULL JOIN payments.payout AS p ON p.shard = c.shard AND p.order_id = c.order_id"
        " AND p.merchant_id = c.merchant_id AND p.out_biz_no = c.out_biz_no"
        " WHERE c.order_id IS NULL OR p.order_id IS NULL"
    )
