"""Console: where merchants look after their applications, and the operator after deliveries.

Owns the accounts of merchants and of the operator: one-time links, passkeys, codes of an
authenticator app, sessions of their own. What the pages show belongs to gateway and payments, and
is asked of their services.

Invariants
- An account sees its own merchant's things only; another's are as if they weren't there.
- A link opens once and for a day; only hashes of links and sessions are kept.
- A code, a challenge and a link are each good once, also when used twice at the same time.

Doors: `service.make_link`, `/api/v1/console`.
"""
