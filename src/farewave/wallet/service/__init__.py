"""The use cases of the wallet. `tx` comes first, nothing here commits, nothing calls outside.

For the contexts above: `ensure_account`, `balance`, `write_bill`, `update_bill`.
"""

from farewave.banks.instruction import Purpose
from farewave.wallet.service.accounts import balance, ensure_account
from farewave.wallet.service.bills import (
    bill,
    bill_filter,
    bill_totals,
    bills,
    bills_of_references,
    update_bill,
    write_bill,
    write_new_bills,
)
from farewave.wallet.service.moves import MoveWish, card_label, conclude, note
from farewave.wallet.service.top_ups import begin_top_up, top_up, write_top_up
from farewave.wallet.service.transfers import (
    arrive,
    conclude_sent,
    lease_under_way,
    payee,
    send,
    sent,
)
from farewave.wallet.service.withdrawals import begin_withdrawal, withdrawal

CONCLUSIONS = {Purpose.TOP_UP: conclude, Purpose.WITHDRAWAL: conclude}
"""What the wallet concludes of a bank's answers: for the job that asks."""

__all__ = [
    "CONCLUSIONS",
    "MoveWish",
    "arrive",
    "balance",
    "begin_top_up",
    "begin_withdrawal",
    "bill",
    "bill_filter",
    "bill_totals",
    "bills",
    "bills_of_references",
    "card_label",
    "conclude",
    "conclude_sent",
    "ensure_account",
    "lease_under_way",
    "note",
    "payee",
    "send",
    "sent",
    "top_up",
    "update_bill",
    "withdrawal",
    "write_bill",
    "write_new_bills",
    "write_top_up",
]
