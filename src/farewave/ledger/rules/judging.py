"""One transfer against the state: what it becomes when it stands, or why it can't."""

from datetime import datetime
from uuid import UUID

from farewave.kit.invariant import InvariantBroken, invariant
from farewave.ledger.model import (
    TOTAL_FEN_MAX,
    Account,
    Flag,
    LedgerState,
    Stage,
    StoredTransfer,
    Transfer,
    TransferResult,
)
from farewave.ledger.rules.repeats import expiry

# Members of an enum are slow to reach through their class before Python 3.12.
_POSTED = Stage.POSTED
_PENDING = Stage.PENDING
_POST = Stage.POST_PENDING
_EXPIRE = Stage.EXPIRE_PENDING
_REVERSAL = Stage.REVERSAL
_BALANCING_DEBIT = int(Flag.BALANCING_DEBIT)
_BALANCING_CREDIT = int(Flag.BALANCING_CREDIT)
_CLOSING_DEBIT = int(Flag.CLOSING_DEBIT)
_CLOSING_CREDIT = int(Flag.CLOSING_CREDIT)
CLOSING = _CLOSING_DEBIT | _CLOSING_CREDIT
_ENDED_AS = {
    Stage.POST_PENDING: TransferResult.PENDING_TRANSFER_ALREADY_POSTED,
    Stage.VOID_PENDING: TransferResult.PENDING_TRANSFER_ALREADY_VOIDED,
    Stage.EXPIRE_PENDING: TransferResult.PENDING_TRANSFER_EXPIRED,
}


def judge_begin(
    state: LedgerState, asked: Transfer, now: datetime, place: int
) -> StoredTransfer | TransferResult:
    amount, debit_id, credit_id = asked.amount_fen, asked.debit_account_id, asked.credit_account_id
    if amount is None or debit_id is None or credit_id is None:
        raise InvariantBroken("a transfer that begins something names its amount and its accounts")
    if debit_id.int == credit_id.int:
        return TransferResult.ACCOUNTS_MUST_BE_DIFFERENT
    sides = _sides(state, debit_id, credit_id)
    if isinstance(sides, TransferResult):
        return sides
    debit, credit = sides
    if asked.flags:
        amount = _balanced(debit, credit, amount, asked.flags)
    refused = _exceeds(debit, credit, amount)
    if refused is None and asked.flags:
        refused = _refused_by_flags(asked, debit, credit, amount)
    if refused is not None:
        return refused
    return StoredTransfer(
        asked.transfer_id,
        asked.stage,
        debit.account_id,
        credit.account_id,
        amount,
        asked.reason,
        asked.business,
        None,
        expiry(asked, now) if asked.stage is _PENDING else None,
        now,
        place,
        None,
        asked.flags,
        asked.amount_fen if asked.flags else None,
    )


def _sides(
    state: LedgerState,
    debit_id: UUID,
    credit_id: UUID,
    reversed_one: StoredTransfer | None = None,
) -> tuple[Account, Account] | TransferResult:
    """Both accounts if they may take a transfer; what the reversed one closed may take this."""
    debit, credit = state.accounts.get(debit_id.int), state.accounts.get(credit_id.int)
    if debit is None:
        return TransferResult.DEBIT_ACCOUNT_NOT_FOUND
    if credit is None:
        return TransferResult.CREDIT_ACCOUNT_NOT_FOUND
    if debit.currency != state.currency or credit.currency != state.currency:
        return TransferResult.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY
    if debit.closed_at is not None or credit.closed_at is not None:
        reopened = closes(reversed_one) if reversed_one is not None else []
        if debit.closed_at is not None and debit.account_id not in reopened:
            return TransferResult.DEBIT_ACCOUNT_CLOSED
        if credit.closed_at is not None and credit.account_id not in reopened:
            return TransferResult.CREDIT_ACCOUNT_CLOSED
    return debit, credit


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


