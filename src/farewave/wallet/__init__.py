"""Wallet: a person's balance, top-ups from bound cards, bills.

Owns the schema `wallet`. The balance itself is an account of the ledger
(`model.balance_account_id`); nothing here holds a number that the ledger also has.

Invariants
- A top-up is a pending transfer from the bank's settlement account to the balance, written before
  the bank is asked, posted by its yes, voided by its no. While the bank hasn't said either, the
  money is neither here nor gone, and the person is told just that.
- One key is one top-up, one top-up is one debit at the bank, whatever stops in between: the
  top-up's id is the bank's instruction id.
- A top-up that the bank hasn't answered is never given up on a silence: `jobs.settle_due` asks
  until there is an answer.
- Each top-up has one bill; a bill is one for its person, reference, kind and part.

Doors for the contexts above: `service` (`ensure_account`, `write_bill`, `update_bill`, `balance`),
`model` (`balance_account_id`, `NewBill`, `Wording`).
"""
