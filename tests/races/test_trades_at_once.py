"""500 tries at once to pay, refund, cancel and close the same 50 trades."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from farewave.db import Database, ReadTx
from farewave.kit.invariant import InvariantBroken
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import cancelling, merchant_money, service, store, sweeping
from farewave.payments.model import Cancelled, Refund, RefundDone, Trade, TradeStatus
from farewave.wallet import service as wallet
from tests.support.payments import Shop, audited, buyer_with, pay
from tests.support.people import Someone

TRADES = 50
BUYERS = 10
AMOUNT_FEN = 1_000
START_FEN = 100_000
Try = Callable[[], Awaitable[object]]


async def has_fen(database: Database, buyers: list[Someone], shop: Shop) -> int:
    """What all of them have together."""
    async with database.reading() as tx:
        whole = (await merchant_money.money_of(tx, shop.app.merchant_id)).total_fen
        for buyer in buyers:
            view = await wallet.balance(tx, buyer.actor.shard, buyer.actor.person_id)
            whole += view.balance_fen
    return whole


def ten_tries(database: Database, shop: Shop, buyer: Someone, trade: Trade) -> list[Try]:
    """What a merchant and a buyer that know nothing of each other may do to one trade."""
    merchant_id = shop.app.merchant_id

    def refund(number: str, amount_fen: int) -> Try:
        return lambda: sweeping.refund(
            database, trade, out_request_no=number, amount_fen=amount_fen, why=""
        )

    def cancel(*, by_trade_no: bool) -> Try:
        return lambda: cancelling.cancel(
            database,
            merchant_id,
            trade_no=trade.trade_no if by_trade_no else None,
            out_trade_no=trade.out_trade_no,
        )

    return [
        *[lambda: pay(database, buyer, trade)] * 3,
        *[refund("R1", 400)] * 2,
        refund("R2", 700),
        cancel(by_trade_no=True),
        cancel(by_trade_no=False),
        *[lambda: shop.close(trade)] * 2,
    ]


async def refunds_of(database: Database, trade: Trade) -> dict[str, int]:
    async with database.reading() as tx:
        found = await store.refunds(tx, trade.shard, trade.trade_no)
    return {each.out_request_no: each.amount_fen for each in found}


async def test_money_is_conserved_and_each_trade_ends_in_one_lawful_state(
    database: Database, sealer: Sealer
) -> None:
    shop = await Shop.opened(database)
    buyers = [await buyer_with(database, sealer, START_FEN) for _ in range(BUYERS)]
    trades = []
    for number in range(TRADES):
        buyer = buyers[number % BUYERS]
        make = shop.paid if number % 2 else shop.trade
        trades.append((buyer, await make(buyer, AMOUNT_FEN)))
    before = await has_fen(database, buyers, shop)
    tries = [
        (trade, each) for buyer, trade in trades for each in ten_tries(database, shop, buyer, trade)
    ]
    assert len(tries) == 500
    random.Random(20131111).shuffle(tries)
    outcomes = await asyncio.gather(*(each() for _, each in tries))

    assert await has_fen(database, buyers, shop) == before
    fresh: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        if isinstance(outcome, RefundDone) and outcome.fresh:
            fresh[outcome.trade.trade_no, outcome.refund.out_request_no] += 1
    assert set(fresh.values()) == {1}
    statuses: Counter[TradeStatus] = Counter()
    for _, trade in trades:
        seen = await shop.seen(trade)
        refunds = await refunds_of(database, trade)
        statuses[seen.status] += 1
        assert sum(refunds.values()) == seen.refunded_fen <= AMOUNT_FEN
        if seen.status is TradeStatus.TRADE_CLOSED:
            # Closed unpaid and never charged, or paid and given back whole.
            assert seen.refunded_fen == (AMOUNT_FEN if seen.was_paid else 0)
        else:
            assert seen.status is TradeStatus.TRADE_SUCCESS
            assert seen.was_paid
        cancelled = f"cancel.{trade.trade_no}"
        assert cancelled not in refunds or refunds == {cancelled: AMOUNT_FEN}
        assert {number for no, number in fresh if no == trade.trade_no} <= refunds.keys()
    assert len(statuses) == 2, statuses  # else the tries didn't meet
    assert await audited(database) == []


async def test_control_without_the_trades_lock_a_cancellation_is_decided_twice(
    database: Database, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger's id for the refund still keeps the money from moving twice."""
    shop = await Shop.opened(database)
    buyer = await buyer_with(database, sealer, START_FEN)
    trade = await shop.paid(buyer, AMOUNT_FEN)
    both = asyncio.Barrier(2)

    refund_of = store.refund

    async def look(tx: ReadTx, shard: int, trade_no: str) -> Trade | None:
        return await store.trade(tx, shard, trade_no)

    async def known(tx: ReadTx, shard: int, trade_no: str, number: str) -> Refund | None:
        """Both have looked before either goes on."""
        found = await refund_of(tx, shard, trade_no, number)
        await both.wait()
        return found

    monkeypatch.setattr(store, "lock_trade", look)
    monkeypatch.setattr(store, "refund", known)
    outcomes = await asyncio.gather(
        *(
            cancelling.cancel(
                database, shop.app.merchant_id, trade_no=trade.trade_no, out_trade_no=None
            )
            for _ in range(2)
        ),
        return_exceptions=True,
    )
    assert {type(each) for each in outcomes} == {Cancelled, InvariantBroken}, outcomes
    monkeypatch.undo()
    assert (await shop.seen(trade)).refunded_fen == AMOUNT_FEN


async def test_a_scan_and_a_cancellation_at_once_leave_one_of_the_two(
    database: Database, sealer: Sealer
) -> None:
    """Whoever comes first: after it, the number is a closed trade, or none that can ever be."""
    shop = await Shop.opened(database)
    buyer = await buyer_with(database, sealer, START_FEN)
    for number in range(12):
        asked = shop.asks(buyer, AMOUNT_FEN, out_trade_no=f"C{number}")
        made, cancelled = await asyncio.gather(
            shop.create(asked),
            cancelling.cancel(
                database, shop.app.merchant_id, trade_no=None, out_trade_no=f"C{number}"
            ),
        )
        assert isinstance(cancelled, Cancelled)
        async with database.reading() as tx:
            found = await service.find_trade(
                tx, shop.app.merchant_id, trade_no=None, out_trade_no=f"C{number}"
            )
        if isinstance(made, Refused):
            assert found is None
        else:
            assert found is not None
            assert found.status is TradeStatus.TRADE_CLOSED
    assert await audited(database) == []
