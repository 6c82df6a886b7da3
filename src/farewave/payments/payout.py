"""A payout: money that a merchant sends to a person. The noun and its rules, pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from farewave.kit.ids import derived_id
from farewave.kit.money import yuan_text
from farewave.kit.outcome import Refused
from farewave.ledger.model import Reason, Transfer, posted
from farewave.payments.errors import PayoutRefusal
from farewave.payments.model import merchant_account_id
from farewave.wallet.model import balance_account_id

PAYOUT_FEN_MIN = 10
"""The Open Platform's own least amount, 0.10 yuan."""
PAYOUT_FEN_MAX = 50_000_00
REFERENCE = "payout"


@dataclass(frozen=True, slots=True)
class NewPayout:
    """As a merchant asks for it; the payee is known and was checked."""

    merchant_id: UUID
    app_id: str
    out_biz_no: str
    payee_id: UUID
    payee_shard: int
    amount_fen: int
    title: str
    remark: str


@dataclass(frozen=True, slots=True)
class Payout:
    """A row of `payments.payout`: it left the merchant and reached the payee at `paid_at`."""

    shard: int
    order_id: str
    payout_id: UUID
    merchant_id: UUID
    app_id: str
    out_biz_no: str
    payee_id: UUID
    amount_fen: int
    title: str
    remark: str
    paid_at: datetime

    @property
    def transfer_id(self) -> UUID:
        """The ledger's id of it: one payout, one transfer."""
        return derived_id(self.payout_id, self.shard, "payments.payout")

    @property
    def business(self) -> str:
        """How the ledger names it."""
        return f"payout:{self.order_id}"


def judge_new(new: NewPayout) -> Refused | None:
    """Whether so much may be sent at once."""
    if new.amount_fen < PAYOUT_FEN_MIN:
        limit = {"limit_yuan": yuan_text(PAYOUT_FEN_MIN)}
        return Refused(PayoutRefusal.AMOUNT_TOO_SMALL, limit)
    if new.amount_fen > PAYOUT_FEN_MAX:
        limit = {"limit_yuan": yuan_text(PAYOUT_FEN_MAX)}
        return Refused(PayoutRefusal.AMOUNT_TOO_LARGE, limit)
    return None


def judge_repeat(new: NewPayout, known: Payout) -> Payout | Refused:
    """A merchant asks again under one of its numbers."""
    same = (new.payee_id, new.amount_fen, new.title, new.remark) == (
        known.payee_id,
        known.amount_fen,
        known.title,
        known.remark,
    )
    return known if same else Refused(PayoutRefusal.INCONSISTENT)


def plan(payout: Payout) -> Transfer:
    """The transfer from the merchant's sub-account on the payee's shard into the balance."""
    return posted(
        payout.transfer_id,
        payout.shard,
        debit=merchant_account_id(payout.merchant_id, payout.shard),
        credit=balance_account_id(payout.payee_id, payout.shard),
        amount_fen=payout.amount_fen,
        reason=Reason.TRANSFER,
        business=payout.business,
    )
