# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Bills: one for each key, listed newest first."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import FIRST_ID, new_id, new_ids
from farewave.wallet.model import (
    Bill,
    BillFilter,
    BillKey,
    BillKind,
    BillStatus,
    BillTotals,
    Direction,
    NewBill,
    Wording,
)

_BILL = (
    "shard, person_id, bill_id, at, kind, direction, amount_fen, status, title_zh, title_en,"
    " counterparty_zh, counterparty_en, fund_zh, fund_en, note_zh, note_en, reference_type,"
    " reference_id, part, order_no"
)
_NEW_COLUMNS = (
    *("shard", "at", "person_id", "reference_type", "reference_id", "kind", "part", "bill_id"),
    *("direction", "amount_fen", "status", "title_zh", "title_en", "counterparty_zh"),
    *("counterparty_en", "fund_zh", "fund_en", "order_no"),
)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_AHEAD = datetime(9999, 1, 1, tzinfo=UTC)
"""Without a month these are the bounds, not NULL: one plan serves all values, and only what is a
bound in every case is looked up in the index (docs/decisions/0017).
"""
_SUITS = (
    " AND ($5::text IS NULL OR kind = $5) AND ($6::text IS NULL OR direction = $6)"
    " AND ($7::text IS NULL OR strpos(lower(concat_ws(E'\\n', title_zh, title_en,"
    "  counterparty_zh, counterparty_en, note_zh, note_en, reference_id, order_no)),"
    "  lower($7)) > 0)"
)
_BILL_OF_KEY = (
    f"SELECT {_BILL} FROM wallet.bill WHERE shard = $1 AND person_id = $2"
    " AND reference_type = $3 AND reference_id = $4 AND kind = $5 AND part = $6"
)


def _bill(row: asyncpg.Record) -> Bill:
    return Bill(
        bill_id=row["bill_id"],
        at=row["at"],
        key=BillKey(
            shard=row["shard"],
            person_id=row["person_id"],
            kind=BillKind(row["kind"]),
            reference_type=row["reference_type"],
            reference_id=row["reference_id"],
            part=row["part"],
        ),
        direction=Direction(row["direction"]),
        amount_fen=row["amount_fen"],
        status=BillStatus(row["status"]),
        title=Wording(row["title_zh"], row["title_en"]),
        counterparty=Wording(row["counterparty_zh"], row["counterparty_en"]),
        fund_label=Wording(row["fund_zh"], row["fund_en"]),
        note=Wording(row["note_zh"], row["note_en"]) if row["note_zh"] is not None else None,
        order_no=row["order_no"],
    )


def _key(key: BillKey) -> tuple[object, ...]:
    return (
        key.shard,
        key.person_id,
        key.reference_type,
        key.reference_id,
        key.kind.value,
        key.part,
    )


async def insert_bill(tx: Tx, bill: NewBill) -> Bill | None:
    """Write a bill; None when there is one of this key. Waits for one in flight."""
    row = await tx.fetchrow(
        "INSERT INTO wallet.bill (shard, person_id, reference_type, reference_id, kind, part,"
        " bill_id, at, direction, amount_fen, status, title_zh, title_en, counterparty_zh,"
        " counterparty_en, fund_zh, fund_en, note_zh, note_en, order_no) VALUES ($1, $2, $3, $4,"
        " $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
        " ON CONFLICT (shard, person_id, reference_type, reference_id, kind, part) DO NOTHING"
        f" RETURNING {_BILL}",
        *_key(bill.key),
        new_id(bill.key.shard, tx.now, tx.chance),
        tx.now,
        bill.direction.value,
        bill.amount_fen,
        bill.status.value,
        bill.title.zh,
        bill.title.en,
        bill.counterparty.zh,
        bill.counterparty.en,
        bill.fund_label.zh,
        bill.fund_label.en,
        bill.note.zh if bill.note else None,
        bill.note.en if bill.note else None,
        bill.order_no,
    )
    return _bill(row) if row else None


async def insert_new_bills(tx: Tx, shard: int, bills: Sequence[NewBill]) -> None:
    """Write bills whose keys are new, all of one shard, without notes."""
    ids = new_ids(shard, tx.now, tx.chance, len(bills))
    rows = (_new_row(bill, bill_id, tx.now) for bill, bill_id in zip(bills, ids, strict=True))
    await tx.copy_rows("wallet", "bill", _NEW_COLUMNS, rows)


def _new_row(bill: NewBill, bill_id: UUID, now: datetime) -> tuple[object, ...]:
    key, title, counterparty, fund = bill.key, bill.title, bill.counterparty, bill.fund_label
    return (
        *(key.shard, now, key.person_id, key.reference_type, key.reference_id, key.kind),
        *(key.part, bill_id, bill.direction, bill.amount_fen),
        *(bill.status, title.zh, title.en, counterparty.zh, counterparty.en, fund.zh, fund.en),
        bill.order_no,
    )


