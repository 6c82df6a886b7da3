"""What the audit reads: pages of the tables in the order of a key, each a short statement."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx
from farewave.ledger.model import Balance

_FINDINGS_MAX = 100


async def book_page(
    tx: ReadTx, shard: int, currency: str, after_position: int, limit: int
) -> list[asyncpg.Record]:
    """Transfers of a book with the pending ones that they end (`begun_…`), the ones that they
    reverse (`reversed_…`), and what hangs on them.

    `ends`: how many end the same pending transfer; `reversals`: how many reverse the same;
    `legs`: the entries that are this transfer's; `is_open`: pending without an end; `noted`: the
    time-out that is noted for it.
    """
    return await tx.fetch(
        "SELECT t.*, b.stage AS begun_stage, b.currency AS begun_currency,"
        " b.position AS begun_position, b.amount_fen AS begun_fen,"
        " b.debit_account_id AS begun_debit, b.credit_account_id AS begun_credit,"
        " b.expires_at AS begun_expires_at, x.expires_at AS noted,"
        " r.stage AS reversed_stage, r.currency AS reversed_currency,"
        " r.position AS reversed_position, r.amount_fen AS reversed_fen,"
        " r.debit_account_id AS reversed_debit, r.credit_account_id AS reversed_credit,"
        " (SELECT count(*) FROM ledger.transfer AS o"
        "  WHERE o.shard = $1 AND o.reverses_id = t.reverses_id) AS reversals,"
        " (SELECT count(*) FROM ledger.transfer AS o"
        "  WHERE o.shard = $1 AND o.pending_id = t.pending_id) AS ends,"
        " t.stage = 2 AND NOT EXISTS (SELECT FROM ledger.transfer AS o"
        "  WHERE o.shard = $1 AND o.pending_id = t.transfer_id) AS is_open,"
        " (SELECT count(*) FROM ledger.entry AS e WHERE e.shard = $1"
        "  AND e.account_id IN (t.debit_account_id, t.credit_account_id)"
        "  AND e.at = t.at AND t.position = ANY (e.earlier || e.position)) AS legs"
        " FROM (SELECT * FROM ledger.transfer WHERE shard = $1 AND currency = $2 AND position > $3"
        "  ORDER BY position LIMIT $4) AS t"
        " LEFT JOIN ledger.transfer AS b ON b.shard = $1 AND b.transfer_id = t.pending_id"
        " LEFT JOIN ledger.transfer AS r ON r.shard = $1 AND r.transfer_id = t.reverses_id"
        " LEFT JOIN ledger.expiry AS x ON x.shard = $1 AND x.transfer_id = t.transfer_id"
        " ORDER BY t.position",
        shard,
        currency,
        after_position,
        limit,
    )


async def account_page(tx: ReadTx, shard: int, after: UUID, limit: int) -> list[asyncpg.Record]:
    """Accounts with the totals of their last entry (zeros when there is none).

    `last_closed_at`: the last entry's time if its transfer closes the account.
    """
    return await tx.fetch(
        "SELECT a.*, CASE WHEN t.debit_account_id = a.account_id AND t.flags & 4 <> 0"
        "  OR t.credit_account_id = a.account_id AND t.flags & 8 <> 0 THEN last.at END"
        "  AS last_closed_at, coalesce(last.debits_posted, 0) AS debits_posted,"
        " coalesce(last.credits_posted, 0) AS credits_posted,"
        " coalesce(last.debits_pending, 0) AS debits_pending,"
        " coalesce(last.credits_pending, 0) AS credits_pending"
        " FROM (SELECT * FROM ledger.account WHERE shard = $1 AND account_id > $2"
        "  ORDER BY account_id LIMIT $3) AS a"
        " LEFT JOIN LATERAL (SELECT * FROM ledger.entry AS e"
        "  WHERE e.shard = $1 AND e.account_id = a.account_id"
        "  ORDER BY e.at DESC, e.position DESC LIMIT 1) AS last ON true"
        " LEFT JOIN ledger.transfer AS t ON t.shard = $1 AND t.currency = a.currency"
        "  AND t.position = last.position"
        " ORDER BY a.account_id",
        shard,
        after,
        limit,
    )


async def entry_page(
    tx: ReadTx, shard: int, account_id: UUID, at: datetime, position: int, limit: int
) -> list[asyncpg.Record]:
    """Of the `limit` legs from a key on (inclusive): those to be told of and the last one.

    A leg is `broken` unless it follows from the one before it in its account by exactly what its
    transfer says: of a posted one or a reversal the posted total moves by the amount; of a pending
    one the pending total; an end takes the whole pending amount back, and a post moves what it
    posts. It is `unclosed` if its transfer closes an account that isn't empty after it, or if it
    comes after such a transfer without reversing it. `nr` counts the legs of the page from 1, of
    `page_rows`; the first has nothing before it.
    """
    return await tx.fetch(
        "WITH page AS (SELECT * FROM ledger.leg"
        "  WHERE shard = $1 AND (account_id, at) >= ($2, $3)"
        "  AND (account_id, at, position) >= ($2, $3, $4)"
        "  ORDER BY account_id, at, position LIMIT $5),"
        " step AS (SELECT account_id, at, position, transfer_id,"
        "  debits_posted = credits_posted AND debits_pending = 0 AND credits_pending = 0 AS empty,"
        "  least(debits_posted, credits_posted, debits_pending, credits_pending) < 0 AS below_zero,"
        "  row_number() OVER (ORDER BY account_id, at, position) AS nr,"
        "  count(*) OVER () AS page_rows,"
        "  lag(position, 1, 0::bigint) OVER w AS before_position,"
        "  debits_posted - lag(debits_posted, 1, 0::bigint) OVER w AS dp,"
        "  credits_posted - lag(credits_posted, 1, 0::bigint) OVER w AS cp,"
        "  debits_pending - lag(debits_pending, 1, 0::bigint) OVER w AS dn,"
        "  credits_pending - lag(credits_pending, 1, 0::bigint) OVER w AS cn"
        "  FROM page WINDOW w AS (PARTITION BY account_id ORDER BY at, position)),"
        " moved AS (SELECT s.*, t.at AS t_at, t.position AS t_position,"
        "  t.currency = a.currency AS same_currency,"
        "  t.debit_account_id = s.account_id AS is_debit,"
        "  t.credit_account_id = s.account_id AS is_credit, t.reverses_id,"
        "  (t.flags & 4 <> 0 AND t.debit_account_id = s.account_id"
        "   OR t.flags & 8 <> 0 AND t.credit_account_id = s.account_id) AS closes,"
        "  CASE WHEN t.stage IN (1, 3, 6) THEN t.amount_fen ELSE 0 END AS posted,"
        "  CASE WHEN t.stage = 2 THEN t.amount_fen WHEN t.stage IN (3, 4, 5) THEN -b.amount_fen"
        "  ELSE 0 END AS pending"
        "  FROM step AS s"
        "  LEFT JOIN ledger.transfer AS t ON t.shard = $1 AND t.transfer_id = s.transfer_id"
        "  LEFT JOIN ledger.transfer AS b ON b.shard = $1 AND b.transfer_id = t.pending_id"
        "  LEFT JOIN ledger.account AS a ON a.shard = $1 AND a.account_id = s.account_id),"
        " judged AS (SELECT account_id, at, position, nr, page_rows,"
        "  (t_at, t_position, same_currency) IS DISTINCT FROM (at, position, true)"
        "  OR position <= before_position OR below_zero"
        "  OR (is_debit OR is_credit) IS NOT TRUE OR (dp, cp, dn, cn) IS DISTINCT FROM"
        "  (CASE WHEN is_debit THEN posted ELSE 0 END,"
        "   CASE WHEN is_credit THEN posted ELSE 0 END,"
        "   CASE WHEN is_debit THEN pending ELSE 0 END,"
        "   CASE WHEN is_credit THEN pending ELSE 0 END)"
        "  AS broken, coalesce(closes AND NOT empty, false) OR lag(CASE WHEN closes THEN"
        "   transfer_id END) OVER (PARTITION BY account_id ORDER BY at, position) <> "
        "   coalesce(reverses_id, '00000000-0000-0000-0000-000000000000') AS unclosed FROM moved)"
        " SELECT * FROM judged WHERE broken OR unclosed OR nr = page_rows ORDER BY nr",
        shard,
        account_id,
        at,
        position,
        limit,
    )


async def expiries_of_nothing(tx: ReadTx, shard: int) -> list[UUID]:
    """Noted time-outs without their transfer; the first hundred."""
    rows = await tx.fetch(
        "SELECT x.transfer_id FROM ledger.expiry AS x WHERE x.shard = $1 AND NOT EXISTS"
        " (SELECT FROM ledger.transfer AS t WHERE t.shard = $1 AND t.transfer_id = x.transfer_id)"
        " LIMIT $2",
        shard,
        _FINDINGS_MAX,
    )
    return [row["transfer_id"] for row in rows]


async def totals_after(
    tx: ReadTx, shard: int, transfers: Collection[asyncpg.Record]
) -> dict[tuple[UUID, UUID], Balance]:
    """The totals after each of `transfers` in both accounts, by its id and the account's."""
    rows = await tx.fetch(
        "SELECT transfer_id, account_id, debits_posted, credits_posted, debits_pending,"
        " credits_pending FROM unnest($2::uuid[], $3::timestamptz[], $4::bigint[])"
        " AS n (of_account, since, place) JOIN ledger.leg ON shard = $1"
        " AND account_id = of_account AND at = since AND position = place",
        shard,
        [row[side] for row in transfers for side in ("debit_account_id", "credit_account_id")],
        [row["at"] for row in transfers for _ in range(2)],
        [row["position"] for row in transfers for _ in range(2)],
    )
    return {(row[0], row[1]): Balance(*row[2:]) for row in rows}
