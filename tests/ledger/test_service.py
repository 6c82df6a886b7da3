"""The ledger on a real PostgreSQL: accounts, batches, time-outs, and what the tables refuse."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from farewave.db import Database, Tx
from farewave.kit.invariant import InvariantBroken
from farewave.kit.limits import TRANSFERS_PER_BATCH_MAX
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.ledger import jobs, memory, service
from farewave.ledger.model import (
    AccountKind,
    AccountResult,
    Flag,
    Stage,
    TransferResult,
)
from tests.ledger.doors import NEW, available, findings, new_account, submit
from tests.ledger.shapes import (
    ANN,
    BANK,
    BEN,
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

R = TransferResult


async def test_opening_an_account_again_changes_nothing(books: Database) -> None:
    other = replace(NEW[1], kind=AccountKind.MERCHANT)
    async with books.transaction() as tx:
        results = await service.open_accounts(tx, [NEW[1], other])
        opened_at = await service.account_opened(tx, SHARD, ANN)
        assert await service.open_accounts(tx, []) == []
    assert results == [AccountResult.EXISTS, AccountResult.EXISTS_WITH_DIFFERENT_FIELDS]
    assert opened_at is not None
    assert await available(books, ANN) == 1000


@pytest.mark.parametrize("currency", ["cny", "C1Y", "CN", "CNYX", "¥"])
async def test_an_account_has_a_currency_of_three_capital_letters(tx: Tx, currency: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await service.open_accounts(tx, [replace(NEW[1], currency=currency)])


async def test_an_account_twice_in_one_call_is_opened_once(tx: Tx) -> None:
    assert await service.account_opened(tx, SHARD, ANN) is None
    other = replace(NEW[1], debits_must_not_exceed_credits=False)
    results = await service.open_accounts(tx, [NEW[2], NEW[1], NEW[1], other])
    assert results == [
        AccountResult.CREATED,
        AccountResult.CREATED,
        AccountResult.EXISTS,
        AccountResult.EXISTS_WITH_DIFFERENT_FIELDS,
    ]
    assert await service.account_opened(tx, SHARD, ANN) == tx.now


async def test_a_whole_life_of_transfers_leaves_books_that_agree(books: Database) -> None:
    begun = reserve("first", 300), reserve("second", 300, timeout_s=60)
    assert await submit(books, *begun) == [R.CREATED] * 2
    assert await available(books, ANN) == 400
    ends = post("post", "first", 100), void("void", "second"), pay("rest", 900)
    assert await submit(books, *ends) == [R.CREATED] * 3
    assert (await available(books, ANN), await available(books, BEN)) == (0, 1000)
    assert await submit(books, *begun, *ends) == [R.EXISTS] * 5
    assert await findings(books) == []


async def test_a_transfer_is_undone_whole_and_once(books: Database) -> None:
    assert await submit(books, pay("paid", 300), reserve("held", 200)) == [R.CREATED] * 2
    assert await submit(books, post("post", "held", 150)) == [R.CREATED]
    assert await submit(books, undo("a", "paid"), undo("b", "post")) == [R.CREATED] * 2
    assert (await available(books, ANN), await available(books, BEN)) == (1000, 0)
    again = undo("a", "paid"), undo("c", "paid"), undo("d", "a"), undo("e", "none")
    assert await submit(books, *again) == [
        R.EXISTS,
        R.TRANSFER_ALREADY_REVERSED,
        R.REVERSED_TRANSFER_NOT_POSTED,
        R.REVERSED_TRANSFER_NOT_FOUND,
    ]
    async with books.reading() as tx:
        *_, last = await service.read_log(tx, SHARD)
    assert (last.stage, last.reverses_id) == (Stage.REVERSAL, transfer_id("post"))
    assert (last.debit_account_id, last.credit_account_id, last.amount_fen) == (BEN, ANN, 150)
    assert await findings(books) == []


async def test_as_much_as_there_is_is_moved_and_its_repeat_is_recognised(books: Database) -> None:
    most = pay("most", 5000, flags=Flag.BALANCING_DEBIT)
    assert await submit(books, most) == [R.CREATED]
    assert (await available(books, ANN), await available(books, BEN)) == (0, 1000)
    assert await submit(books, pay("back", 1000, BEN, ANN), most) == [R.CREATED, R.EXISTS]
    less = most._replace(amount_fen=1000)
    assert await submit(books, less) == [R.EXISTS_WITH_DIFFERENT_AMOUNT]
    held = reserve("held", 5000, flags=Flag.BALANCING_DEBIT)
    assert await submit(books, held, pay("more", 1)) == [R.CREATED, R.EXCEEDS_CREDITS]
    async with books.reading() as tx:
        known = await service.transfers_by_id(tx, SHARD, [most.transfer_id, held.transfer_id])
    assert {(each.amount_fen, each.asked_fen) for each in known.values()} == {(1000, 5000)}
    assert await findings(books) == []


async def test_a_closed_account_takes_nothing_until_its_closing_is_reversed(
    books: Database,
) -> None:
    assert await submit(books, drain("close"), pay("late", 1, BANK, ANN)) == [
        R.CREATED,
        R.CREDIT_ACCOUNT_CLOSED,
    ]
    assert await findings(books) == []
    async with books.reading() as tx:
        closing = (await service.transfers_by_id(tx, SHARD, [transfer_id("close")])).popitem()[1]
        assert await service.account_closed(tx, SHARD, ANN) == closing.at
        assert await service.account_closed(tx, SHARD, BEN) is None
    assert (closing.amount_fen, closing.asked_fen) == (1000, AMOUNT_FEN_MAX)
    assert await submit(books, pay("late", 1), drain("close")) == [
        R.DEBIT_ACCOUNT_CLOSED,
        R.EXISTS,
    ]
    assert await submit(books, undo("open", "close"), pay("late", 1)) == [R.CREATED, R.CREATED]
    async with books.reading() as tx:
        assert await service.account_closed(tx, SHARD, ANN) is None
    assert await available(books, ANN) == 999
    assert await findings(books) == []


async def test_a_closing_goes_with_its_chain_and_its_transaction(books: Database) -> None:
    chain = drain("close", linked=True), pay("much", 5000, BEN, BANK)
    assert await submit(books, *chain) == [R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS]
    closed = drain("close"), undo("open", "close", linked=True), pay("much", 5000, BEN, BANK)
    assert await submit(books, *closed) == [
        R.CREATED,
        R.LINKED_EVENT_FAILED,
        R.EXCEEDS_CREDITS,
    ]
    assert await submit(books, pay("late", 1)) == [R.DEBIT_ACCOUNT_CLOSED]
    assert await findings(books) == []


async def test_a_refused_transfer_writes_nothing(books: Database) -> None:
    async with books.reading() as tx:
        before = await service.book_head(tx, SHARD)
    refused = await submit(
        books, pay("much", 5000), post("end", "nothing"), pay("same", 1, ANN, ANN)
    )
    assert refused == [
        R.EXCEEDS_CREDITS,
        R.PENDING_TRANSFER_NOT_FOUND,
        R.ACCOUNTS_MUST_BE_DIFFERENT,
    ]
    async with books.reading() as tx:
        assert await service.book_head(tx, SHARD) == before


async def test_a_limit_of_credits_holds_in_the_tables(books: Database) -> None:
    float_id = NEW[3].account_id
    lent = pay("lend", 300, float_id, ANN)
    back = pay("back", 300, ANN, float_id), pay("more", 1, ANN, float_id)
    assert await submit(books, lent, *back) == [R.CREATED, R.CREATED, R.EXCEEDS_DEBITS]
    assert await findings(books) == []


async def test_a_chain_that_fails_writes_nothing_and_the_rest_stands(books: Database) -> None:
    results = await submit(
        books, pay("a", 10, linked=True), pay("b", 5000), pay("c", 20, linked=True), pay("d", 30)
    )
    assert results == [R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS, R.CREATED, R.CREATED]
    async with books.reading() as tx:
        ids = [each.transfer_id for each in await service.read_log(tx, SHARD)]
    assert ids == [transfer_id(label) for label in ("start", "c", "d")]
    assert await findings(books) == []


async def test_a_caller_that_rolls_back_leaves_no_trace(books: Database) -> None:
    async def stops_half_way() -> None:
        async with books.transaction() as tx:
            assert await service.submit(tx, [pay("undone", 400)]) == [R.CREATED]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stops_half_way()
    assert await available(books, ANN) == 1000
    assert await submit(books, pay("undone", 400)) == [R.CREATED]
    assert await findings(books) == []


@pytest.mark.parametrize(
    "batch",
    [
        [pay("a", 1), pay("b", 1)._replace(shard=SHARD + 1)],
        [pay("a", 1, business="")],
        [pay("a", 1, business="x" * 65)],
        [reserve("a", 1)._replace(timeout_s=-1)],
        [pay("a", 1)] * (TRANSFERS_PER_BATCH_MAX + 1),
    ],
    ids=["two shards", "no object", "a long object", "a time-out in the past", "too many"],
)
async def test_a_batch_of_the_wrong_shape_is_a_bug(tx: Tx, batch: list[Any]) -> None:
    with pytest.raises(InvariantBroken):
        await service.submit(tx, batch)


async def test_a_batch_costs_the_same_statements_whatever_its_length(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    for name in ("fetch", "fetchrow", "execute", "copy_in"):
        asked = getattr(Tx, name)

        async def counted(self: Tx, sql: str, *args: object, asked: Any = asked) -> Any:
            statements.append(sql)
            return await asked(self, sql, *args)

        monkeypatch.setattr(Tx, name, counted)
    # As in a process that remembers nothing of the book.
    monkeypatch.setattr(memory, "take", lambda tx, shard, currency, hash: memory.BookMemory(hash))
    counts = []
    for label, length in (("one", 1), ("many", 400)):
        async with books.transaction() as tx:
            statements.clear()
            fill = [pay(f"{label}{nr}", 1, BANK, ANN) for nr in range(length)]
            await service.submit(tx, fill)
            counts.append(len(statements))
            statements.clear()
            begun = [reserve(f"{label}r{nr}", 1, timeout_s=9) for nr in range(length)]
            ends = [post(f"{label}p{nr}", f"{label}r{nr}") for nr in range(length)]
            assert set(await service.submit(tx, [*begun, *ends])) == {R.CREATED}
            counts.append(len(statements))
            statements.clear()
            undone = [undo(f"{label}u{nr}", f"{label}p{nr}") for nr in range(length)]
            assert set(await service.submit(tx, undone)) == {R.CREATED}
            counts.append(len(statements))
    assert counts == [6, 8, 7, 6, 8, 7]


async def test_time_stands_still_rather_than_going_back(books: Database) -> None:
    await move_clock(books, timedelta(hours=1))
    await submit(books, pay("ahead", 1))
    await move_clock(books, timedelta(hours=-1))
    await submit(books, pay("behind", 1))
    async with books.reading() as tx:
        *_, ahead, behind = await service.read_log(tx, SHARD)
    assert ahead.at == behind.at
    assert await findings(books) == []


async def test_what_is_pending_ends_by_the_job_once_its_time_is_over(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "EXPIRE_BATCH_MAX", 2)
    begun = [reserve(f"short{nr}", 100, timeout_s=60) for nr in range(5)]
    await submit(books, *begun, reserve("long", 100, timeout_s=3600), reserve("ever", 100))
    await submit(books, post("in time", "short0"))
    assert await jobs.expire_due(books) == 0
    await move_clock(books, timedelta(minutes=2))
    assert await submit(books, post("late", "short1")) == [R.PENDING_TRANSFER_EXPIRED]
    assert await jobs.expire_due(books) == 4
    assert await jobs.expire_due(books) == 0
    assert await available(books, ANN) == 1000 - 3 * 100
    assert await submit(books, void("late", "short1")) == [R.PENDING_TRANSFER_EXPIRED]
    assert await findings(books) == []


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE ledger.entry SET debits_posted = 1001 WHERE account_id = '{ANN}'",
        f"UPDATE ledger.entry SET debits_pending = 1001 WHERE account_id = '{ANN}'",
        "INSERT INTO ledger.entry SELECT shard, account_id, at, 99, 0, 0, 0, 1, NULL, 2"
        f" FROM ledger.entry WHERE account_id = '{ANN}'",
        f"UPDATE ledger.entry SET credits_pending = -1 WHERE account_id = '{ANN}'",
        "UPDATE ledger.entry SET earlier = '{}'",
        "UPDATE ledger.account SET credits_must_not_exceed_debits = true,"
        f" debits_must_not_exceed_credits = true WHERE account_id = '{BEN}'",
        "UPDATE ledger.transfer SET amount_fen = 0",
        "UPDATE ledger.transfer SET debit_account_id = credit_account_id",
        "UPDATE ledger.transfer SET business = ''",
        "UPDATE ledger.transfer SET pending_id = transfer_id",
        "UPDATE ledger.transfer SET expires_at = at",
        "UPDATE ledger.transfer SET reverses_id = transfer_id",
        "UPDATE ledger.transfer SET stage = 6",
        "UPDATE ledger.transfer SET flags = 1",
        "UPDATE ledger.transfer SET asked_fen = amount_fen",
        "UPDATE ledger.transfer SET flags = 1, asked_fen = amount_fen - 1",
        "UPDATE ledger.transfer SET flags = 1, asked_fen = amount_fen, amount_fen = 0",
        "UPDATE ledger.transfer SET flags = 16, asked_fen = amount_fen",
        "UPDATE ledger.transfer SET flags = 4, asked_fen = amount_fen, stage = 2",
        "UPDATE ledger.entry SET debits_pending = -1",
    ],
)
async def test_the_tables_themselves_refuse_what_breaks_a_rule(
    books: Database, statement: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with books.transaction() as tx:
            await tx.execute(statement)


async def test_both_limits_at_once_are_a_bug(tx: Tx) -> None:
    both = new_account(
        ANN, debits_must_not_exceed_credits=True, credits_must_not_exceed_debits=True
    )
    with pytest.raises(InvariantBroken):
        await service.open_accounts(tx, [both])
