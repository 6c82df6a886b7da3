"""Top-ups on PostgreSQL: ledger, bank and bills agree, whatever a bank does, wherever one stops."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from farewave.banks import instruction as life
from farewave.banks import jobs
from farewave.banks import service as banks
from farewave.banks.demo.model import Fault
from farewave.banks.deps import BanksDeps
from farewave.banks.errors import BanksRefusal
from farewave.banks.instruction import Instruction, InstructionStatus, Purpose
from farewave.banks.model import BankRefused, BankUnknown, Moved, NeverHeard
from farewave.kit.outcome import KitRefusal, Refused
from farewave.people.errors import PeopleRefusal
from farewave.wallet import moving, rules, service
from farewave.wallet.deps import WalletDeps
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import BillStatus, WalletView
from farewave.wallet.service import CONCLUSIONS, MoveWish
from tests.support.banks import bound_card, demo_bank, offered
from tests.support.database import move_clock
from tests.support.people import PAY_PASSWORD, signed_up_person
from tests.support.wallet import audited, conclude, with_balance

AMOUNT_FEN = 123_45


class Scene:
    """A person with a bound card, and ways to top up."""

    def __init__(self, database, sealer, bank, someone, card):
        self.database = database
        self.bank = bank
        self.someone = someone
        self.card = card
        self.deps = WalletDeps(sealer=sealer, banks=offered(bank))

    def wish(self, key, amount_fen=AMOUNT_FEN, pay_password=PAY_PASSWORD, digest=bytes(32)):
        return MoveWish(
            purpose=Purpose.TOP_UP,
            card_id=self.card.card_id,
            amount_fen=amount_fen,
            pay_password=pay_password,
            key=key,
            digest=digest,
        )

    def top_up(self, key, amount_fen=AMOUNT_FEN, pay_password=PAY_PASSWORD, digest=bytes(32)):
        wish = self.wish(key, amount_fen, pay_password, digest)
        return moving.move(self.database, self.deps, self.someone.actor, wish)

    async def begin(self, key="begun-only"):
        """The first half alone: what a process leaves that died before it asked the bank."""
        begun = await self.database.run(
            lambda tx: service.begin_top_up(tx, self.someone.actor, self.wish(key))
        )
        assert not isinstance(begun, Refused)
        return begun

    async def ask(self, begun):
        """The bank is told, and nobody writes down what it answers."""
        return await banks.carry_out(
            self.deps.banks, self.deps.sealer, begun.instruction, begun.token
        )

    @property
    def banks_deps(self):
        return BanksDeps(self.deps.sealer, self.deps.banks, sandbox=True)

    async def work(self, after=timedelta(minutes=2)):
        """What the job does once `after` has passed."""
        await move_clock(self.database, after)
        return await jobs.settle_due(self.database, self.banks_deps, CONCLUSIONS)

    async def wallet(self):
        actor = self.someone.actor
        async with self.database.reading() as tx:
            return await service.balance(tx, actor.shard, actor.person_id)

    async def at_bank_fen(self):
        """What the bank took from the cards, by its own books."""
        async with self.database.reading() as tx:
            return await tx.fetchval(
                "SELECT coalesce(sum(opening_fen - balance_fen), 0)::bigint FROM demo_bank.account"
            )

    async def bills(self):
        async with self.database.reading() as tx:
            page, _ = await service.bills(tx, self.someone.actor, before=None, limit=50)
        return page

    async def now(self, top_up: Instruction) -> Instruction:
        async with self.database.reading() as tx:
            found = await service.top_up(tx, self.someone.actor, top_up.instruction_id)
        assert not isinstance(found, Refused)
        return found


@pytest.fixture
async def scene(database, sealer):
    bank = demo_bank(database, sealer)
    someone = await signed_up_person(database, sealer)
    card = await bound_card(database, sealer, bank, someone)
    yield Scene(database, sealer, bank, someone, card)
    findings, _ = await audited(database)
    assert findings == []


async def assert_succeeded_once(scene: Scene, top_up: Instruction) -> None:
    assert (await scene.now(top_up)).status is InstructionStatus.SUCCEEDED
    assert await scene.wallet() == WalletView(AMOUNT_FEN, AMOUNT_FEN, 0)
    assert await scene.at_bank_fen() == AMOUNT_FEN
    (bill,) = await scene.bills()
    assert (bill.status, bill.amount_fen, bill.note) == (BillStatus.SUCCEEDED, AMOUNT_FEN, None)
    assert await audited(scene.database) == ([], {})


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
    monkeypatch.setattr("farewave.banks.service.calls.CALL_TIMEOUT_S", 1.0)

    async def breaks(*_):
        raise ConnectionResetError

    async def hangs(*_):
        await asyncio.sleep(60)

    real = scene.bank.debit
    for key, broken in (("it-breaks", breaks), ("it-hangs-", hangs)):
        scene.bank.debit = broken
        assert (await scene.top_up(key)).status is InstructionStatus.PENDING
    scene.bank.debit = real
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


# --- a crash at any line -----------------------------------------------------------------------


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


async def test_an_instruction_still_on_its_way_while_the_job_asks_is_carried_out_once(scene):
    begun = await scene.begin()
    await scene.bank.set_fault(Fault.SLOW)
    on_its_way = asyncio.create_task(scene.ask(begun))
    await asyncio.sleep(0.05)
    await scene.bank.set_fault(Fault.NONE)
    queried = await banks.query(scene.deps.banks, "FWB", begun.instruction.instruction_id)
    assert queried == NeverHeard()
    assert await scene.work() == 1  # the bank never heard of it: sent again
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


# --- the audits see what is wrong --------------------------------------------------------------


async def checks_of(database) -> set[str]:
    findings, _ = await audited(database)
    return {finding.check for finding in findings}


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (
            "UPDATE banks.instruction SET status = 'pending', finished_at = NULL,"
            " bank_serial = NULL",
            "instruction_is_its_transfers",
        ),
        ("UPDATE banks.instruction SET amount_fen = 1", "instruction_is_its_transfers"),
        ("UPDATE banks.instruction SET amount_fen = 1", "settlement_is_instructions"),
        ("DELETE FROM wallet.bill", "move_has_its_bill"),
        ("UPDATE wallet.bill SET status = 'failed'", "move_has_its_bill"),
        ("DELETE FROM banks.instruction", "a_bill_is_of_a_move"),
        ("DELETE FROM banks.instruction", "movement_is_ours"),
        ("UPDATE banks.instruction SET person_id = card_id", "move_is_the_balances"),
        ("DELETE FROM demo_bank.instruction", "settled_is_moved"),
        ("UPDATE demo_bank.instruction SET amount_fen = amount_fen + 1", "movement_is_settled"),
        ("UPDATE demo_bank.account SET balance_fen = balance_fen + 1", "bank_balance"),
    ],
)
async def test_the_audits_find_what_was_tampered_with(database, sealer, damage, check):
    someone = await signed_up_person(database, sealer, real_name=False, pay_password=None)
    await with_balance(database, someone.person, AMOUNT_FEN)
    assert await audited(database) == ([], {})
    async with database.transaction() as tx:
        await tx.execute(damage)
    assert check in await checks_of(database)


async def test_money_that_the_bank_took_and_we_voided_is_found(database, sealer):
    bank = demo_bank(database, sealer)
    someone = await signed_up_person(database, sealer)
    card = await bound_card(database, sealer, bank, someone)
    scene = Scene(database, sealer, bank, someone, card)
    await bank.set_fault(Fault.REFUSE)
    top_up = await scene.top_up("voided---")
    assert top_up.status is InstructionStatus.FAILED
    async with database.transaction() as tx:
        await tx.execute("UPDATE demo_bank.instruction SET refusal = NULL")
    assert await checks_of(database) == {"movement_is_settled", "bank_balance"}


async def test_money_that_the_bank_took_unasked_is_found(database, sealer):
    bank = demo_bank(database, sealer)
    someone = await signed_up_person(database, sealer)
    card = await bound_card(database, sealer, bank, someone)
    token = card.token.reveal(sealer)
    assert isinstance(await bank.debit(UUID(int=7 << 76), token, 5, "?"), Moved)
    assert await checks_of(database) == {"movement_is_ours"}


async def test_a_helper_fills_wallets_of_any_size(database, sealer):
    someone = await signed_up_person(database, sealer)
    await with_balance(database, someone.actor, 120_000_00)
    await with_balance(database, someone.person, 1)
    async with database.reading() as tx:
        view = await service.balance(tx, someone.actor.shard, someone.actor.person_id)
    assert view == WalletView(120_000_01, 120_000_01, 0)
    assert await audited(database) == ([], {})