def _balanced(debit: Account, credit: Account, amount: int, flags: int) -> int:
    """As much of `amount` as there is, by the flags that balance; zero when there is nothing."""
    if flags & _BALANCING_DEBIT:
        amount = min(amount, debit.credits_posted - debit.debits_posted - debit.debits_pending)
    if flags & _BALANCING_CREDIT:
        amount = min(amount, credit.debits_posted - credit.credits_posted - credit.credits_pending)
    return max(amount, 0)


def _refused_by_flags(
    asked: Transfer, debit: Account, credit: Account, amount: int
) -> TransferResult | None:
    """What balancing and closing ask for beside the limits; None: all is well."""
    flags = asked.flags
    invariant(asked.stage is _POSTED or not flags & CLOSING, "only a posted transfer closes")
    if amount == 0 and not flags & CLOSING:
        spent = debit.debits_posted + debit.debits_pending
        if flags & _BALANCING_DEBIT and spent >= debit.credits_posted:
            return TransferResult.EXCEEDS_CREDITS
        return TransferResult.EXCEEDS_DEBITS
    if flags & _CLOSING_DEBIT and (
        debit.debits_posted + amount != debit.credits_posted
        or debit.debits_pending
        or debit.credits_pending
    ):
        return TransferResult.DEBIT_ACCOUNT_NOT_EMPTY
    if flags & _CLOSING_CREDIT and (
        credit.credits_posted + amount != credit.debits_posted
        or credit.debits_pending
        or credit.credits_pending
    ):
        return TransferResult.CREDIT_ACCOUNT_NOT_EMPTY
    return None


def closes(stored: StoredTransfer) -> list[UUID]:
    """The accounts that `stored` closes."""
    closed = []
    if stored.flags & _CLOSING_DEBIT:
        closed.append(stored.debit_account_id)
    if stored.flags & _CLOSING_CREDIT:
        closed.append(stored.credit_account_id)
    return closed


def judge_end(
    state: LedgerState, asked: Transfer, now: datetime, place: int
) -> StoredTransfer | TransferResult:
    """A post, void or expiry: of an open pending transfer, at most its amount, before its time.

    What is released or posted was reserved within the limits, so they need no second look. Nothing
    is pending in a closed account, so neither does that.
    """
    invariant(asked.pending_id is not None, "an end names its pending transfer")
    assert asked.pending_id is not None
    invariant(asked.amount_fen is None or asked.stage is _POST, "only a post names an amount")
    invariant(not asked.flags, "an end has no flags")
    begun = state.known.get(asked.pending_id.int)
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
    ended = state.ends.get(begun.transfer_id.int)
    if ended is not None:
        return _ENDED_AS[ended.stage]
    expired = begun.expires_at is not None and now >= begun.expires_at
    invariant(expired or asked.stage is not _EXPIRE, "nothing expires before its time")
    if expired and asked.stage is not _EXPIRE:
        return TransferResult.PENDING_TRANSFER_EXPIRED
    if state.accounts[begun.debit_account_id.int].currency != state.currency:
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


def judge_reversal(
    state: LedgerState, asked: Transfer, now: datetime, place: int
) -> StoredTransfer | TransferResult:
    """A posted transfer undone whole, once, if whoever got the money still has it.

    What it closed opens again.
    """
    invariant(asked.reverses_id is not None, "a reversal names what it reverses")
    assert asked.reverses_id is not None
    given = asked.debit_account_id, asked.credit_account_id, asked.amount_fen, asked.flags
    invariant(given == (None, None, None, 0), "a reversal is as what it reverses")
    was = state.known.get(asked.reverses_id.int)
    if was is None:
        return TransferResult.REVERSED_TRANSFER_NOT_FOUND
    if was.stage is not _POSTED and was.stage is not _POST:
        return TransferResult.REVERSED_TRANSFER_NOT_POSTED
    if was.transfer_id.int in state.reversals:
        return TransferResult.TRANSFER_ALREADY_REVERSED
    sides = _sides(state, was.credit_account_id, was.debit_account_id, was)
    if isinstance(sides, TransferResult):
        return sides
    debit, credit = sides
    refused = _exceeds(debit, credit, was.amount_fen)
    if refused is not None:
        return refused
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
