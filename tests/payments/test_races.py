"""Trades that several want something of at the same moment, each in a transaction of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest

from farewave.db import ReadTx
from farewave.kit.invariant import InvariantBroken
from farewave.kit.outcome import Refused
from farewave.payments import jobs, store
from farewave.payments.errors import PaymentsRefusal as P
from farewave.payments.model import RefundDone, Trade, TradeStatus
from farewave.payments.service import CashierView
from farewave.people import service as people
from tests.payments.conftest import BALANCE_FEN, Scene
from tests.support.database import move_clock
from tests.support.payments import audited, buyer_with, pay

TRIES = 12
AMOUNT_FEN = 1_000


def reasons(outcomes: list[object]) -> list[object]:
    return [each.reason for each in outcomes if isinstance(each, Refused)]


async def all_at_once(*calls: Callable[[], Awaitable[object]]) -> list[object]:
    """They start together; none of them may raise."""
    return list(await asyncio.gather(*(call() for call in calls)))


def without_the_trades_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that would take it read the trade instead, both before either goes on."""
    both = asyncio.Barrier(2)

    async def look(tx: ReadTx, shard: int, trade_no: str) -> Trade | None:
        found = await store.trade(tx, shard, trade_no)
        await both.wait()
        return found

    monkeypatch.setattr(store, "lock_trade", look)


async def test_one_number_asked_for_at_once_is_one_trade(scene: Scene) -> None:
    for _ in range(TRIES):
        asked = scene.shop.asks(scene.buyer)
        made = await all_at_once(*[lambda asked=asked: scene.shop.create(asked)] * 5)
        assert len({trade.trade_no for trade in made if isinstance(trade, Trade)}) == 1
        assert reasons(made) == []
    assert await audited(scene.database) == []


async def test_one_number_with_two_contents_at_once_is_one_trade_and_a_refusal(
    scene: Scene,
) -> None:
    for number in range(TRIES):
        one = scene.shop.asks(scene.buyer, 100, out_trade_no=f"D{number}")
        two = scene.shop.asks(scene.buyer, 200, out_trade_no=f"D{number}")
        made = await all_at_once(
            lambda a=one: scene.shop.create(a), lambda a=two: scene.shop.create(a)
        )
        assert reasons(made) == [P.CONTEXT_INCONSISTENT]
    assert await audited(scene.database) == []


async def test_two_phones_paying_at_once_pay_once_and_both_hear_of_it(scene: Scene) -> None:
    for number in range(1, TRIES + 1):
        trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
        phone = lambda trade=trade: pay(scene.database, scene.buyer, trade)  # noqa: E731
        assert reasons(await all_at_once(phone, phone, phone)) == []
        assert await scene.balance_fen() == BALANCE_FEN - number * AMOUNT_FEN
        assert len(await scene.notices(trade)) == 1
    assert len(await scene.bills("payment")) == await scene.paid_events() == TRIES
    assert await audited(scene.database) == []


