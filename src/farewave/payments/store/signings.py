# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Agreements that are signed by paying a trade."""

from dataclasses import astuple

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.payments.agreement import Signing

_SIGNING = "shard, trade_no, offer_id, agreed, agreement_no"


async def insert_signing(tx: Tx, made: Signing) -> None:
    """Nothing happens where the trade has one."""
    await tx.execute(
        f"INSERT INTO payments.trade_signing ({_SIGNING}) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (shard, trade_no) DO NOTHING",
        *astuple(made),
    )


async def signing(tx: ReadTx, shard: int, trade_no: str) -> Signing | None:
    row = await tx.fetchrow(
        f"SELECT {_SIGNING} FROM payments.trade_signing WHERE shard = $1 AND trade_no = $2",
        shard,
        trade_no,
    )
    return Signing(*row) if row else None


async def write_signing(tx: Tx, changed: Signing) -> None:
    """What was agreed to, and the agreement that it has become."""
    await tx.execute(
        "UPDATE payments.trade_signing SET agreed = $3, agreement_no = $4"
        " WHERE shard = $1 AND trade_no = $2",
        *(changed.shard, changed.trade_no, changed.agreed, changed.agreement_no),
    )


async def signings_astray(tx: ReadTx, shard: int) -> list[asyncpg.Record]:
    """Paid trades without the agreement of the two that they sign, unpaid ones with it: for the
    audit.
    """
    return await tx.fetch(
        "SELECT s.trade_no FROM payments.trade_signing AS s"
        " JOIN payments.trade AS t ON t.shard = s.shard AND t.trade_no = s.trade_no"
        " LEFT JOIN payments.agreement AS a"
        " ON a.shard = s.shard AND a.agreement_no = s.agreement_no"
        " WHERE s.shard = $1 AND ((t.paid_at IS NULL) <> (s.agreement_no IS NULL)"
        " OR s.agreement_no IS NOT NULL AND (a.person_id IS DISTINCT FROM t.payer_id"
        " OR a.merchant_id IS DISTINCT FROM t.merchant_id))",
        shard,
    )
