"""The seats of a run: masks of the segments on which each is taken."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.rail.model import Coach, Run

SeatKey = tuple[str, int]
"""Coach and place."""


async def insert_seats(tx: Tx, run_id: UUID, coaches: Iterable[Coach]) -> None:
    """All seats of a run, free."""
    for coach in coaches:
        await tx.execute(
            "INSERT INTO rail.seat (run_id, coach, place, class_code, taken)"
            " SELECT $1, $2, place, $4, 0 FROM generate_series(1, $3::int) AS place",
            run_id,
            coach.coach,
            coach.places,
            coach.class_code,
        )


async def lock_run(tx: Tx, run_id: UUID) -> Run | None:
    """Hold the run until the transaction ends. Whoever writes its seats does this first.

    It is also what tells readers that the seats have changed (`store.left`).
    """
    row = await tx.fetchrow(
        "UPDATE rail.run SET changes = changes + 1, changed_at = $2 WHERE run_id = $1"
        " RETURNING run_id, train_no, service_day, version",
        run_id,
        tx.now,
    )
    return None if row is None else Run(*row)


async def load_masks(tx: ReadTx, run_id: UUID, class_code: str) -> list[tuple[str, int, int]]:
    """(coach, place, taken) of every seat of a class, in order."""
    rows = await tx.fetch(
        "SELECT coach, place, taken FROM rail.seat WHERE run_id = $1 AND class_code = $2"
        " ORDER BY coach, place",
        run_id,
        class_code,
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def take_seats(tx: Tx, run_id: UUID, seats: Sequence[SeatKey], segments: int) -> int:
    """Set `segments` on each seat that is free there; how many there were.

    The guard in WHERE is the lowest one: even without the run's lock no seat is sold twice.
    """
    done = await tx.execute(
        "UPDATE rail.seat SET taken = taken | $4 WHERE run_id = $1 AND (taken & $4) = 0"
        " AND (coach, place) IN (SELECT * FROM unnest($2::text[], $3::smallint[]))",
        run_id,
        [coach for coach, _ in seats],
        [place for _, place in seats],
        segments,
    )
    return _count(done)


async def free_seats(tx: Tx, run_id: UUID, seats: Sequence[SeatKey], segments: int) -> int:
    """Clear `segments` on each seat that is taken there; how many there were."""
    done = await tx.execute(
        "UPDATE rail.seat SET taken = taken & ~$4::bigint"
        " WHERE run_id = $1 AND (taken & $4) = $4"
        " AND (coach, place) IN (SELECT * FROM unnest($2::text[], $3::smallint[]))",
        run_id,
        [coach for coach, _ in seats],
        [place for _, place in seats],
        segments,
    )
    return _count(done)


def _count(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