async def test_control_without_the_locks_the_second_phone_isnt_told_that_it_is_paid(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger's id for the payment still keeps the money from moving twice."""

    async def right(*_: object) -> None:
        """The look at the pay password locks a row of the person's: two would never meet."""

    trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
    without_the_trades_lock(monkeypatch)
    monkeypatch.setattr(people, "check_pay_password", right)
    outcomes = await asyncio.gather(
        *(pay(scene.database, scene.buyer, trade) for _ in range(2)), return_exceptions=True
    )
    assert {type(each) for each in outcomes} == {CashierView, InvariantBroken}, outcomes
    assert await scene.balance_fen() == BALANCE_FEN - AMOUNT_FEN


async def test_of_two_payers_at_once_the_buyer_alone_pays(scene: Scene, sealer: object) -> None:
    other = await buyer_with(scene.database, sealer, BALANCE_FEN)  # type: ignore[arg-type]
    for _ in range(TRIES):
        trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
        outcomes = await all_at_once(
            lambda trade=trade: pay(scene.database, other, trade),
            lambda trade=trade: pay(scene.database, scene.buyer, trade),
        )
        assert reasons(outcomes) == [P.NOT_YOUR_TRADE]
    assert await scene.balance_fen(other) == BALANCE_FEN
    assert await audited(scene.database) == []


async def test_two_trades_at_once_do_not_spend_the_same_money(scene: Scene) -> None:
    """There is enough for one of them."""
    trades = [await scene.shop.trade(scene.buyer, BALANCE_FEN) for _ in range(4)]
    outcomes = await all_at_once(
        *[lambda trade=trade: pay(scene.database, scene.buyer, trade) for trade in trades]
    )
    assert reasons(outcomes) == [P.BALANCE_NOT_ENOUGH] * 3
    assert await scene.balance_fen() == 0
    assert await audited(scene.database) == []


async def test_one_refund_asked_twice_at_once_is_made_once(scene: Scene) -> None:
    for _ in range(TRIES):
        trade = await scene.shop.paid(scene.buyer, AMOUNT_FEN)
        again = lambda trade=trade: scene.shop.refund(trade, 400)  # noqa: E731
        done = await all_at_once(again, again, again)
        assert reasons(done) == []
        fresh = sorted(each.fresh for each in done if isinstance(each, RefundDone))
        assert fresh == [False, False, True]
        assert (await scene.shop.seen(trade)).refunded_fen == 400
    assert await audited(scene.database) == []


async def test_control_without_the_lock_a_repeated_refund_isnt_recognised(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger's id for the refund still keeps the money from moving twice."""
    trade = await scene.shop.paid(scene.buyer, AMOUNT_FEN)
    without_the_trades_lock(monkeypatch)
    outcomes = await asyncio.gather(
        *(scene.shop.refund(trade, 400) for _ in range(2)), return_exceptions=True
    )
    assert {type(each) for each in outcomes} == {RefundDone, InvariantBroken}, outcomes
    assert (await scene.shop.seen(trade)).refunded_fen == 400
    assert await scene.balance_fen() == BALANCE_FEN - AMOUNT_FEN + 400


async def test_different_refunds_at_once_never_exceed_the_amount(scene: Scene) -> None:
    for _ in range(TRIES):
        trade = await scene.shop.paid(scene.buyer, AMOUNT_FEN)
        asked = [
            lambda trade=trade, number=number: scene.shop.refund(trade, 400, f"R{number}")
            for number in range(4)
        ]
        assert reasons(await all_at_once(*asked)) == [P.REFUND_EXCEEDS] * 2
        assert (await scene.shop.seen(trade)).refunded_fen == 800
    assert await audited(scene.database) == []


async def test_without_the_lock_only_the_tables_own_check_stops_a_refund_above_the_amount(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: rules decide on what was read, so it is the lock that makes them right."""
    await scene.shop.paid(scene.buyer, AMOUNT_FEN)  # so that the till isn't what is short
    trade = await scene.shop.paid(scene.buyer, AMOUNT_FEN)
    without_the_trades_lock(monkeypatch)
    outcomes = await asyncio.gather(
        *(scene.shop.refund(trade, 600, f"R{number}") for number in range(2)),
        return_exceptions=True,
    )
    kinds = {type(each) for each in outcomes}
    assert kinds == {RefundDone, asyncpg.CheckViolationError}, outcomes


async def test_paying_and_closing_at_once_leave_one_of_the_two(scene: Scene) -> None:
    paid = 0
    for _ in range(TRIES):
        trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN)
        payment, closing = await all_at_once(
            lambda trade=trade: pay(scene.database, scene.buyer, trade),
            lambda trade=trade: scene.shop.close(trade),
        )
        status = (await scene.shop.seen(trade)).status
        if isinstance(payment, Refused):
            assert payment.reason is P.TRADE_EXPIRED
            assert status is TradeStatus.TRADE_CLOSED
        else:
            paid += 1
            assert reasons([closing]) == [P.TRADE_STATUS_WRONG]
            assert status is TradeStatus.TRADE_SUCCESS
    assert await scene.balance_fen() == BALANCE_FEN - paid * AMOUNT_FEN
    assert await audited(scene.database) == []


async def test_paying_and_expiring_at_once_leave_one_of_the_two(scene: Scene) -> None:
    """Each begins at another moment around the deadline; a payment in time is never closed."""
    paid = 0
    for number in range(TRIES):
        async with scene.database.reading() as tx:
            deadline = tx.now + timedelta(hours=1)
        trade = await scene.shop.trade(scene.buyer, AMOUNT_FEN, expires_at=deadline)
        async with scene.database.reading() as tx:
            left = deadline - tx.now
        await move_clock(scene.database, left - timedelta(milliseconds=30))

        async def expire_until_gone(trade: Trade = trade) -> None:
            while (await scene.shop.seen(trade)).status is TradeStatus.WAIT_BUYER_PAY:
                await jobs.expire_due(scene.database)

        async def pay_soon(trade: Trade = trade, wait_ms: int = number * 3) -> object:
            await asyncio.sleep(wait_ms / 1000)
            return await pay(scene.database, scene.buyer, trade)

        payment, _ = await all_at_once(pay_soon, expire_until_gone)
        status = (await scene.shop.seen(trade)).status
        if isinstance(payment, Refused):
            assert payment.reason is P.TRADE_EXPIRED
            assert status is TradeStatus.TRADE_CLOSED
        else:
            paid += 1
            assert status is TradeStatus.TRADE_SUCCESS
    assert await scene.balance_fen() == BALANCE_FEN - paid * AMOUNT_FEN
    assert await audited(scene.database) == []
