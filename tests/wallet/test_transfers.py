"""Money sent to a phone number: on one shard, across two, twice, at once, stopped half way."""

import asyncio
from datetime import timedelta

import pytest

from farewave.kit.outcome import KitRefusal, Refused
from farewave.ledger import store as ledger_store
from farewave.people import store as people_store
from farewave.people.errors import PeopleRefusal
from farewave.people.proofs import Tries
from farewave.wallet import jobs, sending, service, transfer
from farewave.wallet import store as wallet_store
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import WalletView
from farewave.wallet.service import transfers
from farewave.wallet.transfer import Sent
from tests.support.database import move_clock
from tests.support.people import signed_up_person, some_phone
from tests.support.wallet import with_balance
from tests.wallet.transfer_scene import RICH_FEN, audited, reason, sending_scene


@pytest.fixture
async def scene(database, sealer):
    async with sending_scene(database, sealer) as made:
        yield made


@pytest.mark.parametrize("whom", ["near", "far"])
async def test_money_arrives_and_both_have_a_bill(scene, whom):
    to = getattr(scene, whom)
    sent = await scene.send(to, 30_00, note="午饭")
    assert isinstance(sent, Sent)
    assert sent.arrived_at is not None
    assert (await scene.fen(scene.payer), await scene.fen(to)) == (70_00, 30_00)
    assert await scene.bills(scene.payer) == [("out", "succeeded", 30_00, to.person.name_masked)]
    assert await scene.bills(to) == [("in", "succeeded", 30_00, "*明")]
    assert await scene.in_transit_fen() == 0


@pytest.mark.parametrize("whom", ["near", "far"])
async def test_one_key_is_one_transfer_however_often_and_at_once(scene, whom):
    to = getattr(scene, whom)
    outcomes = await asyncio.gather(*(scene.send(to) for _ in range(4)))
    assert len({each.transfer_id for each in [*outcomes, await scene.send(to)]}) == 1
    assert (await scene.fen(scene.payer), await scene.fen(to)) == (70_00, 30_00)
    other = await scene.send(to, 31_00)
    assert reason(other).code == "request.key_conflict"


async def test_refusals_by_name_and_nothing_moves(scene):
    nobody = await signed_up_person(scene.database, scene.deps.sealer, phone=some_phone().digits)
    for outcome, expected in [
        (await scene.send(scene.far, 0), WalletRefusal.TRANSFER_AMOUNT),
        (await scene.send(scene.far, transfer.FEN_MAX + 1), WalletRefusal.TRANSFER_AMOUNT),
        (await scene.send(scene.far, 1_00, pay_password="9"), PeopleRefusal.PAY_PASSWORD_FORM),
        (
            await scene.send(scene.far, 1_00, pay_password="999999"),
            PeopleRefusal.PAY_PASSWORD_WRONG,
        ),
        (await scene.send(scene.payer), WalletRefusal.PAYEE_SELF),
        (await scene.send(scene.far, RICH_FEN + 1), WalletRefusal.BALANCE_NOT_ENOUGH),
        (await scene.send(scene.near, by=nobody), WalletRefusal.BALANCE_NOT_ENOUGH),
    ]:
        assert reason(outcome) is expected
    assert await scene.fen(scene.payer) == RICH_FEN
    assert await scene.bills(scene.payer) == []


@pytest.mark.parametrize("whom", ["near", "far"])
async def test_two_phones_send_the_last_money_at_once_and_one_succeeds(scene, whom):
    to = getattr(scene, whom)
    outcomes = await asyncio.gather(
        *(scene.send(to, RICH_FEN, key=f"phone-{number:04}") for number in range(4))
    )
    refused = [reason(each) for each in outcomes if isinstance(each, Refused)]
    assert refused == [WalletRefusal.BALANCE_NOT_ENOUGH] * 3
    assert (await scene.fen(scene.payer), await scene.fen(to)) == (0, RICH_FEN)
    assert len(await scene.bills(to)) == 1


