"""Paying with codes that phones made by themselves: on the desk, in real tables."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from farewave.db import Tx
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import code_devices, confirmations, jobs, limits, store
from farewave.payments.code_payment import CONFIRM_WITHIN, CodePayment
from farewave.payments.device_code import SLOT_S
from farewave.payments.errors import PaymentsRefusal as P
from farewave.payments.errors import PhoneRefusal
from farewave.payments.model import Trade, TradeStatus
from farewave.people import service as people
from farewave.people.errors import PeopleRefusal
from tests.payments.conftest import BALANCE_FEN, Scene
from tests.support.database import move_clock
from tests.support.payments import audited, buyer_with, pay
from tests.support.people import PAY_PASSWORD, signed_up_person
from tests.support.phones import Device, enrolled, slot_now, tickets_of

AMOUNT_FEN = 1_000
_numbers = count(1)


def scan(scene: Scene, code: str, amount_fen: int = AMOUNT_FEN, number: str = "") -> CodePayment:
    return CodePayment(
        merchant_id=scene.shop.app.merchant_id,
        app_id=scene.shop.app.app_id,
        out_trade_no=number or f"D{next(_numbers):08d}",
        subject="一杯咖啡",
        amount_fen=amount_fen,
        auth_code=code,
        expires_at=None,
        notify_url="http://shop.test/notify",
    )


def told(outcome: Trade | Refused) -> object:
    return outcome.reason if isinstance(outcome, Refused) else outcome.status


@pytest.fixture
async def phone(scene: Scene) -> Device:
    return await enrolled(scene.database, scene.sealer, scene.buyer.actor)


async def test_a_phones_code_pays_once_and_its_ticket_never_again(
    scene: Scene, phone: Device
) -> None:
    desk, slot = scene.desk(), await slot_now(scene.database)
    ticket = phone.tickets[0]
    paid = await desk.pay(scan(scene, phone.code(slot)))
    assert isinstance(paid, Trade)
    assert paid == await scene.shop.seen(paid)
    assert await scene.balance_fen() == BALANCE_FEN - AMOUNT_FEN
    assert len(await scene.notices(paid)) == await scene.paid_events() == 1
    for each in (slot - 1, slot, slot + 1):
        phone.tickets.insert(0, ticket)
        assert told(await desk.pay(scan(scene, phone.code(each)))) is P.AUTH_CODE_INVALID
    assert await audited(scene.database) == []


@pytest.mark.parametrize(("off", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
async def test_a_clock_may_be_off_by_one_slot(
    scene: Scene, phone: Device, off: int, good: bool
) -> None:
    async with scene.database.reading() as tx:
        into_s = tx.now.timestamp() % SLOT_S
    if into_s > SLOT_S - 5:  # a slot must not end between the two looks at the clock
        await move_clock(scene.database, timedelta(seconds=SLOT_S - into_s + 1))
    code = phone.code(await slot_now(scene.database) + off)
    wanted = TradeStatus.TRADE_SUCCESS if good else P.AUTH_CODE_INVALID
    assert told(await scene.desk().pay(scan(scene, code))) is wanted


async def test_two_codes_of_one_ticket_in_one_batch_pay_once(scene: Scene, phone: Device) -> None:
    slot = await slot_now(scene.database)
    phone.tickets[1] = phone.tickets[0]
    pair = [phone.code(slot), phone.code(slot + 1)]
    desk = scene.desk()
    outcomes = await asyncio.gather(*(desk.pay(scan(scene, code)) for code in pair))
    assert sorted(map(str, map(told, outcomes))) == sorted(
        map(str, [TradeStatus.TRADE_SUCCESS, P.AUTH_CODE_INVALID])
    )
    assert await scene.balance_fen() == BALANCE_FEN - AMOUNT_FEN


async def test_a_foreign_ticket_a_wrong_proof_and_an_invented_one_pay_nothing(
    scene: Scene, phone: Device
) -> None:
    other = await enrolled(
        scene.database, scene.sealer, (await buyer_with(scene.database, scene.sealer, 100)).actor
    )
    slot = await slot_now(scene.database)
    foreign = Device(phone.actor, phone.key, [other.tickets[0]]).code(slot)
    good = phone.code(slot)
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    invented = good[:5] + "000000000" + good[14:]
    for code in (foreign, wrong, invented, good[:14], good[:18], good + "1"):
        assert told(await scene.desk().pay(scan(scene, code))) is P.AUTH_CODE_INVALID
    assert told(await scene.desk().pay(scan(scene, good))) is TradeStatus.TRADE_SUCCESS


async def test_a_phone_that_is_signed_out_revoked_or_enrolled_anew_makes_no_codes(
    scene: Scene,
) -> None:
    desk, actor = scene.desk(), scene.buyer.actor
    phone = await enrolled(scene.database, scene.sealer, actor)
    anew = await enrolled(scene.database, scene.sealer, actor)
    slot = await slot_now(scene.database)
    assert told(await desk.pay(scan(scene, phone.code(slot)))) is P.AUTH_CODE_INVALID
    assert told(await desk.pay(scan(scene, anew.code(slot)))) is TradeStatus.TRADE_SUCCESS
    listed = await scene.database.run(lambda tx: code_devices.devices(tx, actor))
    assert isinstance(listed, list)
    assert [each.is_this for each in listed] == [True]
    for _ in range(2):
        await scene.database.run(lambda tx: code_devices.revoke(tx, actor, actor.session_id))
    assert told(await desk.pay(scan(scene, anew.code(slot)))) is P.AUTH_CODE_INVALID
    refused = await scene.database.run(lambda tx: code_devices.fetch_tickets(tx, actor))
    assert isinstance(refused, Refused)
    assert refused.reason is PhoneRefusal.CODE_DEVICE_UNKNOWN
    last = await enrolled(scene.database, scene.sealer, actor)
    await scene.database.run(lambda tx: people.sign_out(tx, scene.buyer.token))
    assert told(await desk.pay(scan(scene, last.code(slot)))) is P.AUTH_CODE_INVALID


async def test_the_keys_of_phones_that_were_signed_out_are_forgotten_no_others(
    scene: Scene, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_devices, "JOB_BATCH_MAX", 1)  # so that it takes more than one step
    phones = [await signed_up_person(scene.database, sealer) for _ in range(3)]
    for each in phones:
        await enrolled(scene.database, scene.sealer, each.actor)
    for each in phones[1:]:
        await scene.database.run(lambda tx, each=each: people.sign_out(tx, each.token))
    assert await jobs.forget_code_devices(scene.database) == 2
    async with scene.database.reading() as tx:
        rows = await tx.fetch("SELECT device_id FROM payments.code_device")
    assert [row["device_id"] for row in rows] == [phones[0].actor.session_id]
    assert await jobs.forget_code_devices(scene.database) == 0


async def test_tickets_end_with_their_time_and_with_the_second_batch_after_them(
    scene: Scene, phone: Device
) -> None:
    first = Device(phone.actor, phone.key, list(phone.tickets))
    second = Device(phone.actor, phone.key, await tickets_of(scene.database, phone.actor))
    desk, slot = scene.desk(), await slot_now(scene.database)
    assert told(await desk.pay(scan(scene, first.code(slot)))) is TradeStatus.TRADE_SUCCESS
    await tickets_of(scene.database, phone.actor)
    assert told(await desk.pay(scan(scene, first.code(slot)))) is P.AUTH_CODE_INVALID
    assert told(await desk.pay(scan(scene, second.code(slot)))) is TradeStatus.TRADE_SUCCESS
    await move_clock(scene.database, code_devices.TICKET_LIVES)
    slot = await slot_now(scene.database)
    assert told(await desk.pay(scan(scene, second.code(slot)))) is P.AUTH_CODE_INVALID


async def test_a_wrong_pay_password_enrols_nothing_and_changes_no_limit(scene: Scene) -> None:
    actor = scene.buyer.actor
    for work in (
        lambda tx: code_devices.enrol(tx, scene.sealer, actor, bytes(65), "999999"),
        lambda tx: code_devices.set_unasked_limits(tx, actor, "999999", 1, 1),
    ):
        refused: Any = await scene.database.run(work)
        assert isinstance(refused, Refused)
        assert refused.reason is PeopleRefusal.PAY_PASSWORD_WRONG


async def with_limits(scene: Scene, payment_fen: int, day_fen: int) -> None:
    set_so = await scene.database.run(
        lambda tx: code_devices.set_unasked_limits(
            tx, scene.buyer.actor, PAY_PASSWORD, payment_fen, day_fen
        )
    )
    assert not isinstance(set_so, Refused), set_so


async def test_above_the_limit_the_person_is_asked_and_pays_with_the_pay_password(
    scene: Scene, phone: Device
) -> None:
    await with_limits(scene, AMOUNT_FEN, 2 * AMOUNT_FEN)
    desk, slot = scene.desk(), await slot_now(scene.database)
    asked = scan(scene, phone.code(slot), AMOUNT_FEN + 1)
    waiting = await desk.pay(asked)
    assert isinstance(waiting, Trade)
    assert waiting == await scene.shop.seen(waiting)
    assert waiting.status is TradeStatus.WAIT_BUYER_PAY
    assert waiting.expires_at == waiting.created_at + CONFIRM_WITHIN
    assert await scene.balance_fen() == BALANCE_FEN
    assert await desk.pay(asked) == waiting, "the merchant asks again, its answer was lost"
    other = scan(scene, asked.auth_code, AMOUNT_FEN + 1)
    assert told(await desk.pay(other)) is P.AUTH_CODE_INVALID, "the code is used up by asking"
    assert [each.trade_no for each in await questions(scene)] == [waiting.trade_no]
    view = await pay(scene.database, scene.buyer, waiting)
    assert not isinstance(view, Refused)
    assert view.trade.status is TradeStatus.TRADE_SUCCESS
    assert await questions(scene) == ()
    assert told(await desk.pay(asked)) is P.TRADE_HAS_SUCCESS
    assert await scene.balance_fen() == BALANCE_FEN - AMOUNT_FEN - 1
    assert await audited(scene.database) == []


async def questions(scene: Scene) -> tuple[confirmations.Question, ...]:
    actor = scene.buyer.actor
    async with scene.database.reading() as tx:
        asked = await confirmations.questions(tx, actor.shard, [actor.person_id])
    return asked.get(actor.person_id, ())


async def test_the_days_sum_is_kept_also_by_codes_scanned_at_once_and_starts_anew_each_day(
    scene: Scene, phone: Device
) -> None:
    await with_limits(scene, AMOUNT_FEN, 2 * AMOUNT_FEN)
    slot = await slot_now(scene.database)
    desks = [scene.desk() for _ in range(4)]
    outcomes = await asyncio.gather(*(desk.pay(scan(scene, phone.code(slot))) for desk in desks))
    assert [told(each) for each in outcomes].count(TradeStatus.TRADE_SUCCESS) == 2
    assert [told(each) for each in outcomes].count(TradeStatus.WAIT_BUYER_PAY) == 2
    await move_clock(scene.database, timedelta(days=1))
    code = phone.code(await slot_now(scene.database))
    assert told(await scene.desk().pay(scan(scene, code))) is TradeStatus.TRADE_SUCCESS
    assert await audited(scene.database) == []


async def test_declining_closes_the_trade_and_so_does_not_answering(
    scene: Scene, phone: Device
) -> None:
    await with_limits(scene, 0, 0)
    desk, slot, actor = scene.desk(), await slot_now(scene.database), scene.buyer.actor
    first, second = [await desk.pay(scan(scene, phone.code(slot))) for _ in range(2)]
    assert isinstance(first, Trade)
    assert isinstance(second, Trade)
    stranger = (await buyer_with(scene.database, scene.sealer, 0)).actor
    for by, number, reason in (
        (stranger, first.trade_no, P.NOT_YOUR_TRADE),
        (actor, (await scene.shop.trade(scene.buyer)).trade_no, P.TRADE_NOT_FOUND),
    ):
        refused = await scene.database.run(
            lambda tx, by=by, number=number: confirmations.decline(tx, by, number)
        )
        assert isinstance(refused, Refused)
        assert refused.reason is reason
    for _ in range(2):
        closed = await scene.database.run(
            lambda tx: confirmations.decline(tx, actor, first.trade_no)
        )
        assert isinstance(closed, Trade)
        assert closed.status is TradeStatus.TRADE_CLOSED
    refused = await pay(scene.database, scene.buyer, first)
    assert isinstance(refused, Refused)
    await move_clock(scene.database, CONFIRM_WITHIN)
    assert await questions(scene) == ()
    assert await jobs.expire_due(scene.database) >= 1
    assert (await scene.shop.seen(second)).status is TradeStatus.TRADE_CLOSED
    assert await scene.balance_fen() == BALANCE_FEN
    await move_clock(scene.database, timedelta(days=2))
    assert await jobs.forget_confirmations(scene.database) == 2
    assert await audited(scene.database) == []


async def test_a_code_that_may_pay_unasked_still_needs_the_money(
    scene: Scene, phone: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = await buyer_with(scene.database, scene.sealer, 5)
    theirs = await enrolled(scene.database, scene.sealer, poor.actor)
    code = theirs.code(await slot_now(scene.database))
    assert told(await scene.desk().pay(scan(scene, code))) is P.BALANCE_NOT_ENOUGH
    assert told(await scene.desk().pay(scan(scene, code, 5))) is TradeStatus.TRADE_SUCCESS
    tight = limits.Limits(AMOUNT_FEN, AMOUNT_FEN, AMOUNT_FEN)
    monkeypatch.setattr(limits, "LIMITS", (tight, tight))
    code = phone.code(await slot_now(scene.database))
    assert told(await scene.desk().pay(scan(scene, code, AMOUNT_FEN + 1))) is P.LIMIT_PAYMENT


async def at_two_merchants_at_once(scene: Scene, phone: Device) -> list[object]:
    code = phone.code(await slot_now(scene.database))
    desks = [scene.desk(), scene.desk()]
    return [told(each) for each in await asyncio.gather(*(d.pay(scan(scene, code)) for d in desks))]


async def test_one_code_charged_by_two_merchants_at_once_pays_once(
    scene: Scene, phone: Device
) -> None:
    for turn in range(1, 9):
        outcomes = await at_two_merchants_at_once(scene, phone)
        assert sorted(map(str, outcomes)) == sorted(
            map(str, [TradeStatus.TRADE_SUCCESS, P.AUTH_CODE_INVALID])
        )
        assert await scene.balance_fen() == BALANCE_FEN - turn * AMOUNT_FEN


async def test_control_without_the_codes_lock_both_merchants_charge_it(
    scene: Scene, phone: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, the test above proves nothing: both read before either writes."""
    both_read = asyncio.Barrier(2)

    async def unlocked(tx: Tx, shard: int, codes: Collection[str]) -> object:
        found = {code: await store.code(tx, shard, code) for code in codes}
        await both_read.wait()
        return found

    monkeypatch.setattr(store, "lock_codes", unlocked)
    outcomes = await at_two_merchants_at_once(scene, phone)
    assert outcomes == [TradeStatus.TRADE_SUCCESS] * 2
