# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Codes that merchants put up in their shops."""

from dataclasses import astuple
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.payments.shop_code import ShopCode

_CODE = "shard, code_id, secret, merchant_id, app_id, label, notify_url, created_at"


async def insert_shop_code(tx: Tx, code: ShopCode) -> None:
    await tx.execute(
        f"INSERT INTO payments.shop_code ({_CODE}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        *astuple(code),
    )


async def shop_code(tx: ReadTx, shard: int, code_id: UUID) -> ShopCode | None:
    row = await tx.fetchrow(
        f"SELECT {_CODE} FROM payments.shop_code WHERE shard = $1 AND code_id = $2", shard, code_id
    )
    return ShopCode(*row) if row else None
