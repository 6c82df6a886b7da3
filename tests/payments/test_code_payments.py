"""Paying by code on the desk: once, within the limits, from money that is there."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from farewave.db import Tx
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import code_payments, codes, jobs, limits, paycode, store
from farewave.payments.code_payment import CodePayment
from farewave.payments.errors import PaymentsRefusal as P
from farewave.payments.model import Trade, TradeStatus
from farewave.people.errors import PeopleRefusal
from tests.payments.conftest import BALANCE_FEN, Scene
from tests.support.database import move_clock
from tests.support.payments import audited, buyer_with, pay
from tests.support.people import PAY_PASSWORD, Someone

AMOUNT_FEN = 1_000
_numbers = count(1)


async def a_code(scene: Scene, someone: Someone | None = None) -> str:
    actor = (someone or scene.buyer).actor
    made = await scene.database.run(lambda tx: codes.issue_code(tx, actor, PAY_PASSWORD))
    assert not isinstance(made, Refused), made
    return made.code


def scan(scene: Scene, code: str, amount_fen: int = AMOUNT_FEN, number: str = "") -> CodePayment:
    return CodePayment(
        merchant_id=scene.shop.app.merchant_id,
        app_id=scene.shop.app.app_id,
        out_trade_no=number or f"C{next(_numbers):08d}",
        subject="一杯咖啡",
        amount_fen=amount_fen,
        auth_code=code,
        expires_at=None,
        notify_url="http://shop.test/notify",
    )


def told(outcome: Trade | Refused) -> object:
    return outcome.reason if isinstance(outcome, Refused) else outcome.status


async def test_a_code_pays_once_and_the_person_sees_a_bill(scene: Scene) -> None:
    desk = scene.desk()
    code = await a_code(scene)
    paid = await desk.pay(scan(scene, code))
    assert isinstance(paid, Trade)
    assert paid == await scene.shop.seen(paid)
    assert await scene.balance_fen() == BALANCE_FEN - AMOUNT_FEN
    assert [bill.amount_fen for bill in await scene.bills("payment")] == [AMOUNT_FEN]
    assert len(await scene.notices(paid)) == await scene.paid_events() == 1
    assert told(await desk.pay(scan(scene, code))) is P.AUTH_CODE_INVALID
    assert await audited(scene.database) == []


async def test_what_a_code_paid_can_be_refunded_like_any_trade(scene: Scene) -> None:
    paid = await scene.desk().pay(scan(scene, await a_code(scene)))
    assert isinstance(paid, Trade)
    await scene.shop.refund(paid, AMOUNT_FEN)
    assert (await scene.shop.seen(paid)).status is TradeStatus.TRADE_CLOSED
    assert await scene.balance_fen() == BALANCE_FEN
    assert await audited(scene.database) == []


async def test_the_same_request_asked_again_is_told_that_it_was_paid(scene: Scene) -> None:
    desk = scene.desk()
    asked = scan(scene, await a_code(scene))
    assert told(await desk.pay(asked)) is TradeStatus.TRADE_SUCCESS
    assert told(await desk.pay(asked)) is P.TRADE_HAS_SUCCESS
    assert await scene.balance_fen() == BALANCE_FEN - AMOUNT_FEN


async def test_the_same_request_many_times_at_once_pays_once_and_all_hear_of_it(
    scene: Scene,
) -> None:
    desks = [scene.desk(), scene.desk()]
    asked = scan(scene, await a_code(scene))
    outcomes = await asyncio.gather(*(desks[nr % 2].pay(asked) for nr in range(10)))
    assert sorted(map(str, map(told, outcomes))) == sorted(
        map(str, [TradeStatus.TRADE_SUCCESS, *[P.TRADE_HAS_SUCCESS] * 9])
    )
    assert await audited(scene.database) == []


@pytest.mark.parametrize("code", ["", "x", "28", "2" * 18, "289990000000000000", "２８" * 9])
async def test_an_invented_code_pays_nothing(scene: Scene, code: str) -> None:
    assert told(await scene.desk().pay(scan(scene, code))) is P.AUTH_CODE_INVALID


async def test_a_code_that_is_over_pays_nothing_and_is_forgotten_later(scene: Scene) -> None:
    code = await a_code(scene)
    await move_clock(scene.database, paycode.LIVES)
    assert told(await scene.desk().pay(scan(scene, code))) is P.AUTH_CODE_INVALID
    await move_clock(scene.database, paycode.LIVES + paycode.KEPT + timedelta(seconds=1))
    assert await jobs.forget_codes(scene.database) == 1


async def test_more_codes_than_a_batch_are_forgotten_in_one_run(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (jobs, codes):
        monkeypatch.setattr(place, "JOB_BATCH_MAX", 1)
    for _ in range(3):
        await a_code(scene)
    await move_clock(scene.database, paycode.LIVES + paycode.KEPT + timedelta(seconds=1))
    assert await jobs.forget_codes(scene.database) == 3


async def test_a_wrong_pay_password_makes_no_code(scene: Scene) -> None:
    made = await scene.database.run(lambda tx: codes.issue_code(tx, scene.buyer.actor, "999999"))
    assert isinstance(made, Refused)
    assert made.reason is PeopleRefusal.PAY_PASSWORD_WRONG


async def test_an_order_number_that_was_paid_isnt_paid_again_with_another_code(
    scene: Scene,
) -> None:
    desk = scene.desk()
    first = await desk.pay(scan(scene, await a_code(scene), number="ORDER-1"))
    again = await desk.pay(scan(scene, await a_code(scene), number="ORDER-1"))
    assert (told(first), told(again)) == (TradeStatus.TRADE_SUCCESS, P.TRADE_HAS_SUCCESS)
    assert await scene.balance_fen() == BALANCE_FEN - AMOUNT_FEN


async def test_a_refused_payment_leaves_code_and_order_number_free(scene: Scene) -> None:
    desk = scene.desk()
    code = await a_code(scene)
    short = await desk.pay(scan(scene, code, BALANCE_FEN + 1, number="ORDER-2"))
    assert told(short) is P.BALANCE_NOT_ENOUGH
    paid = await desk.pay(scan(scene, code, BALANCE_FEN, number="ORDER-2"))
    assert told(paid) is TradeStatus.TRADE_SUCCESS
    assert await audited(scene.database) == []


async def test_many_scans_at_once_of_two_desks_take_each_code_once_and_no_more_than_there_is(
    scene: Scene,
) -> None:
    """Two desks stand for two processes. 60 codes, each scanned twice, money for 40."""
    poor = await a_poor_person(scene, 40 * AMOUNT_FEN)
    codes = [await a_code(scene, poor) for _ in range(60)]
    desks = [scene.desk(), scene.desk()]
    outcomes = await asyncio.gather(
        *(desk.pay(scan(scene, code)) for code in codes for desk in desks)
    )
    results = [told(outcome) for outcome in outcomes]
    assert results.count(TradeStatus.TRADE_SUCCESS) == 40
    assert await scene.balance_fen(poor) == 0
    assert set(results) <= {TradeStatus.TRADE_SUCCESS, P.AUTH_CODE_INVALID, P.BALANCE_NOT_ENOUGH}
    assert await audited(scene.database) == []


async def a_poor_person(scene: Scene, balance_fen: int) -> Someone:
    sealer = Sealer(data_key=bytes(range(32)), index_key=bytes(range(32, 64)))
    return await buyer_with(scene.database, sealer, balance_fen)


async def test_one_code_scanned_by_many_tills_at_once_pays_once(scene: Scene) -> None:
    for _ in range(8):
        before_fen = await scene.balance_fen()
        code = await a_code(scene)
        desks = [scene.desk() for _ in range(4)]
        outcomes = await asyncio.gather(*(desk.pay(scan(scene, code)) for desk in desks))
        assert [told(each) for each in outcomes].count(TradeStatus.TRADE_SUCCESS) == 1
        assert await scene.balance_fen() == before_fen - AMOUNT_FEN


async def with_daily_limit(monkeypatch: pytest.MonkeyPatch, payments: int) -> None:
    tight = limits.Limits(10 * AMOUNT_FEN, payments * AMOUNT_FEN, 100 * AMOUNT_FEN)
    monkeypatch.setattr(limits, "LIMITS", (tight, tight))


async def scans(scene: Scene) -> list[object]:
    """Three codes of one person, scanned at once, each on a desk of its own."""
    codes = [await a_code(scene) for _ in range(3)]
    desks = [scene.desk() for _ in codes]
    return list(
        await asyncio.gather(
            *(desk.pay(scan(scene, code)) for desk, code in zip(desks, codes, strict=True))
        )
    )


async def cashiers(scene: Scene) -> list[object]:
    """Three trades that the same person pays at once."""
    trades = [await scene.shop.trade(scene.buyer, AMOUNT_FEN) for _ in range(3)]
    return list(
        await asyncio.gather(*(pay(scene.database, scene.buyer, trade) for trade in trades))
    )


async def test_a_limit_reached_from_two_phones_at_once_holds(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_daily_limit(monkeypatch, 4)
    both = await asyncio.gather(scans(scene), cashiers(scene))
    outcomes = [outcome for each in both for outcome in each]
    refused = [each.reason for each in outcomes if isinstance(each, Refused)]
    assert refused == [P.LIMIT_DAY] * 2
    assert await scene.balance_fen() == BALANCE_FEN - 4 * AMOUNT_FEN
    await move_clock(scene.database, timedelta(days=1))
    later = await scene.desk().pay(scan(scene, await a_code(scene)))
    assert told(later) is TradeStatus.TRADE_SUCCESS, "a day later there is a new day"


async def test_control_without_its_lock_the_limit_is_passed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails, the test above proves nothing: reads that all come before any write."""
    await with_daily_limit(monkeypatch, 2)
    all_read = asyncio.Barrier(3)

    async def unlocked(tx: Tx, shard: int, people: Sequence[UUID]) -> object:
        rows = await tx.fetch(
            "SELECT person_id, day, day_fen, month, month_fen FROM payments.spending"
            " WHERE shard = $1 AND person_id = ANY ($2)",
            shard,
            list(people),
        )
        await all_read.wait()
        return {row[0]: limits.Spending(*tuple(row)[1:]) for row in rows}

    monkeypatch.setattr(store, "lock_spending", unlocked)
    outcomes = await scans(scene)
    assert [each for each in outcomes if isinstance(each, Refused)] == []
    assert await scene.balance_fen() == BALANCE_FEN - 3 * AMOUNT_FEN


