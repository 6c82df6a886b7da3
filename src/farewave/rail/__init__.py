"""Rail: search, hold, pay, ticket, gate. One account serves it and the wallet.

Owns the schema `rail`: the timetable, runs and their seats, passengers, orders with their tickets.
Rail is a merchant like any other: it knows no wallet and no ledger, and is paid through a port
(`ports.PaymentPlatform`) that carries the Open Platform's signed messages.

Invariants
- A seat is never sold twice on a segment: whoever writes seats holds the run's lock, and the
  UPDATE itself writes only over what was read. A seat's bits are its tickets' segments together.
- A traveller is in one train at a time, whoever ordered and on whoever's list: the time is claimed
  under a lock by identity number.
- Seats, claims, order and the message that asks for its trade are one commit; so are the money
  and the tickets.
- An order is issued for its exact amount, once. Money for an order that has ended goes back.
- The platform is never called inside a transaction, and every call may be repeated.
- An unpaid order ends within a minute of its deadline while the platform answers, within six if
  it doesn't. One that the platform knows to be paid is never given up.
- A run keeps the timetable that it was first sold by.

Where it lies: seats, orders, tickets and payments with their run (`run_id`), an account's list and
index of orders with the account (`shard`), claims by the very key that is unique.

Doors: `endpoints.router`, `endpoints.notify_router`, `jobs`, `timetable`, `audit`; `deps.RailDeps`
is what `app` fills in.
"""
