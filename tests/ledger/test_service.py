"""The ledger on a real PostgreSQL: accounts, batches, the log, the past, time-outs."""

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
from farewave.ledger.chain import extend, genesis
from farewave.ledger.model import (
    AccountKind,
    AccountResult,
    Balance,
    Flag,
    Reason,
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
