"""Binding cards on PostgreSQL: both steps, every fault of the bank, every race."""

import asyncio
from datetime import timedelta

import pytest

from farewave.banks import audit, jobs, rules
from farewave.banks.demo.model import Fault
from farewave.banks.deps import BanksDeps, SimulatedBank
from farewave.banks.errors import BanksRefusal as R
from farewave.banks.model import BankRefused, Binding, BindingStatus, Card, Moved
from farewave.kit.outcome import KitRefusal, Refused
from tests.banks.binding_scene import binding_scene
from tests.support.banks import bank_account, bound_card, demo_bank
from tests.support.database import move_clock
from tests.support.people import signed_up_person


@pytest.fixture
async def scene(database, sealer):
    async with binding_scene(database, sealer) as made:
        yield made


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


# --- the straight way --------------------------------------------------------------------------


async def test_a_card_is_bound_in_two_steps_and_can_be_debited(scene):
    binding = await scene.start()
    assert (binding.status, binding.last4) == (BindingStatus.SENT, scene.number.last4)
    card = await scene.confirm(binding, binding.sandbox_code)
    assert isinstance(card, Card)
    assert (card.last4, card.holder_masked) == (scene.number.last4, "*明")
    assert card.is_default
    assert await scene.cards() == [card]
    assert isinstance(await scene.debit(card), Moved)


async def test_nothing_readable_of_card_phone_and_token_is_stored(scene, database):
    card = await scene.bind()
    token = card.token.reveal(scene.sealer)
    secrets = [scene.number.digits, scene.someone.phone.digits, token, "李明"]
    async with database.reading() as tx:
        rows = [
            str([bytes(v) if isinstance(v, memoryview) else v for v in dict(row).values()])
            for table in ("banks.binding", "banks.card", "demo_bank.account")
            for row in await tx.fetch(f"SELECT * FROM {table}")
        ]
    assert rows
    assert not [secret for secret in secrets for row in rows if secret in row]


async def test_the_card_bound_first_is_the_default_until_it_is_let_go(scene, database, sealer):
    first = await scene.bind()
    second = await bound_card(database, sealer, scene.bank, scene.someone)
    assert [card.is_default for card in await scene.cards()] == [True, False]
    assert (await scene.cards())[0].card_id == first.card_id
    assert await scene.unbind(first) is None
    (left,) = await scene.cards()
    assert (left.card_id, left.is_default) == (second.card_id, True)


# --- refusals ----------------------------------------------------------------------------------


async def test_a_person_without_a_real_name_binds_nothing(scene, database, sealer):
    scene.someone = await signed_up_person(database, sealer, real_name=False)
    assert await scene.begin() == Refused(R.REAL_NAME_NEEDED)


async def test_a_card_of_another_or_with_another_phone_is_the_banks_refusal(
    scene, database, sealer
):
    other = await signed_up_person(database, sealer)
    refused = await scene.start("own-phone", phone=other.phone.digits)
    assert refused.reason is R.HOLDER_MISMATCH
    scene.someone = other
    refused = await scene.start("not-mine--")
    assert refused.reason is R.HOLDER_MISMATCH
    # The key is free again after a refusal.
    scene.number = await bank_account(scene.bank, other)
    assert isinstance(await scene.start("not-mine--"), Binding)


async def test_a_card_is_bound_once_at_a_time(scene):
    card = await scene.bind()
    assert await scene.start("again-----") == Refused(R.CARD_BOUND_ALREADY)
    await scene.unbind(card)
    again = await scene.bind("once-more-")
    assert isinstance(again, Card)
    assert again.card_id != card.card_id


async def test_two_bindings_of_one_card_at_once_leave_one_card_and_no_useless_token(scene):
    one, two = await scene.start("binding-a"), await scene.start("binding-b")
    outcomes = await asyncio.gather(
        scene.confirm(one, one.sandbox_code), scene.confirm(two, two.sandbox_code)
    )
    (card,) = [each for each in outcomes if isinstance(each, Card)]
    (refused,) = [each for each in outcomes if isinstance(each, Refused)]
    assert refused.reason is R.CARD_BOUND_ALREADY
    assert len(await scene.cards()) == 1
    assert await scene.deliver() == 1
    assert isinstance(await scene.debit(card), Moved)
    async with scene.database.reading() as tx:
        live = "SELECT count(*) FROM demo_bank.agreement WHERE token IS NOT NULL AND ended_at IS"
        assert await tx.fetchval(f"{live} NULL") == 1


