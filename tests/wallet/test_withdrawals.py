"""Withdrawals on PostgreSQL: out of the balance at once, on the card or back in the end."""

import asyncio

import pytest

from farewave.banks import instruction as life
from farewave.banks import service as banks
from farewave.banks.demo.model import OPENING_FEN, Fault
from farewave.banks.errors import BanksRefusal
from farewave.banks.instruction import InstructionStatus, Purpose
from farewave.kit.outcome import KitRefusal, Refused
from farewave.people.errors import PeopleRefusal
from farewave.wallet import rules, service
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import BillKind, BillStatus, Direction, WalletView
from tests.support.banks import bound_card, demo_bank
from tests.support.people import signed_up_person
from tests.support.wallet import audited, with_balance
from tests.wallet.move_scene import AMOUNT_FEN, MoveScene

HAS_FEN = 500_00


class Scene(MoveScene):
    """A person with money and a bound card, and ways to withdraw."""

    purpose = Purpose.WITHDRAWAL
    withdraw = MoveScene.move

    async def on_card_fen(self):
        """What came to the card, by the bank's own books."""
        async with self.database.reading() as tx:
            return await tx.fetchval(
                "SELECT balance_fen - opening_fen FROM demo_bank.account WHERE bank_code = $1"
                " AND opening_fen = $2",
                self.bank.bank_code,
                OPENING_FEN,
            )

    async def bill(self):
        (bill,) = [each for each in await self.bills() if each.key.kind is BillKind.WITHDRAWAL]
        return bill


@pytest.fixture
async def scene(database, sealer):
    # Another bank than the one that the money came from: banks settle among themselves.
    bank = demo_bank(database, sealer, "CMB")
    someone = await signed_up_person(database, sealer)
    card = await bound_card(database, sealer, bank, someone)
    await with_balance(database, someone.actor, HAS_FEN)
    yield Scene(database, sealer, bank, someone, card)
    assert await audited(database) == ([], {})


async def test_money_moves_from_the_balance_to_the_card(scene):
    done = await scene.withdraw("first-one")
    assert done.status is InstructionStatus.SUCCEEDED
    left_fen = HAS_FEN - AMOUNT_FEN
    assert await scene.wallet() == WalletView(left_fen, left_fen)
    assert await scene.on_card_fen() == AMOUNT_FEN
    bill = await scene.bill()
    assert (bill.status, bill.direction, bill.amount_fen, bill.note) == (
        BillStatus.SUCCEEDED,
        Direction.OUT,
        AMOUNT_FEN,
        None,
    )


@pytest.mark.parametrize("amount_fen", [0, -1, rules.WITHDRAWAL_FEN_MAX + 1, 2**63 - 1])
async def test_an_amount_out_of_bounds_is_refused(scene, amount_fen):
    refused = await scene.withdraw("bad-amount", amount_fen)
    assert refused.reason is WalletRefusal.WITHDRAWAL_AMOUNT


async def test_more_than_the_balance_is_refused_and_leaves_nothing_behind(scene):
    assert await scene.withdraw("too-much-1", HAS_FEN + 1) == Refused(
        WalletRefusal.BALANCE_NOT_ENOUGH
    )
    assert await scene.wallet() == WalletView(HAS_FEN, HAS_FEN)
    done = await scene.withdraw("too-much-1", HAS_FEN)  # the key is free: nothing was written
    assert done.status is InstructionStatus.SUCCEEDED
    assert await scene.wallet() == WalletView()


async def test_a_person_who_never_had_anything_withdraws_nothing(scene, database, sealer):
    someone = await signed_up_person(database, sealer)
    scene.card = await bound_card(database, sealer, scene.bank, someone, balance_fen=1)
    scene.someone = someone
    assert await scene.withdraw("from-empty", 1) == Refused(WalletRefusal.BALANCE_NOT_ENOUGH)


async def test_a_wrong_pay_password_is_counted_and_the_card_of_another_refused(scene):
    refused = await scene.withdraw("guessing", pay_password="999999")
    assert refused.reason is PeopleRefusal.PAY_PASSWORD_WRONG
    assert refused.keep_changes
    assert (await scene.wallet()).balance_fen == HAS_FEN


