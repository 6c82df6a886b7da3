"""The heads of the books."""

from farewave.db import ReadTx, Tx
from farewave.ledger.chain import genesis
from farewave.ledger.model import BookHead


async def lock_book(tx: Tx, shard: int, currency: str) -> BookHead:
    """Lock the book's head until the transaction ends; a book begins when it is first used."""
    row = await tx.fetchrow(
        "SELECT position, at, hash FROM ledger.book WHERE shard = $1 AND currency = $2 FOR UPDATE",
        shard,
        currency,
    )
    if row is None:
        await tx.execute(
            "INSERT INTO ledger.book (shard, currency, position, at, hash)"
            " VALUES ($1, $2, 0, $3, $4) ON CONFLICT (shard, currency) DO NOTHING",
            shard,
            currency,
            tx.now,
            genesis(shard, currency),
        )
        return await lock_book(tx, shard, currency)
    return BookHead(row["position"], row["at"], row["hash"])


async def book_head(tx: ReadTx, shard: int, currency: str) -> BookHead | None:
    """The head as it is now, without a lock; None for a book that was never used."""
    row = await tx.fetchrow(
        "SELECT position, at, hash FROM ledger.book WHERE shard = $1 AND currency = $2",
        shard,
        currency,
    )
    return BookHead(row["position"], row["at"], row["hash"]) if row else None


async def books(tx: ReadTx, shard: int) -> list[str]:
    """The currencies of the books of a shard."""
    rows = await tx.fetch("SELECT currency FROM ledger.book WHERE shard = $1", shard)
    return sorted(row["currency"] for row in rows)


async def write_head(tx: Tx, shard: int, currency: str, head: BookHead) -> None:
    await tx.execute(
        "UPDATE ledger.book SET position = $3, at = $4, hash = $5"
        " WHERE shard = $1 AND currency = $2",
        shard,
        currency,
        head.position,
        head.at,
        head.hash,
    )
