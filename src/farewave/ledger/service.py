"""The doors of the ledger. `tx` comes first; the caller's transaction commits.

Within a transaction open accounts before submitting: a batch holds its book until the commit, and
two that wait for each other's accounts while holding a book would deadlock.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.kit.ids import derived_id
from farewave.kit.invariant import invariant
from farewave.kit.limits import TRANSFERS_PER_BATCH_MAX
from farewave.ledger import memory, rules, store
from farewave.ledger.chain import extend
from farewave.ledger.memory import BookMemory
from farewave.ledger.model import (
    BUSINESS_CHARS_MAX,
    CURRENCY,
    TIMEOUT_S_MAX,
    AccountResult,
    Balance,
    BookHead,
    LedgerState,
    Leg,
    NewAccount,
    Stage,
    StoredTransfer,
    Transfer,
    TransferResult,
)

EXPIRE_BATCH_MAX = 500
_NO_POSITION = 2**63 - 1


async def open_accounts(tx: Tx, accounts: Sequence[NewAccount]) -> list[AccountResult]:
    """Open accounts of one shard; one that is there with the same fields is EXISTS."""
    if not accounts:
        return []
    shard = accounts[0].shard
    for account in accounts:
        invariant(account.shard == shard, "accounts of one call are on one shard")
        limits = account.debits_must_not_exceed_credits, account.credits_must_not_exceed_debits
        invariant(not all(limits), "an account has one limit at most")
    new = await store.insert_accounts(tx, shard, accounts)
    there = await store.opened_accounts(tx, shard, {each.account_id for each in accounts})
    results = []
    for account in accounts:
        if there[account.account_id].asked != account:
            results.append(AccountResult.EXISTS_WITH_DIFFERENT_FIELDS)
        elif account.account_id in new:
            new.remove(account.account_id)
            results.append(AccountResult.CREATED)
        else:
            results.append(AccountResult.EXISTS)
    return results


async def ensure_accounts(tx: Tx, accounts: Sequence[NewAccount]) -> None:
    """Open those of `accounts` that aren't yet; one that is there with other fields is a bug."""
    results = await open_accounts(tx, accounts)
    different = AccountResult.EXISTS_WITH_DIFFERENT_FIELDS
    invariant(different not in results, "an account keeps its kind, its owner and its limits")


async def account_opened(tx: ReadTx, shard: int, account_id: UUID) -> datetime | None:
    """When an account was opened; None when it isn't there."""
    there = await store.opened_accounts(tx, shard, [account_id])
    return there[account_id].opened_at if account_id in there else None


async def account_closed(tx: ReadTx, shard: int, account_id: UUID) -> datetime | None:
    """When an account was closed; None when it is open or isn't there."""
    there = await store.opened_accounts(tx, shard, [account_id])
    return there[account_id].closed_at if account_id in there else None


async def submit(
    tx: Tx, transfers: Sequence[Transfer], *, currency: str = CURRENCY
) -> list[TransferResult]:
    """Judge and write a batch of transfers of one shard; results come in the same order.

    Takes the book's lock, looks the ids up behind it (so that two callers with one id see each
    other), reads the accounts that this process doesn't remember, decides, and writes. The book's
    lock is the lock of its accounts too: an account has one currency, and nobody else writes its
    totals. A batch costs six statements at most, two more when it touches time-outs, one when it
    reverses, one when it closes, whatever its length.
    Refused transfers change nothing; the others stand when the caller commits.
    """
    if not transfers:
        return []
    shard = transfers[0].shard
    _check_shape(transfers, shard)
    head = await store.lock_book(tx, shard, currency)
    known = memory.take(tx, shard, currency, head.hash)
    state = await _load(tx, shard, currency, transfers, known)
    now = max(tx.now, head.at)  # time never goes back within a book
    results, written = rules.decide(state, transfers, now, head.position)
    invariant(len(results) == len(transfers), "each transfer has its result")
    hash_after = head.hash
    if written:
        hash_after = await _write(tx, shard, currency, head, state, written)
    memory.put_back(tx, shard, currency, known, hash_after)
    return results


def _check_shape(transfers: Sequence[Transfer], shard: int) -> None:
    """What a caller can only get wrong by a bug."""
    invariant(len(transfers) <= TRANSFERS_PER_BATCH_MAX, "a batch is bounded")
    for transfer in transfers:
        if transfer.shard != shard:
            invariant(False, "a batch stays on one shard")
        if not 0 < len(transfer.business) <= BUSINESS_CHARS_MAX:
            invariant(False, "a transfer names its business object")
        if not 0 <= transfer.timeout_s <= TIMEOUT_S_MAX:
            invariant(False, "a time-out is a time to come")


