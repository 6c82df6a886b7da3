"""The one clock of all processes: the database's, plus an offset that a sandbox may move.

`Tx.now` reads it at begin; so every process judges deadlines alike, and a whole day can be lived
through in a minute.
"""

from datetime import timedelta

from farewave.db.transaction import ReadTx, Tx

OFFSET_MAX = timedelta(days=3650)


async def offset(tx: ReadTx) -> timedelta:
    """How far the clock is ahead of the machine's."""
    ahead: timedelta = await tx.fetchval("SELECT ahead FROM db.clock")
    return ahead


async def set_offset(tx: Tx, ahead: timedelta) -> None:
    """Move the clock, from the next transaction on. The caller sees to it that this is a sandbox.

    Raises ValueError beyond ten years either way.
    """
    if abs(ahead) > OFFSET_MAX:
        raise ValueError(f"the clock moves by at most {OFFSET_MAX.days} days")
    await tx.execute("UPDATE db.clock SET ahead = $1", ahead)
