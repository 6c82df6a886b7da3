"""The decision on a batch of transfers: pure, in order, each result named.

`decide` walks the batch once. Every transfer is judged against the state that the ones before it
left; a chain of linked transfers is undone whole when one of its members fails. The semantics are
those that TigerBeetle made the field's standard.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from farewave.kit.invariant import invariant
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.ledger.model import (
    TOTAL_FEN_MAX,
    Account,
    Balance,
    LedgerState,
    Stage,
    StoredTransfer,
    Transfer,
    TransferResult,
)

# Members of an enum are slow to reach through their class before Python 3.12.
_POSTED = Stage.POSTED
_PENDING = Stage.PENDING
_POST = Stage.POST_PENDING
_EXPIRE = Stage.EXPIRE_PENDING
_REVERSAL = Stage.REVERSAL
_CREATED = TransferResult.CREATED
_EXISTS = TransferResult.EXISTS
_ENDED_AS = {
    Stage.POST_PENDING: TransferResult.PENDING_TRANSFER_ALREADY_POSTED,
    Stage.VOID_PENDING: TransferResult.PENDING_TRANSFER_ALREADY_VOIDED,
    Stage.EXPIRE_PENDING: TransferResult.PENDING_TRANSFER_EXPIRED,
}


@dataclass(slots=True)
class Changes:
    """What a decided batch writes: transfers in the order of their positions.

    Beside each, in lists of the same length, the totals of its two accounts after it.
    """

    transfers: list[StoredTransfer] = field(default_factory=list)
    debit_after: list[Balance] = field(default_factory=list)
    credit_after: list[Balance] = field(default_factory=list)


def decide(
    state: LedgerState, transfers: Sequence[Transfer], now: datetime, position: int
) -> tuple[list[TransferResult], Changes]:
    """Results in the order of `transfers`, and what is to be written.

    `position` is the book's head; the first accepted transfer stands at `position` + 1. `state` is
    used up: its accounts hold the totals after the batch.
    """
    changes = Changes()
    results: list[TransferResult] = []
    start, length = 0, len(transfers)
    while start < length:
        if not transfers[start].linked:
            results.append(_take(state, transfers[start], now, position, changes))
            start += 1
            continue
        end = start
        while end < length and transfers[end].linked:
            end += 1
        chain = transfers[start : end + 1]
        if end == length:  # the last link has nothing that it is linked to
            results += _fail(state, chain, len(chain) - 1, TransferResult.LINKED_EVENT_CHAIN_OPEN)
        else:
            results += _take_chain(state, chain, now, position, changes)
        start = end + 1
    return results, changes


def _take_chain(
    state: LedgerState,
    chain: Sequence[Transfer],
    now: datetime,
    position: int,
    changes: Changes,
) -> list[TransferResult]:
    """All of a chain or nothing of it. A member that stands already doesn't break it."""
    kept = len(changes.transfers)
    results: list[TransferResult] = []
    for transfer in chain:
        result = _take(state, transfer, now, position, changes)
        if not result.done:
            _undo(state, changes, kept)
            return _fail(state, chain, len(results), result)
        results.append(result)
    return results


def _fail(
    state: LedgerState, chain: Sequence[Transfer], culprit: int, why: TransferResult
) -> list[TransferResult]:
    """The results of a chain that fails at `culprit`; what stood before it is still EXISTS."""
    results: list[TransferResult] = []
    for place, transfer in enumerate(chain):
        known = state.known.get(transfer.transfer_id)
        if known is not None and _compare(state, transfer, known) is _EXISTS:
            results.append(_EXISTS)
        else:
            results.append(why if place == culprit else TransferResult.LINKED_EVENT_FAILED)
    return results


def _take(
    state: LedgerState, asked: Transfer, now: datetime, position: int, changes: Changes
) -> TransferResult:
    """Judge one transfer and, when it is accepted, let it stand."""
    known = state.known.get(asked.transfer_id)
    if known is not None:
        return _compare(state, asked, known)
    place = position + len(changes.transfers) + 1
    if asked.amount_fen is not None and not 0 < asked.amount_fen <= AMOUNT_FEN_MAX:
        return TransferResult.AMOUNT_OUT_OF_RANGE
    if asked.stage is _POSTED or asked.stage is _PENDING:
        outcome = _judge_begin(state, asked, now, place)
    elif asked.stage is _REVERSAL:
        outcome = _judge_reversal(state, asked, now, place)
    else:
        outcome = _judge_end(state, asked, now, place)
    if isinstance(outcome, TransferResult):
        return outcome
    # From here on it must succeed: only totals that were checked are written.
    debit, credit = _shift(state, outcome, 1)
    state.known[outcome.transfer_id] = outcome
    if outcome.pending_id is not None:
        state.ends[outcome.pending_id] = outcome
    elif outcome.reverses_id is not None:
        state.reversals[outcome.reverses_id] = outcome
    changes.transfers.append(outcome)
    changes.debit_after.append(debit.balance)
    changes.credit_after.append(credit.balance)
    return _CREATED