async def _load(
    tx: Tx, shard: int, currency: str, transfers: Sequence[Transfer], known: BookMemory
) -> LedgerState:
    """What `transfers` touch. The book's lock is held, so that nothing of it changes meanwhile."""
    ids = [each.transfer_id for each in transfers]
    pending_ids = {each.pending_id for each in transfers if each.pending_id is not None}
    standing = await store.transfers_and_ends(tx, shard, ids, pending_ids)
    reversed_ids = {each.reverses_id for each in transfers if each.reverses_id is not None}
    if reversed_ids:
        standing += await store.transfers_and_reversals(tx, shard, reversed_ids)
    accounts = known.accounts
    unknown: dict[int, UUID] = {}  # by number: see LedgerState
    everything: Iterable[Transfer | StoredTransfer] = chain(transfers, standing)
    for each in everything:
        debit_id, credit_id = each.debit_account_id, each.credit_account_id
        if debit_id is not None and debit_id.int not in accounts:
            unknown[debit_id.int] = debit_id
        if credit_id is not None and credit_id.int not in accounts:
            unknown[credit_id.int] = credit_id
    if unknown:
        for account in await store.load_accounts(tx, shard, unknown.values()):
            accounts[account.account_id.int] = account
    state = LedgerState(currency, accounts)
    state.add(standing)
    return state


async def _write(
    tx: Tx,
    shard: int,
    currency: str,
    head: BookHead,
    state: LedgerState,
    written: list[StoredTransfer],
) -> bytes:
    """Write what was decided; the book's hash after it."""
    last = written[-1]
    invariant(last.position == head.position + len(written), "positions have no gap")
    accounts, known = state.accounts, state.known
    positions: dict[int, list[int]] = {}  # of each account's transfers, rising
    for each in written:
        positions.setdefault(each.debit_account_id.int, []).append(each.position)
        positions.setdefault(each.credit_account_id.int, []).append(each.position)
    # The server writes the transfers while the hash and the rows that follow are made here.
    async with tx.sent(store.insert_transfers(tx, store.transfer_rows(shard, currency, written))):
        hash_after = extend(head.hash, written)
        touched = ((accounts[each], positions[each]) for each in positions)
        entry_rows = store.entry_rows(shard, last.at, touched)
    await store.insert_entries(tx, entry_rows)
    if closings := rules.opened_or_closed(state, written):
        await store.write_closings(tx, shard, [accounts[each.int] for each in closings])
    begun = [each for each in written if each.expires_at is not None]
    ended = [
        each.pending_id
        for each in written
        if each.pending_id is not None and known[each.pending_id.int].expires_at is not None
    ]
    if begun:
        await store.insert_expiries(tx, shard, currency, begun)
    if ended:
        await store.delete_expiries(tx, shard, ended)
    await store.write_head(tx, shard, currency, BookHead(last.position, last.at, hash_after))
    return hash_after


async def balances(tx: ReadTx, shard: int, account_ids: Collection[UUID]) -> dict[UUID, Balance]:
    """Totals of those of `account_ids` that are open."""
    return await store.balances(tx, shard, account_ids)


async def balance_as_of(tx: ReadTx, shard: int, account_id: UUID, at: datetime) -> Balance | None:
    """Totals as they stood at `at` (entries of that very moment included).

    None before the first entry.
    """
    return await store.balance_as_of(tx, shard, account_id, at)


async def history(
    tx: ReadTx, shard: int, account_id: UUID, before_position: int = _NO_POSITION, limit: int = 50
) -> list[Leg]:
    """An account's legs, newest first; the next page is before the last one's position."""
    return await store.history(tx, shard, account_id, before_position, limit)


async def legs_between(
    tx: ReadTx,
    shard: int,
    account_id: UUID,
    begin: datetime,
    end: datetime,
    *,
    after_position: int,
    limit: int,
) -> list[Leg]:
    """An account's legs from `begin` up to `end` (outside), oldest first; the next page is after
    the last one's position.
    """
    return await store.legs_between(tx, shard, account_id, begin, end, after_position, limit)


async def transfers_of(tx: ReadTx, shard: int, business: str) -> list[StoredTransfer]:
    """Every transfer of one business object, in order."""
    return await store.business_transfers(tx, shard, business)


async def transfers_by_id(
    tx: ReadTx, shard: int, ids: Collection[UUID]
) -> dict[UUID, StoredTransfer]:
    """Those of `ids` that stand in a book of `shard`."""
    return {each.transfer_id: each for each in await store.transfers_by_id(tx, shard, ids)}


async def read_log(
    tx: ReadTx,
    shard: int,
    currency: str = CURRENCY,
    after_position: int = 0,
    limit: int = 1000,
) -> list[StoredTransfer]:
    """A book forward from a position, without gaps; empty at its end."""
    return await store.log(tx, shard, currency, after_position, limit)


async def book_head(tx: ReadTx, shard: int, currency: str = CURRENCY) -> BookHead | None:
    """The last position of a book, its time and the running hash; None before its first use."""
    return await store.book_head(tx, shard, currency)


async def expire_pending(tx: Tx, shard: int) -> int:
    """End pending transfers of `shard` whose time is over, `EXPIRE_BATCH_MAX` at most; how many.

    Two that do this at once end each of them once: the second finds it ended.
    """
    ended = 0
    overdue = await store.due(tx, shard, tx.now, EXPIRE_BATCH_MAX)
    for currency in sorted(overdue):
        batch = [
            Transfer(
                transfer_id=derived_id(each.transfer_id, shard, "ledger.expire"),
                shard=shard,
                stage=Stage.EXPIRE_PENDING,
                debit_account_id=None,
                credit_account_id=None,
                amount_fen=None,
                reason=each.reason,
                business=each.business,
                pending_id=each.transfer_id,
            )
            for each in overdue[currency]
        ]
        ended += (await submit(tx, batch, currency=currency)).count(TransferResult.CREATED)
    return ended
