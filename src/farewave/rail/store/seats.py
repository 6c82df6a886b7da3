"""Runs and their seats: a row for each coach, with the seats' segments as bits."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.db.errors import Overtaken
from farewave.rail.model import Run

ClassKey = tuple[UUID, str]
"""A run and a class."""


@dataclass(frozen=True, slots=True)
class CoachSeats:
    """One coach of a run. `taken` as `rules.seatmap.SeatMap.octets` makes it."""

    run_id: UUID
    class_code: str
    coach: str
    places: int
    taken: bytes
    version: int = 0


async def lock_runs(tx: Tx, runs: Collection[Run]) -> dict[UUID, tuple[Run, bool]]:
    """Hold the runs until the transaction ends, in the order of their ids; open those that aren't.

    Whoever writes seats does this first. Each comes back as it was first sold, and whether this
    has opened it.
    """
    rows = sorted(runs, key=lambda run: run.run_id.int)
    locked = await tx.fetch(
        "INSERT INTO rail.run"
        " (run_id, train_no, service_day, version, opened_at, changes, changed_at)"
        " SELECT n.run_id, n.train_no, n.service_day, n.version, $1::timestamptz, 0,"
        " $1::timestamptz"
        " FROM unnest($2::uuid[], $3::text[], $4::date[], $5::text[])"
        " AS n (run_id, train_no, service_day, version)"
        " ON CONFLICT (run_id) DO UPDATE SET changes = rail.run.changes + 1,"
        " changed_at = EXCLUDED.changed_at"
        " RETURNING run_id, train_no, service_day, version, changes",
        tx.now,
        [run.run_id for run in rows],
        [run.train_no for run in rows],
        [run.service_day for run in rows],
        [run.version for run in rows],
    )
    return {row[0]: (Run(row[0], row[1], row[2], row[3]), row[4] == 0) for row in locked}


async def lock_run(tx: Tx, run_id: UUID) -> None:
    """Hold a run that was opened until the transaction ends.

    It is also what tells readers that the seats have changed (`store.left`).
    """
    await tx.execute(
        "UPDATE rail.run SET changes = changes + 1, changed_at = $2 WHERE run_id = $1",
        run_id,
        tx.now,
    )


async def insert_coaches(tx: Tx, coaches: Sequence[CoachSeats]) -> None:
    """Write the coaches of runs that have just been opened."""
    if not coaches:
        return
    await tx.execute(
        "INSERT INTO rail.seat_map (run_id, class_code, coach, places, taken, version)"
        " SELECT n.run_id, n.class_code, n.coach, n.places, n.taken, 1"
        " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::bytea[])"
        " AS n (run_id, class_code, coach, places, taken)",
        [each.run_id for each in coaches],
        [each.class_code for each in coaches],
        [each.coach for each in coaches],
        [each.places for each in coaches],
        [each.taken for each in coaches],
    )


async def load_classes(
    tx: ReadTx, keys: Collection[ClassKey]
) -> dict[ClassKey, dict[str, CoachSeats]]:
    """The coaches of these classes, by their numbers."""
    wanted = list(keys)
    rows = await tx.fetch(
        "SELECT m.run_id, m.class_code, m.coach, m.places, m.taken, m.version"
        " FROM unnest($1::uuid[], $2::text[]) AS n (run_id, class_code)"
        " JOIN rail.seat_map AS m ON m.run_id = n.run_id AND m.class_code = n.class_code",
        [run_id for run_id, _ in wanted],
        [class_code for _, class_code in wanted],
    )
    found: dict[ClassKey, dict[str, CoachSeats]] = defaultdict(dict)
    for row in rows:
        found[row[0], row[1]][row[2]] = CoachSeats(*row)
    return dict(found)


async def write_coaches(tx: Tx, changed: Mapping[CoachSeats, bytes]) -> None:
    """Put new octets where those that were read still stand. Raises Overtaken.

    The guard in WHERE is the lowest one: even without the run's lock no seat is sold twice.
    """
    if not changed:
        return
    read = list(changed)
    done = await tx.execute(
        "UPDATE rail.seat_map AS m SET taken = n.taken, version = m.version + 1"
        " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bytea[])"
        " AS n (run_id, class_code, coach, version, taken)"
        " WHERE m.run_id = n.run_id AND m.class_code = n.class_code AND m.coach = n.coach"
        " AND m.version = n.version",
        [each.run_id for each in read],
        [each.class_code for each in read],
        [each.coach for each in read],
        [each.version for each in read],
        [changed[each] for each in read],
    )
    if int(done.rpartition(" ")[2]) != len(read):
        raise Overtaken