async def bill_of_key(tx: ReadTx, key: BillKey) -> Bill | None:
    row = await tx.fetchrow(_BILL_OF_KEY, *_key(key))
    return _bill(row) if row else None


async def lock_bill_of_key(tx: Tx, key: BillKey) -> Bill | None:
    row = await tx.fetchrow(f"{_BILL_OF_KEY} FOR UPDATE", *_key(key))
    return _bill(row) if row else None


async def save_bill_status(tx: Tx, bill: Bill, status: BillStatus, note: Wording | None) -> None:
    await tx.execute(
        "UPDATE wallet.bill SET status = $4, note_zh = $5, note_en = $6"
        " WHERE shard = $1 AND person_id = $2 AND bill_id = $3",
        bill.key.shard,
        bill.key.person_id,
        bill.bill_id,
        status.value,
        note.zh if note else None,
        note.en if note else None,
    )


async def bills(
    tx: ReadTx, shard: int, person_id: UUID, wanted: BillFilter, before: UUID | None, limit: int
) -> list[Bill]:
    """A person's bills, newest first, those after the bill `before` in this order.

    None after a bill that there isn't. The index on person and time gives the order, the month and
    where the page begins; the rest is looked at row by row, which one person's bills bear.

    Month and bill make one upper bound: of two the server begins at the first that the statement
    names, though both are in the index.
    """
    begin, end, *suits = _wanted(wanted)
    newest = (end, FIRST_ID)
    if before is not None:
        at = await tx.fetchval(
            "SELECT at FROM wallet.bill WHERE shard = $1 AND person_id = $2 AND bill_id = $3",
            shard,
            person_id,
            before,
        )
        if at is None:
            return []
        newest = min(newest, (at, before))
    rows = await tx.fetch(
        f"SELECT {_BILL} FROM wallet.bill WHERE shard = $1 AND person_id = $2"
        f" AND at >= $3 AND (at, bill_id) < ($4, $8){_SUITS}"
        " ORDER BY at DESC, bill_id DESC LIMIT $9",
        shard,
        person_id,
        begin,
        newest[0],
        *suits,
        newest[1],
        limit,
    )
    return [_bill(row) for row in rows]


async def bill_totals(tx: ReadTx, shard: int, person_id: UUID, wanted: BillFilter) -> BillTotals:
    """The sums of a person's bills that succeeded."""
    row = await tx.fetchrow(
        "SELECT coalesce(sum(amount_fen) FILTER (WHERE direction = 'in'), 0)::bigint AS in_fen,"
        " coalesce(sum(amount_fen) FILTER (WHERE direction = 'out'), 0)::bigint AS out_fen"
        " FROM wallet.bill WHERE shard = $1 AND person_id = $2 AND status = 'succeeded'"
        f" AND at >= $3 AND at < $4{_SUITS}",
        shard,
        person_id,
        *_wanted(wanted),
    )
    assert row is not None
    return BillTotals(row["in_fen"], row["out_fen"])


def _wanted(wanted: BillFilter) -> tuple[datetime, datetime, str | None, str | None, str | None]:
    """From when, until when, and the values of `_SUITS`."""
    return (
        wanted.period.begin if wanted.period else _LONG_AGO,
        wanted.period.end if wanted.period else _FAR_AHEAD,
        wanted.kind.value if wanted.kind else None,
        wanted.direction.value if wanted.direction else None,
        wanted.text,
    )


async def load_bill(tx: ReadTx, shard: int, person_id: UUID, bill_id: UUID) -> Bill | None:
    row = await tx.fetchrow(
        f"SELECT {_BILL} FROM wallet.bill WHERE shard = $1 AND person_id = $2 AND bill_id = $3",
        shard,
        person_id,
        bill_id,
    )
    return _bill(row) if row else None


async def count_bills(tx: ReadTx, shard: int, kinds: Sequence[BillKind]) -> int:
    counted: int = await tx.fetchval(
        "SELECT count(*) FROM wallet.bill WHERE shard = $1 AND kind = ANY ($2)",
        shard,
        [kind.value for kind in kinds],
    )
    return counted


async def bills_of_references(
    tx: ReadTx, shard: int, reference_type: str, references: Sequence[tuple[UUID, str]]
) -> list[Bill]:
    """The bills that persons have of these references, each given with its person."""
    rows = await tx.fetch(
        f"SELECT {_BILL} FROM unnest($2::uuid[], $3::text[]) AS w (person_id, reference_id)"
        " JOIN wallet.bill AS b USING (person_id, reference_id)"
        " WHERE b.shard = $1 AND b.reference_type = $4",
        shard,
        [person_id for person_id, _ in references],
        [reference_id for _, reference_id in references],
        reference_type,
    )
    return [_bill(row) for row in rows]