async def test_control_without_the_locks_the_last_money_is_sent_twice(scene, monkeypatch):
    """Shows that the test above would see a missing lock, and that the audit sees what it costs."""
    async with scene.database.transaction() as tx:
        await tx.execute("ALTER TABLE ledger.entry DROP CONSTRAINT debits_within_credits")
        await tx.execute("ALTER TABLE ledger.transfer DROP CONSTRAINT transfer_position")
        await tx.execute("ALTER TABLE ledger.entry DROP CONSTRAINT entry_pkey")
    await scene.database.run(lambda tx: service.ensure_account(tx, scene.near.person))
    without_locks(monkeypatch, readers=2)
    outcomes = await asyncio.gather(
        *(scene.send(scene.near, RICH_FEN, key=f"phone-{number:04}") for number in range(2))
    )
    assert [reason(each) for each in outcomes] == [None, None]
    monkeypatch.undo()
    assert await audited(scene.database) != []
    scene.is_sound = False


def without_locks(monkeypatch: pytest.MonkeyPatch, *, readers: int) -> None:
    """Reads in the place of every lock that two transfers of one payer meet at."""
    all_have_read = asyncio.Barrier(readers)
    load = ledger_store.load_accounts

    async def no_book_lock(tx, shard, currency):
        return await ledger_store.book_head(tx, shard, currency)

    async def read_then_wait(tx, *args):
        accounts = await load(tx, *args)
        await all_have_read.wait()
        return accounts

    async def no_password_lock(tx, shard, person_id):
        row = await tx.fetchrow(
            "SELECT password_hash FROM people.pay_password WHERE shard = $1 AND person_id = $2",
            shard,
            person_id,
        )
        return row["password_hash"], Tries()

    async def uncounted(*_):
        return 1

    monkeypatch.setattr(ledger_store, "lock_book", no_book_lock)
    monkeypatch.setattr(ledger_store, "load_accounts", read_then_wait)
    monkeypatch.setattr(people_store, "lock_pay_password", no_password_lock)
    monkeypatch.setattr(wallet_store, "count_look_up", uncounted)


async def test_two_who_send_to_each_other_at_once_never_wait_for_each_other(scene):
    await with_balance(scene.database, scene.far.person, RICH_FEN)
    outcomes = await asyncio.gather(
        *(scene.send(scene.far, 1_00, key=f"to-{n:05}") for n in range(5)),
        *(scene.send(scene.payer, 1_00, key=f"fro-{n:05}", by=scene.far) for n in range(5)),
    )
    assert [reason(each) for each in outcomes] == [None] * 10
    assert (await scene.fen(scene.payer), await scene.fen(scene.far)) == (RICH_FEN, RICH_FEN)
    assert await scene.in_transit_fen() == 0


async def test_a_transfer_that_stopped_after_leaving_is_carried_on_by_the_job(scene):
    left = await scene.leave(scene.far, 40_00)
    assert await scene.bills(scene.payer) == [
        ("out", "pending", 40_00, scene.far.person.name_masked)
    ]
    assert (await scene.fen(scene.payer), await scene.fen(scene.far)) == (60_00, 0)
    assert await scene.in_transit_fen() == 40_00
    assert await audited(scene.database) == []
    assert await jobs.carry_on_due(scene.database) == 0, "whoever sent it has a moment to do it"
    await move_clock(scene.database, transfer.CHECK_AFTER)
    assert await jobs.carry_on_due(scene.database) == 1
    assert await jobs.carry_on_due(scene.database) == 0
    assert await scene.fen(scene.far) == 40_00
    assert await scene.in_transit_fen() == 0
    (bill,) = await scene.bills(scene.payer)
    assert bill[1] == "succeeded"
    again = await scene.send(scene.far, 40_00)
    assert again.transfer_id == left.transfer_id
    assert again.arrived_at is not None


