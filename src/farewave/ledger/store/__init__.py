"""Every SQL statement of the ledger, on the schema `ledger`.

A batch costs a constant number of them, whatever its length. All name the shard.
"""

from farewave.ledger.store.accounts import (
    StoredAccount,
    balances,
    insert_accounts,
    load_accounts,
    opened_accounts,
    write_closings,
)
from farewave.ledger.store.books import book_head, books, lock_book, write_head
from farewave.ledger.store.copying import entry_rows, transfer_rows
from farewave.ledger.store.entries import balance_as_of, history, insert_entries, legs_between
from farewave.ledger.store.proofs import (
    account_page,
    book_page,
    entry_page,
    expiries_of_nothing,
    totals_after,
)
from farewave.ledger.store.transfers import (
    business_transfers,
    delete_expiries,
    due,
    insert_expiries,
    insert_transfers,
    log,
    transfers_and_ends,
    transfers_and_reversals,
    transfers_by_id,
)

__all__ = [
    "StoredAccount",
    "account_page",
    "balance_as_of",
    "balances",
    "book_head",
    "book_page",
    "books",
    "business_transfers",
    "delete_expiries",
    "due",
    "entry_page",
    "entry_rows",
    "expiries_of_nothing",
    "history",
    "insert_accounts",
    "insert_entries",
    "insert_expiries",
    "insert_transfers",
    "legs_between",
    "load_accounts",
    "lock_book",
    "log",
    "opened_accounts",
    "totals_after",
    "transfer_rows",
    "transfers_and_ends",
    "transfers_and_reversals",
    "transfers_by_id",
    "write_closings",
    "write_head",
]
