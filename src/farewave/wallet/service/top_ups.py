"""Top-ups: money from a card to the balance."""

from uuid import UUID

from farewave.banks.instruction import Instruction, Purpose
from farewave.banks.model import Card
from farewave.banks.service import Begun
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.people.model import Actor
from farewave.wallet import rules
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import Holder
from farewave.wallet.service import moves
from farewave.wallet.service.moves import MoveWish


async def begin_top_up(tx: Tx, actor: Actor, wish: MoveWish) -> Begun | Refused:
    """Write a top-up down before the bank is asked. The same key again gives the same top-up.

    Refusals: request.key_conflict, AMOUNT, banks.card_unknown, people.pay_password_….
    """
    return (
        await moves.begun_before(tx, actor, wish)
        or rules.judge_top_up(wish.amount_fen)
        or await moves.begin(tx, actor, wish)
    )


async def write_top_up(
    tx: Tx, holder: Holder, card: Card, amount_fen: int, key: str, digest: bytes
) -> Instruction:
    """Write a top-up with its bill and its money in transit. Everything was judged before."""
    invariant(rules.judge_top_up(amount_fen) is None, "a top-up is within its limits")
    written = await moves.write(tx, holder, card, Purpose.TOP_UP, amount_fen, key, digest)
    assert not isinstance(written, Refused), "a bank may always be asked for money"
    return written


async def top_up(tx: ReadTx, holder: Holder, top_up_id: UUID) -> Instruction | Refused:
    """One of `holder`'s top-ups. Refused: TOP_UP_UNKNOWN."""
    return await moves.move(tx, holder, Purpose.TOP_UP, top_up_id, WalletRefusal.TOP_UP_UNKNOWN)
