"""Gateway: the Open Platform's protocol, as merchants' own software speaks it.

Owns: applications (`gateway.app`) with their public keys; signing and verifying; the call at
`/gateway.do` and `/v3/…` with its methods; certificates and encrypted contents; the signed
notification; a client of the same protocol.

Invariants
- Nothing of a call is carried out before its signature was verified with the key of its app.
- Every answer is signed over the exact octets of its node, refusals and outages too; at
  `/gateway.do` it is HTTP 200.
- An application acts for its own merchant only, or for one that granted it (`grants`).
- What a caller sent is never logged.

Doors: `endpoints.gateway_routes`, `rest_door.rest_routes`, `service` (`create_app`, `ensure_app`),
`notifier.HttpNotifier`, `client.OpenPlatformClient`.
"""
