"""What the ledger's tables prove by themselves.

Each check is one pass in the database or one walk along a book, so memory stays bounded however
long the books are.
"""

from farewave.db import ReadTx
from farewave.kit.finding import Finding
from farewave.ledger import store
from farewave.ledger.chain import GENESIS, extend

_STEP = 5_000


def _finding(check: str, subject: str, says: str) -> Finding:
    return Finding("ledger", check, subject, says)


async def audit(tx: ReadTx) -> list[Finding]:
    """Every contradiction in the ledger's tables; none when the books are whole."""
    findings: list[Finding] = []
    for shard, currency in await store.books(tx):
        findings += await _walk(tx, shard, currency)
    for row in await store.unbalanced_books(tx):
        says = f"debits {row['debits']} and credits {row['credits']} differ by posted or pending"
        findings.append(_finding("sums_to_zero", f"{row['shard']}/{row['currency']}", says))
    for row in await store.accounts_unlike_entries(tx):
        says = "its totals aren't those of its last entry"
        findings.append(_finding("balance_is_its_entries", str(row["account_id"]), says))
    for row in await store.entries_unlike_transfers(tx):
        says = f"entry at {row['position']} doesn't follow from the one before and its transfer"
        findings.append(_finding("entry_is_its_transfer", str(row["account_id"]), says))
    for row in await store.transfers_without_entries(tx):
        says = f"has {row['legs']} entries instead of two"
        findings.append(_finding("two_legs", str(row["transfer_id"]), says))
    for row in await store.ends_unlike_pending(tx):
        says = "ends a transfer that isn't pending, or more of it than there was"
        findings.append(_finding("end_fits_pending", str(row["transfer_id"]), says))
    return findings


async def _walk(tx: ReadTx, shard: int, currency: str) -> list[Finding]:
    """Along a book from its first transfer: positions, time, and the running hash."""
    subject = f"{shard}/{currency}"
    head = await store.book_head(tx, shard, currency)
    assert head is not None, "the book was just listed"
    position, running = 0, GENESIS
    at = None
    while batch := await store.log(tx, shard, currency, position, _STEP):
        for place, transfer in enumerate(batch, start=position + 1):
            if transfer.position != place:
                says = f"position {place} is missing"
                return [_finding("positions_have_no_gap", subject, says)]
            if at is not None and transfer.at < at:
                says = f"time goes back at position {place}"
                return [_finding("time_goes_forward", subject, says)]
            at = transfer.at
        running = extend(running, batch)
        position = batch[-1].position
    if position != head.position:
        says = f"its head says {head.position}, its last transfer {position}"
        return [_finding("positions_have_no_gap", subject, says)]
    if running != head.hash:
        return [_finding("hash_recomputes", subject, "a transfer was changed after it was written")]
    return []
