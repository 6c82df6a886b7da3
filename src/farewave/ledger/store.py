"""Every statement on the ledger's tables. A batch costs a constant number of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.ledger.chain import GENESIS
from farewave.ledger.model import (
    Account,
    Balance,
    Entry,
    NewAccount,
    Reason,
    Stage,
    StoredTransfer,
)

_ACCOUNT = (
    "account_id, currency, debits_must_not_exceed_credits, credits_must_not_exceed_debits,"
    " closed_at IS NOT NULL AS closed,"
    " debits_posted, credits_posted, debits_pending, credits_pending"
)
_TRANSFER = (
    "transfer_id, stage, debit_account_id, credit_account_id, amount_fen, reason, business,"
    " pending_id, expires_at, at, position"
)


@dataclass(frozen=True, slots=True)
class BookHead:
    """The end of a book: where the next transfer goes on."""

    position: int
    at: datetime
    hash: bytes


async def lock_book(tx: Tx, shard: int, currency: str) -> BookHead:
    """Lock the book's head until the transaction ends; a book begins when it is first used."""
    row = await tx.fetchrow(
        "SELECT position, at, hash FROM ledger.book WHERE shard = $1 AND currency = $2 FOR UPDATE",
        shard,
        currency,
    )
    if row is None:
        await tx.execute(
            "INSERT INTO ledger.book (shard, currency, position, at, hash)"
            " VALUES ($1, $2, 0, $3, $4) ON CONFLICT (shard, currency) DO NOTHING",
            shard,
            currency,
            tx.now,
            GENESIS,
        )
        return await lock_book(tx, shard, currency)
    return BookHead(row["position"], row["at"], bytes(row["hash"]))


async def book_head(tx: ReadTx, shard: int, currency: str) -> BookHead | None:
    row = await tx.fetchrow(
        "SELECT position, at, hash FROM ledger.book WHERE shard = $1 AND currency = $2",
        shard,
        currency,
    )
    return BookHead(row["position"], row["at"], bytes(row["hash"])) if row else None


async def books(tx: ReadTx) -> list[tuple[int, str]]:
    rows = await tx.fetch("SELECT shard, currency FROM ledger.book ORDER BY shard, currency")
    return [(row["shard"], row["currency"]) for row in rows]


async def write_head(tx: Tx, shard: int, currency: str, head: BookHead) -> None:
    await tx.execute(
        "UPDATE ledger.book SET position = $3, at = $4, hash = $5"
        " WHERE shard = $1 AND currency = $2",
        shard,
        currency,
        head.position,
        head.at,
        head.hash,
    )


async def open_account(tx: Tx, account: NewAccount) -> bool:
    """Whether the row is new."""
    tag = await tx.execute(
        "INSERT INTO ledger.account (shard, account_id, currency, kind, owner_id,"
        " debits_must_not_exceed_credits, credits_must_not_exceed_debits, opened_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (shard, account_id) DO NOTHING",
        account.shard,
        account.account_id,
        account.currency,
        account.kind,
        account.owner_id,
        account.debits_must_not_exceed_credits,
        account.credits_must_not_exceed_debits,
        tx.now,
    )
    return tag == "INSERT 0 1"


async def is_the_same_account(tx: ReadTx, account: NewAccount) -> bool:
    same: bool = await tx.fetchval(
        "SELECT (currency, kind, owner_id, debits_must_not_exceed_credits,"
        " credits_must_not_exceed_debits)"
        " IS NOT DISTINCT FROM ($3::text, $4::smallint, $5::uuid, $6::boolean, $7::boolean)"
        " FROM ledger.account WHERE shard = $1 AND account_id = $2",
        account.shard,
        account.account_id,
        account.currency,
        account.kind,
        account.owner_id,
        account.debits_must_not_exceed_credits,
        account.credits_must_not_exceed_debits,
    )
    return same


