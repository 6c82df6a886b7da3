"""Where trades were made."""

from collections.abc import Collection, Sequence

from farewave.db import ReadTx, Tx
from farewave.payments.model import Place


async def insert_places(tx: Tx, shard: int, places: Sequence[tuple[str, Place]]) -> None:
    """Of new trades of a shard: (trade_no, place)."""
    if places:
        await tx.executemany(
            "INSERT INTO payments.trade_place"
            " (shard, trade_no, store_id, terminal_id, operator_id) VALUES ($1, $2, $3, $4, $5)",
            [(shard, trade_no, *place) for trade_no, place in places],
        )


async def places(tx: ReadTx, shard: int, trade_nos: Collection[str]) -> dict[str, Place]:
    """Of those of `trade_nos` that have one."""
    rows = await tx.fetch(
        "SELECT trade_no, store_id, terminal_id, operator_id FROM payments.trade_place"
        " WHERE shard = $1 AND trade_no = ANY ($2)",
        shard,
        list(trade_nos),
    )
    return {row[0]: Place(row[1], row[2], row[3]) for row in rows}
