"""What a process remembers of a book is never taken for more than it is."""

from contextlib import suppress
from copy import copy

import pytest

from farewave.db import Database, Tx
from farewave.ledger import memory, service, store
from farewave.ledger.model import TransferResult as R
from tests.ledger.doors import available, findings, new_account, submit
from tests.ledger.shapes import ANN, BEN, FLOAT, drain, pay, transfer_id, undo


@pytest.fixture
def other(books: Database) -> Database:
    """The same tables, as another process has them: with a memory of its own."""
    elsewhere = copy(books)
    elsewhere._kept = {}
    return elsewhere


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many accounts were read, each time that any were."""
    counted: list[int] = []
    load = store.load_accounts

    async def counting(tx: Tx, shard: int, ids: list[object]) -> object:
        counted.append(len(ids))
        return await load(tx, shard, ids)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "load_accounts", counting)
    return counted


async def test_accounts_are_read_once_while_one_process_posts(
    books: Database, reads: list[int]
) -> None:
    for nr in range(3):
        assert await submit(books, pay(f"a{nr}", 100)) == [R.CREATED]
    assert sum(reads) <= 2
    assert await available(books, ANN) == 700


async def test_what_another_process_spent_is_seen(
    books: Database, other: Database, reads: list[int]
) -> None:
    assert await submit(books, pay("a", 400)) == [R.CREATED]
    assert await submit(other, pay("b", 400)) == [R.CREATED]
    reads.clear()
    assert await submit(books, pay("c", 400)) == [R.EXCEEDS_CREDITS]
    assert reads == [2]
    assert await submit(books, pay("d", 200)) == [R.CREATED]
    assert await submit(other, pay("e", 1)) == [R.EXCEEDS_CREDITS]
    assert await findings(books) == []


async def test_what_another_process_closed_is_closed(books: Database, other: Database) -> None:
    assert await submit(books, pay("a", 400)) == [R.CREATED]
    assert await submit(other, drain("shut")) == [R.CREATED]
    assert await submit(books, pay("back", 1, BEN, ANN)) == [R.CREDIT_ACCOUNT_CLOSED]
    assert await submit(other, undo("reopen", "shut")) == [R.CREATED]
    assert await submit(books, pay("back again", 1, BEN, ANN)) == [R.CREATED]
    assert await findings(books) == []


async def test_a_batch_that_is_rolled_back_leaves_no_memory(books: Database) -> None:
    assert await submit(books, pay("a", 400)) == [R.CREATED]
    with suppress(ZeroDivisionError):
        async with books.transaction() as tx:
            assert await service.submit(tx, [pay("b", 600)]) == [R.CREATED]
            raise ZeroDivisionError
    assert await submit(books, pay("c", 600)) == [R.CREATED]
    assert await submit(books, pay("d", 1)) == [R.EXCEEDS_CREDITS]
    assert await findings(books) == []


async def test_a_part_that_is_undone_leaves_no_memory(books: Database) -> None:
    async with books.transaction() as tx:
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                assert await service.submit(tx, [pay("b", 600)]) == [R.CREATED]
                raise ZeroDivisionError
        assert await service.submit(tx, [pay("c", 600)]) == [R.CREATED]
        assert await service.submit(tx, [pay("d", 500)]) == [R.EXCEEDS_CREDITS]
    assert await submit(books, pay("e", 400)) == [R.CREATED]
    assert await findings(books) == []


async def test_two_batches_of_one_transaction_are_remembered_together(
    books: Database, reads: list[int]
) -> None:
    assert await submit(books, pay("a", 100), pay("lent", 1, FLOAT, BEN)) == [R.CREATED] * 2
    async with books.transaction() as tx:
        assert await service.submit(tx, [pay("b", 100)]) == [R.CREATED]
        assert await service.submit(tx, [pay("c", 100)]) == [R.CREATED]
        assert await service.submit(tx, [pay("d", 700)]) == [R.CREATED]
    reads.clear()
    assert await submit(books, pay("e", 1)) == [R.EXCEEDS_CREDITS]
    assert await submit(books, pay("lent again", 1, FLOAT, BEN)) == [R.CREATED]
    assert reads == []
    assert await findings(books) == []


async def test_what_a_second_batch_undoes_is_not_remembered(books: Database) -> None:
    async with books.transaction() as tx:
        assert await service.submit(tx, [pay("a", 400)]) == [R.CREATED]
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                assert await service.submit(tx, [pay("b", 600)]) == [R.CREATED]
                raise ZeroDivisionError
    assert await submit(books, pay("c", 600)) == [R.CREATED]
    assert await submit(books, pay("d", 1)) == [R.EXCEEDS_CREDITS]
    assert await findings(books) == []


async def test_an_account_that_is_opened_later_is_found(books: Database) -> None:
    late = transfer_id("late account")
    assert await submit(books, pay("a", 1, ANN, late)) == [R.CREDIT_ACCOUNT_NOT_FOUND]
    async with books.transaction() as tx:
        await service.open_accounts(tx, [new_account(late)])
    assert await submit(books, pay("b", 1, ANN, late)) == [R.CREATED]


async def test_a_book_that_outgrows_its_place_is_read_again(
    books: Database, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "ACCOUNTS_MAX", 1)
    for nr in range(3):
        assert await submit(books, pay(f"a{nr}", 100)) == [R.CREATED]
    assert reads[1:] == [2, 2]


async def test_control_a_memory_that_is_not_checked_spends_money_twice(
    books: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the tests above would see a memory that is believed."""

    def believe(tx: Tx, shard: int, currency: str, hash: bytes) -> memory.BookMemory:
        known = tx.kept.pop((memory.__name__, shard, currency), None)
        return known if isinstance(known, memory.BookMemory) else memory.BookMemory(hash)

    monkeypatch.setattr(memory, "take", believe)
    assert await submit(books, pay("a", 400)) == [R.CREATED]
    assert await submit(other, pay("b", 400)) == [R.CREATED]
    assert await submit(books, pay("c", 400)) == [R.CREATED]
    assert "entry_is_its_transfer" in await findings(books)