async def test_wrong_codes_are_counted_also_when_guessed_at_once(scene):
    binding = await scene.start()
    guesses = [f"{(int(binding.sandbox_code) + n) % 10**6:06d}" for n in range(1, 9)]
    outcomes = await asyncio.gather(*(scene.confirm(binding, code) for code in guesses))
    reasons = [each.reason for each in outcomes]
    assert set(reasons) <= {R.CODE_WRONG, R.BINDING_DEAD}
    assert reasons.count(R.BINDING_DEAD) >= 4
    assert reasons.count(R.CODE_WRONG) <= 4
    async with scene.database.reading() as tx:
        assert await tx.fetchval("SELECT wrong_tries FROM demo_bank.agreement") == 5
    assert await scene.confirm(binding, binding.sandbox_code) == Refused(R.BINDING_DEAD)
    assert await scene.cards() == []


async def test_a_wrong_code_tells_how_many_tries_are_left(scene):
    binding = await scene.start()
    refused = await scene.confirm(binding, wrong(binding.sandbox_code))
    assert refused == Refused(R.CODE_WRONG, {"tries_left": 4})
    assert await scene.confirm(binding, "12345") == Refused(R.CODE_FORM)
    refused = await scene.confirm(binding, wrong(binding.sandbox_code))
    assert refused == Refused(R.CODE_WRONG, {"tries_left": 3})
    assert isinstance(await scene.confirm(binding, binding.sandbox_code), Card)


async def test_a_binding_lasts_ten_minutes(scene, database):
    binding = await scene.start()
    await move_clock(database, rules.BINDING_VALID)
    assert await scene.confirm(binding, binding.sandbox_code) == Refused(R.BINDING_EXPIRED)


async def test_a_binding_is_its_persons_alone(scene, database, sealer):
    binding = await scene.start()
    owner = scene.someone
    scene.someone = await signed_up_person(database, sealer)
    assert await scene.confirm(binding, binding.sandbox_code) == Refused(R.BINDING_UNKNOWN)
    scene.someone = owner
    card = await scene.confirm(binding, binding.sandbox_code)
    scene.someone = await signed_up_person(database, sealer)
    assert await scene.unbind(card) == Refused(R.CARD_UNKNOWN)


async def test_bindings_are_counted_by_the_day(scene, database):
    for number in range(rules.BINDINGS_PER_DAY_MAX):
        assert not isinstance(await scene.begin(f"many-bindings-{number}"), Refused)
    assert await scene.begin("one-too-many") == Refused(R.BINDINGS_TOO_MANY)
    await move_clock(database, timedelta(days=1))
    assert not isinstance(await scene.begin("a-new-day"), Refused)


# --- asked twice -------------------------------------------------------------------------------


async def test_one_key_is_one_binding_and_one_code(scene):
    both = await asyncio.gather(scene.start("tap-twice"), scene.start("tap-twice"))
    assert both[0] == both[1]
    assert await scene.start("tap-twice") == both[0]
    other = await bank_account(scene.bank, scene.someone)
    conflict = await scene.start("tap-twice", number=other.digits)
    assert conflict == Refused(KitRefusal.KEY_CONFLICT)


async def test_confirming_twice_gives_the_card_twice(scene):
    binding = await scene.start()
    cards = await asyncio.gather(*(scene.confirm(binding, binding.sandbox_code) for _ in range(3)))
    assert cards[0] == cards[1] == cards[2]
    assert isinstance(cards[0], Card)
    # Done is done: whatever code is sent now, the binding's card is the answer.
    assert await scene.confirm(binding, "000000") == cards[0]