async def test_each_limit_has_its_refusal(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = scene.desk()
    tight = limits.Limits(payment_fen=500, day_fen=800, month_fen=1_000)
    monkeypatch.setattr(limits, "LIMITS", (tight, tight))
    code = await a_code(scene)
    assert told(await desk.pay(scan(scene, code, 501))) is P.LIMIT_PAYMENT
    assert told(await desk.pay(scan(scene, code, 500))) is TradeStatus.TRADE_SUCCESS
    code = await a_code(scene)
    assert told(await desk.pay(scan(scene, code, 301))) is P.LIMIT_DAY
    assert told(await desk.pay(scan(scene, code, 300))) is TradeStatus.TRADE_SUCCESS


async def test_batches_of_two_processes_never_wait_for_each_other_in_a_circle(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch pays twice for one person and for order numbers that the other batch has as well,
    in the opposite order: whoever took locks as it went along would meet the other one's.
    """
    lost: list[BaseException] = []
    decide = code_payments.pay_batch

    async def watched(*given: Any) -> Any:
        try:
            return await decide(*given)
        except asyncpg.DeadlockDetectedError as deadlock:
            lost.append(deadlock)
            raise

    monkeypatch.setattr(code_payments, "pay_batch", watched)
    other = await a_poor_person(scene, 100 * AMOUNT_FEN)
    for turn in range(15):
        numbers = [f"CIRCLE-{turn}-{place}" for place in range(4)]
        mine = [scan(scene, await a_code(scene), number=number) for number in numbers]
        theirs = [scan(scene, await a_code(scene, other), number=each) for each in numbers[::-1]]
        desks = [scene.desk(), scene.desk()]
        answers = [
            *(desks[0].pay(each) for each in mine),
            *(desks[1].pay(each) for each in theirs),
        ]
        results = [told(each) for each in await asyncio.gather(*answers)]
        assert results.count(TradeStatus.TRADE_SUCCESS) == 4
        assert results.count(P.TRADE_HAS_SUCCESS) == 4
    assert lost == []
    assert await audited(scene.database) == []