def _compare(state: LedgerState, asked: Transfer, known: StoredTransfer) -> TransferResult:
    """A repeat is recognised by its id; each field that differs has its own name.

    Accounts that an end left out are those of its pending transfer; an amount that it left out is
    all of it. A reversal's accounts and amount follow from what it reverses.
    """
    if asked.stage is not known.stage:
        return TransferResult.EXISTS_WITH_DIFFERENT_STAGE
    if asked.pending_id != known.pending_id:
        return TransferResult.EXISTS_WITH_DIFFERENT_PENDING_ID
    if asked.reverses_id != known.reverses_id:
        return TransferResult.EXISTS_WITH_DIFFERENT_REVERSES_ID
    if (asked.debit_account_id or known.debit_account_id) != known.debit_account_id or (
        asked.credit_account_id or known.credit_account_id
    ) != known.credit_account_id:
        return TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS
    amount = asked.amount_fen
    if amount is None and known.pending_id is not None:
        amount = state.known[known.pending_id].amount_fen
    elif known.stage is _REVERSAL:
        amount = known.amount_fen
    if amount != known.amount_fen:
        return TransferResult.EXISTS_WITH_DIFFERENT_AMOUNT
    if _expiry(asked, known.at) != known.expires_at:
        return TransferResult.EXISTS_WITH_DIFFERENT_TIMEOUT
    if asked.reason is not known.reason:
        return TransferResult.EXISTS_WITH_DIFFERENT_REASON
    if asked.business != known.business:
        return TransferResult.EXISTS_WITH_DIFFERENT_BUSINESS
    return _EXISTS


def _expiry(asked: Transfer, at: datetime) -> datetime | None:
    return at + timedelta(seconds=asked.timeout_s) if asked.timeout_s else None


def _judge_begin(
    state: LedgerState, asked: Transfer, now: datetime, place: int
) -> StoredTransfer | TransferResult:
    amount = asked.amount_fen
    invariant(amount is not None, "a transfer that begins something has an amount")
    assert amount is not None
    if asked.debit_account_id == asked.credit_account_id:
        return TransferResult.ACCOUNTS_MUST_BE_DIFFERENT
    sides = _sides(state, asked.debit_account_id, asked.credit_account_id)
    if isinstance(sides, TransferResult):
        return sides
    debit, credit = sides
    exceeded = _exceeds(debit, credit, amount)
    if exceeded is not None:
        return exceeded
    return StoredTransfer(
        asked.transfer_id,
        asked.stage,
        debit.account_id,
        credit.account_id,
        amount,
        asked.reason,
        asked.business,
        None,
        _expiry(asked, now) if asked.stage is _PENDING else None,
        now,
        place,
    )


def _exceeds(debit: Account, credit: Account, amount: int) -> TransferResult | None:
    """What would be exceeded if `amount` moved from `debit` to `credit`; None: nothing."""
    debits = debit.debits_posted + debit.debits_pending + amount
    credits = credit.credits_posted + credit.credits_pending + amount
    if debits > TOTAL_FEN_MAX or credits > TOTAL_FEN_MAX:
        return TransferResult.OVERFLOWS
    # What is pending counts as spent on the limited side, and as not there yet on the other.
    if debit.debits_must_not_exceed_credits and debits > debit.credits_posted:
        return TransferResult.EXCEEDS_CREDITS
    if credit.credits_must_not_exceed_debits and credits > credit.debits_posted:
        return TransferResult.EXCEEDS_DEBITS
    return None


def _judge_reversal(
    state: LedgerState, asked: Transfer, now: datetime, place: int
) -> StoredTransfer | TransferResult:
    """A posted transfer undone whole, once, if whoever got the money still has it."""
    invariant(asked.reverses_id is not None, "a reversal names what it reverses")
    assert asked.reverses_id is not None
    given = asked.debit_account_id, asked.credit_account_id, asked.amount_fen
    invariant(given == (None, None, None), "a reversal's accounts and amount aren't chosen")
    was = state.known.get(asked.reverses_id)
    if was is None:
        return TransferResult.REVERSED_TRANSFER_NOT_FOUND
    if was.stage is not _POSTED and was.stage is not _POST:
        return TransferResult.REVERSED_TRANSFER_NOT_POSTED
    if was.transfer_id in state.reversals:
        return TransferResult.TRANSFER_ALREADY_REVERSED
    sides = _sides(state, was.credit_account_id, was.debit_account_id)
    if isinstance(sides, TransferResult):
        return sides
    debit, credit = sides
    exceeded = _exceeds(debit, credit, was.amount_fen)
    if exceeded is not None:
        return exceeded
    return StoredTransfer(
        asked.transfer_id,
        _REVERSAL,
        debit.account_id,
        credit.account_id,
        was.amount_fen,
        asked.reason,
        asked.business,
        None,
        None,
        now,
        place,
        was.transfer_id,
    )


