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
    Entry,
    LedgerState,
    Stage,
    StoredTransfer,
    Transfer,
    TransferResult,
)

_ENDS = (Stage.POST_PENDING, Stage.VOID_PENDING, Stage.EXPIRE_PENDING)
_ENDED_AS = {
    Stage.POST_PENDING: TransferResult.PENDING_TRANSFER_ALREADY_POSTED,
    Stage.VOID_PENDING: TransferResult.PENDING_TRANSFER_ALREADY_VOIDED,
    Stage.EXPIRE_PENDING: TransferResult.PENDING_TRANSFER_EXPIRED,
}


@dataclass(slots=True)
class Changes:
    """What a decided batch writes: transfers in the order of their positions, and their entries."""

    transfers: list[StoredTransfer] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Move:
    """An accepted transfer, resolved: its accounts and the change of each total."""

    debit: Account
    credit: Account
    stored: StoredTransfer
    posted_fen: int
    pending_fen: int


def decide(
    state: LedgerState, transfers: Sequence[Transfer], now: datetime, position: int
) -> tuple[list[TransferResult], Changes]:
    """Results in the order of `transfers`, and what is to be written.

    `position` is the book's head; the first accepted transfer stands at `position` + 1. `state` is
    used up: its accounts hold the totals after the batch.
    """
    changes = Changes()
    results: list[TransferResult] = []
    start = 0
    while start < len(transfers):
        end = start
        while end < len(transfers) and transfers[end].linked:
            end += 1
        if end == len(transfers):  # the last link has nothing to be linked to
            results += [TransferResult.LINKED_EVENT_FAILED] * (end - start - 1)
            results.append(TransferResult.LINKED_EVENT_CHAIN_OPEN)
            break
        chain = transfers[start : end + 1]
        results += _decide_chain(state, chain, now, position, changes)
        start = end + 1
    return results, changes


def _decide_chain(
    state: LedgerState,
    chain: Sequence[Transfer],
    now: datetime,
    position: int,
    changes: Changes,
) -> list[TransferResult]:
    undo: list[_Move] = []
    kept = len(changes.transfers), len(changes.entries)
    results: list[TransferResult] = []
    for transfer in chain:
        place = position + len(changes.transfers) + 1
        outcome = _judge(state, transfer, now, place)
        if isinstance(outcome, _Move):
            # From here on it must succeed: only totals that were checked are written.
            _apply(state, outcome, changes)
            undo.append(outcome)
            results.append(TransferResult.CREATED)
            continue
        results.append(outcome)
        if len(chain) > 1 and outcome is not TransferResult.EXISTS:
            for move in reversed(undo):
                _revert(state, move)
            del changes.transfers[kept[0] :]
            del changes.entries[kept[1] :]
            failed = len(results) - 1
            return [
                outcome if place == failed else TransferResult.LINKED_EVENT_FAILED
                for place in range(len(chain))
            ]
    return results


def _judge(
    state: LedgerState, asked: Transfer, now: datetime, place: int
) -> "_Move | TransferResult":
    known = state.known.get(asked.transfer_id)
    if known is not None:
        return _compare(asked, known)
    if asked.amount_fen is not None and not 0 < asked.amount_fen <= AMOUNT_FEN_MAX:
        return TransferResult.AMOUNT_OUT_OF_RANGE
    if asked.stage in _ENDS:
        return _judge_end(state, asked, now, place)
    invariant(asked.amount_fen is not None, "a transfer that begins something has an amount")
    return _judge_begin(state, asked, now, place)


def _compare(asked: Transfer, known: StoredTransfer) -> TransferResult:
    """A repeat is recognised by its id; each field that differs has its own name."""
    if asked.stage is not known.stage:
        return TransferResult.EXISTS_WITH_DIFFERENT_STAGE
    if asked.pending_id != known.pending_id:
        return TransferResult.EXISTS_WITH_DIFFERENT_PENDING_ID
    if (asked.debit_account_id or known.debit_account_id) != known.debit_account_id or (
        asked.credit_account_id or known.credit_account_id
    ) != known.credit_account_id:
        return TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS
    if asked.amount_fen is not None and asked.amount_fen != known.amount_fen:
        return TransferResult.EXISTS_WITH_DIFFERENT_AMOUNT
    if _expiry(asked, known.at) != known.expires_at:
        return TransferResult.EXISTS_WITH_DIFFERENT_TIMEOUT
    if asked.reason is not known.reason:
        return TransferResult.EXISTS_WITH_DIFFERENT_REASON
    if asked.business != known.business:
        return TransferResult.EXISTS_WITH_DIFFERENT_BUSINESS
    return TransferResult.EXISTS


def _expiry(asked: Transfer, at: datetime) -> datetime | None:
    return at + timedelta(seconds=asked.timeout_s) if asked.timeout_s else None