async def test_nothing_is_withdrawn_to_the_card_of_another(scene, database, sealer):
    other = await signed_up_person(database, sealer)
    await with_balance(database, other.actor, HAS_FEN)
    scene.someone = other
    assert await scene.withdraw("not-mine-") == Refused(BanksRefusal.CARD_UNKNOWN)


async def test_eight_taps_with_one_key_are_one_withdrawal_and_another_body_a_conflict(scene):
    taps = await asyncio.gather(*(scene.withdraw("eight-taps") for _ in range(8)))
    assert len({tap.instruction_id for tap in taps}) == 1
    assert await scene.on_card_fen() == AMOUNT_FEN
    again = await scene.withdraw("eight-taps", digest=bytes([1]) * 32)
    assert again == Refused(KitRefusal.KEY_CONFLICT)


async def test_two_phones_that_withdraw_more_than_there_is_get_one_of_them(scene):
    both = await asyncio.gather(
        scene.withdraw("phone-one", 300_00), scene.withdraw("phone-two", 300_00)
    )
    refused = [each for each in both if isinstance(each, Refused)]
    assert refused == [Refused(WalletRefusal.BALANCE_NOT_ENOUGH)]
    assert (await scene.wallet()).balance_fen == 200_00


async def test_what_a_silent_bank_paid_can_be_spent_by_nobody_and_is_told_as_pending(scene):
    await scene.bank.set_fault(Fault.SILENT)
    waiting = await scene.withdraw("silence--")
    assert waiting.status is InstructionStatus.PENDING
    left_fen = HAS_FEN - AMOUNT_FEN
    assert await scene.wallet() == WalletView(left_fen, left_fen, 0, AMOUNT_FEN)
    bill = await scene.bill()
    assert (bill.status, bill.note) == (BillStatus.PENDING, rules.WITHDRAWAL_PENDING)
    assert await scene.withdraw("all-of-it", HAS_FEN) == Refused(WalletRefusal.BALANCE_NOT_ENOUGH)
    assert await scene.work(after=life.CHECK_SOON) == 1
    assert await scene.wallet() == WalletView(left_fen, left_fen)
    assert await scene.on_card_fen() == AMOUNT_FEN


async def test_what_the_bank_refuses_is_back_in_the_balance_and_told_so(scene):
    await scene.bank.set_fault(Fault.REFUSE)
    failed = await scene.withdraw("refused--")
    assert (failed.status, failed.failure) == (
        InstructionStatus.FAILED,
        BanksRefusal.BANK_REFUSED,
    )
    assert await scene.wallet() == WalletView(HAS_FEN, HAS_FEN)
    bill = await scene.bill()
    assert bill.status is BillStatus.FAILED
    assert bill.note.zh.endswith("款项已退回余额。")
    await scene.bank.set_fault(Fault.NONE)


async def test_a_card_in_use_is_kept_until_its_bank_answered(scene):
    await scene.bank.set_fault(Fault.DOWN)
    await scene.withdraw("downtime-")

    async def let_go(tx):
        return await banks.unbind(tx, scene.someone.actor, scene.card.card_id)

    assert await scene.database.run(let_go) == Refused(BanksRefusal.CARD_BUSY)
    await scene.bank.set_fault(Fault.NONE)
    assert await scene.work() == 1
    assert await scene.database.run(let_go) is None


async def test_a_withdrawal_is_seen_by_its_person_only(scene, database, sealer):
    done = await scene.withdraw("private-1")
    other = await signed_up_person(database, sealer)
    async with database.reading() as tx:
        assert await service.withdrawal(tx, scene.someone.actor, done.instruction_id) == done
        assert await service.withdrawal(tx, other.actor, done.instruction_id) == Refused(
            WalletRefusal.WITHDRAWAL_UNKNOWN
        )
        as_top_up = await service.top_up(tx, scene.someone.actor, done.instruction_id)
    assert as_top_up == Refused(WalletRefusal.TOP_UP_UNKNOWN)
