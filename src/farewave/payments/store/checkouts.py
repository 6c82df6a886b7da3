# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Checkouts, and numbers that were cancelled before they stood for a trade."""

from collections.abc import Collection
from dataclasses import astuple
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.payments.checkout import Checkout, Product

_CHECKOUT = (
    "shard, checkout_id, secret, merchant_id, app_id, out_trade_no, subject, body, amount_fen,"
    " product, expires_at, pay_within, notify_url, return_url, quit_url, passback_params,"
    " created_at, opens_until, trade_no, closed_at, out_request_no, store_id, terminal_id,"
    " operator_id, agreement_offer_id, agent_app_id"
)
_NAMES = [name.strip() for name in _CHECKOUT.split(",")]


def _checkout(row: asyncpg.Record) -> Checkout:
    fields = {name: row[name] for name in _NAMES}
    return Checkout(**{**fields, "product": Product(row["product"])})


async def insert_checkout(tx: Tx, checkout: Checkout) -> Checkout | None:
    """Write a new one; the one that was there before, locked, when there is one.

    Two at once: one waits for the other's commit.
    """
    places = ", ".join(f"${place}" for place in range(1, len(_NAMES) + 1))
    row = await tx.fetchrow(
        f"INSERT INTO payments.checkout ({_CHECKOUT}) VALUES ({places})"
        " ON CONFLICT (shard, checkout_id) DO UPDATE SET secret = checkout.secret"
        f" RETURNING {_CHECKOUT}",
        *astuple(checkout),
    )
    assert row is not None, "an upsert returns a row"
    return None if row["secret"] == checkout.secret else _checkout(row)


async def renew_checkout(tx: Tx, renewed: Checkout) -> None:
    """Put what a merchant asks for the second time in the place of the first, the link staying."""
    await tx.execute(
        "UPDATE payments.checkout SET app_id = $3, body = $4, product = $5, expires_at = $6,"
        " pay_within = $7, notify_url = $8, return_url = $9, quit_url = $10,"
        " passback_params = $11, opens_until = $12, store_id = $13, terminal_id = $14,"
        " operator_id = $15, agent_app_id = $16 WHERE shard = $1 AND checkout_id = $2",
        renewed.shard,
        renewed.checkout_id,
        renewed.app_id,
        renewed.body,
        renewed.product,
        renewed.expires_at,
        renewed.pay_within,
        renewed.notify_url,
        renewed.return_url,
        renewed.quit_url,
        renewed.passback_params,
        renewed.opens_until,
        renewed.store_id,
        renewed.terminal_id,
        renewed.operator_id,
        renewed.agent_app_id,
    )


async def checkout(tx: ReadTx, shard: int, checkout_id: UUID) -> Checkout | None:
    row = await tx.fetchrow(
        f"SELECT {_CHECKOUT} FROM payments.checkout WHERE shard = $1 AND checkout_id = $2",
        shard,
        checkout_id,
    )
    return _checkout(row) if row else None


async def checkout_products(
    tx: ReadTx, shard: int, checkout_ids: Collection[UUID]
) -> dict[UUID, Product]:
    """How people come to those of them that there are."""
    rows = await tx.fetch(
        "SELECT checkout_id, product FROM payments.checkout"
        " WHERE shard = $1 AND checkout_id = ANY ($2)",
        shard,
        list(checkout_ids),
    )
    return {row["checkout_id"]: Product(row["product"]) for row in rows}


async def lock_checkout(tx: Tx, shard: int, checkout_id: UUID) -> Checkout | None:
    """The checkout, nobody else's to open or cancel until the transaction ends."""
    row = await tx.fetchrow(
        f"SELECT {_CHECKOUT} FROM payments.checkout WHERE shard = $1 AND checkout_id = $2"
        " FOR UPDATE",
        shard,
        checkout_id,
    )
    return _checkout(row) if row else None


async def set_opened(tx: Tx, shard: int, checkout_id: UUID, trade_no: str) -> None:
    await tx.execute(
        "UPDATE payments.checkout SET trade_no = $3 WHERE shard = $1 AND checkout_id = $2",
        shard,
        checkout_id,
        trade_no,
    )


async def set_checkout_closed(tx: Tx, shard: int, checkout_id: UUID, at: datetime) -> None:
    await tx.execute(
        "UPDATE payments.checkout SET closed_at = $3 WHERE shard = $1 AND checkout_id = $2",
        shard,
        checkout_id,
        at,
    )


async def set_number_cancelled(tx: Tx, merchant_id: UUID, out_trade_no: str, at: datetime) -> None:
    """Of a number that was claimed in this transaction: nothing will ever have it."""
    await tx.execute(
        "UPDATE payments.trade_claim SET cancelled_at = $3"
        " WHERE merchant_id = $1 AND out_trade_no = $2",
        merchant_id,
        out_trade_no,
        at,
    )


async def is_number_cancelled(tx: ReadTx, merchant_id: UUID, out_trade_no: str) -> bool:
    """Whether a number was cancelled before any trade had it."""
    return bool(
        await tx.fetchval(
            "SELECT cancelled_at IS NOT NULL FROM payments.trade_claim"
            " WHERE merchant_id = $1 AND out_trade_no = $2",
            merchant_id,
            out_trade_no,
        )
    )


async def checkouts_without_trade(tx: ReadTx, shard: int) -> list[asyncpg.Record]:
    """Opened ones whose number doesn't stand for the trade that they name: for the audit."""
    return await tx.fetch(
        "SELECT c.out_trade_no FROM payments.checkout AS c"
        " LEFT JOIN payments.trade_claim AS k ON k.merchant_id = c.merchant_id"
        " AND k.out_trade_no = c.out_trade_no"
        " WHERE c.shard = $1 AND c.trade_no IS NOT NULL"
        " AND c.trade_no IS DISTINCT FROM k.trade_no",
        shard,
    )
