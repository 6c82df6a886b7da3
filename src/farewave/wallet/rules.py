"""The decisions of the wallet, pure: what may be topped up, and what a bank's answer means."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from farewave.banks.model import (
    BankInfo,
    BankRefused,
    InstructionTransfers,
    MoneyAnswer,
    Moved,
)
from farewave.kit.invariant import invariant
from farewave.kit.money import yuan_text
from farewave.kit.outcome import Refused
from farewave.ledger.model import Reason, Transfer, pending, post_pending, void_pending
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import (
    TOP_UP_REFERENCE,
    BillKey,
    BillKind,
    BillStatus,
    Direction,
    NewBill,
    TopUp,
    TopUpStatus,
    Wording,
)

TOP_UP_FEN_MIN = 1
TOP_UP_FEN_MAX = 50_000_00

FIRST_CHECK = timedelta(seconds=15)
"""By then whoever began a top-up has heard from the bank, or died."""
CHECK_SOON = timedelta(seconds=2)
"""After a silence that somebody lived to notice."""
_CHECK = timedelta(seconds=20)
CHECK_MAX = timedelta(seconds=60)

PENDING_NOTE = Wording(
    zh="银行处理中：尚未收到银行的答复。我们会继续查询，不会重复扣款。",
    en="Pending at the bank: it hasn't answered yet. We keep asking; nothing is taken twice.",
)
_TITLE = Wording(zh="余额充值", en="Top-up")


def judge_amount(amount_fen: int) -> Refused | None:
    """Why this much can't be topped up; None when it can."""
    if TOP_UP_FEN_MIN <= amount_fen <= TOP_UP_FEN_MAX:
        return None
    limits = {"min_yuan": yuan_text(TOP_UP_FEN_MIN), "max_yuan": yuan_text(TOP_UP_FEN_MAX)}
    return Refused(WalletRefusal.AMOUNT, limits)


def check_after(checks: int) -> timedelta:
    """How long to leave a pending top-up alone after the bank was asked `checks` times before.

    Longer than asking takes, so that two processes seldom ask for the same one.
    """
    return min(_CHECK * (1 << min(checks, 8)), CHECK_MAX)


def plan(top_up: TopUp, *, balance: UUID, settlement: UUID) -> Transfer:
    """The pending transfer of a top-up: the bank is going to owe us, and we the person."""
    invariant(top_up.status is TopUpStatus.PENDING, "a top-up begins as pending")
    return pending(
        InstructionTransfers.of(top_up.top_up_id).pending_id,
        top_up.shard,
        debit=settlement,
        credit=balance,
        amount_fen=top_up.amount_fen,
        reason=Reason.TOP_UP,
        business=top_up.business,
    )


@dataclass(frozen=True, slots=True)
class Settlement:
    """The end of a top-up: as it is now, the transfer that ends the pending one, its bill."""

    top_up: TopUp
    transfer: Transfer
    bill_status: BillStatus
    note: Wording | None


def settle(top_up: TopUp, answer: MoneyAnswer, now: datetime) -> Settlement | None:
    """What a bank's answer makes of a pending top-up; None while nobody knows."""
    invariant(top_up.status is TopUpStatus.PENDING, "a top-up is settled once")
    ids = InstructionTransfers.of(top_up.top_up_id)
    if isinstance(answer, Moved):
        return Settlement(
            top_up=replace(
                top_up,
                status=TopUpStatus.SUCCEEDED,
                bank_serial=answer.bank_serial,
                finished_at=now,
            ),
            transfer=post_pending(
                ids.post_id,
                top_up.shard,
                pending_id=ids.pending_id,
                reason=Reason.TOP_UP,
                business=top_up.business,
            ),
            bill_status=BillStatus.SUCCEEDED,
            note=None,
        )
    if isinstance(answer, BankRefused):
        return Settlement(
            top_up=replace(
                top_up, status=TopUpStatus.FAILED, failure=answer.reason, finished_at=now
            ),
            transfer=void_pending(
                ids.void_id,
                top_up.shard,
                pending_id=ids.pending_id,
                reason=Reason.TOP_UP,
                business=top_up.business,
            ),
            bill_status=BillStatus.FAILED,
            note=Wording(zh=answer.reason.zh, en=answer.reason.en),
        )
    return None


def contradicts(top_up: TopUp, answer: MoneyAnswer) -> bool:
    """Whether a bank now says the opposite of what it said when the top-up was settled."""
    if isinstance(answer, Moved):
        return top_up.status is TopUpStatus.FAILED
    return isinstance(answer, BankRefused) and top_up.status is TopUpStatus.SUCCEEDED


def bill_key(top_up: TopUp) -> BillKey:
    return BillKey(
        shard=top_up.shard,
        person_id=top_up.person_id,
        kind=BillKind.TOP_UP,
        reference_type=TOP_UP_REFERENCE,
        reference_id=top_up.text,
    )


def bill(top_up: TopUp, bank: BankInfo) -> NewBill:
    """The bill of a top-up that was just begun."""
    return NewBill(
        key=bill_key(top_up),
        direction=Direction.IN,
        amount_fen=top_up.amount_fen,
        status=BillStatus.PENDING,
        title=_TITLE,
        counterparty=Wording(zh=bank.name_zh, en=bank.name_en),
        fund_label=Wording(
            zh=f"{bank.name_zh}储蓄卡（{top_up.last4}）",
            en=f"{bank.name_en} card ({top_up.last4})",
        ),
        note=PENDING_NOTE,
    )


_MAY_BECOME = {
    BillStatus.PENDING: {BillStatus.SUCCEEDED, BillStatus.FAILED, BillStatus.CLOSED},
    BillStatus.SUCCEEDED: {BillStatus.CLOSED},
    BillStatus.FAILED: set(),
    BillStatus.CLOSED: set(),
}


def may_become(status: BillStatus, later: BillStatus) -> bool:
    """Whether a bill may go from `status` to `later`; staying is always allowed."""
    return status is later or later in _MAY_BECOME[status]
