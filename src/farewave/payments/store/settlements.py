# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Royalty relations, settlements and their parts."""

from collections.abc import Collection, Sequence
from dataclasses import astuple
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.payments.model import Merchant
from farewave.payments.settlement import Part, ReceiverType, Relation, Settlement

_RELATION = "receiver_no, type, account, name, memo"
_SETTLEMENT = (
    "shard, trade_no, out_request_no, settle_no, settlement_id, merchant_id, digest, finishes,"
    " settled_at"
)
_PART = (
    "shard, settle_no, place, settlement_id, merchant_id, receiver_no, receiver_id,"
    " receiver_shard, amount_fen, memo, left_at, arrived_at"
)
"""As the fields of the dataclasses follow each other."""


def _relation(row: asyncpg.Record) -> Relation:
    return Relation(**{**dict(row), "type": ReceiverType(row["type"])})


async def merchant_by_seller_id(tx: ReadTx, seller_id: str) -> Merchant | None:
    row = await tx.fetchrow(
        "SELECT merchant_id, seller_id, name, name_en FROM payments.merchant WHERE seller_id = $1",
        seller_id,
    )
    return Merchant(**dict(row)) if row else None


async def merchant_since(tx: ReadTx, merchant_id: UUID) -> datetime:
    row = await tx.fetchrow(
        "SELECT created_at FROM payments.merchant WHERE merchant_id = $1", merchant_id
    )
    assert row is not None, "an application belongs to a merchant"
    at: datetime = row["created_at"]
    return at


async def bind_receiver(tx: Tx, shard: int, merchant_id: UUID, relation: Relation) -> None:
    """Write a relation; one that is there gets the new name and memo."""
    await tx.execute(
        f"INSERT INTO payments.royalty_relation (shard, merchant_id, {_RELATION}, bound_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (shard, merchant_id, receiver_no)"
        " DO UPDATE SET type = EXCLUDED.type, account = EXCLUDED.account, name = EXCLUDED.name,"
        " memo = EXCLUDED.memo",
        shard,
        merchant_id,
        *astuple(relation),
        tx.now,
    )


async def unbind_receivers(
    tx: Tx, shard: int, merchant_id: UUID, receiver_nos: Collection[str]
) -> None:
    """End relations, locked in the order of their numbers."""
    await tx.execute(
        "DELETE FROM payments.royalty_relation WHERE shard = $1 AND merchant_id = $2"
        " AND receiver_no IN (SELECT receiver_no FROM payments.royalty_relation"
        " WHERE shard = $1 AND merchant_id = $2 AND receiver_no = ANY ($3)"
        " ORDER BY receiver_no FOR UPDATE)",
        shard,
        merchant_id,
        list(receiver_nos),
    )


async def count_relations(tx: ReadTx, shard: int, merchant_id: UUID) -> int:
    return int(
        await tx.fetchval(
            "SELECT count(*) FROM payments.royalty_relation WHERE shard = $1 AND merchant_id = $2",
            shard,
            merchant_id,
        )
    )


async def relations(
    tx: ReadTx, shard: int, merchant_id: UUID, offset: int, limit: int
) -> list[Relation]:
    rows = await tx.fetch(
        f"SELECT {_RELATION} FROM payments.royalty_relation"
        " WHERE shard = $1 AND merchant_id = $2 ORDER BY receiver_no OFFSET $3 LIMIT $4",
        shard,
        merchant_id,
        offset,
        limit,
    )
    return [_relation(row) for row in rows]


async def bound_receivers(
    tx: ReadTx, shard: int, merchant_id: UUID, receiver_nos: Collection[str]
) -> frozenset[str]:
    """Those of `receiver_nos` that the merchant may split with."""
    rows = await tx.fetch(
        "SELECT receiver_no FROM payments.royalty_relation"
        " WHERE shard = $1 AND merchant_id = $2 AND receiver_no = ANY ($3)",
        shard,
        merchant_id,
        list(receiver_nos),
    )
    return frozenset(row["receiver_no"] for row in rows)


