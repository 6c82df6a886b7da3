"""How a transfer or an account can turn out: named results, in order of precedence.

The first check that fails gives the result, in the order written here. These are outcomes for the
contexts above, which decide what a person is told; the ledger itself speaks to no person.
"""

from enum import StrEnum


class TransferResult(StrEnum):
    """Outcome of one transfer. Only CREATED changed anything."""

    CREATED = "created"
    EXISTS = "exists"
    LINKED_EVENT_FAILED = "linked_event_failed"
    LINKED_EVENT_CHAIN_OPEN = "linked_event_chain_open"
    EXISTS_WITH_DIFFERENT_STAGE = "exists_with_different_stage"
    EXISTS_WITH_DIFFERENT_FLAGS = "exists_with_different_flags"
    EXISTS_WITH_DIFFERENT_PENDING_ID = "exists_with_different_pending_id"
    EXISTS_WITH_DIFFERENT_REVERSES_ID = "exists_with_different_reverses_id"
    EXISTS_WITH_DIFFERENT_ACCOUNTS = "exists_with_different_accounts"
    EXISTS_WITH_DIFFERENT_AMOUNT = "exists_with_different_amount"
    EXISTS_WITH_DIFFERENT_TIMEOUT = "exists_with_different_timeout"
    EXISTS_WITH_DIFFERENT_REASON = "exists_with_different_reason"
    EXISTS_WITH_DIFFERENT_BUSINESS = "exists_with_different_business"
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range"
    ACCOUNTS_MUST_BE_DIFFERENT = "accounts_must_be_different"
    PENDING_TRANSFER_NOT_FOUND = "pending_transfer_not_found"
    PENDING_TRANSFER_NOT_PENDING = "pending_transfer_not_pending"
    PENDING_TRANSFER_HAS_DIFFERENT_ACCOUNTS = "pending_transfer_has_different_accounts"
    EXCEEDS_PENDING_TRANSFER_AMOUNT = "exceeds_pending_transfer_amount"
    PENDING_TRANSFER_ALREADY_POSTED = "pending_transfer_already_posted"
    PENDING_TRANSFER_ALREADY_VOIDED = "pending_transfer_already_voided"
    PENDING_TRANSFER_EXPIRED = "pending_transfer_expired"
    REVERSED_TRANSFER_NOT_FOUND = "reversed_transfer_not_found"
    REVERSED_TRANSFER_NOT_POSTED = "reversed_transfer_not_posted"
    TRANSFER_ALREADY_REVERSED = "transfer_already_reversed"
    DEBIT_ACCOUNT_NOT_FOUND = "debit_account_not_found"
    CREDIT_ACCOUNT_NOT_FOUND = "credit_account_not_found"
    ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY = "accounts_must_have_the_books_currency"
    DEBIT_ACCOUNT_CLOSED = "debit_account_closed"
    CREDIT_ACCOUNT_CLOSED = "credit_account_closed"
    OVERFLOWS = "overflows"
    EXCEEDS_CREDITS = "exceeds_credits"
    EXCEEDS_DEBITS = "exceeds_debits"
    DEBIT_ACCOUNT_NOT_EMPTY = "debit_account_not_empty"
    CREDIT_ACCOUNT_NOT_EMPTY = "credit_account_not_empty"

    @property
    def done(self) -> bool:
        """Whether the transfer stands in the book now, by this call or an earlier one."""
        return self is _CREATED or self is _EXISTS


# Members of an enum are slow to reach through their class before Python 3.12.
_CREATED = TransferResult.CREATED
_EXISTS = TransferResult.EXISTS


class AccountResult(StrEnum):
    """Outcome of opening one account."""

    CREATED = "created"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
