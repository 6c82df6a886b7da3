"""Top-ups on PostgreSQL: ledger, bank and bills agree, whatever a bank does."""

import asyncio

import pytest

from farewave.banks import instruction as life
from farewave.banks import service as banks
from farewave.banks.demo.model import Fault
from farewave.banks.errors import BanksRefusal
from farewave.banks.instruction import InstructionStatus
from farewave.kit.outcome import KitRefusal, Refused
from farewave.people.errors import PeopleRefusal
from farewave.wallet import rules, service
from farewave.wallet.deps import WalletDeps
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import BillStatus, WalletView
from tests.support.people import signed_up_person
from tests.support.wallet import audited
from tests.wallet.move_scene import AMOUNT_FEN
from tests.wallet.top_up_scene import assert_succeeded_once, topping_up


@pytest.fixture
async def scene(database, sealer):
    async with topping_up(database, sealer) as made:
        yield made


# --- the straight way --------------------------------------------------------------------------


async def test_money_moves_from_the_card_to_the_balance(scene):
    top_up = await scene.top_up("first-one")
    assert top_up.status is InstructionStatus.SUCCEEDED
    await assert_succeeded_once(scene, top_up)


async def test_a_card_without_enough_money_fails_the_top_up_and_moves_nothing(scene):
    top_up = await scene.top_up("too-much-1", 10_000_01)
    assert (top_up.status, top_up.failure) == (
        InstructionStatus.FAILED,
        BanksRefusal.INSUFFICIENT_FUNDS,
    )
    assert await scene.wallet() == WalletView()
    assert await scene.at_bank_fen() == 0
    (bill,) = await scene.bills()
    assert bill.status is BillStatus.FAILED
    assert bill.note.zh == BanksRefusal.INSUFFICIENT_FUNDS.zh


async def test_the_whole_card_can_be_emptied_to_the_last_fen(scene):
    assert (await scene.top_up("all-of-it", 9_999_99)).status is InstructionStatus.SUCCEEDED
    assert (await scene.top_up("last-fen-", 1)).status is InstructionStatus.SUCCEEDED
    assert (await scene.top_up("no-more--", 1)).status is InstructionStatus.FAILED
    assert (await scene.wallet()).available_fen == 10_000_00


# --- refusals change nothing -------------------------------------------------------------------


@pytest.mark.parametrize("amount_fen", [0, -1, rules.TOP_UP_FEN_MAX + 1, 2**63 - 1])
async def test_an_amount_out_of_bounds_is_refused(scene, amount_fen):
    refused = await scene.top_up("bad-amount", amount_fen)
    assert isinstance(refused, Refused)
    assert refused.reason is WalletRefusal.AMOUNT
    assert await scene.bills() == []


async def test_a_wrong_pay_password_is_counted_and_leaves_no_top_up(scene):
    refused = await scene.top_up("guessing", pay_password="999999")
    assert refused == Refused(
        PeopleRefusal.PAY_PASSWORD_WRONG, {"tries_left": 4}, keep_changes=True
    )
    assert await scene.bills() == []
    assert (await scene.top_up("guessing")).status is InstructionStatus.SUCCEEDED


async def test_the_card_of_another_and_a_card_let_go_are_refused(scene, database, sealer):
    other = await signed_up_person(database, sealer)
    scene.someone, owner = other, scene.someone
    assert await scene.top_up("not-mine-") == Refused(BanksRefusal.CARD_UNKNOWN)
    scene.someone = owner
    await database.run(lambda tx: banks.unbind(tx, owner.actor, scene.card.card_id))
    assert await scene.top_up("let-go---") == Refused(BanksRefusal.CARD_UNKNOWN)
    assert await scene.at_bank_fen() == 0


async def test_a_top_up_is_seen_by_its_person_only(scene, database, sealer):
    top_up = await scene.top_up("private-1")
    other = await signed_up_person(database, sealer)
    async with database.reading() as tx:
        found = await service.top_up(tx, other.actor, top_up.instruction_id)
    assert found == Refused(WalletRefusal.TOP_UP_UNKNOWN)


# --- asked twice -------------------------------------------------------------------------------


async def test_the_same_key_again_is_the_same_top_up_and_another_body_a_conflict(scene):
    first = await scene.top_up("the-key-1")
    assert await scene.top_up("the-key-1") == first
    # It is known by its key: neither the pay password nor the amount is judged again.
    assert await scene.top_up("the-key-1", pay_password="000000") == first
    conflict = await scene.top_up("the-key-1", digest=bytes([1]) * 32)
    assert conflict == Refused(KitRefusal.KEY_CONFLICT)
    await assert_succeeded_once(scene, first)


async def test_eight_taps_with_one_key_at_once_are_one_debit(scene):
    taps = await asyncio.gather(*(scene.top_up("eight-taps") for _ in range(8)))
    assert len({tap.instruction_id for tap in taps}) == 1
    await assert_succeeded_once(scene, taps[0])


