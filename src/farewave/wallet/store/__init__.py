"""Every statement on the schema `wallet`."""

from farewave.wallet.store.bills import (
    bill_of_key,
    bills,
    bills_of_references,
    bills_of_top_ups,
    count_top_up_bills,
    insert_bill,
    insert_new_bills,
    load_bill,
    lock_bill_of_key,
    save_bill_status,
)
from farewave.wallet.store.top_ups import (
    due_top_ups,
    end_top_up,
    insert_top_up,
    load_top_up,
    lock_top_up,
    set_check,
    top_up_of_key,
    top_ups_after,
)

__all__ = [
    "bill_of_key",
    "bills",
    "bills_of_references",
    "bills_of_top_ups",
    "count_top_up_bills",
    "due_top_ups",
    "end_top_up",
    "insert_bill",
    "insert_new_bills",
    "insert_top_up",
    "load_bill",
    "load_top_up",
    "lock_bill_of_key",
    "lock_top_up",
    "save_bill_status",
    "set_check",
    "top_up_of_key",
    "top_ups_after",
]
