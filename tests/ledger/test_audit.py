"""The audit finds whichever row was changed by hand, and nothing in books that are whole."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from farewave.db import Database
from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.ledger import audit as ledger_audit
from farewave.ledger import jobs, service
from farewave.ledger.model import AccountKind, Flag, NewAccount, TransferResult
from tests.ledger.doors import findings, new_account, submit
from tests.ledger.shapes import (
    ANN,
    BANK,
    BEN,
    FLOAT,
    SHARD,
    drain,
    pay,
    post,
    reserve,
    transfer_id,
    undo,
    void,
)
from tests.support.database import move_clock

POSTED, EXPIRED, PART, VOID, UNDO, DRAIN, MOST, BACK, REOPEN, LEND = (
    f"'{transfer_id(label)}'"
    for label in (
        "posted",
        "expired",
        "part",
        "void",
        "undo",
        "drain",
        "most",
        "back",
        "reopen",
        "lend",
    )
)
EVE = derived_id(SYSTEM_ID, SHARD, "test.eve")
"""Closed, opened again, closed for good with 25 fen on the way."""
DAN = derived_id(SYSTEM_ID, SHARD, "test.dan")
"""Has got as much as there was, and something after that."""


@pytest.fixture
async def lived(books: Database) -> Database:
    """Books with every kind of transfer in them."""
    begun = reserve("posted", 100, 600), reserve("voided", 100), reserve("expired", 100, 60)
    ends = post("part", "posted", 40), void("void", "voided")
    later = reserve("open", 50, 3600), pay("lend", 30, FLOAT, BEN), undo("undo", "again")
    for batch in ([*begun, pay("paid", 10)], [*ends, pay("again", 20)], later):
        assert set(await submit(books, *batch)) == {TransferResult.CREATED}
        await move_clock(books, timedelta(minutes=2))
        await jobs.expire_due(books)
    async with books.transaction() as tx:
        await service.open_accounts(tx, [new_account(EVE), new_account(DAN)])
    shut = [drain("shut", EVE), undo("reopen", "shut"), pay("eve", 25, ANN, EVE)]
    most = [pay("most", 100, EVE, DAN, flags=Flag.BALANCING_DEBIT), pay("back", 5, DAN, EVE)]
    for batch in ([*shut, *most], [drain("drain", EVE), pay("dan", 7, ANN, DAN)]):
        assert set(await submit(books, *batch)) == {TransferResult.CREATED}
    assert await findings(books) == []
    return books


def set_account(column: str, of: object = ANN) -> str:
    return f"UPDATE ledger.account SET {column} WHERE account_id = '{of}'"


def set_transfer(column: str, of: str = POSTED) -> str:
    return f"UPDATE ledger.transfer SET {column} WHERE transfer_id = {of}"


SECOND_END = f"""
    DROP INDEX ledger.transfer_end;
    INSERT INTO ledger.transfer (shard, transfer_id, currency, position, at, stage,
      debit_account_id, credit_account_id, amount_fen, reason, business, pending_id)
    SELECT shard, '{transfer_id("second end")}', currency, position + 100, at, stage,
      debit_account_id, credit_account_id, amount_fen, reason, business, pending_id
    FROM ledger.transfer WHERE transfer_id = {VOID}
"""
SECOND_REVERSAL = f"""
    DROP INDEX ledger.transfer_reversal;
    INSERT INTO ledger.transfer (shard, transfer_id, currency, position, at, stage,
      debit_account_id, credit_account_id, amount_fen, reason, business, reverses_id)
    SELECT shard, '{transfer_id("second undo")}', currency, position + 100, at, stage,
      debit_account_id, credit_account_id, amount_fen, reason, business, reverses_id
    FROM ledger.transfer WHERE transfer_id = {UNDO}
