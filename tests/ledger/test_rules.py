# ruff: noqa: E501 - a table reads best with a case a line
"""The decision on a batch, without a database: each result by name, then properties by a model."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.ledger import rules
from farewave.ledger.model import (
    TOTAL_FEN_MAX,
    Account,
    LedgerState,
    Reason,
    Transfer,
    TransferResult,
    pending,
    post_pending,
    posted,
    void_pending,
)

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
R = TransferResult


def uid(number: int) -> UUID:
    return UUID(int=number)


BANK, ANN, BEN, CLOSED, DOLLARS, FULL = (uid(n) for n in range(1, 7))


def account(account_id: UUID, **given: object) -> Account:
    fields = {
        "currency": "CNY",
        "debits_must_not_exceed_credits": False,
        "credits_must_not_exceed_debits": False,
        "closed": False,
        "debits_posted": 0,
        "credits_posted": 0,
        "debits_pending": 0,
        "credits_pending": 0,
    }
    return Account(account_id=account_id, **{**fields, **given})  # type: ignore[arg-type]


def fresh_state() -> LedgerState:
    return LedgerState(
        currency="CNY",
        accounts={
            BANK: account(BANK, debits_posted=1_000),
            ANN: account(ANN, debits_must_not_exceed_credits=True, credits_posted=1_000),
            BEN: account(BEN, debits_must_not_exceed_credits=True),
            CLOSED: account(CLOSED, closed=True),
            DOLLARS: account(DOLLARS, currency="USD"),
            FULL: account(FULL, credits_posted=TOTAL_FEN_MAX),
        },
    )


def pay(number: int, amount: int, debit: UUID = ANN, credit: UUID = BEN, **more: bool) -> Transfer:
    return posted(
        uid(number),
        0,
        debit=debit,
        credit=credit,
        amount_fen=amount,
        reason=Reason.PAYMENT,
        business="trade:1",
        **more,
    )


def reserve(number: int, amount: int, timeout_s: int = 0, **more: bool) -> Transfer:
    return pending(
        uid(number),
        0,
        debit=ANN,
        credit=BEN,
        amount_fen=amount,
        reason=Reason.PAYMENT,
        business="trade:1",
        timeout_s=timeout_s,
        **more,
    )


def post(number: int, of: int, amount: int | None = None) -> Transfer:
    return post_pending(
        uid(number),
        0,
        pending_id=uid(of),
        amount_fen=amount,
        reason=Reason.PAYMENT,
        business="trade:1",
    )


def void(number: int, of: int) -> Transfer:
    return void_pending(
        uid(number), 0, pending_id=uid(of), reason=Reason.PAYMENT, business="trade:1"
    )


def results_of(*transfers: Transfer, after: timedelta = timedelta()) -> list[TransferResult]:
    state = fresh_state()
    first, _ = rules.decide(state, transfers[:1], NOW, 0)
    rest, _ = rules.decide(state, transfers[1:], NOW + after, 1)
    return first + rest


CASES: list[tuple[str, list[Transfer], list[TransferResult]]] = [
    ("money moves", [pay(10, 400)], [R.CREATED]),
    ("all of it may move, not a fen more", [pay(10, 1000), pay(11, 1)], [R.CREATED, R.EXCEEDS_CREDITS]),
    ("a repeat is recognised", [pay(10, 4), pay(10, 4)], [R.CREATED, R.EXISTS]),
    ("a repeat of another amount", [pay(10, 4), pay(10, 5)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_AMOUNT]),
    ("a repeat between others", [pay(10, 4), pay(10, 4, BANK)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_ACCOUNTS]),
    ("a repeat of another stage", [pay(10, 4), reserve(10, 4)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_STAGE]),
    ("a repeat with a time-out", [reserve(10, 4), reserve(10, 4, 9)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_TIMEOUT]),
    ("a repeated end of another", [reserve(10, 4), reserve(11, 4), post(12, 10), post(12, 11)],
     [R.CREATED, R.CREATED, R.CREATED, R.EXISTS_WITH_DIFFERENT_PENDING_ID]),
    ("nothing", [pay(10, 0)], [R.AMOUNT_OUT_OF_RANGE]),
    ("less than nothing", [pay(10, -1)], [R.AMOUNT_OUT_OF_RANGE]),
    ("too much", [pay(10, AMOUNT_FEN_MAX + 1)], [R.AMOUNT_OUT_OF_RANGE]),
    ("to oneself", [pay(10, 1, ANN, ANN)], [R.ACCOUNTS_MUST_BE_DIFFERENT]),
    ("from nobody", [pay(10, 1, uid(99))], [R.DEBIT_ACCOUNT_NOT_FOUND]),
    ("to nobody", [pay(10, 1, ANN, uid(99))], [R.CREDIT_ACCOUNT_NOT_FOUND]),
    ("from a closed account", [pay(10, 1, CLOSED)], [R.DEBIT_ACCOUNT_CLOSED]),
    ("to a closed account", [pay(10, 1, ANN, CLOSED)], [R.CREDIT_ACCOUNT_CLOSED]),
    ("to another currency", [pay(10, 1, ANN, DOLLARS)], [R.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY]),
    ("over the largest total", [pay(10, 1, ANN, FULL)], [R.OVERFLOWS]),
    ("pending counts as spent", [reserve(10, 600), pay(11, 401)], [R.CREATED, R.EXCEEDS_CREDITS]),
    ("what is pending can't be spent by its receiver", [reserve(10, 600), pay(11, 1, BEN, BANK)],
     [R.CREATED, R.EXCEEDS_CREDITS]),
    ("posted whole", [reserve(10, 600), post(11, 10), pay(12, 400)], [R.CREATED] * 3),
    ("posted in part, the rest is free", [reserve(10, 600), post(11, 10, 100), pay(12, 900)], [R.CREATED] * 3),
    ("posted beyond", [reserve(10, 600), post(11, 10, 601)], [R.CREATED, R.EXCEEDS_PENDING_TRANSFER_AMOUNT]),
    ("voided, all is free", [reserve(10, 600), void(11, 10), pay(12, 1000)], [R.CREATED] * 3),
    ("posted twice", [reserve(10, 6), post(11, 10), post(12, 10)],
     [R.CREATED, R.CREATED, R.PENDING_TRANSFER_ALREADY_POSTED]),
    ("posted after it was voided", [reserve(10, 6), void(11, 10), post(12, 10)],
     [R.CREATED, R.CREATED, R.PENDING_TRANSFER_ALREADY_VOIDED]),
    ("an end of nothing", [post(11, 10)], [R.PENDING_TRANSFER_NOT_FOUND]),
    ("an end of what isn't pending", [pay(10, 5), post(11, 10)], [R.CREATED, R.PENDING_TRANSFER_NOT_PENDING]),
    ("a chain of two", [pay(10, 5, linked=True), pay(11, 5)], [R.CREATED, R.CREATED]),
    ("a chain falls whole", [pay(10, 5, linked=True), pay(11, 5000), pay(12, 1000)],
     [R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS, R.CREATED]),
    ("a chain without an end", [pay(10, 5, linked=True)], [R.LINKED_EVENT_CHAIN_OPEN]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("transfers", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_each_result_by_name(transfers: list[Transfer], expected: list[TransferResult]) -> None:
    results, changes = rules.decide(fresh_state(), transfers, NOW, 0)
    assert results == expected
    assert len(changes.transfers) == results.count(R.CREATED)
    assert [t.position for t in changes.transfers] == list(range(1, len(changes.transfers) + 1))


def test_every_result_is_in_the_table_or_needs_time() -> None:
    shown = {result for _, _, results in CASES for result in results}
    others = {
        R.PENDING_TRANSFER_EXPIRED,
        R.PENDING_TRANSFER_HAS_DIFFERENT_ACCOUNTS,
        R.EXISTS_WITH_DIFFERENT_REASON,
        R.EXISTS_WITH_DIFFERENT_BUSINESS,
        R.EXCEEDS_DEBITS,
    }
    assert shown | others == set(R)


def test_a_pending_transfer_ends_at_its_time_and_not_before() -> None:
    one_second_left = timedelta(seconds=59)
    assert results_of(reserve(10, 5, 60), post(11, 10), after=one_second_left)[1] is R.CREATED
    over = timedelta(seconds=60)
    expired = results_of(reserve(10, 5, 60), post(11, 10), after=over)[1]
    assert expired is R.PENDING_TRANSFER_EXPIRED


def test_a_debit_account_may_not_be_credited_beyond_its_debits() -> None:
    state = fresh_state()
    state.accounts[BANK].credits_must_not_exceed_debits = True
    results, _ = rules.decide(state, [pay(10, 1000, ANN, BANK), pay(11, 1, FULL, BANK)], NOW, 0)
    assert results == [R.CREATED, R.EXCEEDS_DEBITS]


amounts = st.integers(min_value=-2, max_value=700)
people = st.sampled_from([ANN, BEN, BANK])
numbers = st.integers(min_value=100, max_value=112)
payments = st.builds(pay, numbers, amounts, people, people)
reservations = st.builds(reserve, numbers, amounts)
posts = st.builds(post, numbers, numbers, st.none() | amounts)
voids = st.builds(void, numbers, numbers)
batches = st.lists(payments | reservations | posts | voids, max_size=30)


def spent(state: LedgerState) -> dict[UUID, tuple[int, int, int, int]]:
    return {
        each.account_id: (
            each.debits_posted,
            each.credits_posted,
            each.debits_pending,
            each.credits_pending,
        )
        for each in state.accounts.values()
    }


@settings(max_examples=300, deadline=None)
@given(batches)
def test_no_batch_overdraws_or_loses_a_fen(batch: list[Transfer]) -> None:
    state = fresh_state()
    before = spent(state)
    rules.decide(state, batch, NOW, 0)
    after = spent(state)
    moved = [sum(after[a][n] - before[a][n] for a in after) for n in range(4)]
    assert moved[0] == moved[1], "posted debits equal posted credits"
    assert moved[2] == moved[3], "pending debits equal pending credits"
    for each in (ANN, BEN):
        debits_posted, credits_posted, debits_pending, _ = after[each]
        assert debits_posted + debits_pending <= credits_posted


@settings(max_examples=150, deadline=None)
@given(batches, st.integers(min_value=0, max_value=30))
def test_a_batch_may_be_cut_anywhere_and_repeated(batch: list[Transfer], cut: int) -> None:
    whole, pieces = fresh_state(), fresh_state()
    expected, _ = rules.decide(whole, batch, NOW, 0)
    first, changes = rules.decide(pieces, batch[:cut], NOW, 0)
    second, _ = rules.decide(pieces, batch[cut:], NOW, len(changes.transfers))
    assert first + second == expected
    assert spent(pieces) == spent(whole)
    again, _ = rules.decide(whole, batch, NOW, 99)
    for result, once in zip(again, expected, strict=True):
        assert not once.done or result is R.EXISTS


@settings(max_examples=150, deadline=None)
@given(batches)
def test_a_chain_that_fails_leaves_no_trace(batch: list[Transfer]) -> None:
    linked: list[Transfer] = [_link(each) for each in batch]
    state = fresh_state()
    before = spent(state)
    _, changes = rules.decide(state, [*linked, pay(999, 10**9)], NOW, 0)
    assert spent(state) == before
    assert not changes.transfers
    assert not changes.debit_after
    assert not changes.credit_after
    assert not state.known


def _link(transfer: Transfer) -> Transfer:
    return replace(transfer, linked=True)
