"""Banks: the cards that people bound, and one port behind which every bank stands.

Owns the schema `banks`: bindings on their way, bound cards, instructions to banks. `demo/` is the
first adapter: simulated banks with books of their own (schema `demo_bank`) that can be made to
misbehave; sandbox only.

Invariants
- A bank is never called inside a transaction: what is wanted is written and committed, then the
  bank is asked, then its answer is written. No answer means that nobody knows, never "no".
- An instruction's id is ours and the bank carries it out at most once, however often it is sent.
- While a bank hasn't answered an instruction, its money stands in the bank's in-transit account.
- A card is bound at most once for a person at a time, and only in the person's own real name.
- Card numbers, phone numbers and tokens are sealed at rest; of a card number the tables show a
  blind index and four digits. None of them is ever logged.
- A try at a code is counted before the bank is asked, so parallel guesses count one by one.

Doors for the contexts above: `service` (`card_in_use`, `write_instruction`, `carry_out`,
`conclude`, `leave_transit`, `bank_info`, `Banks`), `carrying`, `instruction`, `model`, `errors`.
"""