async def test_letting_go_twice_is_once_and_ends_the_token(scene):
    card = await scene.bind()
    assert await scene.unbind(card) is None
    assert await scene.unbind(card) is None
    assert await scene.cards() == []
    assert await scene.deliver() == 1
    refused = await scene.debit(card)
    assert isinstance(refused, BankRefused)
    assert refused.reason is R.AGREEMENT_ENDED


# --- a bank that misbehaves --------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.SILENT])
async def test_no_answer_to_the_start_is_asked_again_under_the_same_key(scene, fault):
    await scene.bank.set_fault(fault)
    assert await scene.start("the-key-1") == Refused(R.BANK_SILENT)
    await scene.bank.set_fault(Fault.NONE)
    binding = await scene.start("the-key-1")
    assert isinstance(binding, Binding)
    assert isinstance(await scene.confirm(binding, binding.sandbox_code), Card)
    async with scene.database.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM demo_bank.agreement") == 1


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.SILENT])
async def test_no_answer_to_a_code_costs_no_try_and_is_asked_again(scene, fault):
    binding = await scene.start()
    await scene.bank.set_fault(fault)
    for _ in range(rules.CODE_TRIES_MAX + 2):
        refused = await scene.confirm(binding, binding.sandbox_code)
        assert refused == Refused(R.BANK_SILENT, keep_changes=True)
    await scene.bank.set_fault(Fault.NONE)
    card = await scene.confirm(binding, binding.sandbox_code)
    assert isinstance(card, Card)
    assert isinstance(await scene.debit(card), Moved)


async def test_a_bank_that_refuses_and_one_that_is_slow(scene):
    await scene.bank.set_fault(Fault.REFUSE)
    assert (await scene.start("refused-1")).reason is R.BANK_REFUSED
    await scene.bank.set_fault(Fault.SLOW)
    binding = await scene.start("refused-1")
    assert isinstance(binding, Binding)
    await scene.bank.set_fault(Fault.REFUSE)
    refused = await scene.confirm(binding, binding.sandbox_code)
    assert refused == Refused(R.BANK_REFUSED)
    await scene.bank.set_fault(Fault.NONE)
    assert isinstance(await scene.confirm(binding, binding.sandbox_code), Card)


async def test_a_start_that_nobody_answered_in_time_begins_anew(scene, database):
    await scene.bank.set_fault(Fault.DOWN)
    await scene.start("slow-start")
    await move_clock(database, rules.BINDING_VALID)
    await scene.bank.set_fault(Fault.NONE)
    binding = await scene.start("slow-start")
    assert isinstance(await scene.confirm(binding, binding.sandbox_code), Card)


async def test_a_token_is_given_back_once_the_bank_is_there_again(scene, database):
    card = await scene.bind()
    await scene.bank.set_fault(Fault.DOWN)
    await scene.unbind(card)
    await scene.deliver()
    await scene.bank.set_fault(Fault.NONE)
    assert isinstance(await scene.debit(card), Moved)
    await move_clock(database, timedelta(minutes=5))
    assert await scene.deliver() == 1
    assert isinstance(await scene.debit(card), BankRefused)


async def test_production_is_handed_no_simulated_bank(scene):
    with pytest.raises(SimulatedBank, match="FWB"):
        BanksDeps(sealer=scene.sealer, banks=scene.banks)
    assert BanksDeps(sealer=scene.sealer, banks={}).banks == {}


async def test_old_bindings_are_forgotten_and_their_cards_stay(scene, database):
    card = await scene.bind()
    await scene.start("another--", number=(await bank_account(scene.bank, scene.someone)).digits)
    assert await jobs.purge(database) == 0
    await move_clock(database, jobs.BINDINGS_KEPT + timedelta(seconds=1))
    assert await jobs.purge(database) == 2
    assert await scene.cards() == [card]


async def test_the_audit_finds_a_binding_without_its_card(database, sealer):
    bank = demo_bank(database, sealer)
    someone = await signed_up_person(database, sealer)
    await bound_card(database, sealer, bank, someone)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM banks.card")
    async with database.reading() as tx:
        (finding,) = await audit.audit(tx)
    assert finding.check == "binding_left_its_card"
