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
from farewave.wallet.store.transfers import (
    count_look_up,
    insert_sent,
    lease_under_way,
    load_sent,
    lock_sent,
    sent_after,
    sent_of_key,
    set_arrived,
)

__all__ = [
    "bill_of_key",
    "bill_totals",
    "bills",
    "bills_of_references",
    "count_bills",
    "count_look_up",
    "insert_bill",
    "insert_new_bills",
    "insert_sent",
    "lease_under_way",
    "load_bill",
    "load_sent",
    "lock_bill_of_key",
    "lock_sent",
    "save_bill_status",
    "sent_after",
    "sent_of_key",
    "set_arrived",
]
