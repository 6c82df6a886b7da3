# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Authorisations, what was done with them, and the claims on their numbers."""

from dataclasses import astuple
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.payments.authorization import Authorization, Operation, OperationType

_AUTHORIZATION = (
    "shard, auth_no, auth_id, merchant_id, app_id, out_order_no, title, payer_id, payer_user_no,"
    " amount_fen, rest_fen, paid_fen, pending_no, created_at, notify_url, agent_app_id"
)
_OPERATION = "shard, auth_no, out_request_no, operation_id, type, amount_fen, remark, at"
"""As the fields of the dataclasses follow each other."""


def _operation(row: asyncpg.Record) -> Operation:
    return Operation(**{**dict(row), "type": OperationType(row["type"])})


async def claim_authorization(
    tx: Tx, merchant_id: UUID, out_order_no: str, shard: int, auth_no: str
) -> tuple[int, str]:
    """Take the merchant's number; the shard and number of whatever has it come back.

    Two at once: one waits for the other's commit.
    """
    row = await tx.fetchrow(
        "INSERT INTO payments.authorization_claim"
        " (merchant_id, out_order_no, shard, auth_no, claimed_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (merchant_id, out_order_no)"
        " DO UPDATE SET auth_no = authorization_claim.auth_no RETURNING shard, auth_no",
        merchant_id,
        out_order_no,
        shard,
        auth_no,
        tx.now,
    )
    assert row is not None, "an upsert returns a row"
    return row["shard"], row["auth_no"]


async def claimed_authorization(
    tx: ReadTx, merchant_id: UUID, out_order_no: str
) -> tuple[int, str] | None:
    row = await tx.fetchrow(
        "SELECT shard, auth_no FROM payments.authorization_claim"
        " WHERE merchant_id = $1 AND out_order_no = $2",
        merchant_id,
        out_order_no,
    )
    return (row["shard"], row["auth_no"]) if row else None


async def set_order_cancelled(tx: Tx, merchant_id: UUID, out_order_no: str, at: datetime) -> None:
    """Of a number that was claimed in this transaction: nothing will ever have it."""
    await tx.execute(
        "UPDATE payments.authorization_claim SET cancelled_at = $3"
        " WHERE merchant_id = $1 AND out_order_no = $2",
        merchant_id,
        out_order_no,
        at,
    )


async def insert_authorization(tx: Tx, made: Authorization) -> None:
    await tx.execute(
        f"INSERT INTO payments.authorization ({_AUTHORIZATION})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        *astuple(made),
    )


async def authorization(tx: ReadTx, shard: int, auth_no: str) -> Authorization | None:
    row = await tx.fetchrow(
        f"SELECT {_AUTHORIZATION} FROM payments.authorization WHERE shard = $1 AND auth_no = $2",
        shard,
        auth_no,
    )
    return Authorization(*row) if row else None


async def lock_authorization(tx: Tx, shard: int, auth_no: str) -> Authorization | None:
    """The authorisation, nobody else's to change until the transaction ends."""
    row = await tx.fetchrow(
        f"SELECT {_AUTHORIZATION} FROM payments.authorization WHERE shard = $1 AND auth_no = $2"
        " FOR UPDATE",
        shard,
        auth_no,
    )
    return Authorization(*row) if row else None


async def write_authorization(tx: Tx, changed: Authorization) -> None:
    """What is left of it, what was paid of it, and which pending transfer holds the rest."""
    await tx.execute(
        "UPDATE payments.authorization SET rest_fen = $3, paid_fen = $4, pending_no = $5"
        " WHERE shard = $1 AND auth_no = $2",
        changed.shard,
        changed.auth_no,
        changed.rest_fen,
        changed.paid_fen,
        changed.pending_no,
    )


async def insert_operation(tx: Tx, done: Operation) -> None:
    await tx.execute(
        f"INSERT INTO payments.authorization_operation ({_OPERATION})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        *astuple(done),
    )


async def operations(tx: ReadTx, shard: int, auth_no: str) -> list[Operation]:
    """All that was done with one, in order."""
    rows = await tx.fetch(
        f"SELECT {_OPERATION} FROM payments.authorization_operation"
        " WHERE shard = $1 AND auth_no = $2 ORDER BY at, operation_id",
        shard,
        auth_no,
    )
    return [_operation(row) for row in rows]


async def authorizations_after(
    tx: ReadTx, shard: int, auth_no: str, limit: int
) -> list[Authorization]:
    """Authorisations of a shard in the order of their numbers: for walking over all of them."""
    rows = await tx.fetch(
        f"SELECT {_AUTHORIZATION} FROM payments.authorization WHERE shard = $1 AND auth_no > $2"
        " ORDER BY auth_no LIMIT $3",
        shard,
        auth_no,
        limit,
    )
    return [Authorization(*row) for row in rows]


async def authorization_claims_astray(tx: ReadTx) -> list[asyncpg.Record]:
    """Claims without their authorisation, and the other way round: for the audit."""
    return await tx.fetch(
        "SELECT coalesce(c.out_order_no, a.out_order_no) AS out_order_no"
        " FROM payments.authorization_claim AS c FULL JOIN payments.authorization AS a"
        " ON a.shard = c.shard AND a.auth_no = c.auth_no"
        " AND a.merchant_id = c.merchant_id AND a.out_order_no = c.out_order_no"
        " WHERE (c.auth_no IS NULL OR a.auth_no IS NULL) AND c.cancelled_at IS NULL"
    )
