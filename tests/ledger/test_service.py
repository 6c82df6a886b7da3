"""The ledger on a real PostgreSQL: batches, repeats, races, the past, and what the audit sees."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from tests.support.database import move_clock

from farewave.db import Database, Tx
from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.ledger import jobs, service, store
from farewave.ledger.audit import audit
from farewave.ledger.model import (
    Account,
    AccountKind,
    AccountResult,
    BookHead,
    NewAccount,
    Reason,
    Transfer,
    TransferResult,
    pending,
    post_pending,
    posted,
    void_pending,
)

R = TransferResult
SHARD = 1
BANK = derived_id(SYSTEM_ID, SHARD, "banks.settlement.TEST")
ANN = derived_id(SYSTEM_ID, SHARD, "test.ann")
BEN = derived_id(SYSTEM_ID, SHARD, "test.ben")


def transfer_id(label: str) -> UUID:
    return derived_id(SYSTEM_ID, SHARD, f"test.transfer.{label}")


def pay(label: str, amount_fen: int, debit: UUID = ANN, credit: UUID = BEN) -> Transfer:
    return posted(
        transfer_id(label),
        SHARD,
        debit=debit,
        credit=credit,
        amount_fen=amount_fen,
        reason=Reason.PAYMENT,
        business="trade:1",
    )


def reserve(label: str, amount_fen: int, timeout_s: int = 0) -> Transfer:
    return pending(
        transfer_id(label),
        SHARD,
        debit=ANN,
        credit=BEN,
        amount_fen=amount_fen,
        reason=Reason.PAYMENT,
        business="trade:1",
        timeout_s=timeout_s,
    )


NEW = [
    NewAccount(BANK, SHARD, AccountKind.BANK_SETTLEMENT, SYSTEM_ID),
    NewAccount(
        ANN, SHARD, AccountKind.WALLET_BALANCE, SYSTEM_ID, debits_must_not_exceed_credits=True
    ),
    NewAccount(
        BEN, SHARD, AccountKind.WALLET_BALANCE, SYSTEM_ID, debits_must_not_exceed_credits=True
    ),
]


@pytest.fixture
async def books(database: Database) -> Database:
    """A bank, Ann with 1,000 fen, Ben with nothing."""
    async with database.transaction() as tx:
        assert await service.open_accounts(tx, NEW) == [AccountResult.CREATED] * 3
        assert await service.submit(tx, [pay("start", 1000, BANK, ANN)]) == [R.CREATED]
    return database


async def submit(database: Database, *transfers: Transfer) -> list[TransferResult]:
    async with database.transaction() as tx:
        return await service.submit(tx, transfers)


async def available(database: Database, account_id: UUID) -> int:
    async with database.reading() as tx:
        return (await service.balances(tx, SHARD, [account_id]))[account_id].available_fen


async def findings(database: Database) -> list[str]:
    async with database.reading() as tx:
        return [finding.check for finding in await audit(tx)]


async def test_opening_an_account_again_changes_nothing(books: Database) -> None:
    other = NewAccount(ANN, SHARD, AccountKind.MERCHANT, SYSTEM_ID)
    async with books.transaction() as tx:
        results = await service.open_accounts(tx, [NEW[1], other])
    assert results == [AccountResult.EXISTS, AccountResult.EXISTS_WITH_DIFFERENT_FIELDS]


async def test_a_whole_life_of_transfers_leaves_books_that_agree(books: Database) -> None:
    ends = [
        post_pending(
            transfer_id("post"),
            SHARD,
            pending_id=transfer_id("first"),
            amount_fen=100,
            reason=Reason.PAYMENT,
            business="trade:1",
        ),
        void_pending(
            transfer_id("void"),
            SHARD,
            pending_id=transfer_id("second"),
            reason=Reason.PAYMENT,
            business="trade:1",
        ),
    ]
    assert await submit(books, reserve("first", 300), reserve("second", 300)) == [R.CREATED] * 2
    assert await available(books, ANN) == 400
    assert await submit(books, *ends, pay("rest", 900)) == [R.CREATED] * 3
    assert (await available(books, ANN), await available(books, BEN)) == (0, 1000)
    assert await findings(books) == []


async def test_the_log_is_read_forward_without_gaps(books: Database) -> None:
    await submit(books, pay("one", 1), pay("two", 5000), pay("three", 2))
    async with books.reading() as tx:
        log = await service.read_log(tx, SHARD)
        later = await service.read_log(tx, SHARD, after_position=2)
    assert [each.position for each in log] == [1, 2, 3]
    assert [each.transfer_id for each in later] == [transfer_id("three")]


async def test_a_balance_of_the_past_is_as_it_was(books: Database) -> None:
    async with books.reading() as tx:
        before = tx.now
    await move_clock(books, timedelta(hours=1))
    await submit(books, pay("later", 250))
    async with books.reading() as tx:
        then = await service.balance_as_of(tx, SHARD, ANN, before)
        now = await service.balance_as_of(tx, SHARD, ANN, tx.now)
        first = await service.balance_as_of(tx, SHARD, ANN, before - timedelta(days=1))
    assert then is not None
    assert now is not None
    assert (then.available_fen, now.available_fen, first) == (1000, 750, None)


async def test_time_stands_still_rather_than_going_back(books: Database) -> None:
    await move_clock(books, timedelta(hours=1))
    await submit(books, pay("ahead", 1))
    await move_clock(books, timedelta(hours=-1))
    await submit(books, pay("behind", 1))
    assert await findings(books) == []


async def test_what_is_pending_ends_by_the_job_once_its_time_is_over(books: Database) -> None:
    await submit(books, reserve("short", 600, timeout_s=60))
    assert await jobs.expire_due(books) == 0
    await move_clock(books, timedelta(minutes=2))
    assert await jobs.expire_due(books) == 1
    assert await jobs.expire_due(books) == 0
    assert await available(books, ANN) == 1000
    assert await findings(books) == []


async def test_one_id_from_two_connections_moves_money_once(books: Database) -> None:
    results = await asyncio.gather(*(submit(books, pay("twice", 400)) for _ in range(8)))
    assert sorted(result for (result,) in results) == [R.CREATED] + [R.EXISTS] * 7
    assert await available(books, ANN) == 600


async def test_two_spenders_of_the_same_money_one_is_refused(books: Database) -> None:
    results = await asyncio.gather(submit(books, pay("a", 700)), submit(books, pay("b", 700)))
    assert sorted(result for (result,) in results) == [R.CREATED, R.EXCEEDS_CREDITS]


async def test_control_without_lock_and_check_the_same_money_is_spent_twice(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the test above would see a missing lock."""
    async with books.transaction() as tx:
        await tx.execute("ALTER TABLE ledger.account DROP CONSTRAINT debits_within_credits")
        await tx.execute("ALTER TABLE ledger.transfer DROP CONSTRAINT transfer_position")
        await tx.execute("ALTER TABLE ledger.entry DROP CONSTRAINT entry_pkey")
    both_have_read = asyncio.Barrier(2)

    async def no_lock(tx: Tx, shard: int, currency: str) -> BookHead:
        head = await store.book_head(tx, shard, currency)
        assert head is not None
        return head

    async def read_only(tx: Tx, shard: int, ids: set[UUID]) -> dict[UUID, Account]:
        rows = await tx.fetch(
            "SELECT account_id, currency, debits_must_not_exceed_credits,"
            " credits_must_not_exceed_debits, closed_at IS NOT NULL,"
            " debits_posted, credits_posted, debits_pending, credits_pending FROM ledger.account"
            " WHERE shard = $1 AND account_id = ANY ($2)",
            shard,
            list(ids),
        )
        await both_have_read.wait()
        return {row["account_id"]: Account(*row) for row in rows}

    monkeypatch.setattr(store, "lock_book", no_lock)
    monkeypatch.setattr(store, "lock_accounts", read_only)
    results = await asyncio.gather(submit(books, pay("a", 700)), submit(books, pay("b", 700)))
    assert [result for (result,) in results] == [R.CREATED, R.CREATED]
    assert await findings(books)


