"""What readers of left tickets ask: which runs have changed, and which of their seats are taken.

This is the one place that knows how counts are had from the seats' table.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from farewave.db import ReadTx
from farewave.rail.model import Run

Taken = dict[str, list[tuple[int, int]]]
"""By class: how many seats (second) are taken on exactly these segments (first)."""


@dataclass(slots=True)
class TakenSeats:
    """The seats of one run that are taken anywhere, as of its change number `changes`."""

    changes: int
    by_class: Taken = field(default_factory=lambda: defaultdict(list))


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
    """The taken seats of these runs, whatever their number, in one statement."""
    rows = await tx.fetch(
        "SELECT r.run_id, r.changes, s.class_code, s.taken, count(s.taken) FROM rail.run r"
        " LEFT JOIN rail.seat s ON s.run_id = r.run_id AND s.taken <> 0"
        " WHERE r.run_id = ANY ($1) GROUP BY r.run_id, r.changes, s.class_code, s.taken",
        run_ids,
    )
    found: dict[UUID, TakenSeats] = {}
    for run_id, changes, class_code, taken, seats in rows:
        seen = found.setdefault(run_id, TakenSeats(changes))
        if class_code is not None:
            seen.by_class[class_code].append((taken, seats))
    return found
