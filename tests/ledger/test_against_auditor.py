"""The rules, then the service on PostgreSQL, against a second ledger of another make."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from farewave.db import Database
from farewave.kit.ids import SYSTEM_ID
from farewave.ledger import rules, service
from farewave.ledger.audit import audit
from farewave.ledger.model import (
    Account,
    AccountKind,
    Balance,
    NewAccount,
    Stage,
    Transfer,
    TransferResult,
)
from tests.ledger.auditor import Auditor, Holder, Stood
from tests.ledger.shapes import ANN, BANK, BEN, FLOAT, SHARD, batches, expire, pay, state_of
from tests.support.examples import examples

HOLDERS = {
    BANK: Holder(),
    ANN: Holder(no_overdraft=True),
    BEN: Holder(no_overdraft=True),
    FLOAT: Holder(no_surplus=True),
}
BATCHES = batches(ANN, BEN, BANK, FLOAT, size_min=3)
FILL = [pay(100, 500, FLOAT, ANN), pay(101, 500, FLOAT, BEN)]


def due(auditor: Auditor, now: datetime) -> list[Stood]:
    ended = {each.asked.pending_id for each in auditor.stood}
    return [
        each
        for each in auditor.stood
        if each.asked.stage is Stage.PENDING
        and each.asked.transfer_id not in ended
        and auditor.is_due(each, now)
    ]


class TheRulesAgreeWithTheAuditor(RuleBasedStateMachine):
    """Any sequence of batches, waits and expiries gives the results and totals of the auditor."""

    def __init__(self) -> None:
        super().__init__()
        self.auditor = Auditor(HOLDERS)
        self.now = datetime(2026, 11, 25, tzinfo=UTC)
        self.position = 0
        self.state = state_of(
            currency="CNY",
            accounts=[
                Account(
                    account_id,
                    holder.currency,
                    holder.no_overdraft,
                    holder.no_surplus,
                    None,
                    *[0] * 4,
                )
                for account_id, holder in HOLDERS.items()
            ],
        )

    @initialize()
    def fill(self) -> None:
        self.submit(FILL)

    @rule(batch=BATCHES)
    def submit(self, batch: list[Transfer]) -> None:
        results, written = rules.decide(self.state, batch, self.now, self.position)
        assert results == self.auditor.submit(batch, self.now)
        self.position += len(written)
        assert self.position == len(self.auditor.stood)

    @rule(seconds=st.sampled_from([1, 29, 30, 61]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def expire(self) -> None:
        overdue = due(self.auditor, self.now)
        self.submit([expire(each.asked.transfer_id) for each in overdue])
        assert not due(self.auditor, self.now)

    @invariant()
    def totals_agree(self) -> None:
        for account in self.state.accounts.values():
            assert account.balance == Balance(*self.auditor.totals(account.account_id))
            closed = self.auditor.is_closed(account.account_id)
            assert (account.closed_at is not None) is closed

    @invariant()
    def what_stands_agrees(self) -> None:
        ledgers = {each.position: each for each in self.state.known.values()}
        for position, stood in enumerate(self.auditor.stood, start=1):
            each = ledgers[position]
            assert each.transfer_id == stood.asked.transfer_id
            assert (each.debit_account_id, each.credit_account_id, each.amount_fen, each.at) == (
                stood.debit,
                stood.credit,
                stood.amount,
                stood.at,
            )


TheRulesAgreeWithTheAuditor.TestCase.settings = settings(
    max_examples=examples(100), stateful_step_count=20
)
TestRules: Any = TheRulesAgreeWithTheAuditor.TestCase


class _Undo(Exception):
    pass


NEW = [
    NewAccount(
        account_id,
        SHARD,
        AccountKind.WALLET_BALANCE,
        SYSTEM_ID,
        debits_must_not_exceed_credits=holder.no_overdraft,
        credits_must_not_exceed_debits=holder.no_surplus,
    )
    for account_id, holder in HOLDERS.items()
]


@settings(
    max_examples=examples(40),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(BATCHES, st.sampled_from([0, 30, 61])), min_size=1, max_size=5))
async def test_the_tables_agree_with_the_auditor(
    database: Database, steps: list[tuple[list[Transfer], int]]
) -> None:
    auditor = Auditor(HOLDERS)
    try:
        async with database.transaction() as tx:
            await service.open_accounts(tx, NEW)
            steps = [(FILL, 0), *steps]
            for batch, seconds in steps:
                assert await service.submit(tx, batch) == auditor.submit(batch, tx.now)
                tx.now += timedelta(seconds=seconds)
                overdue = due(auditor, tx.now)
                assert await service.expire_pending(tx, SHARD) == len(overdue)
                ends = [expire(each.asked.transfer_id) for each in overdue]
                auditor.submit(ends, tx.now)
            totals = await service.balances(tx, SHARD, HOLDERS)
            assert totals == {each: Balance(*auditor.totals(each)) for each in HOLDERS}
            # An expiry's order among others that are due at once is the ledger's own business.
            log = await service.read_log(tx, SHARD)
            assert {each.transfer_id for each in log} == {
                each.asked.transfer_id for each in auditor.stood
            }
            assert await service.submit(tx, []) == []
            assert await audit(tx) == []
            raise _Undo
    except _Undo:
        pass


def test_the_auditor_would_see_a_ledger_that_lets_money_be_spent_twice() -> None:
    """The test of the test: a rule that forgets pending amounts disagrees at once."""
    state = state_of(
        currency="CNY",
        accounts=[Account(each, "CNY", False, False, None, *[0] * 4) for each in HOLDERS],
    )
    auditor = Auditor(HOLDERS)
    batch = [pay(1, 5)]
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert rules.decide(state, batch, now, 0)[0] != auditor.submit(batch, now)
    assert auditor.submit(batch, now) == [TransferResult.EXCEEDS_CREDITS]


def test_the_batches_reach_every_result_of_one_book() -> None:
    """What agrees only because it never comes up proves nothing."""
    reached: set[TransferResult] = set()

    elsewhere = {
        TransferResult.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY,  # takes two books
        TransferResult.OVERFLOWS,  # takes more money than there is
    }

    def all_are_reached(steps: list[tuple[list[Transfer], int]]) -> bool:
        auditor, now = Auditor(HOLDERS), datetime(2026, 11, 25, tzinfo=UTC)
        auditor.submit(FILL, now)
        for batch, seconds in steps:
            reached.update(auditor.submit(batch, now))
            now += timedelta(seconds=seconds)
        return reached >= set(TransferResult) - elsewhere

    with suppress(NoSuchExample):
        find(
            st.lists(st.tuples(BATCHES, st.sampled_from([0, 30, 61])), min_size=8, max_size=8),
            all_are_reached,
            settings=settings(
                max_examples=300,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
            random=Random(2),
        )
    assert set(TransferResult) - reached == elsewhere