TAMPERINGS = [
    ("hash_recomputes", "UPDATE ledger.transfer SET business = 'trade:2' WHERE position = 1"),
    ("hash_recomputes", "UPDATE ledger.book SET hash = sha256('x')"),
    ("positions_have_no_gap", "UPDATE ledger.book SET position = position + 1"),
    ("sums_to_zero", f"UPDATE ledger.account SET credits_posted = 9999 WHERE account_id = '{ANN}'"),
    (
        "balance_is_its_entries",
        f"UPDATE ledger.account SET credits_posted = 9999 WHERE account_id = '{ANN}'",
    ),
    ("two_legs", f"DELETE FROM ledger.entry WHERE account_id = '{BANK}'"),
    (
        "entry_is_its_transfer",
        f"UPDATE ledger.entry SET credits_posted = 9999 WHERE account_id = '{ANN}'",
    ),
    ("positions_have_no_gap", "UPDATE ledger.transfer SET position = 7 WHERE position = 1"),
]


@pytest.mark.parametrize(("check", "statement"), TAMPERINGS)
async def test_the_audit_sees_a_row_changed_by_hand(
    books: Database, check: str, statement: str
) -> None:
    assert await findings(books) == []
    async with books.transaction() as tx:
        await tx.execute(statement)
    assert check in await findings(books)