async def lock_accounts(tx: Tx, shard: int, ids: Collection[UUID]) -> dict[UUID, Account]:
    """Lock the accounts in the order of their ids."""
    rows = await tx.fetch(
        f"SELECT {_ACCOUNT} FROM ledger.account WHERE shard = $1 AND account_id = ANY ($2)"
        " ORDER BY account_id FOR UPDATE",
        shard,
        sorted(ids),
    )
    return {row["account_id"]: Account(*row) for row in rows}


async def balances(tx: ReadTx, shard: int, ids: Collection[UUID]) -> dict[UUID, Balance]:
    rows = await tx.fetch(
        "SELECT account_id, debits_posted, credits_posted, debits_pending, credits_pending"
        " FROM ledger.account WHERE shard = $1 AND account_id = ANY ($2)",
        shard,
        list(ids),
    )
    return {row["account_id"]: Balance(*list(row)[1:]) for row in rows}


def _stored(row: asyncpg.Record) -> StoredTransfer:
    return StoredTransfer(
        transfer_id=row["transfer_id"],
        stage=Stage(row["stage"]),
        debit_account_id=row["debit_account_id"],
        credit_account_id=row["credit_account_id"],
        amount_fen=row["amount_fen"],
        reason=Reason(row["reason"]),
        business=row["business"],
        pending_id=row["pending_id"],
        expires_at=row["expires_at"],
        at=row["at"],
        position=row["position"],
    )


async def transfers(tx: ReadTx, shard: int, ids: Collection[UUID]) -> list[StoredTransfer]:
    """Those of `ids` that stand in a book."""
    rows = await tx.fetch(
        f"SELECT {_TRANSFER} FROM ledger.transfer WHERE shard = $1 AND transfer_id = ANY ($2)",
        shard,
        list(ids),
    )
    return [_stored(row) for row in rows]


async def ends_of(tx: ReadTx, shard: int, pending_ids: Collection[UUID]) -> list[StoredTransfer]:
    """The ends of those of `pending_ids` that have one."""
    rows = await tx.fetch(
        f"SELECT {_TRANSFER} FROM ledger.transfer WHERE shard = $1 AND pending_id = ANY ($2)",
        shard,
        list(pending_ids),
    )
    return [_stored(row) for row in rows]


async def business_transfers(tx: ReadTx, shard: int, business: str) -> list[StoredTransfer]:
    rows = await tx.fetch(
        f"SELECT {_TRANSFER} FROM ledger.transfer WHERE shard = $1 AND business = $2"
        " ORDER BY position",
        shard,
        business,
    )
    return [_stored(row) for row in rows]


async def due_pending(
    tx: ReadTx, shard: int, now: datetime, limit: int
) -> list[tuple[str, StoredTransfer]]:
    """Pending transfers whose time is over and that have no end, with their currency."""
    rows = await tx.fetch(
        f"SELECT currency, {_TRANSFER} FROM ledger.transfer AS begun"
        " WHERE shard = $1 AND expires_at <= $2 AND NOT EXISTS"
        " (SELECT FROM ledger.transfer AS finish"
        "  WHERE finish.shard = $1 AND finish.pending_id = begun.transfer_id)"
        " ORDER BY expires_at LIMIT $3",
        shard,
        now,
        limit,
    )
    return [(row["currency"], _stored(row)) for row in rows]


async def log(
    tx: ReadTx, shard: int, currency: str, after_position: int, limit: int
) -> list[StoredTransfer]:
    """The book forward from a position."""
    rows = await tx.fetch(
        f"SELECT {_TRANSFER} FROM ledger.transfer"
        " WHERE shard = $1 AND currency = $2 AND position > $3 ORDER BY position LIMIT $4",
        shard,
        currency,
        after_position,
        limit,
    )
    return [_stored(row) for row in rows]


