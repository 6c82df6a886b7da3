"""Asking a bank. Never called inside a transaction: a bank takes its time, or never answers."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import TypeVar
from uuid import UUID

import structlog

from farewave.banks.model import (
    BankUnknown,
    BindingRequest,
    ConfirmAnswer,
    MoneyAnswer,
    QueryAnswer,
    ReleaseAnswer,
    StartAnswer,
)
from farewave.banks.ports import Bank

A = TypeVar("A")
Banks = Mapping[str, Bank]
"""The banks of this installation, by code."""

CALL_TIMEOUT_S = 8.0
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


async def debit(
    banks: Banks, bank_code: str, instruction_id: UUID, token: str, amount_fen: int, memo: str
) -> MoneyAnswer:
    """Take money from a card; the same instruction again gives the same answer."""
    bank = banks.get(bank_code)
    if bank is None:
        return _NOBODY
    asked = bank.debit(instruction_id, token, amount_fen, memo)
    return await _answered(bank_code, "debit", asked)


async def credit(
    banks: Banks, bank_code: str, instruction_id: UUID, token: str, amount_fen: int, memo: str
) -> MoneyAnswer:
    """Pay money to a card; the same instruction again gives the same answer."""
    bank = banks.get(bank_code)
    if bank is None:
        return _NOBODY
    asked = bank.credit(instruction_id, token, amount_fen, memo)
    return await _answered(bank_code, "credit", asked)


async def refund(
    banks: Banks, bank_code: str, instruction_id: UUID, debit_id: UUID, amount_fen: int, memo: str
) -> MoneyAnswer:
    """Give a debit back, in part or whole; the same instruction again gives the same answer."""
    bank = banks.get(bank_code)
    if bank is None:
        return _NOBODY
    asked = bank.refund(instruction_id, debit_id, amount_fen, memo)
    return await _answered(bank_code, "refund", asked)


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
