"""The doors of the ledger. `tx` comes first; the caller's transaction commits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.kit.ids import derived_id
from farewave.kit.invariant import invariant
from farewave.kit.limits import TRANSFERS_PER_BATCH_MAX
from farewave.ledger import rules, store
from farewave.ledger.chain import extend
from farewave.ledger.model import (
    BUSINESS_CHARS_MAX,
    CURRENCY,
    AccountResult,
    Balance,
    Entry,
    LedgerState,
    NewAccount,
    Reason,
    Stage,
    StoredTransfer,
    Transfer,
    TransferResult,
)

_EXPIRE_BATCH_MAX = 500


async def open_accounts(tx: Tx, accounts: Sequence[NewAccount]) -> list[AccountResult]:
    """Open accounts; one that is there with the same fields is EXISTS."""
    results = []
    for account in accounts:
        if await store.open_account(tx, account):
            results.append(AccountResult.CREATED)
        elif await store.is_the_same_account(tx, account):
            results.append(AccountResult.EXISTS)
        else:
            results.append(AccountResult.EXISTS_WITH_DIFFERENT_FIELDS)
    return results


async def submit(
    tx: Tx, transfers: Sequence[Transfer], *, currency: str = CURRENCY
) -> list[TransferResult]:
    """Judge and write a batch of transfers of one shard; results come in the same order.

    Locks the book's head, then the accounts in id order; ids are looked up after the locks, so two
    callers with one id see each other. A batch costs the same number of statements whatever its
    length. Refused transfers change nothing; the others stand when the caller commits.
    """
    if not transfers:
        return []
    shard = transfers[0].shard
    invariant(len(transfers) <= TRANSFERS_PER_BATCH_MAX, "a batch is bounded")
    for transfer in transfers:
        invariant(transfer.shard == shard, "a batch stays on one shard")
        invariant(0 < len(transfer.business) <= BUSINESS_CHARS_MAX, "a transfer names its object")
    head = await store.lock_book(tx, shard, currency)
    state = await _load(tx, shard, currency, transfers)
    now = max(tx.now, head.at)  # time never goes back within a book
    results, changes = rules.decide(state, transfers, now, head.position)
    invariant(len(results) == len(transfers), "each transfer has its result")
    if changes.transfers:
        await _write(tx, shard, currency, head, state, changes)
    return results


async def _load(tx: Tx, shard: int, currency: str, transfers: Sequence[Transfer]) -> LedgerState:
    pending_ids = {each.pending_id for each in transfers if each.pending_id is not None}
    begun = await store.transfers(tx, shard, pending_ids) if pending_ids else []
    named = [
        account_id
        for debit, credit in (
            *((each.debit_account_id, each.credit_account_id) for each in transfers),
            *((each.debit_account_id, each.credit_account_id) for each in begun),
        )
        for account_id in (debit, credit)
    ]
    account_ids = {account_id for account_id in named if account_id is not None}
    # A post may follow its pending transfer within the same batch: those accounts are named there.
    accounts = await store.lock_accounts(tx, shard, account_ids)
    known = await store.transfers(tx, shard, {each.transfer_id for each in transfers} | pending_ids)
    ends = await store.ends_of(tx, shard, pending_ids) if pending_ids else []
    return LedgerState(
        currency=currency,
        accounts=accounts,
        known={each.transfer_id: each for each in known},
        ends={each.pending_id: each for each in ends if each.pending_id is not None},
    )


async def _write(
    tx: Tx,
    shard: int,
    currency: str,
    head: store.BookHead,
    state: LedgerState,
    changes: rules.Changes,
) -> None:
    last = changes.transfers[-1]
    invariant(last.position == head.position + len(changes.transfers), "positions have no gap")
    touched = {entry.account_id for entry in changes.entries}
    await store.write_totals(tx, shard, [state.accounts[each] for each in sorted(touched)])
    await store.insert_transfers(tx, shard, currency, changes.transfers)
    await store.insert_entries(tx, shard, changes.entries)
    new_head = store.BookHead(last.position, last.at, extend(head.hash, changes.transfers))
    await store.write_head(tx, shard, currency, new_head)


async def balances(tx: ReadTx, shard: int, account_ids: Collection[UUID]) -> dict[UUID, Balance]:
    """Totals of those of `account_ids` that are open."""
    return await store.balances(tx, shard, account_ids)


async def balance_as_of(tx: ReadTx, shard: int, account_id: UUID, at: datetime) -> Balance | None:
    """Totals as they stood at `at`; None before the first entry."""
    return await store.balance_as_of(tx, shard, account_id, at)


async def history(
    tx: ReadTx, shard: int, account_id: UUID, *, before_position: int = 2**62, limit: int = 50
) -> list[Entry]:
    """An account's entries, newest first."""
    return await store.history(tx, shard, account_id, before_position, limit)


async def transfers_of(tx: ReadTx, shard: int, business: str) -> list[StoredTransfer]:
    """Every transfer of one business object, in order."""
    return await store.business_transfers(tx, shard, business)


async def transfers_by_id(
    tx: ReadTx, shard: int, ids: Collection[UUID]
) -> dict[UUID, StoredTransfer]:
    """Those of `ids` that stand in a book of `shard`."""
    return {each.transfer_id: each for each in await store.transfers(tx, shard, ids)}


async def read_log(
    tx: ReadTx, shard: int, *, currency: str = CURRENCY, after_position: int = 0, limit: int = 1000
) -> list[StoredTransfer]:
    """A book forward from a position, without gaps."""
    return await store.log(tx, shard, currency, after_position, limit)


async def expire_pending(tx: Tx, shard: int) -> int:
    """End pending transfers of `shard` whose time is over; how many, at most 500 at once."""
    due = await store.due_pending(tx, shard, tx.now, _EXPIRE_BATCH_MAX)
    ended = 0
    for currency in sorted({currency for currency, _ in due}):
        batch = [
            Transfer(
                transfer_id=derived_id(each.transfer_id, shard, "ledger.expire"),
                shard=shard,
                stage=Stage.EXPIRE_PENDING,
                debit_account_id=None,
                credit_account_id=None,
                amount_fen=None,
                reason=Reason(each.reason),
                business=each.business,
                pending_id=each.transfer_id,
            )
            for of, each in due
            if of == currency
        ]
        ended += (await submit(tx, batch, currency=currency)).count(TransferResult.CREATED)
    return ended
