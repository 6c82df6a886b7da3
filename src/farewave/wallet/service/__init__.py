"""The use cases of the wallet. `tx` comes first, nothing here commits, nothing calls outside.

For the contexts above: `ensure_account`, `balance`, `write_bill`, `update_bill`.
"""

from farewave.wallet.service.accounts import balance, ensure_account
from farewave.wallet.service.bills import (
    bill,
    bills,
    bills_of_references,
    update_bill,
    write_bill,
    write_new_bills,
)
from farewave.wallet.service.top_ups import (
    TopUpBegun,
    begin_top_up,
    conclude_top_up,
    lease_due,
    note_of,
    top_up,
    write_top_up,
)

__all__ = [
    "TopUpBegun",
    "balance",
    "begin_top_up",
    "bill",
    "bills",
    "bills_of_references",
    "conclude_top_up",
    "ensure_account",
    "lease_due",
    "note_of",
    "top_up",
    "update_bill",
    "write_bill",
    "write_new_bills",
    "write_top_up",
]
