"""Splitting what a trade brought among receivers that the merchant named before. Pure.

Everything leaves the seller in one commit. A part for a person on another shard arrives there in a
step of its own, as a transfer between people does.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from farewave.kit.ids import derived_id
from farewave.kit.outcome import Refused
from farewave.ledger.crossing import Crossing
from farewave.ledger.model import Reason, Transfer, posted
from farewave.payments.errors import PaymentsRefusal, RoyaltyRefusal
from farewave.payments.model import Trade, TradeStatus, merchant_account_id
from farewave.wallet.model import balance_account_id

CONTEXT = "payments.royalty"
"""Whose accounts a part is in between two shards."""
REFERENCE = "royalty"
CHECK_AFTER = timedelta(seconds=5)
"""By then whoever began it has carried it through, or died."""
PARTS_MAX = 20
RECEIVERS_AT_ONCE = 20
RECEIVERS_MAX = 20_000
PERCENT_MAX = 100


class ReceiverType(StrEnum):
    """How a receiver is named: by its number, or by its phone number."""

    USER_ID = "userId"
    LOGIN_NAME = "loginName"


@dataclass(frozen=True, slots=True)
class Relation:
    """A receiver that a merchant may split with. `receiver_no` is a person's or a seller's."""

    receiver_no: str
    type: ReceiverType
    account: str
    name: str
    memo: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a number stands for. `shard` None: a merchant, who has an account in every shard."""

    receiver_no: str
    owner_id: UUID
    shard: int | None
    name: str | None
    """What it is called where that can be checked."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a receiver is to get: so many fen, or so many percent of the trade."""

    receiver_no: str
    amount_fen: int | None
    percent: int | None
    memo: str

    def of(self, trade: Trade) -> int:
        """In fen, rounded down."""
        if self.amount_fen is not None:
            return self.amount_fen
        assert self.percent is not None, "one of the two is given"
        return trade.amount_fen * self.percent // PERCENT_MAX


@dataclass(frozen=True, slots=True)
class Settlement:
    """One request of a merchant's, carried out."""

    shard: int
    trade_no: str
    out_request_no: str
    settle_no: str
    settlement_id: UUID
    merchant_id: UUID
    digest: bytes
    finishes: bool
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """What one receiver gets of a settlement; `arrived_at` None: under way to another shard."""

    shard: int
    settle_no: str
    place: int
    settlement_id: UUID
    merchant_id: UUID
    receiver_no: str
    receiver_id: UUID
    receiver_shard: int | None
    amount_fen: int
    memo: str
    left_at: datetime
    arrived_at: datetime | None

    @property
    def to_shard(self) -> int:
        return self.shard if self.receiver_shard is None else self.receiver_shard

    @property
    def crosses(self) -> bool:
        return self.to_shard != self.shard

    @property
    def text(self) -> str:
        """How operators see it."""
        return f"{self.settle_no}/{self.place}"

    @property
    def _business(self) -> str:
        return f"royalty:{self.text}"

    @property
    def _account_id(self) -> UUID:
        if self.receiver_shard is None:
            return merchant_account_id(self.receiver_id, self.shard)
        return balance_account_id(self.receiver_id, self.receiver_shard)

    def _step_id(self, shard: int, step: str) -> UUID:
        return derived_id(self.settlement_id, shard, f"payments.royalty.{self.place}.{step}")

    @property
    def crossing(self) -> Crossing:
        """Its way to another shard."""
        return Crossing(
            context=CONTEXT,
            shard=self.shard,
            to_shard=self.to_shard,
            leaving_id=self._step_id(self.shard, "leaving"),
            arriving_id=self._step_id(self.to_shard, "arriving"),
            debit_account_id=merchant_account_id(self.merchant_id, self.shard),
            credit_account_id=self._account_id,
            amount_fen=self.amount_fen,
            reason=Reason.TRANSFER,
            business=self._business,
        )

    def leaving(self) -> Transfer:
        """The first step, or the only one."""
        if self.crosses:
            return self.crossing.leaving()
        return posted(
            self._step_id(self.shard, "leaving"),
            self.shard,
            debit=merchant_account_id(self.merchant_id, self.shard),
            credit=self._account_id,
            amount_fen=self.amount_fen,
            reason=Reason.TRANSFER,
            business=self._business,
        )


def digest_of(shares: Sequence[Share], *, finishes: bool) -> bytes:
    """What tells a repeat from another request under the same number."""
    content = [[each.receiver_no, each.amount_fen, each.percent, each.memo] for each in shares]
    return hashlib.sha256(json.dumps([content, finishes]).encode()).digest()


def judge_settle(
    trade: Trade,
    shares: Sequence[Share],
    bound: frozenset[str],
    earlier: Sequence[Settlement],
    settled_fen: int,
) -> Refused | None:
    """Whether `trade` can be split so, `settled_fen` of it having been split before."""
    if trade.status not in (TradeStatus.TRADE_SUCCESS, TradeStatus.TRADE_FINISHED):
        return Refused(PaymentsRefusal.TRADE_STATUS_WRONG)
    if any(each.finishes for each in earlier):
        return Refused(RoyaltyRefusal.FINISHED)
    if any(each.receiver_no == trade.seller_id for each in shares):
        return Refused(RoyaltyRefusal.SAME_ACCOUNT)
    if any(each.receiver_no not in bound for each in shares):
        return Refused(RoyaltyRefusal.RECEIVER_NOT_BOUND)
    amounts = [each.of(trade) for each in shares]
    left_fen = trade.amount_fen - trade.refunded_fen - settled_fen
    if min(amounts) <= 0 or sum(amounts) > left_fen:
        return Refused(RoyaltyRefusal.AMOUNT)
    return None
