"""The books are read: forward, as they stood, account by account, by what a transfer was for."""

from datetime import timedelta

from farewave.db import Database
from farewave.ledger import service
from farewave.ledger.chain import extend, genesis
from farewave.ledger.model import Balance, Reason, Stage, TransferResult
from tests.ledger.doors import submit
from tests.ledger.shapes import ANN, BANK, BEN, SHARD, pay, post, reserve, transfer_id, void
from tests.support.database import move_clock

R = TransferResult


async def test_the_log_is_read_forward_without_gaps(books: Database) -> None:
    assert await submit(books, pay("one", 1), pay("two", 5000), reserve("three", 2, 60)) == [
        R.CREATED,
        R.EXCEEDS_CREDITS,
        R.CREATED,
    ]
    async with books.reading() as tx:
        log = await service.read_log(tx, SHARD)
        pages = [await service.read_log(tx, SHARD, "CNY", after, 2) for after in (0, 2, 3)]
        head = await service.book_head(tx, SHARD)
        assert await service.read_log(tx, SHARD, "USD") == []
        assert await service.book_head(tx, SHARD + 1) is None
    assert [each.position for each in log] == [1, 2, 3]
    assert [*pages[0], *pages[1]] == log
    assert pages[2] == []
    assert head is not None
    assert (head.position, head.at) == (3, log[-1].at)
    assert head.hash == extend(genesis(SHARD, "CNY"), log)
    last = log[-1]
    assert (last.stage, last.reason, last.amount_fen) == (Stage.PENDING, Reason.PAYMENT, 2)
    assert last.expires_at == last.at + timedelta(seconds=60)


async def test_the_transfers_of_a_business_object_are_found(books: Database) -> None:
    await submit(
        books, pay("a", 1, business="trade:7"), pay("b", 2), pay("c", 3, business="trade:7")
    )
    async with books.reading() as tx:
        found = await service.transfers_of(tx, SHARD, "trade:7")
        by_id = await service.transfers_by_id(tx, SHARD, [transfer_id("b"), transfer_id("none")])
    assert [each.amount_fen for each in found] == [1, 3]
    assert [each.amount_fen for each in by_id.values()] == [2]


async def test_a_balance_of_the_past_is_as_it_was(books: Database) -> None:
    moments = []
    for hour in range(4):
        await move_clock(books, timedelta(hours=1))
        await submit(books, pay(f"a{hour}", 10), pay(f"b{hour}", 5))
        async with books.reading() as tx:
            moments.append(tx.now)
    async with books.reading() as tx:
        past = [await service.balance_as_of(tx, SHARD, ANN, at) for at in moments]
        first = await service.balance_as_of(tx, SHARD, ANN, moments[0] - timedelta(days=1))
        log = await service.read_log(tx, SHARD)
        exactly = await service.balance_as_of(tx, SHARD, ANN, log[3].at)
        just_before = log[3].at - timedelta(microseconds=1)
        before = await service.balance_as_of(tx, SHARD, ANN, just_before)
    assert [each and each.available_fen for each in past] == [985, 970, 955, 940]
    assert first is None
    assert exactly == past[1]
    assert before == past[0]


async def test_the_history_of_an_account_is_read_page_by_page(books: Database) -> None:
    for batch in range(3):
        await move_clock(books, timedelta(minutes=1))
        await submit(books, *(pay(f"{batch}.{nr}", 1 + nr) for nr in range(4)))
    async with books.reading() as tx:
        whole = await service.history(tx, SHARD, ANN)
        paged, before = [], 2**40
        while page := await service.history(tx, SHARD, ANN, before, 3):
            paged += page
            before = page[-1].position
        others = await service.history(tx, SHARD, BANK)
    assert paged == whole
    assert [each.position for each in whole] == list(range(13, 0, -1))
    assert whole[0].after == Balance(30, 1000, 0, 0)
    assert whole[0].transfer_id == transfer_id("2.3")
    assert [each.after for each in others] == [Balance(1000, 0, 0, 0)]


async def test_the_totals_after_each_transfer_of_a_batch_are_told(books: Database) -> None:
    await submit(books, reserve(1, 600), post(2, 1, 100), reserve(3, 50), void(4, 3), pay(5, 7))
    async with books.reading() as tx:
        legs = await service.history(tx, SHARD, ANN, limit=5)
        bens = await service.history(tx, SHARD, BEN)
    assert [each.after for each in legs] == [
        Balance(107, 1000, 0, 0),
        Balance(100, 1000, 0, 0),
        Balance(100, 1000, 50, 0),
        Balance(100, 1000, 0, 0),
        Balance(0, 1000, 600, 0),
    ]
    assert [each.transfer_id for each in legs] == [transfer_id(nr) for nr in range(5, 0, -1)]
    assert bens[-1].after == Balance(0, 0, 0, 600)
    assert bens[0].after == Balance(0, 107, 0, 0)
