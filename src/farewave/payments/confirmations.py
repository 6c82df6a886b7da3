"""What people are asked to confirm: trades that their phones' codes made and may not pay unasked.

Confirming is paying the trade at the cashier. `tx` comes first; the edge commits.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.kit.limits import JOB_BATCH_MAX
from farewave.kit.outcome import Refused
from farewave.payments import rules, service, store
from farewave.payments.code_payment import CONFIRM_WITHIN_MAX
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import Trade
from farewave.payments.rules import Repeat
from farewave.people.model import Actor
from farewave.wallet.model import Wording


@dataclass(frozen=True, slots=True)
class Question:
    """A merchant asks for so much; `trade_no` is the trade to pay or to decline."""

    trade_no: str
    merchant: Wording
    subject: str
    amount_fen: int
    expires_at: datetime


async def questions(
    tx: ReadTx, shard: int, people: Collection[UUID]
) -> dict[UUID, tuple[Question, ...]]:
    """What each of these people of `shard` is asked, the oldest first; who isn't is left out."""
    rows = await store.unanswered(tx, shard, people, tx.now - CONFIRM_WITHIN_MAX)
    if not rows:
        return {}
    merchants = await store.merchants(tx, {row["merchant_id"] for row in rows})
    asked: dict[UUID, tuple[Question, ...]] = {}
    for row in rows:
        question = Question(
            row["trade_no"],
            merchants[row["merchant_id"]].wording,
            row["subject"],
            row["amount_fen"],
            row["expires_at"],
        )
        asked[row["person_id"]] = (*asked.get(row["person_id"], ()), question)
    return asked


async def decline(tx: Tx, actor: Actor, trade_no: str) -> Trade | Refused:
    """Close a trade that the actor is asked to confirm; declined before: the same answer.

    Refusals: TRADE_NOT_FOUND (also of a trade that no code made), NOT_YOUR_TRADE,
    TRADE_STATUS_WRONG.
    """
    seen = await service.own_trade(tx, actor, trade_no)
    if isinstance(seen, Refused):
        return seen
    if not await store.is_to_confirm(tx, seen.shard, trade_no):
        return Refused(PaymentsRefusal.TRADE_NOT_FOUND)
    trade = await store.lock_trade(tx, seen.shard, trade_no)
    assert trade is not None, "trades are never deleted"
    judged = rules.judge_close(trade)
    if isinstance(judged, Refused):
        return judged
    return trade if judged is Repeat.SAME else await service.close_now(tx, trade)


async def forget(tx: Tx, shard: int) -> int:
    """Drop what can't be asked of anybody any more; how many."""
    return await store.forget_confirmations(tx, shard, tx.now - CONFIRM_WITHIN_MAX, JOB_BATCH_MAX)
