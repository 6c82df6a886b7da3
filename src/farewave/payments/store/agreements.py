# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Offered and signed agreements, and the payments taken by them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.payments.agreement import (
    Agreement,
    AgreementProduct,
    Cycle,
    CycleType,
    Offer,
    Terms,
)

_TERMS = (
    "product, sign_scene, cycle_type, cycle_length, cycle_first_on, single_fen, total_fen,"
    " total_payments, valid_until"
)
_OFFER = (
    "shard, offer_id, secret, merchant_id, app_id, external_agreement_no, notify_url, return_url,"
    " created_at, opens_until, signed_shard, agreement_no, agent_app_id"
)
_AGREEMENT = (
    "shard, agreement_no, agreement_id, merchant_id, app_id, external_agreement_no, person_id,"
    " user_no, logon_id, notify_url, signed_at, stopped_at, next_on, last_at, paid_fen, payments,"
    " agent_app_id"
)
_TERMS_NAMES = _TERMS.split(", ")
_PLACES = ", ".join(f"${number}" for number in range(1, 27))


def _terms_row(terms: Terms) -> tuple[object, ...]:
    cycle = terms.cycle
    plan: tuple[object, ...] = (None,) * 6
    if cycle is not None:
        plan = (cycle.type.value, cycle.length, cycle.first_on, cycle.single_fen)
        plan += (cycle.total_fen, cycle.total_payments)
    return terms.product.value, terms.sign_scene, *plan, terms.valid_until


def _with_terms(row: asyncpg.Record) -> dict[str, Any]:
    fields = dict(row)
    given = {name: fields.pop(name) for name in _TERMS_NAMES}
    cycle = None
    if given["cycle_type"] is not None:
        cycle = Cycle(
            CycleType(given["cycle_type"]),
            given["cycle_length"],
            given["cycle_first_on"],
            given["single_fen"],
            given["total_fen"],
            given["total_payments"],
        )
    product = AgreementProduct(given["product"])
    terms = Terms(product, given["sign_scene"], cycle, given["valid_until"])
    return {**fields, "terms": terms}


def _offer_of(row: asyncpg.Record | None) -> Offer | None:
    return None if row is None else Offer(**_with_terms(row))


def _agreement_of(row: asyncpg.Record | None) -> Agreement | None:
    return None if row is None else Agreement(**_with_terms(row))


async def insert_offer(tx: Tx, made: Offer) -> Offer | None:
    """Write an offer; one of the same number that is there already comes back, locked."""
    added = await tx.fetchval(
        f"INSERT INTO payments.agreement_offer ({_OFFER}, {_TERMS}) VALUES ("
        " $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,"
        " $20, $21, $22) ON CONFLICT (shard, offer_id) DO NOTHING RETURNING true",
        *(made.shard, made.offer_id, made.secret, made.merchant_id, made.app_id),
        *(made.external_agreement_no, made.notify_url, made.return_url, made.created_at),
        *(made.opens_until, made.signed_shard, made.agreement_no, made.agent_app_id),
        *_terms_row(made.terms),
    )
    return None if added else await lock_offer(tx, made.shard, made.offer_id)


async def offer(tx: ReadTx, shard: int, offer_id: UUID) -> Offer | None:
    return _offer_of(
        await tx.fetchrow(
            f"SELECT {_OFFER}, {_TERMS} FROM payments.agreement_offer"
            " WHERE shard = $1 AND offer_id = $2",
            shard,
            offer_id,
        )
    )


async def lock_offer(tx: Tx, shard: int, offer_id: UUID) -> Offer | None:
    """The offer, nobody else's to change until the transaction ends."""
    return _offer_of(
        await tx.fetchrow(
            f"SELECT {_OFFER}, {_TERMS} FROM payments.agreement_offer"
            " WHERE shard = $1 AND offer_id = $2"
            " FOR UPDATE",
            shard,
            offer_id,
        )
    )


async def renew_offer(tx: Tx, made: Offer) -> None:
    """Other terms under the same link, which nobody has signed."""
    await tx.execute(
        "UPDATE payments.agreement_offer SET app_id = $3, notify_url = $4, return_url = $5,"
        " opens_until = $6, signed_shard = NULL, agreement_no = NULL, product = $7,"
        " sign_scene = $8, cycle_type = $9, cycle_length = $10, cycle_first_on = $11,"
        " single_fen = $12, total_fen = $13, total_payments = $14, valid_until = $15,"
        " agent_app_id = $16"
        " WHERE shard = $1 AND offer_id = $2",
        *(made.shard, made.offer_id, made.app_id, made.notify_url, made.return_url),
        *(made.opens_until, *_terms_row(made.terms), made.agent_app_id),
    )


async def set_signed(tx: Tx, of: Offer, by: Agreement) -> None:
    """Whose agreement an offer has become."""
    await tx.execute(
        "UPDATE payments.agreement_offer SET signed_shard = $3, agreement_no = $4"
        " WHERE shard = $1 AND offer_id = $2",
        of.shard,
        of.offer_id,
        by.shard,
        by.agreement_no,
    )


async def insert_agreement(tx: Tx, made: Agreement) -> None:
    await tx.execute(
        f"INSERT INTO payments.agreement ({_AGREEMENT}, {_TERMS}) VALUES ({_PLACES})",
        *(made.shard, made.agreement_no, made.agreement_id, made.merchant_id, made.app_id),
        *(made.external_agreement_no, made.person_id, made.user_no, made.logon_id),
        *(made.notify_url, made.signed_at, made.stopped_at, made.next_on, made.last_at),
        *(made.paid_fen, made.payments, made.agent_app_id, *_terms_row(made.terms)),
    )


