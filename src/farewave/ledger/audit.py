"""What the ledger's tables prove by themselves.

Three walks over each shard, in pages, so that memory and the length of a statement stay bounded
however long the books are: along each book (positions, time, the hash, what ends what), over the
accounts (totals, limits, sums), and over the entries in the order of accounts (each follows from
the one before it by its transfer). Together: every total is what its transfers make it.
"""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from farewave.db import ReadTx
from farewave.kit.finding import Finding
from farewave.ledger import store
from farewave.ledger.chain import extend, genesis
from farewave.ledger.model import Balance, Flag, Stage, StoredTransfer

PAGE_ROWS = 5_000
FINDINGS_PER_CHECK_MAX = 100
_FIRST_ID = UUID(int=0)
_REVERSIBLE = (Stage.POSTED, Stage.POST_PENDING)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class _Findings:
    """What was found, a hundred of each check at most, so that a broken table doesn't flood."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._count: dict[str, int] = {}

    def add(self, check: str, subject: object, says: str) -> None:
        self._count[check] = self._count.get(check, 0) + 1
        if self._count[check] <= FINDINGS_PER_CHECK_MAX:
            self._found.append(Finding("ledger", check, str(subject), says))

    def listed(self) -> list[Finding]:
        """All of them, with how many of a check are not listed."""
        more = [
            Finding("ledger", check, "more", f"{count - FINDINGS_PER_CHECK_MAX} more of the kind")
            for check, count in self._count.items()
            if count > FINDINGS_PER_CHECK_MAX
        ]
        return self._found + more


async def audit(tx: ReadTx) -> list[Finding]:
    """Every contradiction in the ledger's tables; none when the books are whole."""
    found = _Findings()
    for shard in range(tx.shards):
        currencies = await store.books(tx, shard)
        for currency in currencies:
            await _walk_book(tx, shard, currency, found)
        await _walk_accounts(tx, shard, currencies, found)
        await _walk_entries(tx, shard, found)
        for transfer_id in await store.expiries_of_nothing(tx, shard):
            found.add("time_outs_are_noted", transfer_id, "is noted and isn't in a book")
    return found.listed()


async def _walk_book(tx: ReadTx, shard: int, currency: str, found: _Findings) -> None:
    """Along a book from its first transfer to its head."""
    book = f"{shard}/{currency}"
    head = await store.book_head(tx, shard, currency)
    assert head is not None, "the book was just listed"
    position, running, at = 0, genesis(shard, currency), None
    while page := await store.book_page(tx, shard, currency, position, PAGE_ROWS):
        for row in page:
            if row["position"] != position + 1:
                says = f"after {position} comes {row['position']}"
                found.add("positions_have_no_gap", book, says)
            if at is not None and row["at"] < at:
                found.add("time_goes_forward", book, f"goes back at position {row['position']}")
            position, at = row["position"], row["at"]
            _check_transfer(row, found)
        await _check_flagged(tx, shard, [row for row in page if row["flags"]], found)
        running = extend(running, (_stored(row) for row in page))
    if position != head.position:
        says = f"its head says {head.position}, its last transfer {position}"
        found.add("positions_have_no_gap", book, says)
    if at is not None and at != head.at:
        found.add("time_goes_forward", book, "its head has another time than its last transfer")
    if running != head.hash:
        found.add("hash_recomputes", book, "a transfer was changed after it was written")


def _stored(row: asyncpg.Record) -> StoredTransfer:
    """As it stands in the table, also with numbers that mean nothing."""
    return StoredTransfer(
        transfer_id=row["transfer_id"],
        stage=row["stage"],
        debit_account_id=row["debit_account_id"],
        credit_account_id=row["credit_account_id"],
        amount_fen=row["amount_fen"],
        reason=row["reason"],
        business=row["business"],
        pending_id=row["pending_id"],
        expires_at=row["expires_at"],
        at=row["at"],
        position=row["position"],
        reverses_id=row["reverses_id"],
        flags=row["flags"],
        asked_fen=row["asked_fen"],
    )


def _check_transfer(row: asyncpg.Record, found: _Findings) -> None:
    transfer_id = row["transfer_id"]
    if row["legs"] != 2:
        found.add("two_legs", transfer_id, f"has {row['legs']} entries instead of two")
    if row["noted"] != (row["expires_at"] if row["is_open"] else None):
        found.add("time_outs_are_noted", transfer_id, "its time-out isn't what the job will see")
    if row["reverses_id"] is not None:
        _check_reversal(row, found)
    if row["pending_id"] is None:
        return
    if row["ends"] != 1:
        found.add("one_end", row["pending_id"], f"has {row['ends']} ends")
    begun = row["begun_stage"], row["begun_currency"], row["begun_debit"], row["begun_credit"]
    fits = (
        begun == (Stage.PENDING, row["currency"], row["debit_account_id"], row["credit_account_id"])
        and row["begun_position"] < row["position"]
        and row["amount_fen"] <= row["begun_fen"]
        and (row["amount_fen"] == row["begun_fen"] or row["stage"] == Stage.POST_PENDING)
    )
    if not fits:
        says = "ends a transfer that isn't pending before it, or more of it than there was"
        found.add("end_fits_pending", transfer_id, says)
        return
    over = row["begun_expires_at"] is not None and row["at"] >= row["begun_expires_at"]
    if over is not (row["stage"] == Stage.EXPIRE_PENDING):
        found.add("ends_in_time", transfer_id, "ends its pending transfer at the wrong time")