async def insert_transfers(
    tx: Tx, shard: int, currency: str, rows: Sequence[StoredTransfer]
) -> None:
    await tx.execute(
        "INSERT INTO ledger.transfer (shard, currency, transfer_id, stage, debit_account_id,"
        " credit_account_id, amount_fen, reason, business, pending_id, expires_at, at, position)"
        " SELECT $1, $2, * FROM unnest($3::uuid[], $4::smallint[], $5::uuid[], $6::uuid[],"
        " $7::bigint[], $8::smallint[], $9::text[], $10::uuid[], $11::timestamptz[],"
        " $12::timestamptz[], $13::bigint[])",
        shard,
        currency,
        [row.transfer_id for row in rows],
        [row.stage for row in rows],
        [row.debit_account_id for row in rows],
        [row.credit_account_id for row in rows],
        [row.amount_fen for row in rows],
        [row.reason for row in rows],
        [row.business for row in rows],
        [row.pending_id for row in rows],
        [row.expires_at for row in rows],
        [row.at for row in rows],
        [row.position for row in rows],
    )


async def insert_entries(tx: Tx, shard: int, rows: Sequence[Entry]) -> None:
    await tx.execute(
        "INSERT INTO ledger.entry (shard, account_id, position, at, transfer_id,"
        " debits_posted, credits_posted, debits_pending, credits_pending)"
        " SELECT $1, * FROM unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::uuid[],"
        " $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])",
        shard,
        [row.account_id for row in rows],
        [row.position for row in rows],
        [row.at for row in rows],
        [row.transfer_id for row in rows],
        [row.after.debits_posted for row in rows],
        [row.after.credits_posted for row in rows],
        [row.after.debits_pending for row in rows],
        [row.after.credits_pending for row in rows],
    )


async def write_totals(tx: Tx, shard: int, accounts: Sequence[Account]) -> None:
    await tx.execute(
        "UPDATE ledger.account AS a SET debits_posted = n.dp, credits_posted = n.cp,"
        " debits_pending = n.dn, credits_pending = n.cn"
        " FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])"
        " AS n (account_id, dp, cp, dn, cn)"
        " WHERE a.shard = $1 AND a.account_id = n.account_id",
        shard,
        [account.account_id for account in accounts],
        [account.debits_posted for account in accounts],
        [account.credits_posted for account in accounts],
        [account.debits_pending for account in accounts],
        [account.credits_pending for account in accounts],
    )


async def balance_as_of(tx: ReadTx, shard: int, account_id: UUID, at: datetime) -> Balance | None:
    row = await tx.fetchrow(
        "SELECT debits_posted, credits_posted, debits_pending, credits_pending FROM ledger.entry"
        " WHERE shard = $1 AND account_id = $2 AND at <= $3"
        " ORDER BY at DESC, position DESC LIMIT 1",
        shard,
        account_id,
        at,
    )
    return Balance(*row) if row else None


async def history(
    tx: ReadTx, shard: int, account_id: UUID, before_position: int, limit: int
) -> list[Entry]:
    rows = await tx.fetch(
        "SELECT account_id, position, at, transfer_id,"
        " debits_posted, credits_posted, debits_pending, credits_pending FROM ledger.entry"
        " WHERE shard = $1 AND account_id = $2 AND position < $3 ORDER BY position DESC LIMIT $4",
        shard,
        account_id,
        before_position,
        limit,
    )
    return [
        Entry(
            row["account_id"],
            row["position"],
            row["at"],
            row["transfer_id"],
            Balance(
                row["debits_posted"],
                row["credits_posted"],
                row["debits_pending"],
                row["credits_pending"],
            ),
        )
        for row in rows
    ]


async def unbalanced_books(tx: ReadTx) -> list[asyncpg.Record]:
    return await tx.fetch(
        "SELECT shard, currency, sum(debits_posted + debits_pending) AS debits,"
        " sum(credits_posted + credits_pending) AS credits FROM ledger.account"
        " GROUP BY shard, currency HAVING sum(debits_posted) <> sum(credits_posted)"
        " OR sum(debits_pending) <> sum(credits_pending)"
    )


