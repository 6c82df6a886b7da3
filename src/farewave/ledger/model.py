"""The nouns of the ledger. Amounts are whole fen; times are UTC.

What is made once for each transfer of a batch is a NamedTuple: a frozen dataclass takes three times
as long to make.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import NamedTuple
from uuid import UUID

from farewave.ledger.errors import AccountResult, TransferResult

__all__ = [
    "Account",
    "AccountKind",
    "AccountResult",
    "Balance",
    "BookHead",
    "Flag",
    "LedgerState",
    "Leg",
    "NewAccount",
    "Reason",
    "Stage",
    "StoredTransfer",
    "Transfer",
    "TransferResult",
    "pending",
    "post_pending",
    "posted",
    "reversal",
    "void_pending",
]

CURRENCY = "CNY"
BUSINESS_CHARS_MAX = 64
TOTAL_FEN_MAX = 2**62
"""Posted and pending of one side of an account together never pass this: far within a bigint."""
TIMEOUT_S_MAX = 2**32 - 1


class AccountKind(IntEnum):
    """What the money in an account is. Numbers are stored and never reused."""

    WALLET_BALANCE = 1
    MERCHANT = 2
    BANK_SETTLEMENT = 3
    BANK_IN_TRANSIT = 4
    BANK_PAYOUT = 5
    IN_TRANSIT = 6


class Reason(IntEnum):
    """Why money moved. Numbers are stored and never reused."""

    TOP_UP = 1
    PAYMENT = 2
    REFUND = 3
    TRANSFER = 4
    WITHDRAWAL = 5
    SWEEP = 6
    ADJUSTMENT = 7


class Flag(IntFlag):
    """What a posted transfer (of balancing, also a pending one) does beside. Bits are stored.

    A balancing one moves as much as there is, up to its amount: of the debit account so much that
    its debits don't exceed its credits, of the credit account the other way round. A closing one
    closes its account, which must be empty after it and opens again only by its reversal.
    """

    BALANCING_DEBIT = 1
    BALANCING_CREDIT = 2
    CLOSING_DEBIT = 4
    CLOSING_CREDIT = 8


class Stage(IntEnum):
    """What a transfer does. Numbers are stored and never reused."""

    POSTED = 1
    PENDING = 2
    POST_PENDING = 3
    VOID_PENDING = 4
    EXPIRE_PENDING = 5
    REVERSAL = 6


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to open. With `debits_must_not_exceed_credits` it can't be overdrawn."""

    account_id: UUID
    shard: int
    kind: AccountKind
    owner_id: UUID
    currency: str = CURRENCY
    debits_must_not_exceed_credits: bool = False
    credits_must_not_exceed_debits: bool = False


class Balance(NamedTuple):
    """An account's four totals, in fen."""

    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0

    @property
    def available_fen(self) -> int:
        """What a holder of a credit account may spend: pending debits count as spent."""
        return self.credits_posted - self.debits_posted - self.debits_pending

    @property
    def posted_fen(self) -> int:
        """Posted credits less posted debits."""
        return self.credits_posted - self.debits_posted


@dataclass(slots=True)
class Account:
    """A loaded account whose totals a batch changes while it decides."""

    account_id: UUID
    currency: str
    debits_must_not_exceed_credits: bool
    credits_must_not_exceed_debits: bool
    closed_at: datetime | None
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int

    @property
    def balance(self) -> Balance:
        return Balance(
            self.debits_posted, self.credits_posted, self.debits_pending, self.credits_pending
        )


class Transfer(NamedTuple):
    """A transfer as its caller asks for it. Made by the functions below.

    Of an end (post or void), the accounts may be None: the pending transfer's are meant; of a post,
    `amount_fen` may be None: all of it. A reversal has neither: what it reverses has them.
    """

    transfer_id: UUID
    shard: int
    stage: Stage
    debit_account_id: UUID | None
    credit_account_id: UUID | None
    amount_fen: int | None
    reason: Reason
    business: str
    pending_id: UUID | None = None
    timeout_s: int = 0
    linked: bool = False
    reverses_id: UUID | None = None
    flags: int = 0


