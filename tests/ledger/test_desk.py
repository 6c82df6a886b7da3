"""The ledger's desk: many callers, few commits, the same books as one by one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from farewave.db import Database, DatabaseAway, Tx
from farewave.ledger import service
from farewave.ledger.desk import LedgerDesk
from farewave.ledger.model import TransferResult
from tests.ledger.doors import available, findings
from tests.ledger.shapes import ANN, BEN, SHARD, pay

R = TransferResult


async def test_many_callers_of_two_desks_spend_what_there_is_and_no_fen_more(
    books: Database,
) -> None:
    """Two desks stand for two processes: they share the tables and nothing else."""
    desks = [LedgerDesk(books), LedgerDesk(books)]
    results = await asyncio.gather(
        *(desks[number % 2].post(pay(f"one{number}", 10)) for number in range(300))
    )
    assert (results.count(R.CREATED), results.count(R.EXCEEDS_CREDITS)) == (100, 200)
    assert (await available(books, ANN), await available(books, BEN)) == (0, 1000)
    assert await findings(books) == []


async def test_one_id_from_two_desks_at_once_moves_money_once(books: Database) -> None:
    desks = [LedgerDesk(books), LedgerDesk(books)]
    results = await asyncio.gather(*(desks[nr % 2].post(pay("same", 7)) for nr in range(40)))
    assert (results.count(R.CREATED), results.count(R.EXISTS)) == (1, 39)
    assert await available(books, ANN) == 993


async def test_a_chain_stands_together_among_other_callers(books: Database) -> None:
    desk = LedgerDesk(books)
    good = [pay("g1", 1, linked=True), pay("g2", 2)]
    bad = [pay("b1", 3, linked=True), pay("b2", 5000)]
    told = await asyncio.gather(
        desk.post(pay("x", 1)), desk.post_chain(good), desk.post_chain(bad), desk.post(pay("y", 1))
    )
    assert told == [
        R.CREATED,
        [R.CREATED, R.CREATED],
        [R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS],
        R.CREATED,
    ]
    assert await available(books, ANN) == 995


async def test_many_commands_are_few_commits(books: Database) -> None:
    async with books.reading() as tx:
        before = await service.book_head(tx, SHARD)
    desk = LedgerDesk(books)
    await asyncio.gather(*(desk.post(pay(f"few{number}", 1)) for number in range(200)))
    async with books.reading() as tx:
        after = await service.book_head(tx, SHARD)
        times = {each.at for each in await service.read_log(tx, SHARD)}
    assert before is not None
    assert after is not None
    assert after.position - before.position == 200
    assert len(times) < 10, "a batch has one time"


async def test_a_lost_database_tells_everybody_and_the_same_ids_may_be_asked_again(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = books.transaction

    @asynccontextmanager
    async def lost(**settings: Any) -> AsyncIterator[Tx]:
        async with begin(**settings) as tx:
            yield tx
        raise DatabaseAway("the commit's answer was lost")

    desk = LedgerDesk(books)
    asked = [pay(f"lost{number}", 1) for number in range(20)]
    monkeypatch.setattr(books, "transaction", lost)
    told = await asyncio.gather(*(desk.post(each) for each in asked), return_exceptions=True)
    assert all(isinstance(each, DatabaseAway) for each in told)
    monkeypatch.undo()
    again = await asyncio.gather(*(desk.post(each) for each in asked))
    assert again == [R.EXISTS] * 20, "it had been committed; asking again tells so"
    assert await available(books, ANN) == 980
