"""The use cases of banks. Those with `tx` first commit nothing and call nobody; those with `banks`
first ask a bank and are never called inside a transaction.

For the contexts above: `card_for_debit`, `card`, `debit`, `query`, `bank_info`,
`ensure_settlement_account`.
"""

from farewave.banks.service.bindings import (
    BindingBegun,
    CodeTry,
    begin_binding,
    begin_confirmation,
    conclude_confirmation,
    conclude_start,
)
from farewave.banks.service.calls import (
    CALL_TIMEOUT_S,
    Banks,
    confirm_binding,
    credit,
    debit,
    query,
    refund,
    release,
    start_binding,
)
from farewave.banks.service.cards import (
    RELEASE_TOPIC,
    bank_info,
    card,
    card_for_debit,
    cards,
    ensure_settlement_account,
    known_banks,
    offered_banks,
    release_later,
    unbind,
)

__all__ = [
    "CALL_TIMEOUT_S",
    "RELEASE_TOPIC",
    "Banks",
    "BindingBegun",
    "CodeTry",
    "bank_info",
    "begin_binding",
    "begin_confirmation",
    "card",
    "card_for_debit",
    "cards",
    "conclude_confirmation",
    "conclude_start",
    "confirm_binding",
    "credit",
    "debit",
    "ensure_settlement_account",
    "known_banks",
    "offered_banks",
    "query",
    "refund",
    "release",
    "release_later",
    "start_binding",
    "unbind",
]
