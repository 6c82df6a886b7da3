"""Payments: trades between a merchant and a payer, the cashier, refunds, notifications.

Owns merchants, trades and their claims, pay codes, refunds, checkouts, payouts, royalties,
pre-authorisations, and what is to be notified. A trade lives on its payer's shard, so a payment
moves money in that shard alone: a merchant has a sub-account in each.

Invariants: a trade is paid at most once, by the buyer that it names, before it expires; refunds
never exceed the amount; money, trade state, bill and the notification to send are one commit; one
`out_trade_no` of a merchant is one trade. Doors: `service`, `checkouts`, `cancelling`, `payouts`,
`royalties`, `authorizations`, `statements`, `shop_codes`, `/api/v1/cashier`.
"""