async def insert_settlement(
    tx: Tx, made: Settlement, parts: Sequence[Part], check_at: datetime
) -> None:
    await tx.execute(
        f"INSERT INTO payments.settlement ({_SETTLEMENT})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *astuple(made),
    )
    await tx.executemany(
        f"INSERT INTO payments.settlement_part ({_PART}, check_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        [(*astuple(each), check_at) for each in parts],
    )


async def settlements(tx: ReadTx, shard: int, trade_no: str) -> list[Settlement]:
    """All of one trade."""
    rows = await tx.fetch(
        f"SELECT {_SETTLEMENT} FROM payments.settlement WHERE shard = $1 AND trade_no = $2"
        " ORDER BY settled_at, settle_no",
        shard,
        trade_no,
    )
    return [Settlement(*row) for row in rows]


async def settlement_by_no(tx: ReadTx, shard: int, settle_no: str) -> Settlement | None:
    row = await tx.fetchrow(
        f"SELECT {_SETTLEMENT} FROM payments.settlement WHERE shard = $1 AND settle_no = $2",
        shard,
        settle_no,
    )
    return Settlement(*row) if row else None


async def settlement_parts(tx: ReadTx, shard: int, settle_nos: Collection[str]) -> list[Part]:
    rows = await tx.fetch(
        f"SELECT {_PART} FROM payments.settlement_part WHERE shard = $1 AND settle_no = ANY ($2)"
        " ORDER BY settle_no, place",
        shard,
        list(settle_nos),
    )
    return [Part(*row) for row in rows]


async def set_part_arrived(tx: Tx, part: Part) -> None:
    await tx.execute(
        "UPDATE payments.settlement_part SET arrived_at = $4"
        " WHERE shard = $1 AND settle_no = $2 AND place = $3 AND arrived_at IS NULL",
        part.shard,
        part.settle_no,
        part.place,
        tx.now,
    )


async def lease_parts(tx: Tx, shard: int, check_at: datetime, limit: int) -> list[Part]:
    """Parts that are due to be carried on; nobody else gets them before `check_at`.

    One farther ahead than that was set before the clock was moved back: due as well.
    """
    rows = await tx.fetch(
        "UPDATE payments.settlement_part SET check_at = $3"
        " WHERE shard = $1 AND (settle_no, place) IN ("
        " SELECT settle_no, place FROM payments.settlement_part"
        " WHERE shard = $1 AND arrived_at IS NULL"
        " AND (check_at <= $2 OR check_at > $3) ORDER BY check_at LIMIT $4"
        f" FOR UPDATE SKIP LOCKED) RETURNING {_PART}",
        shard,
        tx.now,
        check_at,
        limit,
    )
    return [Part(*row) for row in rows]


async def parts_after(tx: ReadTx, shard: int, settle_no: str, place: int, limit: int) -> list[Part]:
    """Parts of a shard in order: for walking over all of them."""
    rows = await tx.fetch(
        f"SELECT {_PART} FROM payments.settlement_part"
        " WHERE shard = $1 AND (settle_no, place) > ($2, $3)"
        " ORDER BY settle_no, place LIMIT $4",
        shard,
        settle_no,
        place,
        limit,
    )
    return [Part(*row) for row in rows]


async def trades_split_too_far(tx: ReadTx, shard: int) -> list[asyncpg.Record]:
    """Trades of which more was split than they brought: for the audit."""
    return await tx.fetch(
        "SELECT s.trade_no FROM payments.settlement AS s"
        " JOIN payments.settlement_part AS p ON p.shard = s.shard AND p.settle_no = s.settle_no"
        " JOIN payments.trade AS t ON t.shard = s.shard AND t.trade_no = s.trade_no"
        " WHERE s.shard = $1 GROUP BY s.trade_no, t.amount_fen"
        " HAVING sum(p.amount_fen) > t.amount_fen",
        shard,
    )