async def accounts_unlike_entries(tx: ReadTx) -> list[asyncpg.Record]:
    return await tx.fetch(
        "SELECT a.account_id FROM ledger.account AS a LEFT JOIN LATERAL"
        " (SELECT * FROM ledger.entry AS e WHERE e.shard = a.shard AND e.account_id = a.account_id"
        "  ORDER BY e.position DESC LIMIT 1) AS last ON true"
        " WHERE (a.debits_posted, a.credits_posted, a.debits_pending, a.credits_pending)"
        " IS DISTINCT FROM (coalesce(last.debits_posted, 0), coalesce(last.credits_posted, 0),"
        " coalesce(last.debits_pending, 0), coalesce(last.credits_pending, 0))"
    )


async def entries_unlike_transfers(tx: ReadTx) -> list[asyncpg.Record]:
    """Entries whose step from the one before isn't what their transfer says.

    Of a posted transfer the posted total moves by the amount; of a pending one the pending total;
    an end takes the whole pending amount back, and a post moves what it posts.
    """
    return await tx.fetch(
        "WITH step AS (SELECT shard, account_id, position, transfer_id,"
        "  debits_posted - lag(debits_posted, 1, 0::bigint) OVER w AS dp,"
        "  credits_posted - lag(credits_posted, 1, 0::bigint) OVER w AS cp,"
        "  debits_pending - lag(debits_pending, 1, 0::bigint) OVER w AS dn,"
        "  credits_pending - lag(credits_pending, 1, 0::bigint) OVER w AS cn"
        "  FROM ledger.entry WINDOW w AS (PARTITION BY shard, account_id ORDER BY position)),"
        " moved AS (SELECT t.shard, t.transfer_id, t.position, t.debit_account_id,"
        "  t.credit_account_id,"
        "  CASE WHEN t.stage IN (1, 3) THEN t.amount_fen ELSE 0 END AS posted,"
        "  CASE WHEN t.stage = 2 THEN t.amount_fen WHEN t.stage > 2 THEN -b.amount_fen ELSE 0 END"
        "  AS pending FROM ledger.transfer AS t LEFT JOIN ledger.transfer AS b"
        "  ON b.shard = t.shard AND b.transfer_id = t.pending_id)"
        " SELECT s.account_id, s.position FROM step AS s LEFT JOIN moved AS m"
        " ON m.shard = s.shard AND m.transfer_id = s.transfer_id AND m.position = s.position"
        " WHERE (s.dp, s.cp, s.dn, s.cn) IS DISTINCT FROM"
        " (CASE WHEN s.account_id = m.debit_account_id THEN m.posted ELSE 0 END,"
        "  CASE WHEN s.account_id = m.credit_account_id THEN m.posted ELSE 0 END,"
        "  CASE WHEN s.account_id = m.debit_account_id THEN m.pending ELSE 0 END,"
        "  CASE WHEN s.account_id = m.credit_account_id THEN m.pending ELSE 0 END)"
    )


async def transfers_without_entries(tx: ReadTx) -> list[asyncpg.Record]:
    return await tx.fetch(
        "SELECT t.transfer_id, count(e.account_id) AS legs FROM ledger.transfer AS t"
        " LEFT JOIN ledger.entry AS e ON e.shard = t.shard AND e.position = t.position"
        " AND e.transfer_id = t.transfer_id"
        " AND e.account_id IN (t.debit_account_id, t.credit_account_id)"
        " GROUP BY t.shard, t.transfer_id HAVING count(e.account_id) <> 2"
    )


async def ends_unlike_pending(tx: ReadTx) -> list[asyncpg.Record]:
    return await tx.fetch(
        "SELECT t.transfer_id FROM ledger.transfer AS t LEFT JOIN ledger.transfer AS b"
        " ON b.shard = t.shard AND b.transfer_id = t.pending_id"
        " WHERE t.pending_id IS NOT NULL AND (b.stage IS DISTINCT FROM 2"
        " OR t.amount_fen > b.amount_fen OR t.debit_account_id <> b.debit_account_id"
        " OR t.credit_account_id <> b.credit_account_id)"
    )
