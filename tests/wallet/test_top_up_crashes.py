"""Top-ups that stopped at any line: the job brings each to its end, once."""

import asyncio
from datetime import timedelta

import pytest

from farewave.banks import instruction as life
from farewave.banks import jobs
from farewave.banks import service as banks
from farewave.banks.demo.model import Fault
from farewave.banks.errors import BanksRefusal
from farewave.banks.instruction import InstructionStatus, Purpose
from farewave.banks.model import BankRefused, BankUnknown, Moved, NeverHeard
from farewave.wallet.service import CONCLUSIONS
from tests.support.database import move_clock
from tests.support.wallet import conclude
from tests.wallet.move_scene import AMOUNT_FEN
from tests.wallet.top_up_scene import assert_succeeded_once, topping_up


@pytest.fixture
async def scene(database, sealer):
    async with topping_up(database, sealer) as made:
        yield made


async def test_a_process_that_died_before_it_asked_the_bank(scene):
    begun = await scene.begin()
    assert await scene.work(after=timedelta(seconds=1)) == 0  # whoever began it may still live
    assert await scene.work(after=life.FIRST_CHECK) == 1
    await assert_succeeded_once(scene, begun.instruction)


async def test_a_process_that_died_after_the_bank_had_answered(scene):
    begun = await scene.begin()
    assert isinstance(await scene.ask(begun), Moved)
    assert await scene.work() == 1
    await assert_succeeded_once(scene, begun.instruction)


async def test_a_bank_that_refused_somebody_who_then_died(scene):
    begun = await scene.begin()
    await scene.bank.set_fault(Fault.REFUSE)
    await scene.ask(begun)
    await scene.bank.set_fault(Fault.NONE)
    assert await scene.work() == 1
    assert (await scene.now(begun.instruction)).status is InstructionStatus.FAILED
    assert await scene.at_bank_fen() == 0


async def test_an_instruction_still_on_its_way_while_the_job_asks_is_carried_out_once(
    scene, monkeypatch
):
    begun = await scene.begin()
    monkeypatch.setattr("farewave.banks.service.calls.CALL_TIMEOUT_S", 60)
    debit, sent, arrives = scene.bank.debit, asyncio.Event(), asyncio.Event()

    async def takes_its_time(*asked):
        sent.set()
        await arrives.wait()
        return await debit(*asked)

    scene.bank.debit = takes_its_time
    on_its_way = asyncio.create_task(scene.ask(begun))
    await sent.wait()
    scene.bank.debit = debit
    queried = await banks.query(scene.deps.banks, "FWB", begun.instruction.instruction_id)
    assert queried == NeverHeard()
    assert await scene.work() == 1  # the bank never heard of it: sent again
    arrives.set()
    late = await on_its_way
    assert (await conclude(scene.database, begun.instruction, late)).status is (
        InstructionStatus.SUCCEEDED
    )
    await assert_succeeded_once(scene, begun.instruction)


async def test_everybody_settling_one_top_up_at_once_posts_it_once(scene):
    begun = await scene.begin()
    await move_clock(scene.database, timedelta(minutes=2))
    counted = await asyncio.gather(
        *(jobs.settle_due(scene.database, scene.banks_deps, CONCLUSIONS) for _ in range(4)),
        *(
            jobs.settle(
                scene.database, scene.banks_deps, CONCLUSIONS, begun.instruction, begun.token
            )
            for _ in range(4)
        ),
    )
    assert sum(counted) >= 4
    await assert_succeeded_once(scene, begun.instruction)


async def test_a_clock_that_was_moved_back_leaves_no_top_up_behind(scene):
    await move_clock(scene.database, timedelta(days=30))
    begun = await scene.begin()
    await move_clock(scene.database, timedelta(days=-30))
    assert await scene.work(after=timedelta(0)) == 1
    await assert_succeeded_once(scene, begun.instruction)


async def test_more_than_one_batch_is_settled_in_one_run(scene):
    for number in range(11):
        await scene.begin(f"begun-only-{number}")
    assert await scene.work() == 11
    assert (await scene.wallet()).balance_fen == 11 * AMOUNT_FEN


async def test_one_top_up_that_cannot_be_settled_keeps_no_other_from_its_turn(scene, monkeypatch):
    broken = (await scene.begin("broken-one")).instruction
    fine = (await scene.begin("other-one-")).instruction
    real = CONCLUSIONS[Purpose.TOP_UP]

    async def broken_conclude(tx, begun, answer):
        assert begun.instruction_id != broken.instruction_id, "a bug"
        return await real(tx, begun, answer)

    monkeypatch.setitem(CONCLUSIONS, Purpose.TOP_UP, broken_conclude)
    assert await scene.work() == 1
    assert (await scene.now(fine)).status is InstructionStatus.SUCCEEDED
    assert (await scene.now(broken)).status is InstructionStatus.PENDING
    monkeypatch.undo()
    assert await scene.work() == 1


async def test_a_bank_that_changes_its_mind_changes_no_balance(scene):
    top_up = await scene.top_up("decided--")
    no = BankRefused(BanksRefusal.BANK_REFUSED, "no, after all")
    again = await conclude(scene.database, top_up, no)
    assert again.status is InstructionStatus.SUCCEEDED
    same = await conclude(scene.database, top_up, BankUnknown("nothing"))
    assert same == again
    await assert_succeeded_once(scene, top_up)
