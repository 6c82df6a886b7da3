"""Taking back, with a refund, what a trade was split into. The nouns and rules, pure.

All of it happens in the refund's own commit, also where a receiver's money lies on another shard:
then two books are in one commit (docs/decisions/0026).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from farewave.kit.ids import derived_id
from farewave.kit.outcome import Refused
from farewave.ledger.crossing import Crossing
from farewave.ledger.model import Reason, Transfer, posted
from farewave.payments.errors import RoyaltyRefusal
from farewave.payments.model import Refund, Trade, merchant_account_id
from farewave.payments.settlement import CONTEXT, Part
from farewave.wallet.model import balance_account_id

REFERENCE = "royalty_return"


@dataclass(frozen=True, slots=True)
class TakeBack:
    """What a merchant wants back from a receiver, which it names by its number."""

    receiver_no: str
    amount_fen: int
    memo: str


@dataclass(frozen=True, slots=True)
class Return:
    """A row of `payments.royalty_return`: a receiver gave back."""

    shard: int
    trade_no: str
    out_request_no: str
    place: int
    refund_id: UUID
    merchant_id: UUID
    receiver_no: str
    receiver_id: UUID
    receiver_shard: int | None
    amount_fen: int
    memo: str
    returned_at: datetime

    @property
    def wish(self) -> TakeBack:
        """What was asked for."""
        return TakeBack(self.receiver_no, self.amount_fen, self.memo)

    @property
    def from_shard(self) -> int:
        return self.shard if self.receiver_shard is None else self.receiver_shard

    @property
    def crosses(self) -> bool:
        return self.from_shard != self.shard

    @property
    def part(self) -> str:
        """What tells its bill from others of the trade."""
        return f"{self.refund_id.hex}.{self.place}"

    @property
    def text(self) -> str:
        """How operators see it."""
        return f"{self.trade_no}/{self.out_request_no}/{self.place}"

    @property
    def business(self) -> str:
        """How the ledger names it: by the trade, whose returns are few."""
        return f"{REFERENCE}:{self.trade_no}"

    def _step_id(self, shard: int, step: str) -> UUID:
        return derived_id(self.refund_id, shard, f"payments.royalty_return.{self.place}.{step}")

    @property
    def _account_id(self) -> UUID:
        if self.receiver_shard is None:
            return merchant_account_id(self.receiver_id, self.shard)
        return balance_account_id(self.receiver_id, self.receiver_shard)

    @property
    def crossing(self) -> Crossing:
        """Its way from another shard."""
        return Crossing(
            context=CONTEXT,
            shard=self.from_shard,
            to_shard=self.shard,
            leaving_id=self._step_id(self.from_shard, "leaving"),
            arriving_id=self._step_id(self.shard, "arriving"),
            debit_account_id=self._account_id,
            credit_account_id=merchant_account_id(self.merchant_id, self.shard),
            amount_fen=self.amount_fen,
            reason=Reason.TRANSFER,
            business=self.business,
        )

    def taking(self) -> Transfer:
        """What the receiver loses, on its shard."""
        if self.crosses:
            return self.crossing.leaving()
        return posted(
            self._step_id(self.shard, "leaving"),
            self.shard,
            debit=self._account_id,
            credit=merchant_account_id(self.merchant_id, self.shard),
            amount_fen=self.amount_fen,
            reason=Reason.TRANSFER,
            business=self.business,
        )

    def transfers(self) -> list[Transfer]:
        """All of it."""
        return [self.taking(), self.crossing.arriving()] if self.crosses else [self.taking()]


def plan(
    trade: Trade,
    refund: Refund,
    wishes: Sequence[TakeBack],
    parts: Sequence[Part],
    earlier: Sequence[Return],
) -> list[Return] | Refused:
    """What is to be taken back, of `parts` and after `earlier` of the trade. RETURN_EXCEEDS.

    From nobody more than they got and haven't given back, and in all no more than is refunded.
    """
    got = {part.receiver_no: part for part in parts if part.arrived_at is not None}
    left_fen = dict.fromkeys(got, 0)
    for part in parts:
        if part.arrived_at is not None:
            left_fen[part.receiver_no] += part.amount_fen
    for back in earlier:
        left_fen[back.receiver_no] -= back.amount_fen
    planned = []
    for place, wish in enumerate(wishes):
        source = got.get(wish.receiver_no)
        if source is None or wish.amount_fen > left_fen[wish.receiver_no]:
            return Refused(RoyaltyRefusal.RETURN_EXCEEDS)
        left_fen[wish.receiver_no] -= wish.amount_fen
        planned.append(
            Return(
                shard=trade.shard,
                trade_no=trade.trade_no,
                out_request_no=refund.out_request_no,
                place=place,
                refund_id=refund.refund_id,
                merchant_id=trade.merchant_id,
                receiver_no=source.receiver_no,
                receiver_id=source.receiver_id,
                receiver_shard=source.receiver_shard,
                amount_fen=wish.amount_fen,
                memo=wish.memo,
                returned_at=refund.at,
            )
        )
    if sum(wish.amount_fen for wish in wishes) > refund.amount_fen:
        return Refused(RoyaltyRefusal.RETURN_EXCEEDS)
    return planned
