"""What top-ups and withdrawals share: money between a bound card and the balance.

Both are in two halves: before the bank is asked, and after it answered.
"""

from dataclasses import dataclass
from uuid import UUID

from farewave.banks import service as banks
from farewave.banks.instruction import (
    Instruction,
    InstructionStatus,
    Purpose,
    begin_transfer,
)
from farewave.banks.model import BankInfo, Card, MoneyAnswer
from farewave.banks.service import Begun, NewInstruction
from farewave.db.events import record_event
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.ledger.model import TransferResult
from farewave.people import service as people
from farewave.people.model import Actor
from farewave.wallet import rules
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import BillStatus, Holder, Wording, balance_account_id
from farewave.wallet.service.accounts import ensure_account
from farewave.wallet.service.bills import update_bill, write_bill

_EVENT = {Purpose.TOP_UP: "wallet.topped_up", Purpose.WITHDRAWAL: "wallet.withdrawn"}
_BILL_STATUS = {
    InstructionStatus.SUCCEEDED: BillStatus.SUCCEEDED,
    InstructionStatus.FAILED: BillStatus.FAILED,
}


@dataclass(frozen=True, slots=True, repr=False)
class MoveWish:
    """What a person asks for. `key` and `digest` tell a repeat from another wish."""

    purpose: Purpose
    card_id: UUID
    amount_fen: int
    pay_password: str
    key: str
    digest: bytes


async def begin(tx: Tx, actor: Actor, wish: MoveWish) -> Begun | Refused:
    """Write a top-up or withdrawal down before the bank is asked. The amount was judged before.

    The same key again gives the same one.
    """
    card = await banks.card_in_use(tx, actor, wish.card_id)
    if isinstance(card, Refused):
        return card
    refused = await people.check_pay_password(tx, actor, wish.pay_password)
    if refused is not None:
        return refused
    # The pay password's row is locked now: of two with one key, the second finds the first here.
    begun = await begun_before(tx, actor, wish)
    if begun is not None:
        return begun
    move = await write(tx, actor, card, wish.purpose, wish.amount_fen, wish.key, wish.digest)
    return move if isinstance(move, Refused) else Begun(move, card.token)


async def begun_before(tx: ReadTx, actor: Actor, wish: MoveWish) -> Begun | Refused | None:
    """What was begun under the wish's key, or KEY_CONFLICT; None when nothing was."""
    return await banks.begun_before(
        tx, actor.shard, actor.person_id, wish.purpose, wish.key, wish.digest
    )


async def write(
    tx: Tx,
    holder: Holder,
    card: Card,
    purpose: Purpose,
    amount_fen: int,
    key: str,
    digest: bytes,
) -> Instruction | Refused:
    """Write an instruction with its bill, its money in transit. Refused: BALANCE_NOT_ENOUGH."""
    invariant(card.person_id == holder.person_id, "money moves by the person's own card")
    new = NewInstruction(
        shard=holder.shard,
        person_id=holder.person_id,
        purpose=purpose,
        card_id=card.card_id,
        bank_code=card.bank_code,
        last4=card.last4,
        amount_fen=amount_fen,
    )
    move = await banks.write_instruction(tx, new, key=key, digest=digest)
    await write_bill(tx, rules.bill(move, banks.bank_info(card.bank_code)))
    balance = await ensure_account(tx, holder)
    # Last, because the book's head stays locked from here on.
    (result,) = await ledger.submit(tx, [begin_transfer(move, balance)])
    if result is TransferResult.EXCEEDS_CREDITS:
        return Refused(WalletRefusal.BALANCE_NOT_ENOUGH)
    invariant(result.done, f"money goes into transit, not {result}")
    return move


async def conclude(tx: Tx, begun: Instruction, answer: MoneyAnswer) -> Instruction:
    """Bring a top-up or withdrawal to its end by the bank's answer; without one it stays pending.

    Again is safe.
    """
    concluded = await banks.conclude(tx, begun, answer)
    move = concluded.instruction
    if not concluded.fresh:
        return move
    await update_bill(tx, rules.bill_key(move), _BILL_STATUS[move.status], rules.note(move))
    if move.status is InstructionStatus.SUCCEEDED:
        await record_event(
            tx,
            shard=move.shard,
            name=_EVENT[move.purpose],
            actor_id=move.person_id,
            attributes={"bank_code": move.bank_code, "amount_fen": move.amount_fen},
        )
    # The balance has its account since the instruction was written.
    await banks.leave_transit(tx, move, balance_account_id(move.person_id, move.shard))
    return move


def card_label(bank: BankInfo, last4: str) -> Wording:
    """A card as bills and the cashier name it."""
    return rules.card_label(bank, last4)


def note(move: Instruction) -> Wording | None:
    """What its person is told about it now."""
    return rules.note(move)


async def move(
    tx: ReadTx, holder: Holder, purpose: Purpose, instruction_id: UUID, unknown: WalletRefusal
) -> Instruction | Refused:
    """One of `holder`'s of this purpose, or `unknown`."""
    found = await banks.instruction(tx, holder.shard, instruction_id)
    if found is None or (found.person_id, found.purpose) != (holder.person_id, purpose):
        return Refused(unknown)
    return found
