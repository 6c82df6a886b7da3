"""Wallet: a person's balance, top-ups from bound cards and withdrawals to them, bills.

Owns the schema `wallet`. The balance itself is an account of the ledger
(`model.balance_account_id`); nothing here holds a number that the ledger also has.

Invariants
- A top-up and a withdrawal are instructions to a bank, their money in the bank's in-transit account
  from before the bank is asked until it answers. While it hasn't, the money is neither here nor
  there, and the person is told just that.
- One key is one top-up or withdrawal, and that is one movement at the bank, whatever stops in
  between. None is given up on a silence: `banks.jobs.settle_due` asks until there is an answer.
- Each has one bill; a bill is one for its person, reference, kind and part.

Doors for the contexts above: `service` (`ensure_account`, `write_bill`, `update_bill`, `balance`),
`model` (`balance_account_id`, `NewBill`, `Wording`).
"""