def _sides(
    state: LedgerState, debit_id: UUID | None, credit_id: UUID | None
) -> tuple[Account, Account] | TransferResult:
    debit = state.accounts.get(debit_id) if debit_id is not None else None
    credit = state.accounts.get(credit_id) if credit_id is not None else None
    if debit is None:
        return TransferResult.DEBIT_ACCOUNT_NOT_FOUND
    if credit is None:
        return TransferResult.CREDIT_ACCOUNT_NOT_FOUND
    if debit.currency != state.currency or credit.currency != state.currency:
        return TransferResult.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY
    if debit.closed:
        return TransferResult.DEBIT_ACCOUNT_CLOSED
    if credit.closed:
        return TransferResult.CREDIT_ACCOUNT_CLOSED
    return debit, credit


def _judge_end(
    state: LedgerState, asked: Transfer, now: datetime, place: int
) -> StoredTransfer | TransferResult:
    """A post, void or expiry: of an open pending transfer, at most its amount, before its time.

    What is released or posted was reserved within the limits, so they need no second look. A closed
    account still lets its pending transfers end.
    """
    invariant(asked.pending_id is not None, "an end names its pending transfer")
    assert asked.pending_id is not None
    invariant(asked.amount_fen is None or asked.stage is _POST, "only a post names an amount")
    begun = state.known.get(asked.pending_id)
    if begun is None:
        return TransferResult.PENDING_TRANSFER_NOT_FOUND
    if begun.stage is not _PENDING:
        return TransferResult.PENDING_TRANSFER_NOT_PENDING
    if asked.debit_account_id not in (None, begun.debit_account_id) or (
        asked.credit_account_id not in (None, begun.credit_account_id)
    ):
        return TransferResult.PENDING_TRANSFER_HAS_DIFFERENT_ACCOUNTS
    amount = begun.amount_fen if asked.amount_fen is None else asked.amount_fen
    if amount > begun.amount_fen:
        return TransferResult.EXCEEDS_PENDING_TRANSFER_AMOUNT
    ended = state.ends.get(begun.transfer_id)
    if ended is not None:
        return _ENDED_AS[ended.stage]
    expired = begun.expires_at is not None and now >= begun.expires_at
    invariant(expired or asked.stage is not _EXPIRE, "nothing expires before its time")
    if expired and asked.stage is not _EXPIRE:
        return TransferResult.PENDING_TRANSFER_EXPIRED
    if state.accounts[begun.debit_account_id].currency != state.currency:
        return TransferResult.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY
    return StoredTransfer(
        asked.transfer_id,
        asked.stage,
        begun.debit_account_id,
        begun.credit_account_id,
        amount if asked.stage is _POST else begun.amount_fen,
        asked.reason,
        asked.business,
        begun.transfer_id,
        None,
        now,
        place,
    )


def _shift(state: LedgerState, stored: StoredTransfer, sign: int) -> tuple[Account, Account]:
    """Change the totals of both accounts by `stored`, or (`sign` -1) take that back."""
    amount = sign * stored.amount_fen
    debit, credit = (
        state.accounts[stored.debit_account_id],
        state.accounts[stored.credit_account_id],
    )
    if stored.stage is _PENDING:
        debit.debits_pending += amount
        credit.credits_pending += amount
    elif stored.stage is _POSTED or stored.stage is _POST or stored.stage is _REVERSAL:
        debit.debits_posted += amount
        credit.credits_posted += amount
    if stored.pending_id is not None:
        reserved = sign * state.known[stored.pending_id].amount_fen
        debit.debits_pending -= reserved
        credit.credits_pending -= reserved
        invariant(
            debit.debits_pending >= 0 and credit.credits_pending >= 0,
            "no more is released than was reserved",
        )
    return debit, credit


def _undo(state: LedgerState, changes: Changes, kept: int) -> None:
    """Take back what was accepted after the first `kept` transfers, the last one first."""
    for stored in reversed(changes.transfers[kept:]):
        _shift(state, stored, -1)
        del state.known[stored.transfer_id]
        if stored.pending_id is not None:
            del state.ends[stored.pending_id]
        elif stored.reverses_id is not None:
            del state.reversals[stored.reverses_id]
    del changes.transfers[kept:]
    del changes.debit_after[kept:]
    del changes.credit_after[kept:]
