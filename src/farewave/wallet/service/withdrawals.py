"""Withdrawals: money from the balance to a card.

It leaves the balance when it is asked for, so that it can't be spent while the bank is silent, and
stands in transit until the bank's answer: a no brings it back.
"""

from uuid import UUID

from farewave.banks.instruction import Instruction, Purpose
from farewave.banks.service import Begun
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.outcome import Refused
from farewave.people.model import Actor
from farewave.wallet import rules
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import Holder
from farewave.wallet.service import moves
from farewave.wallet.service.moves import MoveWish


async def begin_withdrawal(tx: Tx, actor: Actor, wish: MoveWish) -> Begun | Refused:
    """Write a withdrawal down before the bank is asked. The same key again gives the same one.

    Refusals: request.key_conflict, WITHDRAWAL_AMOUNT, banks.card_unknown, people.pay_password_…,
    BALANCE_NOT_ENOUGH.
    """
    return (
        await moves.begun_before(tx, actor, wish)
        or rules.judge_withdrawal(wish.amount_fen)
        or await moves.begin(tx, actor, wish)
    )


async def withdrawal(tx: ReadTx, holder: Holder, withdrawal_id: UUID) -> Instruction | Refused:
    """One of `holder`'s withdrawals. Refused: WITHDRAWAL_UNKNOWN."""
    return await moves.move(
        tx, holder, Purpose.WITHDRAWAL, withdrawal_id, WalletRefusal.WITHDRAWAL_UNKNOWN
    )
