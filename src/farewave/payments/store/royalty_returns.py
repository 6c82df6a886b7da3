# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""What refunds took back of what trades were split into."""

from collections.abc import Sequence
from dataclasses import astuple

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.payments.royalty_return import Return

_RETURN = (
    "shard, trade_no, out_request_no, place, refund_id, merchant_id, receiver_no, receiver_id,"
    " receiver_shard, amount_fen, memo, returned_at"
)
"""As the fields of the dataclass follow each other."""


async def insert_royalty_returns(tx: Tx, backs: Sequence[Return]) -> None:
    await tx.executemany(
        f"INSERT INTO payments.royalty_return ({_RETURN})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        [astuple(each) for each in backs],
    )


async def royalty_returns(tx: ReadTx, shard: int, trade_no: str) -> list[Return]:
    """All of one trade, those of one refund in the order in which they were asked for."""
    rows = await tx.fetch(
        f"SELECT {_RETURN} FROM payments.royalty_return WHERE shard = $1 AND trade_no = $2"
        " ORDER BY out_request_no, place",
        shard,
        trade_no,
    )
    return [Return(*row) for row in rows]


async def royalty_returns_after(
    tx: ReadTx, shard: int, trade_no: str, out_request_no: str, place: int, limit: int
) -> list[Return]:
    """Those of a shard in order: for walking over all of them."""
    rows = await tx.fetch(
        f"SELECT {_RETURN} FROM payments.royalty_return"
        " WHERE shard = $1 AND (trade_no, out_request_no, place) > ($2, $3, $4)"
        " ORDER BY trade_no, out_request_no, place LIMIT $5",
        shard,
        trade_no,
        out_request_no,
        place,
        limit,
    )
    return [Return(*row) for row in rows]


async def returned_too_much(tx: ReadTx, shard: int) -> list[asyncpg.Record]:
    """Trades of which a receiver gave back more than it got: for the audit."""
    return await tx.fetch(
        "SELECT r.trade_no, r.receiver_no FROM ("
        " SELECT trade_no, receiver_no, sum(amount_fen) AS fen FROM payments.royalty_return"
        " WHERE shard = $1 GROUP BY trade_no, receiver_no) AS r LEFT JOIN ("
        " SELECT s.trade_no, p.receiver_no, sum(p.amount_fen) AS fen"
        " FROM payments.settlement AS s JOIN payments.settlement_part AS p"
        " ON p.shard = s.shard AND p.settle_no = s.settle_no"
        " WHERE s.shard = $1 GROUP BY s.trade_no, p.receiver_no) AS g"
        " ON g.trade_no = r.trade_no AND g.receiver_no = r.receiver_no"
        " WHERE r.fen > coalesce(g.fen, 0)",
        shard,
    )
