"""Every statement on the schema `wallet`."""

from farewave.wallet.store.bills import (
    bill_of_key,
    bill_totals,
    bills,
    bills_of_references,
    count_bills,
    insert_bill,
    insert_new_bills,
    load_bill,
    lock_bill_of_key,
    save_bill_status,
)

__all__ = [
    "bill_of_key",
    "bill_totals",
    "bills",
    "bills_of_references",
    "count_bills",
    "insert_bill",
    "insert_new_bills",
    "load_bill",
    "lock_bill_of_key",
    "save_bill_status",
]
