"""A batch walked once, in order; chains that stand or fall whole."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from farewave.kit.invariant import invariant
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.ledger.model import (
    LedgerState,
    Stage,
    StoredTransfer,
    Transfer,
    TransferResult,
)
from farewave.ledger.rules.judging import (
    CLOSING,
    closes,
    judge_begin,
    judge_end,
    judge_reversal,
)
from farewave.ledger.rules.repeats import compare

# Members of an enum are slow to reach through their class before Python 3.12.
_POSTED = Stage.POSTED
_PENDING = Stage.PENDING
_POST = Stage.POST_PENDING
_REVERSAL = Stage.REVERSAL
_CREATED = TransferResult.CREATED
_EXISTS = TransferResult.EXISTS


def decide(
    state: LedgerState, transfers: Sequence[Transfer], now: datetime, position: int
) -> tuple[list[TransferResult], list[StoredTransfer]]:
    """Results in the order of `transfers`, and the transfers to be written, by their positions.

    `position` is the book's head; the first accepted transfer stands at `position` + 1. `state` is
    used up: its accounts hold the totals after the batch.
    """
    written: list[StoredTransfer] = []
    results: list[TransferResult] = []
    start, length = 0, len(transfers)
    while start < length:
        if not transfers[start].linked:
            results.append(_take(state, transfers[start], now, position, written))
            start += 1
            continue
        end = start
        while end < length and transfers[end].linked:
            end += 1
        chain = transfers[start : end + 1]
        if end == length:  # the last link has nothing that it is linked to
            results += _fail(state, chain, len(chain) - 1, TransferResult.LINKED_EVENT_CHAIN_OPEN)
        else:
            results += _take_chain(state, chain, now, position, written)
        start = end + 1
    return results, written


def opened_or_closed(state: LedgerState, written: Sequence[StoredTransfer]) -> set[UUID]:
    """The accounts that `written` closes, or, by a reversal of what closed them, opens again."""
    found: set[UUID] = set()
    for each in written:
        if each.reverses_id is not None:
            found.update(closes(state.known[each.reverses_id.int]))
        elif each.flags:
            found.update(closes(each))
    return found


def _take_chain(
    state: LedgerState,
    chain: Sequence[Transfer],
    now: datetime,
    position: int,
    written: list[StoredTransfer],
) -> list[TransferResult]:
    """All of a chain or nothing of it. A member that stands already doesn't break it."""
    kept = len(written)
    results: list[TransferResult] = []
    for transfer in chain:
        result = _take(state, transfer, now, position, written)
        if not result.done:
            _undo(state, written, kept)
            return _fail(state, chain, len(results), result)
        results.append(result)
    return results


def _fail(
    state: LedgerState, chain: Sequence[Transfer], culprit: int, why: TransferResult
) -> list[TransferResult]:
    """The results of a chain that fails at `culprit`; what stood before it is still EXISTS."""
    results: list[TransferResult] = []
    for place, transfer in enumerate(chain):
        known = state.known.get(transfer.transfer_id.int)
        if known is not None and compare(state, transfer, known) is _EXISTS:
            results.append(_EXISTS)
        else:
            results.append(why if place == culprit else TransferResult.LINKED_EVENT_FAILED)
    return results


def _take(
    state: LedgerState, asked: Transfer, now: datetime, position: int, written: list[StoredTransfer]
) -> TransferResult:
    """Judge one transfer and, when it is accepted, let it stand."""
    known = state.known.get(asked.transfer_id.int)
    if known is not None:
        return compare(state, asked, known)
    place = position + len(written) + 1
    if (
        asked.amount_fen is not None
        and not 0 < asked.amount_fen <= AMOUNT_FEN_MAX
        and not (asked.amount_fen == 0 and asked.flags & CLOSING)
    ):
        return TransferResult.AMOUNT_OUT_OF_RANGE
    if asked.stage is _POSTED or asked.stage is _PENDING:
        outcome = judge_begin(state, asked, now, place)
    elif asked.stage is _REVERSAL:
        outcome = judge_reversal(state, asked, now, place)
    else:
        outcome = judge_end(state, asked, now, place)
    if isinstance(outcome, TransferResult):
        return outcome
    # From here on it must succeed: only totals that were checked are written.
    _shift(state, outcome, 1)
    state.known[asked.transfer_id.int] = outcome
    if outcome.pending_id is not None:
        state.ends[outcome.pending_id.int] = outcome
    elif outcome.reverses_id is not None:
        state.reversals[outcome.reverses_id.int] = outcome
        for account_id in closes(state.known[outcome.reverses_id.int]):
            state.accounts[account_id.int].closed_at = None
    elif outcome.flags:
        for account_id in closes(outcome):
            state.accounts[account_id.int].closed_at = outcome.at
    written.append(outcome)
    return _CREATED


def _shift(state: LedgerState, stored: StoredTransfer, sign: int) -> None:
    """Change the totals of both accounts by `stored`, or (`sign` -1) take that back."""
    amount = sign * stored.amount_fen
    debit, credit = (
        state.accounts[stored.debit_account_id.int],
        state.accounts[stored.credit_account_id.int],
    )
    if stored.stage is _PENDING:
        debit.debits_pending += amount
        credit.credits_pending += amount
    elif stored.stage is _POSTED or stored.stage is _POST or stored.stage is _REVERSAL:
        debit.debits_posted += amount
        credit.credits_posted += amount
    if stored.pending_id is not None:
        reserved = sign * state.known[stored.pending_id.int].amount_fen
        debit.debits_pending -= reserved
        credit.credits_pending -= reserved
        invariant(
            debit.debits_pending >= 0 and credit.credits_pending >= 0,
            "no more is released than was reserved",
        )


def _undo(state: LedgerState, written: list[StoredTransfer], kept: int) -> None:
    """Take back what was accepted after the first `kept` transfers, the last one first."""
    for stored in reversed(written[kept:]):
        _shift(state, stored, -1)
        del state.known[stored.transfer_id.int]
        if stored.pending_id is not None:
            del state.ends[stored.pending_id.int]
        elif stored.reverses_id is not None:
            del state.reversals[stored.reverses_id.int]
            closing = state.known[stored.reverses_id.int]
            for account_id in closes(closing):
                state.accounts[account_id.int].closed_at = closing.at
        elif stored.flags:
            for account_id in closes(stored):
                state.accounts[account_id.int].closed_at = None
    del written[kept:]
