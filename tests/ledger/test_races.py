"""The ledger used by several connections at once, and what happens without its locks."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from farewave.db import Database, Tx
from farewave.ledger import jobs, memory, service, store
from farewave.ledger.model import Account, AccountResult, BookHead, TransferResult
from tests.ledger.doors import NEW, available, findings, submit
from tests.ledger.shapes import ANN, BEN, SHARD, pay, post, reserve, undo, void
from tests.support.database import move_clock

R = TransferResult


async def test_one_id_from_several_connections_moves_money_once(books: Database) -> None:
    results = await asyncio.gather(*(submit(books, pay("twice", 400)) for _ in range(8)))
    assert sorted(result for (result,) in results) == [R.CREATED] + [R.EXISTS] * 7
    assert await available(books, ANN) == 600
    assert await findings(books) == []


async def test_two_spenders_of_the_same_money_one_is_refused(books: Database) -> None:
    results = await asyncio.gather(submit(books, pay("a", 700)), submit(books, pay("b", 700)))
    assert sorted(result for (result,) in results) == [R.CREATED, R.EXCEEDS_CREDITS]
    assert await findings(books) == []


async def test_a_second_caller_waits_for_the_first_ones_commit(books: Database) -> None:
    async with books.transaction() as first:
        assert await service.submit(first, [pay("a", 700)]) == [R.CREATED]
        second = asyncio.create_task(submit(books, pay("b", 700), pay("a", 700)))
        await asyncio.sleep(0.2)
        assert not second.done()
    assert await second == [R.EXCEEDS_CREDITS, R.EXISTS]


def without_locks(monkeypatch: pytest.MonkeyPatch, *, readers: int) -> None:
    """Replace the lock by a plain read, and wait until all `readers` have read their accounts."""
    all_have_read = asyncio.Barrier(readers)

    async def no_lock(tx: Tx, shard: int, currency: str) -> BookHead:
        head = await store.book_head(tx, shard, currency)
        assert head is not None
        return head

    load = store.load_accounts

    async def read_then_wait(tx: Tx, shard: int, ids: list[UUID]) -> list[Account]:
        accounts = await load(tx, shard, ids)
        await all_have_read.wait()
        return accounts

    monkeypatch.setattr(memory, "take", lambda tx, shard, currency, hash: memory.BookMemory(hash))
    monkeypatch.setattr(store, "lock_book", no_lock)
    monkeypatch.setattr(store, "load_accounts", read_then_wait)


async def test_control_without_the_lock_the_same_money_is_spent_twice(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the tests above would see a missing lock, and the audit what comes of it."""
    async with books.transaction() as tx:
        await tx.execute("ALTER TABLE ledger.entry DROP CONSTRAINT debits_within_credits")
        await tx.execute("ALTER TABLE ledger.transfer DROP CONSTRAINT transfer_position")
        await tx.execute("ALTER TABLE ledger.entry DROP CONSTRAINT entry_pkey")
    without_locks(monkeypatch, readers=2)
    results = await asyncio.gather(submit(books, pay("a", 700)), submit(books, pay("b", 700)))
    assert [result for (result,) in results] == [R.CREATED, R.CREATED]
    monkeypatch.undo()
    assert "positions_have_no_gap" in await findings(books)


