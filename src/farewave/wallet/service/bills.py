"""Bills: written by whoever moved the money, in the same transaction."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from farewave.db.transaction import ReadTx, Tx
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.wallet import rules, store
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import (
    Bill,
    BillFilter,
    BillKey,
    BillKind,
    BillStatus,
    BillTotals,
    Direction,
    Holder,
    NewBill,
    Wording,
)


async def write_bill(tx: Tx, new_bill: NewBill) -> Bill:
    """Write a bill. One of the same key is left as it is and comes back."""
    invariant(new_bill.amount_fen > 0, "a bill has an amount")
    written = await store.insert_bill(tx, new_bill)
    if written is not None:
        return written
    there = await store.bill_of_key(tx, new_bill.key)
    assert there is not None, "bills are never deleted"
    same = (there.amount_fen, there.direction) == (new_bill.amount_fen, new_bill.direction)
    invariant(same, "a bill's key stands for one amount and direction")
    return there


async def write_new_bills(tx: Tx, shard: int, new_bills: Sequence[NewBill]) -> None:
    """Write bills of one shard whose references are new; one that is there already is a bug."""
    for each in new_bills:
        invariant(each.amount_fen > 0 and each.key.shard == shard, "a bill has an amount, here")
        invariant(each.note is None, "a new bill of a payment needs no note")
    await store.insert_new_bills(tx, shard, new_bills)


async def update_bill(
    tx: Tx, key: BillKey, status: BillStatus, note: Wording | None = None
) -> Bill:
    """Bring a bill to `status`, with a note in place of the one before. Again changes nothing.

    Raises InvariantBroken when there is no such bill, or for a step that no bill takes.
    """
    there = await store.lock_bill_of_key(tx, key)
    invariant(there is not None, "a bill is written before it is updated")
    assert there is not None
    invariant(
        rules.may_become(there.status, status), "a bill goes from pending to its end, or is closed"
    )
    if (there.status, there.note) != (status, note):
        await store.save_bill_status(tx, there, status, note)
    return replace(there, status=status, note=note)


EVERY_BILL = BillFilter()


async def bills(
    tx: ReadTx, holder: Holder, *, before: UUID | None, limit: int, wanted: BillFilter = EVERY_BILL
) -> tuple[list[Bill], UUID | None]:
    """A page of bills, newest first, and where the next page begins (None: there is none)."""
    found = await store.bills(tx, holder.shard, holder.person_id, wanted, before, limit + 1)
    page = found[:limit]
    return page, page[-1].bill_id if len(found) > limit else None


async def bill_totals(tx: ReadTx, holder: Holder, wanted: BillFilter) -> BillTotals:
    """What came in and went out by those of `holder`'s bills that are wanted and succeeded."""
    return await store.bill_totals(tx, holder.shard, holder.person_id, wanted)


def bill_filter(
    *, text: str | None, month: str | None, kind: BillKind | None, direction: Direction | None
) -> BillFilter | Refused:
    """What a person asks for; `month` like `2026-11`, China's. Refused: MONTH_INVALID."""
    period = None if month is None else rules.month(month)
    if month is not None and period is None:
        return Refused(WalletRefusal.MONTH_INVALID)
    words = text.strip() if text else ""
    return BillFilter(words or None, period, kind, direction)


async def bill(tx: ReadTx, holder: Holder, bill_id: UUID) -> Bill | Refused:
    """One of `holder`'s bills. Refused: BILL_UNKNOWN."""
    found = await store.load_bill(tx, holder.shard, holder.person_id, bill_id)
    return found or Refused(WalletRefusal.BILL_UNKNOWN)


async def bills_of_references(
    tx: ReadTx, shard: int, reference_type: str, references: Sequence[tuple[UUID, str]]
) -> list[Bill]:
    """The bills of `references` (person, reference id) on one shard: for whoever wrote them."""
    return await store.bills_of_references(tx, shard, reference_type, references)
