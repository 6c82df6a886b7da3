"""Accounts: opened, read with the totals of their last entries, closed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.ledger.model import Account, AccountKind, Balance, NewAccount


class StoredAccount(NamedTuple):
    """What was asked for when an account was opened, when that was, and when it was closed."""

    asked: NewAccount
    opened_at: datetime
    closed_at: datetime | None


async def insert_accounts(tx: Tx, shard: int, accounts: Sequence[NewAccount]) -> set[UUID]:
    """Insert those that aren't there, in the order of their ids; the new ones' ids."""
    rows = sorted(accounts, key=lambda account: account.account_id.int)
    new = await tx.fetch(
        "INSERT INTO ledger.account (shard, opened_at, account_id, currency, kind, owner_id,"
        " debits_must_not_exceed_credits, credits_must_not_exceed_debits)"
        " SELECT $1::smallint, $2::timestamptz, n.* FROM unnest($3::uuid[], $4::text[],"
        " $5::smallint[], $6::uuid[], $7::boolean[], $8::boolean[]) AS n"
        " ON CONFLICT (shard, account_id) DO NOTHING RETURNING account_id",
        shard,
        tx.now,
        [row.account_id for row in rows],
        [row.currency for row in rows],
        [row.kind for row in rows],
        [row.owner_id for row in rows],
        [row.debits_must_not_exceed_credits for row in rows],
        [row.credits_must_not_exceed_debits for row in rows],
    )
    return {row["account_id"] for row in new}


async def opened_accounts(
    tx: ReadTx, shard: int, ids: Collection[UUID]
) -> dict[UUID, StoredAccount]:
    """Those of `ids` that are there."""
    rows = await tx.fetch(
        "SELECT account_id, kind, owner_id, currency, debits_must_not_exceed_credits,"
        " credits_must_not_exceed_debits, opened_at, closed_at"
        " FROM ledger.account WHERE shard = $1 AND account_id = ANY ($2)",
        shard,
        list(ids),
    )
    return {
        row["account_id"]: StoredAccount(
            NewAccount(
                account_id=row["account_id"],
                shard=shard,
                kind=AccountKind(row["kind"]),
                owner_id=row["owner_id"],
                currency=row["currency"],
                debits_must_not_exceed_credits=row["debits_must_not_exceed_credits"],
                credits_must_not_exceed_debits=row["credits_must_not_exceed_debits"],
            ),
            row["opened_at"],
            row["closed_at"],
        )
        for row in rows
    }


async def load_accounts(tx: ReadTx, shard: int, ids: Collection[UUID]) -> list[Account]:
    """Those of `ids` that are there, with the totals of their last entries.

    Whoever changes one holds its book's lock.
    """
    rows = await tx.fetch(
        "SELECT a.account_id, a.currency, a.debits_must_not_exceed_credits,"
        " a.credits_must_not_exceed_debits, a.closed_at,"
        " coalesce(e.debits_posted, 0), coalesce(e.credits_posted, 0),"
        " coalesce(e.debits_pending, 0), coalesce(e.credits_pending, 0)"
        " FROM ledger.account AS a LEFT JOIN LATERAL (SELECT * FROM ledger.entry"
        "  WHERE shard = $1 AND account_id = a.account_id"
        "  ORDER BY at DESC, position DESC LIMIT 1) AS e ON true"
        " WHERE a.shard = $1 AND a.account_id = ANY ($2)",
        shard,
        list(ids),
    )
    return [Account(*row) for row in rows]


async def balances(tx: ReadTx, shard: int, ids: Collection[UUID]) -> dict[UUID, Balance]:
    """Totals of those of `ids` that are there."""
    return {each.account_id: each.balance for each in await load_accounts(tx, shard, ids)}


async def write_closings(tx: Tx, shard: int, accounts: Sequence[Account]) -> None:
    """Close or open accounts, as each says."""
    await tx.execute(
        "UPDATE ledger.account AS a SET closed_at = n.closed_at"
        " FROM unnest($2::uuid[], $3::timestamptz[]) AS n (account_id, closed_at)"
        " WHERE a.shard = $1 AND a.account_id = n.account_id",
        shard,
        [account.account_id for account in accounts],
        [account.closed_at for account in accounts],
    )