class StoredTransfer(NamedTuple):
    """A transfer as it stands in the book: at `position`, since `at`.

    Of a void or an expiry, `amount_fen` is the pending amount that it released; of a reversal, the
    accounts are those of what it reverses, the other way round. Of a transfer with flags,
    `asked_fen` is what its caller asked for and `amount_fen` what was moved.
    """

    transfer_id: UUID
    stage: Stage
    debit_account_id: UUID
    credit_account_id: UUID
    amount_fen: int
    reason: Reason
    business: str
    pending_id: UUID | None
    expires_at: datetime | None
    at: datetime
    position: int
    reverses_id: UUID | None = None
    flags: int = 0
    asked_fen: int | None = None


@dataclass(frozen=True, slots=True)
class BookHead:
    """The end of a book: where the next transfer goes on."""

    position: int
    at: datetime
    hash: bytes


@dataclass(slots=True)
class LedgerState:
    """What a batch touches, loaded under its locks. Keys are the ids' numbers (`UUID.int`).

    `known` holds the stored transfers with an id of the batch, the pending ones it ends, and those
    it reverses; `ends` the stored end (post, void, expiry) by the pending one's id; `reversals` the
    stored reversal by the id of what it reverses.

    A UUID hashes and compares in Python, five times slower than its number, and each transfer of a
    batch is looked up some ten times.
    """

    currency: str
    accounts: dict[int, Account]
    known: dict[int, StoredTransfer] = field(default_factory=dict)
    ends: dict[int, StoredTransfer] = field(default_factory=dict)
    reversals: dict[int, StoredTransfer] = field(default_factory=dict)

    def add(self, standing: Iterable[StoredTransfer]) -> None:
        """Take in stored transfers, under each of their keys."""
        for stored in standing:
            self.known[stored.transfer_id.int] = stored
            if stored.pending_id is not None:
                self.ends[stored.pending_id.int] = stored
            elif stored.reverses_id is not None:
                self.reversals[stored.reverses_id.int] = stored


class Leg(NamedTuple):
    """A transfer in one of its two accounts, with the account's totals after it."""

    account_id: UUID
    position: int
    at: datetime
    transfer_id: UUID
    after: Balance


def posted(
    transfer_id: UUID,
    shard: int,
    *,
    debit: UUID,
    credit: UUID,
    amount_fen: int,
    reason: Reason,
    business: str,
    linked: bool = False,
    flags: int = 0,
) -> Transfer:
    """Money that moves at once; with `flags`, as much as there is, or the last of an account."""
    return Transfer(
        transfer_id,
        shard,
        Stage.POSTED,
        debit,
        credit,
        amount_fen,
        reason,
        business,
        linked=linked,
        flags=flags,
    )


def pending(
    transfer_id: UUID,
    shard: int,
    *,
    debit: UUID,
    credit: UUID,
    amount_fen: int,
    reason: Reason,
    business: str,
    timeout_s: int = 0,
    linked: bool = False,
    flags: int = 0,
) -> Transfer:
    """Money that is reserved until it is posted or voided, or `timeout_s` is over (0: no limit).

    With balancing `flags`, as much as there is.
    """
    return Transfer(
        transfer_id,
        shard,
        Stage.PENDING,
        debit,
        credit,
        amount_fen,
        reason,
        business,
        timeout_s=timeout_s,
        linked=linked,
        flags=flags,
    )


def post_pending(
    transfer_id: UUID,
    shard: int,
    *,
    pending_id: UUID,
    reason: Reason,
    business: str,
    amount_fen: int | None = None,
    linked: bool = False,
) -> Transfer:
    """Post a pending transfer, whole or in part; the rest is released."""
    return Transfer(
        transfer_id,
        shard,
        Stage.POST_PENDING,
        None,
        None,
        amount_fen,
        reason,
        business,
        pending_id=pending_id,
        linked=linked,
    )


def void_pending(
    transfer_id: UUID,
    shard: int,
    *,
    pending_id: UUID,
    reason: Reason,
    business: str,
    linked: bool = False,
) -> Transfer:
    """Release a pending transfer whole."""
    return Transfer(
        transfer_id,
        shard,
        Stage.VOID_PENDING,
        None,
        None,
        None,
        reason,
        business,
        pending_id=pending_id,
        linked=linked,
    )


def reversal(
    transfer_id: UUID,
    shard: int,
    *,
    reverses_id: UUID,
    reason: Reason,
    business: str,
    linked: bool = False,
) -> Transfer:
    """Undo a posted transfer whole: the same amount, the other way round."""
    return Transfer(
        transfer_id,
        shard,
        Stage.REVERSAL,
        None,
        None,
        None,
        reason,
        business,
        linked=linked,
        reverses_id=reverses_id,
    )
