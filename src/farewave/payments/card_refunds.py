"""Money of card payments on its way back: refunds, and what a bank took too late.

Both are refund instructions to the card's bank. When it refuses, the money goes to the payer's
balance: the seller has given it back, and it shall not wait for a bank that won't take it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from farewave.banks import service as banks
from farewave.banks.instruction import (
    AT_ONCE,
    Instruction,
    InstructionStatus,
    Purpose,
    begin_transfer,
)
from farewave.banks.model import MoneyAnswer
from farewave.banks.service import NewInstruction
from farewave.db import ReadTx, Tx
from farewave.kit.invariant import invariant
from farewave.ledger.model import Transfer
from farewave.payments import bills, store
from farewave.payments.model import Refund, Trade, shard_of_trade_no
from farewave.wallet import service as wallet
from farewave.wallet.model import BillKind, BillStatus, Owner, Wording


class CardPaymentState(StrEnum):
    """What became of an attempt to pay by card."""

    PENDING = "pending"
    FAILED = "failed"
    PAID = "paid"
    RETURNING = "returning"
    RETURNED = "returned"
    IN_BALANCE = "in_balance"
    """The bank took it too late and wouldn't take it back."""


@dataclass(frozen=True, slots=True)
class CardPayment:
    """An attempt to pay a trade by card: the instruction, and where its money is."""

    instruction: Instruction
    state: CardPaymentState


_RETURN_STATE = {
    InstructionStatus.PENDING: CardPaymentState.RETURNING,
    InstructionStatus.SUCCEEDED: CardPaymentState.RETURNED,
    InstructionStatus.FAILED: CardPaymentState.IN_BALANCE,
}


def last_card_payment(instructions: Sequence[Instruction]) -> CardPayment | None:
    """The attempt among a trade's instructions (oldest first) that tells how it stands, or None.

    That is the one that is pending or paid, since no other can follow it; else the last. Not merely
    the last: the sandbox's clock can be moved back between two.
    """
    returns = {each.debit_id: each for each in instructions if each.purpose is Purpose.RETURN}
    attempts = [
        CardPayment(each, _state(each, returns.get(each.instruction_id)))
        for each in instructions
        if each.purpose is Purpose.PAYMENT
    ]
    standing = (CardPaymentState.PENDING, CardPaymentState.PAID)
    return next(
        (each for each in attempts if each.state in standing), attempts[-1] if attempts else None
    )


def _state(payment: Instruction, returned: Instruction | None) -> CardPaymentState:
    if payment.status is InstructionStatus.PENDING:
        return CardPaymentState.PENDING
    if payment.status is InstructionStatus.FAILED:
        return CardPaymentState.FAILED
    return CardPaymentState.PAID if returned is None else _RETURN_STATE[returned.status]


async def is_card_payment_pending(tx: ReadTx, trade: Trade) -> bool:
    """Whether a bank may still take money for `trade`, whose row is locked."""
    last = last_card_payment(await banks.instructions_of(tx, trade.shard, [trade.business]))
    return last is not None and last.state is CardPaymentState.PENDING


async def paid_by(tx: ReadTx, trade: Trade) -> Instruction:
    """The instruction that paid `trade`."""
    last = last_card_payment(await banks.instructions_of(tx, trade.shard, [trade.business]))
    invariant(last is not None, "a trade paid by card has its instruction")
    assert last is not None
    invariant(last.state is CardPaymentState.PAID, "the last attempt paid it")
    return last.instruction


def label_of(instruction: Instruction) -> Wording:
    """Its card, as people know it."""
    return wallet.card_label(banks.bank_info(instruction.bank_code), instruction.last4)


async def begin_refund(tx: Tx, debit: Instruction, plan: Transfer) -> Transfer:
    """Write down that the bank is to give `plan` of `debit` back to the card, instead of us to the
    payer; the transfer into transit.
    """
    assert plan.amount_fen is not None, "a refund names its amount"
    refund = await _give_back(tx, debit, Purpose.REFUND, plan.amount_fen, plan.transfer_id)
    return begin_transfer(refund, plan.debit_account_id)


async def begin_return(tx: Tx, late: Instruction) -> Instruction:
    """Write down that the bank is to take back what it took too late."""
    return await _give_back(tx, late, Purpose.RETURN, late.amount_fen)


async def _give_back(
    tx: Tx, debit: Instruction, purpose: Purpose, amount_fen: int, an_id: UUID | None = None
) -> Instruction:
    """Nobody waits for the answer: the job sends it."""
    new = NewInstruction(
        shard=debit.shard,
        person_id=debit.person_id,
        purpose=purpose,
        card_id=debit.card_id,
        bank_code=debit.bank_code,
        last4=debit.last4,
        amount_fen=amount_fen,
        reference=debit.reference,
        debit_id=debit.instruction_id,
        instruction_id=an_id,
    )
    return await banks.write_instruction(tx, new, first_check=AT_ONCE)


async def conclude(tx: Tx, begun: Instruction, answer: MoneyAnswer) -> Instruction:
    """Bring a refund or return to its end by the bank's answer. Again is safe."""
    trade = await lock_trade_of(tx, begun)
    concluded = await banks.conclude(tx, begun, answer)
    back = concluded.instruction
    if not concluded.fresh:
        return back
    reached = back.status is InstructionStatus.SUCCEEDED
    if back.purpose is Purpose.RETURN:
        assert back.debit_id is not None
        payment = await banks.instruction(tx, back.shard, back.debit_id)
        assert payment is not None, "a return is of a payment"
        key = bills.bill_key(trade, BillKind.PAYMENT, payment.text)
        note = bills.RETURNED if reached else bills.IN_BALANCE
        await wallet.update_bill(tx, key, BillStatus.CLOSED, note)
    else:
        part = await _request_no(tx, trade, back)
        key = bills.bill_key(trade, BillKind.REFUND, part)
        note_or_none = None if reached else bills.IN_BALANCE
        await wallet.update_bill(tx, key, BillStatus.SUCCEEDED, note_or_none)
    await banks.leave_transit(tx, back, await wallet.ensure_account(tx, payer_of(trade)))
    return back


async def lock_trade_of(tx: Tx, instruction: Instruction) -> Trade:
    """The trade that an instruction serves, locked before the instruction is."""
    trade_no = trade_no_of(instruction)
    shard = shard_of_trade_no(trade_no)
    invariant(shard == instruction.shard, "a trade's instructions are on its shard")
    trade = await store.lock_trade(tx, instruction.shard, trade_no)
    assert trade is not None, "trades are never deleted"
    return trade


def trade_no_of(instruction: Instruction) -> str:
    """The number of the trade that an instruction serves."""
    assert instruction.reference is not None, "instructions of payments serve a trade"
    return instruction.reference.partition(":")[2]


def payer_of(trade: Trade) -> Owner:
    """A trade's payer as the owner of a wallet."""
    return Owner(trade.payer_id, trade.shard)


async def _request_no(tx: ReadTx, trade: Trade, back: Instruction) -> str:
    refunds: list[Refund] = await store.refunds(tx, trade.shard, trade.trade_no)
    (found,) = [each for each in refunds if each.refund_id == back.instruction_id]
    return found.out_request_no