async def test_two_keys_at_once_are_two_debits(scene):
    both = await asyncio.gather(scene.top_up("key-one--"), scene.top_up("key-two--"))
    assert [each.status for each in both] == [InstructionStatus.SUCCEEDED] * 2
    assert (await scene.wallet()).balance_fen == 2 * AMOUNT_FEN
    assert await scene.at_bank_fen() == 2 * AMOUNT_FEN
    assert len(await scene.bills()) == 2


async def test_two_that_the_card_can_pay_only_one_of_are_one(scene):
    both = await asyncio.gather(
        scene.top_up("half-one-", 6_000_00), scene.top_up("half-two-", 6_000_00)
    )
    assert sorted(each.status for each in both) == [
        InstructionStatus.FAILED,
        InstructionStatus.SUCCEEDED,
    ]
    assert (await scene.wallet()).balance_fen == 6_000_00


# --- a bank that misbehaves --------------------------------------------------------------------


async def test_a_slow_bank_is_waited_for(scene):
    await scene.bank.set_fault(Fault.SLOW)
    await assert_succeeded_once(scene, await scene.top_up("slowly---"))


async def test_a_bank_that_refuses_fails_the_top_up_for_good(scene):
    await scene.bank.set_fault(Fault.REFUSE)
    top_up = await scene.top_up("refused--")
    assert (top_up.status, top_up.failure) == (InstructionStatus.FAILED, BanksRefusal.BANK_REFUSED)
    await scene.bank.set_fault(Fault.NONE)
    assert await scene.work() == 0
    assert await scene.at_bank_fen() == 0


async def test_money_that_a_silent_bank_took_arrives_once_it_is_asked(scene):
    await scene.bank.set_fault(Fault.SILENT)
    top_up = await scene.top_up("silence--")
    assert top_up.status is InstructionStatus.PENDING
    assert service.note(top_up) == rules.TOP_UP_PENDING
    assert await scene.wallet() == WalletView(0, 0, AMOUNT_FEN)
    assert await scene.at_bank_fen() == AMOUNT_FEN
    (bill,) = await scene.bills()
    assert (bill.status, bill.note) == (BillStatus.PENDING, rules.TOP_UP_PENDING)
    # Taken there and not posted here: in flight, and nothing that contradicts.
    assert await audited(scene.database) == ([], {top_up.instruction_id: AMOUNT_FEN})
    assert await scene.work(after=life.CHECK_SOON) == 1
    await assert_succeeded_once(scene, top_up)


async def test_a_bank_that_is_down_is_asked_until_it_is_back(scene):
    await scene.bank.set_fault(Fault.DOWN)
    top_up = await scene.top_up("downtime-")
    assert top_up.status is InstructionStatus.PENDING
    assert await scene.at_bank_fen() == 0
    for _ in range(3):
        assert await scene.work() == 0
    assert await scene.wallet() == WalletView(0, 0, AMOUNT_FEN)
    await scene.bank.set_fault(Fault.NONE)
    assert await scene.work() == 1
    await assert_succeeded_once(scene, top_up)


async def test_a_card_is_not_let_go_while_its_bank_has_not_answered(scene, database):
    await scene.bank.set_fault(Fault.SILENT)
    top_up = await scene.top_up("goodbye--")

    async def let_go(tx):
        return await banks.unbind(tx, scene.someone.actor, scene.card.card_id)

    assert await database.run(let_go) == Refused(BanksRefusal.CARD_BUSY)
    await scene.work()
    await assert_succeeded_once(scene, top_up)
    assert await database.run(let_go) is None


async def test_an_adapter_that_breaks_or_hangs_is_a_silence(scene, monkeypatch):
    monkeypatch.setattr("farewave.banks.service.calls.CALL_TIMEOUT_S", 0.05)

    async def breaks(*_):
        raise ConnectionResetError

    async def hangs(*_):
        await asyncio.sleep(60)

    real = scene.bank.debit
    for key, broken in (("it-breaks", breaks), ("it-hangs-", hangs)):
        scene.bank.debit = broken
        assert (await scene.top_up(key)).status is InstructionStatus.PENDING
    scene.bank.debit = real
    monkeypatch.undo()
    assert await scene.work() == 2
    assert await scene.at_bank_fen() == 2 * AMOUNT_FEN


async def test_a_bank_that_this_installation_lost_is_waited_for(scene):
    lost = WalletDeps(sealer=scene.deps.sealer, banks={})
    scene.deps, real = lost, scene.deps
    top_up = await scene.top_up("no-banks-")
    assert top_up.status is InstructionStatus.PENDING
    scene.deps = real
    await scene.work()
    await assert_succeeded_once(scene, top_up)
