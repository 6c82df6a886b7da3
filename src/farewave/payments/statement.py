"""A merchant's money over a time: what came in and went out, with the balance after each. Pure.

Sweeps are left out: they move a merchant's money between its own sub-accounts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from farewave.payments.model import NOWHERE, Place, Refund, Trade
from farewave.payments.payout import Payout
from farewave.payments.royalty_return import Return
from farewave.payments.settlement import Part


class MovementKind(StrEnum):
    """What moved the money, in the words of bills."""

    PAYMENT = "在线支付"
    REFUND = "交易退款"
    PAYOUT = "转账"
    ROYALTY = "交易分账"
    ROYALTY_RETURN = "退分账"


@dataclass(frozen=True, slots=True)
class Movement:
    """One posting; `amount_fen` is below zero where money went out. `balance_fen` is after it."""

    at: datetime
    shard: int
    position: int
    transfer_id: UUID
    kind: MovementKind
    amount_fen: int
    trade: Trade | None = None
    refund: Refund | None = None
    payout: Payout | None = None
    part: Part | None = None
    returned: Return | None = None
    place: Place = NOWHERE
    balance_fen: int = 0

    @property
    def order_no(self) -> str:
        """The platform's number of what it was for."""
        if self.payout is not None:
            return self.payout.order_id
        if self.part is not None:
            return self.part.settle_no
        if self.returned is not None:
            return self.returned.trade_no
        return self.trade.trade_no if self.trade is not None else ""

    @property
    def out_no(self) -> str:
        """The merchant's number of it."""
        if self.payout is not None:
            return self.payout.out_biz_no
        return self.trade.out_trade_no if self.trade is not None else ""

    @property
    def title(self) -> str:
        """What it was for, in words."""
        if self.payout is not None:
            return self.payout.title
        return self.trade.subject if self.trade is not None else ""

    @property
    def memo(self) -> str:
        """What whoever asked for it noted."""
        if self.payout is not None:
            return self.payout.remark
        if self.part is not None:
            return self.part.memo
        if self.returned is not None:
            return self.returned.memo
        return self.refund.why if self.refund is not None else ""


@dataclass(frozen=True, slots=True)
class Statement:
    """All movements from `begin` up to `end` (outside), and what there was at `begin`."""

    begin: datetime
    end: datetime
    opening_fen: int
    movements: tuple[Movement, ...]


def balanced(opening_fen: int, movements: Iterable[Movement]) -> tuple[Movement, ...]:
    """`movements` in the order of time, each with the balance after it."""
    after_fen = opening_fen
    told = []
    for each in sorted(movements, key=lambda one: (one.at, one.shard, one.position)):
        after_fen += each.amount_fen
        told.append(replace(each, balance_fen=after_fen))
    return tuple(told)