async def test_without_the_lock_the_keys_still_refuse_the_second(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a lock that somebody forgets would cost: an error, not money."""
    without_locks(monkeypatch, readers=2)
    results = await asyncio.gather(
        submit(books, pay("a", 700)), submit(books, pay("b", 700)), return_exceptions=True
    )
    assert sorted(isinstance(result, BaseException) for result in results) == [False, True]
    monkeypatch.undo()
    assert await findings(books) == []
    assert await available(books, ANN) == 300


async def test_a_post_and_a_void_at_once_end_it_once(books: Database) -> None:
    await submit(books, *(reserve(f"r{nr}", 100) for nr in range(6)))
    pairs = [
        asyncio.gather(
            submit(books, post(f"p{nr}", f"r{nr}")), submit(books, void(f"v{nr}", f"r{nr}"))
        )
        for nr in range(6)
    ]
    for (posted,), (voided,) in await asyncio.gather(*pairs):
        assert (posted, voided) in {
            (R.CREATED, R.PENDING_TRANSFER_ALREADY_POSTED),
            (R.PENDING_TRANSFER_ALREADY_VOIDED, R.CREATED),
        }
    assert await findings(books) == []


async def test_two_reversals_at_once_undo_it_once(books: Database) -> None:
    await submit(books, pay("paid", 100), pay("more", 500))
    results = await asyncio.gather(*(submit(books, undo(nr, "paid")) for nr in range(6)))
    assert sorted(result for (result,) in results) == sorted(
        [R.CREATED] + [R.TRANSFER_ALREADY_REVERSED] * 5
    )
    assert await available(books, ANN) == 500
    assert await findings(books) == []


async def test_control_without_the_lock_it_is_undone_twice(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(books, pay("paid", 100), pay("more", 500))
    async with books.transaction() as tx:
        await tx.execute("DROP INDEX ledger.transfer_reversal")
        await tx.execute("ALTER TABLE ledger.transfer DROP CONSTRAINT transfer_position")
        await tx.execute("ALTER TABLE ledger.entry DROP CONSTRAINT entry_pkey")
    without_locks(monkeypatch, readers=2)
    results = await asyncio.gather(
        submit(books, undo("a", "paid")), submit(books, undo("b", "paid"))
    )
    assert [result for (result,) in results] == [R.CREATED, R.CREATED]
    monkeypatch.undo()
    assert "one_reversal" in await findings(books)


async def test_batches_that_cross_never_wait_for_each_other_in_a_ring(books: Database) -> None:
    there = [pay(f"there{nr}", 10) for nr in range(20)]
    back = [pay(f"back{nr}", 10, BEN, ANN) for nr in range(20)]
    await submit(books, pay("ben", 300))
    pairs = list(zip(there, back, strict=True))
    calls = [submit(books, one, two) for one, two in pairs]
    calls += [submit(books, two, one) for one, two in pairs]
    for results in await asyncio.gather(*calls):
        assert all(result.done for result in results)
    assert await available(books, ANN) == 700
    assert await findings(books) == []


async def test_the_job_in_two_processes_ends_each_transfer_once(books: Database) -> None:
    await submit(books, *(reserve(f"r{nr}", 10, timeout_s=60) for nr in range(30)))
    await move_clock(books, timedelta(minutes=2))
    ended = await asyncio.gather(*(jobs.expire_due(books) for _ in range(3)))
    assert sum(ended) == 30
    assert await available(books, ANN) == 1000
    assert await findings(books) == []


async def test_accounts_opened_at_once_in_any_order_are_opened_once(database: Database) -> None:
    async def opened(turn: int) -> list[AccountResult]:
        async with database.transaction() as tx:
            return await service.open_accounts(tx, NEW if turn % 2 else NEW[::-1])

    results = await asyncio.gather(*(opened(turn) for turn in range(8)))
    assert sorted(result for each in results for result in each) == sorted(
        [AccountResult.CREATED] * len(NEW) + [AccountResult.EXISTS] * len(NEW) * 7
    )


async def test_a_book_that_two_begin_at_once_begins_once(database: Database) -> None:
    async with database.transaction() as tx:
        await service.open_accounts(tx, NEW)
    bank = NEW[0].account_id
    calls = (submit(database, pay(f"first{nr}", 1, bank, ANN)) for nr in range(6))
    assert await asyncio.gather(*calls) == [[R.CREATED]] * 6
    async with database.reading() as tx:
        head = await service.book_head(tx, SHARD)
    assert head is not None
    assert head.position == 6
    assert await findings(database) == []
