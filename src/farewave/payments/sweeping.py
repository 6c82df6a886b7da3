"""Sweeps carried through, and refunds that need one.

Each step is its own commit, since two shards may be two servers one day. Wherever it stops, the
money is in transit between the two shards, and `carry_on` brings it to its end.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar
from uuid import UUID

from farewave.db import Database
from farewave.kit.outcome import RefusalCode, Refused
from farewave.payments import royalty_returns, service, sweeps
from farewave.payments.errors import PaymentsRefusal, RoyaltyRefusal
from farewave.payments.model import RefundDone, Trade
from farewave.payments.royalty_return import TakeBack
from farewave.payments.sweep import Sweep

D = TypeVar("D")
_TRIES = 3
"""A sweep may take the money home again before the refund gets it. After the last nothing is
brought back any more: it would lie there while the merchant hears that there isn't enough.
"""


async def carry_on(database: Database, under_way: Iterable[Sweep]) -> None:
    """Let money that left arrive, and write that down. Again is safe."""
    for to_shard, going in _by(under_way, lambda each: each.to_shard).items():
        await database.run(partial(sweeps.arrive, to_shard=to_shard, sweeps=going))
        for shard, came in _by(going, lambda each: each.shard).items():
            await database.run(partial(sweeps.conclude, shard=shard, sweeps=came))


def _by(those: Iterable[Sweep], shard_of: Callable[[Sweep], int]) -> dict[int, list[Sweep]]:
    grouped: dict[int, list[Sweep]] = {}
    for each in those:
        grouped.setdefault(shard_of(each), []).append(each)
    return grouped


async def refund(
    database: Database,
    trade: Trade,
    *,
    out_request_no: str,
    amount_fen: int,
    why: str,
    take_back: Sequence[TakeBack] = (),
) -> RefundDone | Refused:
    """As `service.refund_trade`, also when a merchant's money was swept from the trade's shard.

    Then it is brought back first, from home or wherever it is. Who dies in between leaves it in the
    merchant's account there, and the request may be made again.
    """

    async def attempt() -> RefundDone | Refused:
        return await database.run(
            lambda tx: service.refund_trade(
                tx,
                trade.merchant_id,
                trade_no=trade.trade_no,
                out_trade_no=None,
                out_request_no=out_request_no,
                amount_fen=amount_fen,
                why=why,
                take_back=take_back,
            )
        )

    trying = attempt
    for merchant_id, fen in (await _owed(database, take_back)).items():
        trying = partial(
            with_money_back,
            database,
            merchant_id,
            trade.shard,
            fen,
            trying,
            short=RoyaltyRefusal.RECEIVER_BALANCE_NOT_ENOUGH,
        )
    own_fen = max(amount_fen - sum(each.amount_fen for each in take_back), 0)
    return await with_money_back(database, trade.merchant_id, trade.shard, own_fen, trying)


async def _owed(database: Database, take_back: Sequence[TakeBack]) -> dict[UUID, int]:
    """What each merchant is to give back; hardly ever anything, and then nobody is asked."""
    if not take_back:
        return {}
    async with database.reading() as tx:
        return await royalty_returns.merchants(tx, take_back)


async def with_money_back(
    database: Database,
    merchant_id: UUID,
    shard: int,
    amount_fen: int,
    attempt: Callable[[], Awaitable[D | Refused]],
    short: RefusalCode = PaymentsRefusal.SELLER_BALANCE_NOT_ENOUGH,
) -> D | Refused:
    """`attempt`, and again once `amount_fen` of the merchant's is (back) on `shard`.

    `short`: what it is refused for where there is too little.
    """
    for tries_left in reversed(range(_TRIES)):
        done = await attempt()
        if done != Refused(short) or not tries_left:
            break
        if not await _bring_back(database, merchant_id, shard, amount_fen):
            break
    return done


async def _bring_back(database: Database, merchant_id: UUID, shard: int, amount_fen: int) -> bool:
    """Bring what is needed to `shard`; False when the merchant hasn't it."""
    async with database.reading() as tx:
        plan = await sweeps.plan_back(tx, merchant_id, shard, amount_fen)
    for each in plan or []:
        left = await database.run(partial(sweeps.leave, wanted=[each]))
        assert not isinstance(left, Refused)
        await carry_on(database, left)
    return plan is not None