def _check_reversal(row: asyncpg.Record, found: _Findings) -> None:
    if row["reversals"] != 1:
        found.add("one_reversal", row["reverses_id"], f"has {row['reversals']} reversals")
    was = row["reversed_stage"], row["reversed_currency"], row["reversed_fen"]
    fits = (
        was in {(stage, row["currency"], row["amount_fen"]) for stage in _REVERSIBLE}
        and row["reversed_debit"] == row["credit_account_id"]
        and row["reversed_credit"] == row["debit_account_id"]
        and row["reversed_position"] < row["position"]
    )
    if not fits:
        says = "isn't a posted transfer before it the other way round"
        found.add("reversal_fits_reversed", row["transfer_id"], says)


async def _check_flagged(
    tx: ReadTx, shard: int, rows: list[asyncpg.Record], found: _Findings
) -> None:
    """Of what balances: as much as was asked for or as there was, and not more."""
    after = await store.totals_after(tx, shard, rows) if rows else {}
    for row in rows:
        debit = after.get((row["transfer_id"], row["debit_account_id"]), Balance())
        credit = after.get((row["transfer_id"], row["credit_account_id"]), Balance())
        left = []  # how much more there was on the sides that balance
        if row["flags"] & Flag.BALANCING_DEBIT:
            left.append(debit.credits_posted - debit.debits_posted - debit.debits_pending)
        if row["flags"] & Flag.BALANCING_CREDIT:
            left.append(credit.debits_posted - credit.credits_posted - credit.credits_pending)
        least = min(left, default=0)
        moved, asked = row["amount_fen"], row["asked_fen"]
        too_much = moved > asked or (moved > 0 and least < 0)
        too_little = moved < asked and (least > 0 or not left)
        if too_much or too_little:
            says = f"moves {moved} of the {asked} asked for, which isn't what there was"
            found.add("balancing_fits", row["transfer_id"], says)


async def _walk_accounts(tx: ReadTx, shard: int, currencies: list[str], found: _Findings) -> None:
    """Each account's totals (its last entry's) against its limits; then each book's sums."""
    sums: dict[str, list[int]] = {}
    after = _FIRST_ID
    while page := await store.account_page(tx, shard, after, PAGE_ROWS):
        for row in page:
            names = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
            totals = [row[name] for name in names]
            _check_limits(row, found)
            if row["closed_at"] != row["last_closed_at"]:
                says = "is closed and its last transfer doesn't close it, or the other way round"
                found.add("closed_as_transferred", row["account_id"], says)
            of_book = sums.setdefault(row["currency"], [0, 0, 0, 0])
            for place, total in enumerate(totals):
                of_book[place] += total
        after = page[-1]["account_id"]
    for currency, (dp, cp, dn, cn) in sums.items():
        book = f"{shard}/{currency}"
        if dp != cp or dn != cn:
            says = f"debits {dp} (pending {dn}) aren't credits {cp} (pending {cn})"
            found.add("sums_to_zero", book, says)
        if currency not in currencies and (dp or cp or dn or cn):
            found.add("book_has_a_head", book, "accounts hold money of a book that isn't there")


def _check_limits(row: asyncpg.Record, found: _Findings) -> None:
    debits = row["debits_posted"] + row["debits_pending"]
    credits = row["credits_posted"] + row["credits_pending"]
    if row["debits_must_not_exceed_credits"] and debits > row["credits_posted"]:
        found.add("limits_hold", row["account_id"], "its debits exceed its credits")
    if row["credits_must_not_exceed_debits"] and credits > row["debits_posted"]:
        found.add("limits_hold", row["account_id"], "its credits exceed its debits")


async def _walk_entries(tx: ReadTx, shard: int, found: _Findings) -> None:
    """Every entry against the one before it; a page begins with the last one of the page before."""
    key, checked = (_FIRST_ID, _LONG_AGO, 0), 0
    while page := await store.entry_page(tx, shard, *key, PAGE_ROWS):
        for row in page:
            if row["broken"] and row["nr"] > checked:
                says = f"its entry at {row['position']} doesn't follow from its transfer"
                found.add("entry_is_its_transfer", row["account_id"], says)
            if row["unclosed"] and row["nr"] > checked:
                says = f"isn't empty or goes on at {row['position']} although it was closed"
                found.add("closed_stays_empty", row["account_id"], says)
        last = page[-1]
        if last["page_rows"] < PAGE_ROWS:
            return
        key, checked = (last["account_id"], last["at"], last["position"]), 1
