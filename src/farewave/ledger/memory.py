"""What this process remembers of a book: its accounts as they stood at a head it has seen.

Nothing depends on it. A batch reads the book's head under its lock; only if that head carries the
very hash that the accounts were remembered with are they taken, otherwise they are read. Whatever
changes an account in a book (an amount, a closing) is a transfer of that book and so changes the
hash, whoever posts it, in whichever process. (An opening isn't covered by it: an account is opened
once and for good.)

What is remembered is taken out while a batch works on it and put back when the batch has committed:
a batch that fails, or whose end nobody knows, leaves nothing.
"""

from farewave.db import Tx
from farewave.ledger.model import Account

ACCOUNTS_MAX = 20_000
"""Of one book. One that outgrows this is forgotten and begun again: some 10 MB at the most."""


class BookMemory:
    """The accounts of one book by their ids' numbers, as they stand at the head with `hash`.

    `taken` is the hash of the head at which a batch began to work on them.
    """

    __slots__ = ("accounts", "hash", "taken")

    def __init__(self, hash: bytes) -> None:
        self.hash = self.taken = hash
        self.accounts: dict[int, Account] = {}


def take(tx: Tx, shard: int, currency: str, hash: bytes) -> BookMemory:
    """What is known of the book at the head with `hash`; nothing, if that is another head."""
    known = tx.kept.pop((__name__, shard, currency), None)
    if isinstance(known, BookMemory) and known.hash == hash:
        known.taken = hash
        return known
    return BookMemory(hash)


def put_back(tx: Tx, shard: int, currency: str, known: BookMemory, hash: bytes) -> None:
    """Remember the accounts as they stand at the head with `hash`, once `tx` has committed.

    The second batch of a transaction begins with nothing: what it read joins what the first one
    puts back.
    """
    known.hash = hash
    key = (__name__, shard, currency)

    def keep() -> None:
        before = tx.kept.pop(key, None)
        if isinstance(before, BookMemory) and before.hash == known.taken:
            known.accounts = before.accounts | known.accounts
        if len(known.accounts) <= ACCOUNTS_MAX:
            tx.kept[key] = known

    tx.after_commit(keep)
