"""Reading a merchant's statement out of the books: all its sub-accounts as one account."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from farewave.banks.instruction import InstructionTransfers
from farewave.db import ReadTx
from farewave.kit.invariant import invariant
from farewave.ledger import service as ledger
from farewave.ledger.model import Leg, Reason, Stage, StoredTransfer
from farewave.payments import service, store
from farewave.payments.model import (
    NOWHERE,
    Merchant,
    Place,
    Refund,
    Trade,
    merchant_account_id,
)
from farewave.payments.royalty_return import REFERENCE
from farewave.payments.statement import Movement, MovementKind, Statement, balanced

_PAGE = 1_000
_POSTED = (Stage.POSTED, Stage.POST_PENDING, Stage.REVERSAL)
_UNDER_WAY_MAX = timedelta(days=1)
"""No sweep takes that long: only younger ones are looked at."""


async def merchant_of(tx: ReadTx, seller_id: str) -> Merchant | None:
    """The merchant of this number."""
    return await store.merchant_by_seller_id(tx, seller_id)


async def registered_at(tx: ReadTx, merchant_id: UUID) -> datetime:
    """Since when there is this merchant."""
    return await store.merchant_since(tx, merchant_id)


async def statement(tx: ReadTx, merchant_id: UUID, begin: datetime, end: datetime) -> Statement:
    """What moved from `begin` up to `end`, which is outside."""
    opening_fen = 0
    movements: list[Movement] = []
    for shard in range(tx.shards):
        account_id = merchant_account_id(merchant_id, shard)
        before = await ledger.balance_as_of(
            tx, shard, account_id, begin - timedelta(microseconds=1)
        )
        opening_fen += before.posted_fen if before else 0
        opening_fen += await _under_way_fen(tx, merchant_id, shard, begin)
        position = 0
        while page := await ledger.legs_between(
            tx, shard, account_id, begin, end, after_position=position, limit=_PAGE
        ):
            position = page[-1].position
            movements += await _movements(tx, shard, account_id, page)
    return Statement(begin, end, opening_fen, balanced(opening_fen, movements))


async def _under_way_fen(tx: ReadTx, merchant_id: UUID, shard: int, at: datetime) -> int:
    """What had left `shard` for another one and wasn't there at `at`."""
    whole_fen = 0
    for sweep in await store.sweeps_under_way_at(
        tx, shard, merchant_id, since=at - _UNDER_WAY_MAX, at=at
    ):
        crossing = sweep.crossing
        left = await _time_of(tx, crossing.shard, crossing.leaving_id)
        came = await _time_of(tx, crossing.to_shard, crossing.arriving_id)
        if left is not None and left < at and (came is None or came >= at):
            whole_fen += sweep.amount_fen
    return whole_fen


async def _time_of(tx: ReadTx, shard: int, transfer_id: UUID) -> datetime | None:
    found = (await ledger.transfers_by_id(tx, shard, [transfer_id])).get(transfer_id)
    return found.at if found else None


async def _movements(
    tx: ReadTx, shard: int, account_id: UUID, legs: Sequence[Leg]
) -> list[Movement]:
    transfers = await ledger.transfers_by_id(tx, shard, [leg.transfer_id for leg in legs])
    posted = [
        each
        for leg in legs
        if (each := transfers[leg.transfer_id]).stage in _POSTED and each.reason is not Reason.SWEEP
    ]
    named = _Named(tx, shard)
    await named.load(posted)
    return [await named.movement(each, account_id) for each in posted]


class _Named:
    """What the transfers of a page are of: trades and refunds, payouts, parts of settlements."""

    def __init__(self, tx: ReadTx, shard: int) -> None:
        self._tx = tx
        self._shard = shard
        self._trades: dict[str, Trade] = {}
        self._refunds: dict[UUID, Refund] = {}
        self._places: dict[str, Place] = {}

    async def load(self, transfers: Sequence[StoredTransfer]) -> None:
        numbers = {
            number for each in transfers if (number := _number(each.business, "trade")) is not None
        }
        self._trades = await service.trades_by_no(self._tx, numbers)
        self._places = await store.places(self._tx, self._shard, numbers)
        refunded = [trade for trade in self._trades.values() if trade.refunded_fen]
        for trade in refunded:
            for refund in await store.refunds(self._tx, trade.shard, trade.trade_no):
                self._refunds[refund.refund_id] = refund
                # To a card it left the merchant as the instruction's first step.
                self._refunds[InstructionTransfers.of(refund.refund_id).begin_id] = refund

    async def movement(self, transfer: StoredTransfer, account_id: UUID) -> Movement:
        came_in = transfer.credit_account_id == account_id
        amount_fen = transfer.amount_fen if came_in else -transfer.amount_fen
        base = (transfer.at, self._shard, transfer.position, transfer.transfer_id)
        trade_no = _number(transfer.business, "trade")
        if trade_no is not None:
            trade = self._trades[trade_no]
            refund = self._refunds.get(transfer.transfer_id)
            kind = MovementKind.PAYMENT if came_in else MovementKind.REFUND
            place = self._places.get(trade_no, NOWHERE)
            return Movement(*base, kind, amount_fen, trade=trade, refund=refund, place=place)
        order_id = _number(transfer.business, "payout")
        if order_id is not None:
            payout = await store.payout(self._tx, self._shard, order_id)
            return Movement(*base, MovementKind.PAYOUT, amount_fen, payout=payout)
        split_no = _number(transfer.business, REFERENCE)
        if split_no is not None:
            backs = await store.royalty_returns(self._tx, self._shard, split_no)
            back = next(
                each
                for each in backs
                if transfer.transfer_id in {step.transfer_id for step in each.transfers()}
            )
            # Who gives back isn't told of the trade: it is another merchant's.
            own = await store.trade(self._tx, self._shard, split_no) if came_in else None
            kind = MovementKind.ROYALTY_RETURN
            return Movement(*base, kind, amount_fen, trade=own, returned=back)
        settled = _number(transfer.business, "royalty")
        invariant(settled is not None, f"a merchant's money moves for nothing else: {transfer}")
        assert settled is not None
        settle_no, _, part_no = settled.partition("/")
        parts = await store.settlement_parts(self._tx, self._shard, [settle_no])
        part = next(each for each in parts if each.place == int(part_no))
        if came_in:  # another merchant's trade, which is its own affair
            return Movement(*base, MovementKind.ROYALTY, amount_fen, part=part)
        settlement = await store.settlement_by_no(self._tx, self._shard, settle_no)
        assert settlement is not None, "a part belongs to a settlement"
        split = await store.trade(self._tx, self._shard, settlement.trade_no)
        return Movement(*base, MovementKind.ROYALTY, amount_fen, trade=split, part=part)


def _number(business: str, kind: str) -> str | None:
    head, _, number = business.partition(":")
    return number if head == kind else None
