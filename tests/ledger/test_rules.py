# ruff: noqa: E501 - a table reads best with a case a line
"""The decision on a batch, without a database: each result by name, in their order."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.kit.invariant import InvariantBroken
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.ledger import rules
from farewave.ledger.model import (
    TOTAL_FEN_MAX,
    Account,
    Balance,
    Flag,
    LedgerState,
    Reason,
    Stage,
    StoredTransfer,
    Transfer,
    TransferResult,
)
from tests.ledger.shapes import (
    ANN,
    BANK,
    BEN,
    FLOAT,
    SHARD,
    batches,
    drain,
    expire,
    pay,
    post,
    reserve,
    state_of,
    transfer_id,
    undo,
    void,
)
from tests.support.examples import examples

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
R = TransferResult
CLOSED, DOLLARS, FULL, NOBODY = (
    derived_id(SYSTEM_ID, SHARD, f"test.{name}") for name in ("closed", "dollars", "full", "nobody")
)


def account(account_id: UUID, **given: object) -> Account:
    fields = {
        "currency": "CNY",
        "debits_must_not_exceed_credits": False,
        "credits_must_not_exceed_debits": False,
        "closed_at": None,
        "debits_posted": 0,
        "credits_posted": 0,
        "debits_pending": 0,
        "credits_pending": 0,
    }
    return Account(account_id=account_id, **{**fields, **given})  # type: ignore[arg-type]


def fresh_state() -> LedgerState:
    """Ann has 1,000 fen, Ben nothing; the float has lent 500, which is the most that may come back."""
    return state_of(
        currency="CNY",
        accounts=[
            account(BANK, debits_posted=1_000),
            account(ANN, debits_must_not_exceed_credits=True, credits_posted=1_000),
            account(BEN, debits_must_not_exceed_credits=True),
            account(FLOAT, credits_must_not_exceed_debits=True, debits_posted=500),
            account(CLOSED, closed_at=NOW),
            account(DOLLARS, currency="USD"),
            account(FULL, credits_posted=TOTAL_FEN_MAX, debits_posted=TOTAL_FEN_MAX),
        ],
        standing=(IN_DOLLARS, PAID_DOLLARS),
    )


IN_DOLLARS = StoredTransfer(
    transfer_id=transfer_id("dollars"),
    stage=Stage.PENDING,
    debit_account_id=DOLLARS,
    credit_account_id=DOLLARS,
    amount_fen=5,
    reason=Reason.PAYMENT,
    business="trade:1",
    pending_id=None,
    expires_at=None,
    at=NOW,
    position=7,
)
PAID_DOLLARS = IN_DOLLARS._replace(
    transfer_id=transfer_id("paid dollars"), stage=Stage.POSTED, position=8
)


def elsewhere(transfer: Transfer) -> Transfer:
    return transfer._replace(debit_account_id=BANK)


BALANCE = Flag.BALANCING_DEBIT
LIMIT = Flag.BALANCING_CREDIT
SHUT = Flag.CLOSING_DEBIT
SHUT_CREDIT = Flag.CLOSING_CREDIT

CASES: list[tuple[str, list[Transfer], list[TransferResult]]] = [
    ("money moves", [pay(10, 400)], [R.CREATED]),
    ("all of it may move, not a fen more", [pay(10, 1000), pay(11, 1)], [R.CREATED, R.EXCEEDS_CREDITS]),
    # A repeat, and what differs in it.
    ("a repeat is recognised", [pay(10, 4), pay(10, 4)], [R.CREATED, R.EXISTS]),
    ("of another stage", [pay(10, 4), reserve(10, 4)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_STAGE]),
    ("of another pending one", [reserve(10, 4), reserve(11, 4), post(12, 10), post(12, 11)],
     [R.CREATED, R.CREATED, R.CREATED, R.EXISTS_WITH_DIFFERENT_PENDING_ID]),
    ("from another account", [pay(10, 4), pay(10, 4, BANK)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_ACCOUNTS]),
    ("to another account", [pay(10, 4), pay(10, 4, ANN, BANK)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_ACCOUNTS]),
    ("of another amount", [pay(10, 4), pay(10, 5)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_AMOUNT]),
    ("a post in part is no post of all", [reserve(10, 4), post(11, 10, 3), post(11, 10), post(11, 10, 3)],
     [R.CREATED, R.CREATED, R.EXISTS_WITH_DIFFERENT_AMOUNT, R.EXISTS]),
    ("a post of all by its amount", [reserve(10, 4), post(11, 10), post(11, 10, 4)], [R.CREATED, R.CREATED, R.EXISTS]),
    ("with a time-out", [reserve(10, 4), reserve(10, 4, 9)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_TIMEOUT]),
    ("with another time-out", [reserve(10, 4, 8), reserve(10, 4, 9)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_TIMEOUT]),
    ("for another reason", [pay(10, 4), pay(10, 4, reason=Reason.REFUND)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_REASON]),
    ("for another object", [pay(10, 4), pay(10, 4, business="trade:2")], [R.CREATED, R.EXISTS_WITH_DIFFERENT_BUSINESS]),
    ("one that was refused may be tried again", [pay(10, 5000), pay(10, 50)], [R.EXCEEDS_CREDITS, R.CREATED]),
    # What can't begin.
    ("nothing", [pay(10, 0)], [R.AMOUNT_OUT_OF_RANGE]),
    ("less than nothing", [pay(10, -1)], [R.AMOUNT_OUT_OF_RANGE]),
    ("too much", [pay(10, AMOUNT_FEN_MAX + 1)], [R.AMOUNT_OUT_OF_RANGE]),
    ("to oneself", [pay(10, 1, ANN, ANN)], [R.ACCOUNTS_MUST_BE_DIFFERENT]),
    ("from nobody", [pay(10, 1, NOBODY)], [R.DEBIT_ACCOUNT_NOT_FOUND]),
    ("to nobody", [pay(10, 1, ANN, NOBODY)], [R.CREDIT_ACCOUNT_NOT_FOUND]),
    ("to another currency", [pay(10, 1, ANN, DOLLARS)], [R.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY]),
    ("from a closed account", [pay(10, 1, CLOSED)], [R.DEBIT_ACCOUNT_CLOSED]),
    ("to a closed account", [pay(10, 1, ANN, CLOSED)], [R.CREDIT_ACCOUNT_CLOSED]),
    ("over the largest total of credits", [pay(10, 1, ANN, FULL)], [R.OVERFLOWS]),
    ("over the largest total of debits", [pay(10, 1, FULL, ANN)], [R.OVERFLOWS]),
    ("more comes back than was lent", [pay(10, 500, ANN, FLOAT), pay(11, 1, ANN, FLOAT)], [R.CREATED, R.EXCEEDS_DEBITS]),
    ("what is about to come back counts", [reserve(10, 300, 0, ANN, FLOAT), pay(11, 201, ANN, FLOAT)], [R.CREATED, R.EXCEEDS_DEBITS]),
    # Two steps.
    ("pending counts as spent", [reserve(10, 600), pay(11, 401)], [R.CREATED, R.EXCEEDS_CREDITS]),
    ("what is pending can't be spent by its receiver", [reserve(10, 600), pay(11, 1, BEN, BANK)], [R.CREATED, R.EXCEEDS_CREDITS]),
    ("posted whole", [reserve(10, 600), post(11, 10), pay(12, 400)], [R.CREATED] * 3),
    ("posted in part, the rest is free", [reserve(10, 600), post(11, 10, 100), pay(12, 900)], [R.CREATED] * 3),
    ("posted beyond", [reserve(10, 600), post(11, 10, 601)], [R.CREATED, R.EXCEEDS_PENDING_TRANSFER_AMOUNT]),
    ("voided, all is free", [reserve(10, 600), void(11, 10), pay(12, 1000)], [R.CREATED] * 3),
    ("posted twice", [reserve(10, 6), post(11, 10), post(12, 10)], [R.CREATED, R.CREATED, R.PENDING_TRANSFER_ALREADY_POSTED]),
    ("voided after it was posted", [reserve(10, 6), post(11, 10), void(12, 10)], [R.CREATED, R.CREATED, R.PENDING_TRANSFER_ALREADY_POSTED]),
    ("posted after it was voided", [reserve(10, 6), void(11, 10), post(12, 10)], [R.CREATED, R.CREATED, R.PENDING_TRANSFER_ALREADY_VOIDED]),
    ("an end of nothing", [post(11, 10)], [R.PENDING_TRANSFER_NOT_FOUND]),
    ("an end of what was refused", [reserve(10, 5000), void(11, 10)], [R.EXCEEDS_CREDITS, R.PENDING_TRANSFER_NOT_FOUND]),
    ("an end of what isn't pending", [pay(10, 5), post(11, 10)], [R.CREATED, R.PENDING_TRANSFER_NOT_PENDING]),
    ("an end of an end", [reserve(10, 5), void(11, 10), void(12, 11)], [R.CREATED, R.CREATED, R.PENDING_TRANSFER_NOT_PENDING]),
    ("an end from elsewhere", [reserve(10, 5), elsewhere(post(11, 10))], [R.CREATED, R.PENDING_TRANSFER_HAS_DIFFERENT_ACCOUNTS]),
    ("an end in another book", [post(10, "dollars")], [R.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY]),
    # Reversals.
    ("what was posted is undone whole", [pay(10, 400), undo(11, 10), pay(12, 1000)], [R.CREATED] * 3),
    ("a post of a pending one is undone", [reserve(10, 600), post(11, 10, 400), undo(12, 11), pay(13, 1000)], [R.CREATED] * 4),
    ("undone by its repeat once", [pay(10, 4), undo(11, 10), undo(11, 10)], [R.CREATED, R.CREATED, R.EXISTS]),
    ("undone twice", [pay(10, 4), undo(11, 10), undo(12, 10)], [R.CREATED, R.CREATED, R.TRANSFER_ALREADY_REVERSED]),
    ("by its id another one is undone", [pay(10, 4), pay(11, 4), undo(12, 10), undo(12, 11)],
     [R.CREATED, R.CREATED, R.CREATED, R.EXISTS_WITH_DIFFERENT_REVERSES_ID]),
    ("undone for another reason", [pay(10, 4), undo(11, 10), undo(11, 10, reason=Reason.REFUND)],
     [R.CREATED, R.CREATED, R.EXISTS_WITH_DIFFERENT_REASON]),
    ("nothing is undone", [undo(11, 10)], [R.REVERSED_TRANSFER_NOT_FOUND]),
    ("what is pending is voided, not undone", [reserve(10, 4), undo(11, 10)], [R.CREATED, R.REVERSED_TRANSFER_NOT_POSTED]),
    ("a void isn't undone", [reserve(10, 4), void(11, 10), undo(12, 11)], [R.CREATED, R.CREATED, R.REVERSED_TRANSFER_NOT_POSTED]),
    ("a reversal isn't undone", [pay(10, 4), undo(11, 10), undo(12, 11)], [R.CREATED, R.CREATED, R.REVERSED_TRANSFER_NOT_POSTED]),
    ("what was spent meanwhile can't be undone", [pay(10, 400), pay(11, 1, BEN, BANK), undo(12, 10)], [R.CREATED, R.CREATED, R.EXCEEDS_CREDITS]),
    ("a loan can't be undone twice as money back", [pay(10, 100, FLOAT, ANN), pay(11, 600, ANN, FLOAT), undo(12, 10)],
     [R.CREATED, R.CREATED, R.EXCEEDS_DEBITS]),
    ("undone in another book", [undo(10, "paid dollars")], [R.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY]),
    ("a chain may undo what it did", [pay(10, 5, linked=True), undo(11, 10)], [R.CREATED, R.CREATED]),
    ("a chain gives back what it undid", [pay(10, 5), undo(11, 10, linked=True), pay(12, 5000), undo(13, 10)],
     [R.CREATED, R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS, R.CREATED]),
    # Balancing.
    ("as much as there is", [pay(10, 5000, flags=BALANCE), pay(11, 1)], [R.CREATED, R.EXCEEDS_CREDITS]),
    ("not more than was asked for", [pay(10, 400, flags=BALANCE), pay(11, 600)], [R.CREATED, R.CREATED]),
    ("what is pending isn't there", [reserve(10, 400), pay(11, 5000, flags=BALANCE), void(12, 10), pay(13, 400)], [R.CREATED] * 4),
    ("of nothing there is nothing", [pay(10, 1000), pay(11, 5, flags=BALANCE)], [R.CREATED, R.EXCEEDS_CREDITS]),
    ("as much as may come back", [pay(10, 900, ANN, FLOAT, flags=LIMIT), pay(11, 500), pay(12, 1)],
     [R.CREATED, R.CREATED, R.EXCEEDS_CREDITS]),
    ("nothing more may come back", [pay(10, 500, ANN, FLOAT), pay(11, 5, ANN, FLOAT, flags=LIMIT)], [R.CREATED, R.EXCEEDS_DEBITS]),
    ("the smaller of both", [pay(10, 900, ANN, FLOAT, flags=BALANCE | LIMIT), pay(11, 500)], [R.CREATED, R.CREATED]),
    ("nothing on either side is told of the debit first", [pay(10, 1000), pay(11, 5, ANN, BEN, flags=BALANCE | LIMIT)],
     [R.CREATED, R.EXCEEDS_CREDITS]),
    ("without a limit of its own, too", [pay(10, 5, BANK, ANN, flags=BALANCE)], [R.EXCEEDS_CREDITS]),
    ("reserved as much as there is, and posted", [reserve(10, 5000, flags=BALANCE), post(11, 10), pay(12, 1)],
     [R.CREATED, R.CREATED, R.EXCEEDS_CREDITS]),
    ("its repeat asks for the same", [pay(10, 5000, flags=BALANCE), pay(10, 5000, flags=BALANCE)], [R.CREATED, R.EXISTS]),
    ("its repeat doesn't ask for what was moved", [pay(10, 5000, flags=BALANCE), pay(10, 1000, flags=BALANCE)],
     [R.CREATED, R.EXISTS_WITH_DIFFERENT_AMOUNT]),
    ("its repeat balances too", [pay(10, 5000, flags=BALANCE), pay(10, 1000)], [R.CREATED, R.EXISTS_WITH_DIFFERENT_FLAGS]),
    ("undone by what was moved", [pay(10, 5000, flags=BALANCE), undo(11, 10), pay(12, 1000)], [R.CREATED] * 3),
    # Closing.
    ("closed with the last of it", [drain(10), pay(11, 1), pay(12, 1, BANK, ANN)],
     [R.CREATED, R.DEBIT_ACCOUNT_CLOSED, R.CREDIT_ACCOUNT_CLOSED]),
    ("closed with nothing in it", [drain(10, BEN), drain(11, BEN)], [R.CREATED, R.DEBIT_ACCOUNT_CLOSED]),
    ("closed by an amount of nothing", [pay(10, 0, BEN, ANN, flags=SHUT), pay(11, 1)], [R.CREATED, R.CREDIT_ACCOUNT_CLOSED]),
    ("and opened by the reversal of nothing", [pay(10, 0, BEN, ANN, flags=SHUT), undo(11, 10), pay(12, 1)], [R.CREATED] * 3),
    ("closed by all of it to the fen", [pay(10, 1000, flags=SHUT)], [R.CREATED]),
    ("not with money in it", [pay(10, 999, flags=SHUT)], [R.DEBIT_ACCOUNT_NOT_EMPTY]),
    ("not with money on the way out", [reserve(10, 5), drain(11)], [R.CREATED, R.DEBIT_ACCOUNT_NOT_EMPTY]),
    ("not with money on the way in", [reserve(10, 5), drain(11, BEN)], [R.CREATED, R.DEBIT_ACCOUNT_NOT_EMPTY]),
    ("one that lent is closed by what comes back", [pay(10, 500, ANN, FLOAT, flags=SHUT_CREDIT), pay(11, 1, FLOAT, ANN)],
     [R.CREATED, R.DEBIT_ACCOUNT_CLOSED]),
    ("not while it lends", [pay(10, 499, ANN, FLOAT, flags=SHUT_CREDIT)], [R.CREDIT_ACCOUNT_NOT_EMPTY]),
    ("its repeat is recognised", [drain(10), drain(10)], [R.CREATED, R.EXISTS]),
    ("its reversal opens it again", [drain(10), undo(11, 10), pay(12, 1000)], [R.CREATED] * 3),
    ("closed again", [drain(10), undo(11, 10), drain(12), pay(13, 1)], [R.CREATED, R.CREATED, R.CREATED, R.DEBIT_ACCOUNT_CLOSED]),
    ("nothing else of a closed account is undone", [pay(10, 5), drain(11), undo(12, 10), undo(13, 11), undo(14, 10)],
     [R.CREATED, R.CREATED, R.CREDIT_ACCOUNT_CLOSED, R.CREATED, R.CREATED]),
    ("nor what another closed", [pay(10, 5), drain(11, BEN), undo(12, 10)], [R.CREATED, R.CREATED, R.DEBIT_ACCOUNT_CLOSED]),
    ("a chain opens again what it closed", [drain(10, linked=True), pay(11, 5000, BEN, BANK), pay(12, 1000)],
     [R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS, R.CREATED]),
    ("a chain closes again what it opened", [drain(10), undo(11, 10, linked=True), pay(12, 5000), pay(13, 1)],
     [R.CREATED, R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS, R.DEBIT_ACCOUNT_CLOSED]),
    # Chains.
    ("a chain of two", [pay(10, 5, linked=True), pay(11, 5)], [R.CREATED, R.CREATED]),
    ("a chain falls whole", [pay(10, 5, linked=True), pay(11, 5000), pay(12, 1000)], [R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS, R.CREATED]),
    ("whoever comes after the culprit falls too", [pay(10, 5000, linked=True), pay(11, 5)], [R.EXCEEDS_CREDITS, R.LINKED_EVENT_FAILED]),
    ("a chain may end what it began", [reserve(10, 5, linked=True), post(11, 10)], [R.CREATED, R.CREATED]),
    ("a chain gives back what it ended", [reserve(10, 5), post(11, 10, linked=True), pay(12, 5000), post(13, 10)],
     [R.CREATED, R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS, R.CREATED]),
    ("a chain gives back what it began and ended", [reserve(10, 600, linked=True), post(11, 10, linked=True), pay(12, 5000), reserve(10, 1000)],
     [R.LINKED_EVENT_FAILED, R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS, R.CREATED]),
    ("a chain is repeated", [pay(10, 5, linked=True), pay(11, 5), pay(10, 5, linked=True), pay(11, 5)], [R.CREATED, R.CREATED, R.EXISTS, R.EXISTS]),
    ("what stood before a failing chain still stands", [pay(10, 5), pay(10, 5, linked=True), pay(11, 5000)], [R.CREATED, R.EXISTS, R.EXCEEDS_CREDITS]),
    ("a repeat inside of a chain falls with it", [pay(10, 5, linked=True), pay(10, 5, linked=True), pay(11, 5000)],
     [R.LINKED_EVENT_FAILED, R.LINKED_EVENT_FAILED, R.EXCEEDS_CREDITS]),
    ("a repeat with a difference breaks the chain", [pay(10, 5), pay(11, 5, linked=True), pay(10, 6)],
     [R.CREATED, R.LINKED_EVENT_FAILED, R.EXISTS_WITH_DIFFERENT_AMOUNT]),
    ("a chain without an end", [pay(10, 5, linked=True), pay(11, 5, linked=True)], [R.LINKED_EVENT_FAILED, R.LINKED_EVENT_CHAIN_OPEN]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("transfers", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_each_result_by_name(transfers: list[Transfer], expected: list[TransferResult]) -> None:
    results, written = rules.decide(fresh_state(), transfers, NOW, 0)
    assert results == expected
    assert len(written) == results.count(R.CREATED)
    assert [t.position for t in written] == list(range(1, len(written) + 1))


def test_every_result_is_in_the_table_or_needs_time() -> None:
    shown = {result for _, _, results in CASES for result in results}
    assert shown | {R.PENDING_TRANSFER_EXPIRED} == set(R)


def in_two_steps(first: Transfer, then: list[Transfer], after_s: int) -> list[TransferResult]:
    state = fresh_state()
    assert rules.decide(state, [first], NOW, 0)[0] == [R.CREATED]
    return rules.decide(state, then, NOW + timedelta(seconds=after_s), 1)[0]


def test_a_pending_transfer_ends_at_its_time_and_not_before() -> None:
    assert in_two_steps(reserve(10, 5, 60), [post(11, 10)], 59) == [R.CREATED]
    assert in_two_steps(reserve(10, 5, 60), [post(11, 10)], 60) == [R.PENDING_TRANSFER_EXPIRED]
    assert in_two_steps(reserve(10, 5, 60), [void(11, 10)], 60) == [R.PENDING_TRANSFER_EXPIRED]


def test_what_expired_is_free_again_and_stays_expired() -> None:
    end = expire(transfer_id(10))
    then = [end, end, pay(11, 1000), void(12, 10)]
    results = in_two_steps(reserve(10, 600, 60), then, 60)
    assert results == [R.CREATED, R.EXISTS, R.CREATED, R.PENDING_TRANSFER_EXPIRED]


def test_nothing_expires_before_its_time() -> None:
    with pytest.raises(InvariantBroken):
        in_two_steps(reserve(10, 5, 60), [expire(transfer_id(10))], 59)


def test_what_is_pending_closes_nothing() -> None:
    with pytest.raises(InvariantBroken):
        in_two_steps(reserve(10, 1000, flags=Flag.CLOSING_DEBIT), [], 0)


def test_what_was_moved_stands_beside_what_was_asked_for() -> None:
    state = fresh_state()
    _, written = rules.decide(state, [pay(1, 5000, flags=BALANCE)], NOW, 0)
    assert [(t.amount_fen, t.asked_fen) for t in written] == [(1000, 5000)]
    assert rules.opened_or_closed(state, written) == set()


def test_closing_is_dated_by_its_transfer_and_undone_with_its_chain() -> None:
    state = fresh_state()
    decided = rules.decide(state, [drain(1), undo(2, 1, linked=True), pay(3, 5000)], NOW, 0)
    assert rules.opened_or_closed(state, decided[1]) == {ANN}
    assert state.accounts[ANN.int].closed_at == NOW


@pytest.mark.parametrize("without", ["amount_fen", "debit_account_id", "credit_account_id"])
def test_what_begins_something_names_its_amount_and_accounts(without: str) -> None:
    asked = pay("a", 1, ANN, BEN)._replace(**{without: None})
    with pytest.raises(InvariantBroken):
        rules.decide(fresh_state(), [asked], NOW, 0)


def test_a_reversal_names_no_amount() -> None:
    with pytest.raises(InvariantBroken):
        in_two_steps(pay(10, 5), [undo(11, 10)._replace(amount_fen=3)], 0)


def test_a_void_names_no_amount() -> None:
    with pytest.raises(InvariantBroken):
        in_two_steps(reserve(10, 5), [void(11, 10)._replace(amount_fen=3)], 0)


def test_transfers_stand_one_after_the_other_behind_the_head() -> None:
    _, written = rules.decide(fresh_state(), [reserve(1, 600), post(2, 1, 100)], NOW, 40)
    assert [t.position for t in written] == [41, 42]


def spent(state: LedgerState) -> dict[UUID, Balance]:
    return {each.account_id: each.balance for each in state.accounts.values()}


ALL = batches(ANN, BEN, BANK, FLOAT)


@settings(max_examples=examples(150))
@given(ALL)
def test_no_batch_overdraws_or_loses_a_fen(batch: list[Transfer]) -> None:
    state = fresh_state()
    before = spent(state)
    rules.decide(state, batch, NOW, 0)
    after = spent(state)
    moved = [sum(after[a][n] - before[a][n] for a in after) for n in range(4)]
    assert moved[0] == moved[1], "posted debits equal posted credits"
    assert moved[2] == moved[3], "pending debits equal pending credits"
    assert min(total for each in after.values() for total in each) >= 0
    for each in (after[ANN], after[BEN]):
        assert each.debits_posted + each.debits_pending <= each.credits_posted
        assert each.available_fen >= 0
    lent = after[FLOAT]
    assert lent.credits_posted + lent.credits_pending <= lent.debits_posted


@given(ALL, st.integers(min_value=0, max_value=25))
def test_a_batch_may_be_cut_between_chains_and_repeated(batch: list[Transfer], cut: int) -> None:
    cut = min(cut, len(batch))
    while 0 < cut < len(batch) and batch[cut - 1].linked:
        cut -= 1
    whole, pieces = fresh_state(), fresh_state()
    expected, _ = rules.decide(whole, batch, NOW, 0)
    first, written = rules.decide(pieces, batch[:cut], NOW, 0)
    second, _ = rules.decide(pieces, batch[cut:], NOW, len(written))
    assert first + second == expected
    assert spent(pieces) == spent(whole)
    again, _ = rules.decide(whole, batch, NOW, 99)
    for result, once in zip(again, expected, strict=True):
        assert not once.done or result is R.EXISTS


def test_an_account_closed_by_a_chain_that_fails_is_not_written() -> None:
    state = fresh_state()
    _, written = rules.decide(state, [drain(1, linked=True), pay(2, 10**9)], NOW, 0)
    assert written == []
    assert rules.opened_or_closed(state, written) == set()


@given(ALL)
def test_a_chain_that_fails_leaves_no_trace(batch: list[Transfer]) -> None:
    state = fresh_state()
    chain = [each._replace(linked=True) for each in batch]
    _, written = rules.decide(state, [*chain, pay(999, 10**9)], NOW, 0)
    untouched = fresh_state()
    assert (spent(state), state.known) == (spent(untouched), untouched.known)
    assert (state.ends, state.reversals) == ({}, {})
    assert written == []