async def agreement(tx: ReadTx, shard: int, agreement_no: str) -> Agreement | None:
    return _agreement_of(
        await tx.fetchrow(
            f"SELECT {_AGREEMENT}, {_TERMS} FROM payments.agreement"
            " WHERE shard = $1 AND agreement_no = $2",
            shard,
            agreement_no,
        )
    )


async def lock_agreement(tx: Tx, shard: int, agreement_no: str) -> Agreement | None:
    """The agreement, nobody else's to change until the transaction ends."""
    return _agreement_of(
        await tx.fetchrow(
            f"SELECT {_AGREEMENT}, {_TERMS} FROM payments.agreement"
            " WHERE shard = $1 AND agreement_no = $2"
            " FOR UPDATE",
            shard,
            agreement_no,
        )
    )


async def agreement_no_of(
    tx: ReadTx, shard: int, person_id: UUID, merchant_id: UUID, external_agreement_no: str
) -> str | None:
    """A person's agreement by the merchant's number: the one that stands, else the last one."""
    found: str | None = await tx.fetchval(
        "SELECT agreement_no FROM payments.agreement WHERE shard = $1 AND person_id = $2"
        " AND merchant_id = $3 AND external_agreement_no = $4"
        " ORDER BY (stopped_at IS NULL) DESC, signed_at DESC, agreement_no DESC LIMIT 1",
        shard,
        person_id,
        merchant_id,
        external_agreement_no,
    )
    return found


async def agreements_of(
    tx: ReadTx, shard: int, person_id: UUID, now: datetime, limit: int
) -> list[Agreement]:
    """A person's agreements that stand, the newest first."""
    rows = await tx.fetch(
        f"SELECT {_AGREEMENT}, {_TERMS} FROM payments.agreement"
        " WHERE shard = $1 AND person_id = $2"
        " AND stopped_at IS NULL AND valid_until > $3 ORDER BY agreement_no DESC LIMIT $4",
        shard,
        person_id,
        now,
        limit,
    )
    return [Agreement(**_with_terms(row)) for row in rows]


async def write_agreement(tx: Tx, changed: Agreement) -> None:
    """How far it has come, its next day, and whether it is stopped."""
    cycle = changed.terms.cycle
    await tx.execute(
        "UPDATE payments.agreement SET stopped_at = $3, next_on = $4, last_at = $5, paid_fen = $6,"
        " payments = $7, cycle_first_on = $8 WHERE shard = $1 AND agreement_no = $2",
        *(changed.shard, changed.agreement_no, changed.stopped_at, changed.next_on),
        *(changed.last_at, changed.paid_fen, changed.payments),
        None if cycle is None else cycle.first_on,
    )


async def insert_agreement_payment(
    tx: Tx, of: Agreement, trade_no: str, amount_fen: int, at: datetime
) -> None:
    await tx.execute(
        "INSERT INTO payments.agreement_payment (shard, trade_no, agreement_no, amount_fen, at)"
        " VALUES ($1, $2, $3, $4, $5)",
        *(of.shard, trade_no, of.agreement_no, amount_fen, at),
    )


async def agreements_astray(tx: ReadTx, shard: int) -> list[asyncpg.Record]:
    """Agreements whose sums aren't those of their payments: for the audit."""
    return await tx.fetch(
        "SELECT a.agreement_no FROM payments.agreement AS a LEFT JOIN ("
        " SELECT agreement_no, sum(amount_fen) AS paid_fen, count(*) AS payments"
        " FROM payments.agreement_payment WHERE shard = $1 GROUP BY agreement_no"
        ") AS p ON p.agreement_no = a.agreement_no WHERE a.shard = $1"
        " AND (a.paid_fen <> coalesce(p.paid_fen, 0) OR a.payments <> coalesce(p.payments, 0))",
        shard,
    )


async def agreement_payments_astray(tx: ReadTx, shard: int) -> list[asyncpg.Record]:
    """Payments that aren't a paid trade between the two, while it stood: for the audit."""
    return await tx.fetch(
        "SELECT p.trade_no FROM payments.agreement_payment AS p"
        " JOIN payments.agreement AS a ON a.shard = p.shard AND a.agreement_no = p.agreement_no"
        " LEFT JOIN payments.trade AS t ON t.shard = p.shard AND t.trade_no = p.trade_no"
        " WHERE p.shard = $1 AND (t.trade_no IS NULL OR t.paid_at IS NULL"
        " OR t.amount_fen <> p.amount_fen OR t.payer_id <> a.person_id"
        " OR t.merchant_id <> a.merchant_id OR p.at > least(a.stopped_at, a.valid_until))",
        shard,
    )


async def offers_astray(tx: ReadTx) -> list[asyncpg.Record]:
    """Offers that are said to be signed, without their agreement: for the audit."""
    return await tx.fetch(
        "SELECT o.agreement_no FROM payments.agreement_offer AS o"
        " LEFT JOIN payments.agreement AS a"
        " ON a.shard = o.signed_shard AND a.agreement_no = o.agreement_no"
        " WHERE o.agreement_no IS NOT NULL AND"
        " (a.merchant_id IS DISTINCT FROM o.merchant_id"
        " OR a.external_agreement_no IS DISTINCT FROM o.external_agreement_no)"
    )
