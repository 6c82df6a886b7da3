"""An instruction to a bank: how it ends, which accounts its money goes through."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.banks import instruction as life
from farewave.banks.errors import BanksRefusal
from farewave.banks.instruction import (
    Instruction,
    InstructionStatus,
    InstructionTransfers,
    Purpose,
    begin_transfer,
    end_transfer,
)
from farewave.banks.model import (
    BankRefused,
    BankUnknown,
    InstructionKind,
    Moved,
    in_transit_account_id,
    payout_account_id,
    settlement_account_id,
)
from farewave.kit.chance import SeededChance
from farewave.kit.ids import new_id, shard_of
from farewave.kit.invariant import InvariantBroken

NOW = datetime(2013, 11, 11, tzinfo=UTC)
OURS = new_id(3, NOW, SeededChance(8))


def pending(kind: InstructionKind = InstructionKind.DEBIT, shard: int = 3) -> Instruction:
    chance = SeededChance(7)
    return Instruction(
        shard=shard,
        instruction_id=new_id(shard, NOW, chance),
        kind=kind,
        purpose=Purpose.TOP_UP,
        reference=None,
        person_id=new_id(shard, NOW, chance),
        card_id=new_id(shard, NOW, chance),
        bank_code="CMB",
        last4="0016",
        amount_fen=100,
        debit_id=new_id(shard, NOW, chance) if kind is InstructionKind.REFUND else None,
        status=InstructionStatus.PENDING,
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
kinds = st.sampled_from(InstructionKind)


@given(kinds, answers)
def test_a_yes_and_a_no_end_it_and_a_silence_does_nothing(kind, answer):
    ended = life.ended(pending(kind), answer, NOW)
    if isinstance(answer, BankUnknown):
        assert ended is None
        return
    yes = isinstance(answer, Moved)
    assert ended.status is (InstructionStatus.SUCCEEDED if yes else InstructionStatus.FAILED)
    assert ended.finished_at == NOW
    assert not life.contradicts(ended, answer)
    with pytest.raises(InvariantBroken):
        life.ended(ended, answer, NOW)


@given(answers, answers)
def test_only_the_opposite_of_what_a_bank_said_contradicts_it(first, second):
    ended = life.ended(pending(), first, NOW)
    if ended is None:
        return
    opposite = isinstance(second, BankRefused if isinstance(first, Moved) else Moved)
    assert life.contradicts(ended, second) == opposite


@given(kinds, st.booleans(), st.integers(0, 4095))
def test_its_money_goes_into_transit_whole_and_out_of_it_whole_by_named_accounts(kind, yes, shard):
    instruction = pending(kind, shard)
    settlement, transit, payout = (
        account("CMB", shard)
        for account in (settlement_account_id, in_transit_account_id, payout_account_id)
    )
    answer = Moved("1") if yes else BankRefused(BanksRefusal.BANK_REFUSED, "")
    ended = life.ended(instruction, answer, NOW)
    begun, end = begin_transfer(instruction, OURS), end_transfer(ended, OURS)
    debit = kind is InstructionKind.DEBIT
    assert begun.debit_account_id == (settlement if debit else OURS)
    assert begun.credit_account_id == end.debit_account_id == transit
    if debit:
        assert end.credit_account_id == (OURS if yes else settlement)
    else:
        assert end.credit_account_id == (payout if yes else OURS)
    assert begun.amount_fen == end.amount_fen == instruction.amount_fen
    assert len(begun.business) <= 64


@given(st.integers(0, 4095))
def test_the_transfers_of_an_instruction_are_three_on_its_shard(shard):
    ids = InstructionTransfers.of(pending(shard=shard).instruction_id)
    all_ids = {ids.begin_id, ids.settle_id, ids.return_id}
    assert len(all_ids) == 3
    assert {shard_of(an_id) for an_id in all_ids} == {shard}


@given(st.integers(0, 1000))
def test_a_bank_is_asked_again_at_least_once_a_minute(checks):
    pause = life.check_after(checks)
    assert timedelta(seconds=16) < pause <= timedelta(minutes=1) == life.CHECK_MAX
    assert pause <= life.check_after(checks + 1)
    assert life.FIRST_CHECK < life.CHECK_MAX


def test_an_instruction_cannot_be_ended_in_part():
    with pytest.raises(InvariantBroken):
        replace(pending(), status=InstructionStatus.SUCCEEDED)
    with pytest.raises(InvariantBroken):
        replace(pending(), status=InstructionStatus.FAILED, finished_at=NOW)
    with pytest.raises(InvariantBroken):
        replace(pending(), kind=InstructionKind.REFUND)