"""
OF_ANN = f"WHERE account_id = '{ANN}'"
AND_ANN = f"AND account_id = '{ANN}'"
WITH_2 = "WHERE 2 = ANY (earlier)"
WITH_MOST = f"""WHERE (SELECT position FROM ledger.transfer WHERE transfer_id = {MOST})
    = ANY (earlier || position)"""
LAST_OF_ANN = f"{OF_ANN} AND position = (SELECT max(position) FROM ledger.entry {OF_ANN})"

TAMPERINGS = [
    # The log.
    ("hash_recomputes", set_transfer("business = 'trade:2'")),
    ("hash_recomputes", set_transfer("reason = 3")),
    ("hash_recomputes", set_transfer("reason = 999")),
    ("hash_recomputes", "UPDATE ledger.book SET hash = sha256('x')"),
    ("hash_recomputes", set_transfer("expires_at = expires_at + interval '1 day'")),
    ("positions_have_no_gap", "UPDATE ledger.book SET position = position + 1"),
    ("positions_have_no_gap", set_transfer("position = 99")),
    ("positions_have_no_gap", "DELETE FROM ledger.transfer WHERE position = 3"),
    ("positions_have_no_gap", "DELETE FROM ledger.transfer WHERE position = (SELECT max(position)"
     " FROM ledger.transfer)"),
    ("time_goes_forward", set_transfer("at = at - interval '1 day'", PART)),
    ("time_goes_forward", "UPDATE ledger.book SET at = at + interval '1 day'"),
    # Two steps.
    ("one_end", SECOND_END),
    ("end_fits_pending", set_transfer("amount_fen = 101", PART)),
    ("end_fits_pending", set_transfer("amount_fen = 99", VOID)),
    ("end_fits_pending", set_transfer(f"pending_id = '{transfer_id('paid')}'", VOID)),
    ("end_fits_pending", set_transfer(f"pending_id = '{transfer_id('nothing')}'", VOID)),
    ("end_fits_pending", set_transfer("stage = 1, expires_at = NULL")),
    ("ends_in_time", set_transfer("expires_at = at + interval '1 second'")),
    ("ends_in_time", set_transfer("stage = 5", VOID)),
    ("ends_in_time", set_transfer("expires_at = NULL", EXPIRED)),
    ("time_outs_are_noted", "DELETE FROM ledger.expiry"),
    ("time_outs_are_noted", "UPDATE ledger.expiry SET expires_at = expires_at + interval '1 day'"),
    ("time_outs_are_noted", f"INSERT INTO ledger.expiry SELECT shard, transfer_id, currency, at"
     f" FROM ledger.transfer WHERE transfer_id = {POSTED}"),
    ("time_outs_are_noted", f"UPDATE ledger.expiry SET transfer_id = '{transfer_id('nothing')}'"),
    # Reversals.
    ("one_reversal", SECOND_REVERSAL),
    ("reversal_fits_reversed", set_transfer("amount_fen = 19", UNDO)),
    ("reversal_fits_reversed", set_transfer(f"debit_account_id = '{FLOAT}'", UNDO)),
    ("reversal_fits_reversed", set_transfer(f"reverses_id = '{transfer_id('paid')}'", UNDO)),
    ("reversal_fits_reversed", set_transfer(f"reverses_id = '{transfer_id('expired')}'", UNDO)),
    ("reversal_fits_reversed", set_transfer(f"reverses_id = '{transfer_id('nothing')}'", UNDO)),
    ("hash_recomputes", set_transfer(f"reverses_id = '{transfer_id('paid')}'", UNDO)),
    ("entry_is_its_transfer", set_transfer("amount_fen = 19", UNDO)),
    # Balancing and closing.
    ("balancing_fits", f"UPDATE ledger.entry SET debits_posted = 24 {WITH_MOST}"
     f" AND account_id = '{EVE}'"),
    ("balancing_fits", set_transfer("asked_fen = 999, amount_fen = 26", MOST)
     + f";UPDATE ledger.entry SET debits_posted = 26 {WITH_MOST} AND account_id = '{EVE}'"),
    ("balancing_fits", f"UPDATE ledger.entry SET credits_posted = 70 {WITH_MOST}"),
    ("balancing_fits", set_transfer("flags = 4", DRAIN)),
    ("hash_recomputes", set_transfer("asked_fen = 101", MOST)),
    ("hash_recomputes", set_transfer("flags = 3", MOST)),
    ("hash_recomputes", set_transfer("flags = 0, asked_fen = NULL", MOST)),
    ("closed_as_transferred", set_account("closed_at = NULL", EVE)),
    ("closed_as_transferred", set_account("closed_at = closed_at + interval '1 s'", EVE)),
    ("closed_as_transferred", set_account("closed_at = opened_at", BEN)),
    ("closed_as_transferred", set_transfer("flags = 1", DRAIN)),
    ("closed_stays_empty", set_transfer("flags = 4, asked_fen = 5", BACK)),
    ("closed_stays_empty", set_transfer("flags = 8, asked_fen = 5", BACK)),
    ("closed_stays_empty", set_transfer(f"reverses_id = '{transfer_id('paid')}'", REOPEN)),
    # Accounts.
    ("sums_to_zero", f"UPDATE ledger.entry SET credits_posted = credits_posted + 1 {LAST_OF_ANN}"),
    ("sums_to_zero", f"DELETE FROM ledger.account WHERE account_id = '{BEN}'"),
    ("limits_hold", f"UPDATE ledger.entry SET limited = 0, debits_posted = 5000 {LAST_OF_ANN}"),
    ("limits_hold", "UPDATE ledger.entry SET limited = 0, credits_pending = 5000"
     f" WHERE account_id = '{FLOAT}'"),
    ("book_has_a_head", "DELETE FROM ledger.book"),
    # Entries.
    ("two_legs", f"DELETE FROM ledger.entry WHERE account_id = '{BANK}'"),
    ("two_legs", f"UPDATE ledger.entry SET position = 77 {LAST_OF_ANN}"),
    ("two_legs", f"DELETE FROM ledger.entry {LAST_OF_ANN}"),
    ("entry_is_its_transfer", f"DELETE FROM ledger.entry {OF_ANN} AND 2 = ANY (earlier)"),
    ("entry_is_its_transfer", f"UPDATE ledger.entry SET earlier = NULL {OF_ANN}"),
    ("entry_is_its_transfer", f"UPDATE ledger.entry SET earlier = earlier || earlier {OF_ANN}"),
    ("entry_is_its_transfer", f"UPDATE ledger.entry SET earlier = '{{2, 99}}' {WITH_2} {AND_ANN}"),
    ("two_legs", f"UPDATE ledger.entry SET earlier = '{{2}}' {WITH_2} {AND_ANN}"),
    ("entry_is_its_transfer", "UPDATE ledger.entry SET earlier = ARRAY[position - 1]"  # of others
     f" WHERE account_id = '{FLOAT}' AND position = (SELECT position FROM ledger.transfer"
     f" WHERE transfer_id = {LEND})"),
    ("entry_is_its_transfer", f"UPDATE ledger.entry SET credits_posted = 9999 {OF_ANN}"),
    ("entry_is_its_transfer", f"UPDATE ledger.entry SET debits_pending = 9 {LAST_OF_ANN}"),
    ("entry_is_its_transfer", f"UPDATE ledger.entry SET at = at + interval '1 h' {LAST_OF_ANN}"),
    ("entry_is_its_transfer", f"UPDATE ledger.entry SET account_id = '{BANK}'"
     f" WHERE account_id = '{FLOAT}'"),
    ("entry_is_its_transfer", set_transfer("amount_fen = 41", PART)),
    ("entry_is_its_transfer", set_transfer("currency = 'USD'")),
]  # fmt: skip


@pytest.mark.parametrize("rows", [5_000, 3], ids=["one page", "small pages"])
@pytest.mark.parametrize(("check", "statement"), TAMPERINGS)
async def test_a_row_changed_by_hand_is_found(
    lived: Database, monkeypatch: pytest.MonkeyPatch, check: str, statement: str, rows: int
) -> None:
    monkeypatch.setattr(ledger_audit, "PAGE_ROWS", rows)
    assert await findings(lived) == []
    async with lived.transaction() as tx:
        for each in statement.split(";"):
            await tx.execute(each)
    assert check in await findings(lived)


def test_every_check_is_shown_to_find_something() -> None:
    source = Path(ledger_audit.__file__).read_text()
    assert {check for check, _ in TAMPERINGS} == set(re.findall(r'found\.add\("(\w+)"', source))


async def test_a_broken_table_doesnt_flood(books: Database) -> None:
    payments = [pay(nr, 1) for nr in range(ledger_audit.FINDINGS_PER_CHECK_MAX + 20)]
    await submit(books, *payments)
    async with books.transaction() as tx:
        await tx.execute(f"DELETE FROM ledger.entry WHERE account_id = '{BEN}'")
    async with books.reading() as tx:
        found = await ledger_audit.audit(tx)
    two_legs = [each for each in found if each.check == "two_legs"]
    assert len(two_legs) == ledger_audit.FINDINGS_PER_CHECK_MAX + 1
    assert (two_legs[-1].subject, two_legs[-1].says) == ("more", "20 more of the kind")


async def test_books_of_another_currency_and_shard_are_proved_too(books: Database) -> None:
    async with books.transaction() as tx:
        other = [
            NewAccount(transfer_id(f"usd{nr}"), SHARD, AccountKind.MERCHANT, BANK, "USD")
            for nr in range(2)
        ]
        await service.open_accounts(tx, other)
        usd = pay("usd", 5, other[0].account_id, other[1].account_id)
        assert await service.submit(tx, [usd], currency="USD") == [TransferResult.CREATED]
        assert await service.submit(tx, [pay("cny", 5, other[0].account_id, ANN)]) == [
            TransferResult.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY
        ]
    assert await findings(books) == []
    async with books.transaction() as tx:
        await tx.execute("UPDATE ledger.transfer SET business = 'x' WHERE currency = 'USD'")
    async with books.reading() as tx:
        found = await ledger_audit.audit(tx)
    assert [(each.check, each.subject) for each in found] == [("hash_recomputes", f"{SHARD}/USD")]
