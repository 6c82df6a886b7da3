"""What readers of left tickets ask: which runs have changed, and which of their seats are taken.

This is the one place that knows how counts are had from the seats' table.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from farewave.db import ReadTx
from farewave.rail.model import Run


@dataclass(slots=True)
class TakenSeats:
    """The seats of one run, as of its change number `changes`.

    By class: each coach's number of places, and what is taken as `rules.seatmap` reads it.
    """

    changes: int
    by_class: dict[str, list[tuple[int, bytes]]] = field(default_factory=lambda: defaultdict(list))


async def changed_since(tx: ReadTx, since: datetime, first_day: date) -> list[tuple[Run, int]]:
    """The runs from `first_day` on whose seats changed in a transaction begun at `since` or later.

    Each with its change number.
    """
    rows = await tx.fetch(
        "SELECT run_id, train_no, service_day, version, changes FROM rail.run"
        " WHERE changed_at >= $1 AND service_day >= $2",
        since,
        first_day,
    )
    return [(Run(row[0], row[1], row[2], row[3]), row[4]) for row in rows]


async def load_taken(tx: ReadTx, run_ids: list[UUID]) -> dict[UUID, TakenSeats]:
    """The seats of these runs, whatever their number, in one statement."""
    rows = await tx.fetch(
        "SELECT r.run_id, r.changes, m.class_code, m.places, m.taken FROM rail.run r"
        " JOIN rail.seat_map m ON m.run_id = r.run_id WHERE r.run_id = ANY ($1)",
        run_ids,
    )
    found: dict[UUID, TakenSeats] = {}
    for run_id, changes, class_code, places, taken in rows:
        seen = found.setdefault(run_id, TakenSeats(changes))
        seen.by_class[class_code].append((places, taken))
    return found
