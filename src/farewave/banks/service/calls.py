"""Asking a bank. Never called inside a transaction: a bank takes its time, or never answers."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import TypeVar
from uuid import UUID

import structlog

from farewave.banks.instruction import Instruction
from farewave.banks.model import (
    BankUnknown,
    BindingRequest,
    ConfirmAnswer,
    InstructionKind,
    MoneyAnswer,
    NeverHeard,
    QueryAnswer,
    ReleaseAnswer,
    StartAnswer,
)
from farewave.banks.ports import Bank
from farewave.kit.sealing import Sealer
from farewave.people.model import SealedText

A = TypeVar("A")
Banks = Mapping[str, Bank]
"""The banks of this installation, by code."""

CALL_TIMEOUT_S = 8.0
MEMO = "Farewave"
_NOBODY = BankUnknown("this installation has no way to the bank")

log = structlog.get_logger("farewave.banks")


async def start_binding(banks: Banks, bank_code: str, request: BindingRequest) -> StartAnswer:
    """Have the bank check a card and send its code."""
    bank = banks.get(bank_code)
    if bank is None:
        return _NOBODY
    return await _answered(bank_code, "start_binding", bank.start_binding(request))


async def confirm_binding(
    banks: Banks, bank_code: str, bank_reference: str, code: str
) -> ConfirmAnswer:
    """Exchange a code for a token."""
    bank = banks.get(bank_code)
    if bank is None:
        return _NOBODY
    return await _answered(bank_code, "confirm_binding", bank.confirm_binding(bank_reference, code))


async def release(banks: Banks, bank_code: str, token: str) -> ReleaseAnswer:
    """Give a token back."""
    bank = banks.get(bank_code)
    if bank is None:
        return _NOBODY
    return await _answered(bank_code, "release", bank.release(token))


async def carry_out(
    banks: Banks, sealer: Sealer, instruction: Instruction, token: SealedText
) -> MoneyAnswer:
    """Have the bank move money; the same instruction again gives the same answer."""
    bank = banks.get(instruction.bank_code)
    if bank is None:
        return _NOBODY
    an_id, amount_fen = instruction.instruction_id, instruction.amount_fen
    match instruction.kind:
        case InstructionKind.DEBIT:
            asked = bank.debit(an_id, token.reveal(sealer), amount_fen, MEMO)
        case InstructionKind.CREDIT:
            asked = bank.credit(an_id, token.reveal(sealer), amount_fen, MEMO)
        case InstructionKind.REFUND:
            assert instruction.debit_id is not None, "a refund names its debit"
            asked = bank.refund(an_id, instruction.debit_id, amount_fen, MEMO)
    return await _answered(instruction.bank_code, instruction.kind.value, asked)


async def ask_again(
    banks: Banks, sealer: Sealer, instruction: Instruction, token: SealedText
) -> MoneyAnswer:
    """What became of an instruction; it is sent again when the bank never heard of it.

    It isn't given up then, because it may still be on its way: the bank carries an id out once, so
    sending it twice is safe, and giving it up isn't.
    """
    answer = await query(banks, instruction.bank_code, instruction.instruction_id)
    if isinstance(answer, NeverHeard):
        return await carry_out(banks, sealer, instruction, token)
    return answer


async def query(banks: Banks, bank_code: str, instruction_id: UUID) -> QueryAnswer:
    """What became of an instruction."""
    bank = banks.get(bank_code)
    if bank is None:
        return _NOBODY
    return await _answered(bank_code, "query", bank.query(instruction_id))


async def _answered(bank_code: str, call: str, asked: Awaitable[A]) -> A | BankUnknown:
    """What the bank answers, in bounded time; an adapter that fails has answered nothing."""
    try:
        async with asyncio.timeout(CALL_TIMEOUT_S):
            answer = await asked
    except Exception as failure:
        # Its words may hold numbers of people: only its kind is kept. Nothing is concluded from a
        # failure, not even that nothing happened.
        log.warning("banks.no_answer", bank=bank_code, call=call, error=type(failure).__name__)
        return BankUnknown(type(failure).__name__)
    if isinstance(answer, BankUnknown):
        log.warning("banks.no_answer", bank=bank_code, call=call, why=answer.why)
    return answer