def _judge_begin(
    state: LedgerState, asked: Transfer, now: datetime, place: int
) -> "_Move | TransferResult":
    if asked.debit_account_id == asked.credit_account_id:
        return TransferResult.ACCOUNTS_MUST_BE_DIFFERENT
    sides = _sides(state, asked.debit_account_id, asked.credit_account_id)
    if isinstance(sides, TransferResult):
        return sides
    debit, credit = sides
    amount = asked.amount_fen or 0
    totals = (
        debit.debits_posted + debit.debits_pending,
        credit.credits_posted + credit.credits_pending,
    )
    if max(totals) + amount > TOTAL_FEN_MAX:
        return TransferResult.OVERFLOWS
    over = _over_limit(debit, credit, amount, is_pending=asked.stage is Stage.PENDING)
    if over is not None:
        return over
    stored = StoredTransfer(
        transfer_id=asked.transfer_id,
        stage=asked.stage,
        debit_account_id=debit.account_id,
        credit_account_id=credit.account_id,
        amount_fen=amount,
        reason=asked.reason,
        business=asked.business,
        pending_id=None,
        expires_at=_expiry(asked, now) if asked.stage is Stage.PENDING else None,
        at=now,
        position=place,
    )
    if asked.stage is Stage.PENDING:
        return _Move(debit, credit, stored, posted_fen=0, pending_fen=amount)
    return _Move(debit, credit, stored, posted_fen=amount, pending_fen=0)


def _sides(
    state: LedgerState, debit_id: UUID | None, credit_id: UUID | None
) -> tuple[Account, Account] | TransferResult:
    debit = state.accounts.get(debit_id) if debit_id else None
    credit = state.accounts.get(credit_id) if credit_id else None
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


def _over_limit(
    debit: Account, credit: Account, amount: int, *, is_pending: bool
) -> TransferResult | None:
    """Pending amounts on the limited side count as spent; on the other side as not there yet."""
    if (
        debit.debits_must_not_exceed_credits
        and debit.debits_posted + debit.debits_pending + amount > debit.credits_posted
    ):
        return TransferResult.EXCEEDS_CREDITS
    if (
        credit.credits_must_not_exceed_debits
        and credit.credits_posted + credit.credits_pending + amount > credit.debits_posted
    ):
        return TransferResult.EXCEEDS_DEBITS
    return None


def _judge_end(
    state: LedgerState, asked: Transfer, now: datetime, place: int
) -> "_Move | TransferResult":
    invariant(asked.pending_id is not None, "an end names its pending transfer")
    assert asked.pending_id is not None
    begun = state.known.get(asked.pending_id)
    if begun is None:
        return TransferResult.PENDING_TRANSFER_NOT_FOUND
    if begun.stage is not Stage.PENDING:
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
    if expired and asked.stage is not Stage.EXPIRE_PENDING:
        return TransferResult.PENDING_TRANSFER_EXPIRED
    if asked.stage is not Stage.POST_PENDING:
        amount = begun.amount_fen
    stored = StoredTransfer(
        transfer_id=asked.transfer_id,
        stage=asked.stage,
        debit_account_id=begun.debit_account_id,
        credit_account_id=begun.credit_account_id,
        amount_fen=amount,
        reason=asked.reason,
        business=asked.business,
        pending_id=begun.transfer_id,
        expires_at=None,
        at=now,
        position=place,
    )
    return _Move(
        debit=state.accounts[begun.debit_account_id],
        credit=state.accounts[begun.credit_account_id],
        stored=stored,
        posted_fen=amount if asked.stage is Stage.POST_PENDING else 0,
        pending_fen=-begun.amount_fen,
    )


def _apply(state: LedgerState, move: _Move, changes: Changes) -> None:
    _shift(move, 1)
    stored = move.stored
    state.known[stored.transfer_id] = stored
    if stored.pending_id is not None:
        state.ends[stored.pending_id] = stored
    changes.transfers.append(stored)
    for account in (move.debit, move.credit):
        changes.entries.append(
            Entry(
                account.account_id, stored.position, stored.at, stored.transfer_id, account.balance
            )
        )


def _revert(state: LedgerState, move: _Move) -> None:
    _shift(move, -1)
    del state.known[move.stored.transfer_id]
    if move.stored.pending_id is not None:
        del state.ends[move.stored.pending_id]


def _shift(move: _Move, sign: int) -> None:
    debit, credit = move.debit, move.credit
    debit.debits_posted += sign * move.posted_fen
    debit.debits_pending += sign * move.pending_fen
    credit.credits_posted += sign * move.posted_fen
    credit.credits_pending += sign * move.pending_fen
    invariant(min(debit.debits_posted, debit.debits_pending) >= 0, "totals are never negative")
    invariant(min(credit.credits_posted, credit.credits_pending) >= 0, "totals are never negative")
