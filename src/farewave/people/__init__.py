"""People: who is there, how they prove it, and what is known of them.

Owns: accounts by phone number, SMS codes, passwords and pay passwords, sessions, real names.

Invariants
- One phone number is one account, one identity number is at most one account: both are claimed in
  a table keyed by that very number's blind index before the person is written (`audit.py` proves
  it).
- A phone number, a real name and an identity number are sealed at rest; the tables hold only a
  blind index and a masked form beside them. Passwords are argon2id hashes, codes are keyed hashes,
  of a session token only the SHA-256 is stored. None of them is ever logged.
- A wrong try is counted under the row's lock, so parallel guesses count one by one.
- A real name is set once and never changed.
- No answer to somebody who isn't signed in tells whether a phone number is registered, before the
  right code. Who is signed in may look up to whom money can be sent; the wallet counts that.

Doors for the contexts above: `service` (`person`, `person_by_user_no`, `person_by_phone`,
`check_pay_password`), `model` (`Person`, `PhoneNumber`, `IdentityNumber`, `RealName`),
`session.CurrentActor`.
"""
