"""The wallet's rules: amounts, what a bank's answer makes of a top-up, how a bill goes on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.banks.errors import BanksRefusal
from farewave.banks.model import (
    BankRefused,
    BankUnknown,
    InstructionTransfers,
    Moved,
    settlement_account_id,
)
from farewave.kit.chance import SeededChance
from farewave.kit.ids import new_id, shard_of
from farewave.kit.invariant import InvariantBroken
from farewave.ledger.model import Stage
from farewave.wallet import rules
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import BillStatus, TopUp, TopUpStatus, balance_account_id

NOW = datetime(2013, 11, 11, tzinfo=UTC)


def top_up(shard: int = 3, amount_fen: int = 100) -> TopUp:
    chance = SeededChance(7)
    return TopUp(
        shard=shard,
        top_up_id=new_id(shard, NOW, chance),
        person_id=new_id(shard, NOW, chance),
        card_id=new_id(shard, NOW, chance),
        bank_code="FWB",
        last4="0016",
        amount_fen=amount_fen,
        status=TopUpStatus.PENDING,
        failure=None,
        bank_serial=None,
        created_at=NOW,
        finished_at=None,
    )


answers = st.one_of(
    st.builds(Moved, st.text(max_size=8)),
    st.builds(BankRefused, st.sampled_from(BanksRefusal), st.text(max_size=8)),
    st.builds(BankUnknown, st.text(max_size=8)),
)


@given(st.integers())
def test_one_fen_to_fifty_thousand_yuan_can_be_topped_up(amount_fen):
    refused = rules.judge_amount(amount_fen)
    assert (refused is None) == (1 <= amount_fen <= 50_000_00)
    if refused is not None:
        assert refused.reason is WalletRefusal.AMOUNT
        assert "50000.00" in refused.sentence("zh")


@given(st.integers(0, 4095), st.integers(1, rules.TOP_UP_FEN_MAX))
def test_a_top_up_is_planned_as_pending_from_the_bank_to_the_person(shard, amount_fen):
    wanted = top_up(shard, amount_fen)
    balance = balance_account_id(wanted.person_id, shard)
    settlement = settlement_account_id("FWB", shard)
    planned = rules.plan(wanted, balance=balance, settlement=settlement)
    assert planned.stage is Stage.PENDING
    assert (planned.debit_account_id, planned.credit_account_id) == (settlement, balance)
    assert planned.amount_fen == amount_fen
    assert planned.timeout_s == 0  # a bank's silence never runs out into a void
    assert planned.transfer_id == InstructionTransfers.of(wanted.top_up_id).pending_id
    assert len(planned.business) <= 64


@given(answers)
def test_a_yes_posts_a_no_voids_and_a_silence_does_nothing(answer):
    begun = top_up()
    settlement = rules.settle(begun, answer, NOW)
    if isinstance(answer, BankUnknown):
        assert settlement is None
        return
    assert settlement is not None
    said_yes = isinstance(answer, Moved)
    ids = InstructionTransfers.of(begun.top_up_id)
    stage = Stage.POST_PENDING if said_yes else Stage.VOID_PENDING
    assert settlement.transfer.stage is stage
    assert settlement.transfer.transfer_id == (ids.post_id if said_yes else ids.void_id)
    assert settlement.transfer.pending_id == ids.pending_id
    assert settlement.transfer.amount_fen is None  # all of it
    assert settlement.top_up.status == (TopUpStatus.SUCCEEDED if said_yes else TopUpStatus.FAILED)
    assert settlement.bill_status.value == settlement.top_up.status.value
    assert settlement.top_up.finished_at == NOW
    assert not rules.contradicts(settlement.top_up, answer)
    with pytest.raises(InvariantBroken):
        rules.settle(settlement.top_up, answer, NOW)


@given(answers, answers)
def test_only_the_opposite_of_what_a_bank_said_contradicts_it(first, second):
    settlement = rules.settle(top_up(), first, NOW)
    if settlement is None:
        return
    opposite = isinstance(second, BankRefused if isinstance(first, Moved) else Moved)
    assert rules.contradicts(settlement.top_up, second) == opposite


@given(st.integers(0, 4095))
def test_the_transfers_of_an_instruction_are_three_on_its_shard(shard):
    ids = InstructionTransfers.of(top_up(shard).top_up_id)
    all_ids = {ids.pending_id, ids.post_id, ids.void_id}
    assert len(all_ids) == 3
    assert {shard_of(an_id) for an_id in all_ids} == {shard}


@given(st.integers(0, 1000))
def test_a_bank_is_asked_again_at_least_once_a_minute(checks):
    pause = rules.check_after(checks)
    assert timedelta(seconds=16) < pause <= timedelta(minutes=1) == rules.CHECK_MAX
    assert pause <= rules.check_after(checks + 1)
    assert rules.FIRST_CHECK < rules.CHECK_MAX


@given(st.sampled_from(BillStatus), st.sampled_from(BillStatus))
def test_a_bill_ends_once_and_may_be_closed_after_it_succeeded(status, later):
    may = rules.may_become(status, later)
    if status is later or status is BillStatus.PENDING:
        assert may
    else:
        assert may == ((status, later) == (BillStatus.SUCCEEDED, BillStatus.CLOSED))


def test_a_top_up_cannot_be_ended_in_part():
    with pytest.raises(InvariantBroken):
        replace(top_up(), status=TopUpStatus.SUCCEEDED)
    with pytest.raises(InvariantBroken):
        replace(top_up(), status=TopUpStatus.FAILED, finished_at=NOW)
