"""The decisions of the wallet, pure: what may be moved, what people are told, how bills go on."""

import re
from datetime import date

from farewave.banks.instruction import Instruction, InstructionStatus, Purpose
from farewave.banks.model import BankInfo
from farewave.kit.clock import from_shanghai
from farewave.kit.money import yuan_text
from farewave.kit.outcome import Refused
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import (
    BillKey,
    BillKind,
    BillStatus,
    Direction,
    NewBill,
    Period,
    Wording,
)
from farewave.wallet.transfer import FEN_MAX as TRANSFER_FEN_MAX

MOVE_FEN_MIN = 1
TOP_UP_FEN_MAX = 50_000_00
WITHDRAWAL_FEN_MAX = 50_000_00

TOP_UP_PENDING = Wording(
    zh="银行处理中：尚未收到银行的答复。我们会继续查询，不会重复扣款。",
    en="Pending at the bank: it hasn't answered yet. We keep asking; nothing is taken twice.",
)
WITHDRAWAL_PENDING = Wording(
    zh="银行处理中：款项已从余额转出，尚未收到银行的答复，通常两分钟内到账。银行若拒绝，款项自动退回余额。",
    en=(
        "Pending at the bank: the money has left your balance and the bank hasn't answered yet."
        " It usually arrives within two minutes; if the bank refuses, it comes back by itself."
    ),
)
_RETURNED = Wording(zh="款项已退回余额。", en="The money is back in your balance.")
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def judge_top_up(amount_fen: int) -> Refused | None:
    """Why this much can't be topped up; None when it can."""
    return _judge(amount_fen, TOP_UP_FEN_MAX, WalletRefusal.AMOUNT)


def judge_withdrawal(amount_fen: int) -> Refused | None:
    """Why this much can't be withdrawn; None when it can, if it is there."""
    return _judge(amount_fen, WITHDRAWAL_FEN_MAX, WalletRefusal.WITHDRAWAL_AMOUNT)


def judge_transfer(amount_fen: int) -> Refused | None:
    """Why this much can't be sent to somebody; None when it can, if it is there."""
    return _judge(amount_fen, TRANSFER_FEN_MAX, WalletRefusal.TRANSFER_AMOUNT)


def _judge(amount_fen: int, most_fen: int, reason: WalletRefusal) -> Refused | None:
    if MOVE_FEN_MIN <= amount_fen <= most_fen:
        return None
    limits = {"min_yuan": yuan_text(MOVE_FEN_MIN), "max_yuan": yuan_text(most_fen)}
    return Refused(reason, limits)


_KIND = {Purpose.TOP_UP: BillKind.TOP_UP, Purpose.WITHDRAWAL: BillKind.WITHDRAWAL}
_DIRECTION = {Purpose.TOP_UP: Direction.IN, Purpose.WITHDRAWAL: Direction.OUT}
_TITLE = {
    Purpose.TOP_UP: Wording(zh="余额充值", en="Top-up"),
    Purpose.WITHDRAWAL: Wording(zh="余额提现", en="Withdrawal"),
}
_PENDING = {Purpose.TOP_UP: TOP_UP_PENDING, Purpose.WITHDRAWAL: WITHDRAWAL_PENDING}
MOVES = frozenset(_KIND)
"""What the wallet tells banks to do."""


def bill_key(move: Instruction) -> BillKey:
    return BillKey(
        shard=move.shard,
        person_id=move.person_id,
        kind=_KIND[move.purpose],
        reference_type=move.purpose.value,
        reference_id=move.text,
    )


def bill(move: Instruction, bank: BankInfo) -> NewBill:
    """The bill of a top-up or withdrawal that was just begun."""
    return NewBill(
        key=bill_key(move),
        direction=_DIRECTION[move.purpose],
        amount_fen=move.amount_fen,
        status=BillStatus.PENDING,
        title=_TITLE[move.purpose],
        counterparty=Wording(zh=bank.name_zh, en=bank.name_en),
        fund_label=card_label(bank, move.last4),
        note=_PENDING[move.purpose],
    )


def card_label(bank: BankInfo, last4: str) -> Wording:
    """A card as bills and the cashier name it."""
    return Wording(
        zh=f"{bank.name_zh}储蓄卡（{last4}）",
        en=f"{bank.name_en} card ({last4})",
    )


def note(move: Instruction) -> Wording | None:
    """What a person is told about it: what to expect, or why it failed and where the money is."""
    if move.status is InstructionStatus.PENDING:
        return _PENDING[move.purpose]
    if move.failure is None:
        return None
    why = Wording(zh=move.failure.zh, en=move.failure.en)
    if move.purpose is Purpose.TOP_UP:
        return why
    return Wording(zh=why.zh + _RETURNED.zh, en=f"{why.en} {_RETURNED.en}")


def month(text: str) -> Period | None:
    """The month of China's calendar that `2026-11` names, or None when it isn't one."""
    match = _MONTH.fullmatch(text)
    if match is None:
        return None
    year, number = int(match[1]), int(match[2])
    following = date(year + number // 12, number % 12 + 1, 1)
    return Period(from_shanghai(date(year, number, 1)), from_shanghai(following))


_MAY_BECOME = {
    BillStatus.PENDING: {BillStatus.SUCCEEDED, BillStatus.FAILED, BillStatus.CLOSED},
    BillStatus.SUCCEEDED: {BillStatus.CLOSED},
    BillStatus.FAILED: set(),
    BillStatus.CLOSED: set(),
}


def may_become(status: BillStatus, later: BillStatus) -> bool:
    """Whether a bill may go from `status` to `later`; staying is always allowed."""
    return status is later or later in _MAY_BECOME[status]
