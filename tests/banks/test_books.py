"""The simulated bank's own books: once for each instruction, never overdrawn."""

import asyncio
from uuid import UUID

import pytest

from farewave.banks.demo import audit as demo_audit
from farewave.banks.demo.books import card_number
from farewave.banks.demo.model import Fault, Holder
from farewave.banks.errors import BanksRefusal as R
from farewave.banks.model import BankRefused, BankUnknown, Moved, NeverHeard
from tests.banks.binding_scene import binding_scene


@pytest.fixture
async def scene(database, sealer):
    async with binding_scene(database, sealer) as made:
        yield made


async def test_the_bank_carries_an_instruction_out_once(scene):
    card = await scene.bind()
    token = card.token.reveal(scene.sealer)
    instruction = UUID(int=(7 << 76) | 1)
    answers = await asyncio.gather(
        *(scene.bank.debit(instruction, token, 3_000_00, "once") for _ in range(6))
    )
    assert len(set(answers)) == 1
    assert isinstance(answers[0], Moved)
    assert await scene.bank.query(instruction) == answers[0]
    other = await scene.bank.debit(instruction, token, 3_000_01, "once")
    assert isinstance(other, BankUnknown)  # no answer from which anything could be concluded
    async with scene.database.reading() as tx:
        assert await tx.fetchval("SELECT balance_fen FROM demo_bank.account") == 7_000_00


async def test_the_bank_overdraws_no_account(scene):
    card = await scene.bind()
    answers = await asyncio.gather(*(scene.debit(card, 3_000_00) for _ in range(6)))
    assert sum(isinstance(each, Moved) for each in answers) == 3
    refusals = {each.reason for each in answers if isinstance(each, BankRefused)}
    assert refusals == {R.INSUFFICIENT_FUNDS}


async def test_the_banks_no_is_final_for_its_instruction(scene):
    card = await scene.bind()
    token = card.token.reveal(scene.sealer)
    instruction = UUID(int=(7 << 76) | 2)
    assert await scene.bank.query(instruction) == NeverHeard()
    await scene.bank.set_fault(Fault.REFUSE)
    refused = await scene.bank.debit(instruction, token, 1, "no")
    await scene.bank.set_fault(Fault.NONE)
    assert await scene.bank.debit(instruction, token, 1, "no") == refused
    assert await scene.bank.query(instruction) == refused
    stranger = await scene.bank.debit(UUID(int=(7 << 76) | 3), "nobody's", 1, "no")
    assert stranger.reason is R.AGREEMENT_ENDED


async def test_a_bank_that_is_down_answers_no_query_and_a_silent_one_does(scene):
    instruction = UUID(int=(7 << 76) | 4)
    await scene.bank.set_fault(Fault.DOWN)
    assert isinstance(await scene.bank.query(instruction), BankUnknown)
    await scene.bank.set_fault(Fault.SILENT)
    assert await scene.bank.query(instruction) == NeverHeard()


async def test_a_database_without_accounts_was_no_sandbox(database):
    async with database.reading() as tx:
        assert not await demo_audit.is_in_use(tx)


async def test_an_account_with_a_given_card_is_opened_once(scene, database):
    holder = Holder("林晓舟", "110101199003074514", scene.someone.phone)
    opened = await asyncio.gather(
        *(scene.bank.open_account(holder, card_number=card_number(16)) for _ in range(3))
    )
    assert len(set(opened)) == 1
    assert opened[0].card_number == card_number(16)
    async with database.reading() as tx:
        assert await demo_audit.is_in_use(tx)
        assert (await demo_audit.reconcile(tx)).findings == []
