"""A repeat of a transfer that stands: the same, or what differs first."""

from datetime import datetime, timedelta

from farewave.ledger.model import LedgerState, Stage, StoredTransfer, Transfer, TransferResult

_REVERSAL = Stage.REVERSAL
_EXISTS = TransferResult.EXISTS


def compare(state: LedgerState, asked: Transfer, known: StoredTransfer) -> TransferResult:
    """A repeat is recognised by its id; each field that differs has its own name.

    Accounts that an end left out are those of its pending transfer; an amount that it left out is
    all of it. Of one that balances, the amount that was asked for counts. A reversal's accounts and
    amount follow from what it reverses.
    """
    if asked.stage is not known.stage:
        return TransferResult.EXISTS_WITH_DIFFERENT_STAGE
    if asked.flags != known.flags:
        return TransferResult.EXISTS_WITH_DIFFERENT_FLAGS
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
        amount = state.known[known.pending_id.int].amount_fen
    elif known.stage is _REVERSAL:
        amount = known.amount_fen
    if amount != (known.asked_fen if known.flags else known.amount_fen):
        return TransferResult.EXISTS_WITH_DIFFERENT_AMOUNT
    if expiry(asked, known.at) != known.expires_at:
        return TransferResult.EXISTS_WITH_DIFFERENT_TIMEOUT
    if asked.reason is not known.reason:
        return TransferResult.EXISTS_WITH_DIFFERENT_REASON
    if asked.business != known.business:
        return TransferResult.EXISTS_WITH_DIFFERENT_BUSINESS
    return _EXISTS


def expiry(asked: Transfer, at: datetime) -> datetime | None:
    """When `asked` lapses if it stands since `at`; None: never."""
    return at + timedelta(seconds=asked.timeout_s) if asked.timeout_s else None
