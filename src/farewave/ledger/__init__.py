"""The ledger: the only place where money moves, as double entries in whole fen.

Owns accounts, transfers (posted; pending, then posted in part or whole, voided or expired;
reversed; balancing; closing; linked), and a book for each shard and currency whose head row gives
every transfer its position and time and carries a running hash. Doors: `service.open_accounts`,
`service.submit`, `service.balances`.

Invariants: every book sums to zero; an account's four totals equal its entries; a limit holds with
pending amounts counted; a pending transfer ends at most once, a posted one is reversed at most
once; a closed account is empty; positions have no gap. `audit` proves them from the tables alone;
CHECKs and unique keys keep them where code can't bypass them.
"""