async def test_a_transfer_that_stopped_after_arriving_arrives_once(scene):
    left = await scene.leave(scene.far, 40_00)
    await scene.database.run(lambda tx: service.arrive(tx, left))
    assert await audited(scene.database) == []
    await asyncio.gather(*(sending.carry_on(scene.database, left) for _ in range(3)))
    assert await scene.fen(scene.far) == 40_00
    assert len(await scene.bills(scene.far)) == 1


async def test_the_audit_sees_money_that_was_lost_between_two_shards(scene):
    left = await scene.leave(scene.far, 40_00)
    async with scene.database.transaction() as tx:
        await tx.execute(
            "UPDATE wallet.transfer SET arrived_at = $2 WHERE transfer_id = $1",
            left.transfer_id,
            tx.now,
        )
    checks = {finding.check for finding in await audited(scene.database)}
    assert "transfer_is_its_ledger_transfers" in checks
    async with scene.database.transaction() as tx:
        await tx.execute("UPDATE wallet.transfer SET arrived_at = NULL")
    await sending.carry_on(scene.database, left)


async def test_looking_up_many_numbers_is_refused_for_the_day(scene, monkeypatch):
    monkeypatch.setattr(transfer, "LOOK_UPS_A_DAY", 2)

    async def look_up(phone: str) -> object:
        return await scene.database.run(
            lambda tx: service.payee(tx, scene.deps.sealer, scene.payer.actor, phone)
        )

    assert (await look_up(scene.far.phone.digits)).person_id == scene.far.person.person_id
    assert reason(await look_up(some_phone().digits)) is WalletRefusal.PAYEE_UNKNOWN
    assert reason(await look_up(scene.far.phone.digits)) is WalletRefusal.LOOK_UPS_SPENT
    await move_clock(scene.database, timedelta(days=1))
    assert (await look_up(scene.near.phone.digits)).person_id == scene.near.person.person_id


async def test_a_transfer_is_repeated_also_when_the_look_ups_of_the_day_are_spent(
    scene, monkeypatch
):
    monkeypatch.setattr(transfer, "LOOK_UPS_A_DAY", 1)
    sent = await scene.send(scene.far)
    for _ in range(3):
        assert await scene.send(scene.far) == sent
    assert reason(await scene.send(scene.near)) is KitRefusal.KEY_CONFLICT
    assert reason(await scene.send(scene.near, key="tap-0002")) is WalletRefusal.LOOK_UPS_SPENT


async def test_a_number_is_counted_also_when_the_money_does_not_suffice(scene, monkeypatch):
    monkeypatch.setattr(transfer, "LOOK_UPS_A_DAY", 2)
    outcomes = [await scene.send(scene.far, RICH_FEN + 1) for _ in range(3)]
    assert [reason(each) for each in outcomes] == [
        WalletRefusal.BALANCE_NOT_ENOUGH,
        WalletRefusal.BALANCE_NOT_ENOUGH,
        WalletRefusal.LOOK_UPS_SPENT,
    ]


async def test_a_number_is_counted_also_when_the_money_is_gone_in_that_very_moment(
    scene, monkeypatch
):
    """Two sends at once, or a payment beside one: the ledger refuses what the balance had."""
    monkeypatch.setattr(transfer, "LOOK_UPS_A_DAY", 2)
    assert isinstance(await scene.send(scene.near, RICH_FEN, key="first-send"), Sent)

    async def seen_before_the_first(tx, shard, person_id):
        return WalletView(RICH_FEN, RICH_FEN)

    monkeypatch.setattr(transfers, "balance", seen_before_the_first)
    refused = [reason(await scene.send(scene.far, key=f"again-{n:04}")) for n in range(2)]
    assert refused == [WalletRefusal.BALANCE_NOT_ENOUGH, WalletRefusal.LOOK_UPS_SPENT]
    assert len(await scene.bills(scene.payer)) == 1, "nothing of what was refused is written"
