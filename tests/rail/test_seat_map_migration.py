"""Seats that were sold a row each are the same seats in the map."""

import shutil
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg

from farewave.db.migrate import MIGRATIONS, migrate
from farewave.rail.model import Coach
from farewave.rail.rules.seatmap import SeatMap, class_plan
from tests.support.database import Databases

RUN = UUID("00000000-0000-7000-8000-000000000001")


async def test_rows_of_seats_become_bits_of_coaches(databases: Databases, tmp_path: Path) -> None:
    for path in MIGRATIONS.glob("*.sql"):
        if path.name < next(MIGRATIONS.glob("*_rail_seat_map.sql")).name:
            shutil.copy(path, tmp_path)
    async with databases.fresh(template=None) as dsn:
        await migrate(dsn, folder=tmp_path)
        connection = await asyncpg.connect(dsn)
        await _sell(connection)
        await migrate(dsn)
        rows = await connection.fetch("SELECT * FROM rail.seat_map ORDER BY coach")
        await connection.close()
    assert [(row["class_code"], row["coach"], row["places"]) for row in rows] == [
        ("M", "01", 4),
        ("O", "02", 10),
        ("O", "03", 5),
    ]
    plan = class_plan((Coach("02", "O", "ABC-DF", 10), Coach("03", "O", "ABC-DF", 5)))
    seats = SeatMap.read(plan, {row["coach"]: row["taken"] for row in rows[1:]}, 3)
    sold = {
        (seat.coach, seat.place.place, segment)
        for seat in plan.seats
        for segment in range(3)
        if seats.taken[segment] >> seat.index & 1
    }
    assert sold == {("02", 1, 0), ("02", 9, 1), ("02", 9, 2), ("03", 5, 2)}
    assert rows[0]["taken"] == bytes(3)


async def _sell(connection: asyncpg.Connection) -> None:
    """A run of three segments: place 1 of coach 02 is taken on the first, and so on."""
    await connection.execute(
        "INSERT INTO rail.timetable VALUES ('v', now());"
        "INSERT INTO rail.station SELECT 'v', code, code, code, 'a', 'a', code, code, false, 1"
        " FROM unnest('{AAA,BBB,CCC,DDD}'::text[]) AS code;"
        "INSERT INTO rail.train VALUES ('v', 'T1', 'G1', 'G', 't', 's');"
        "INSERT INTO rail.stop SELECT 'v', 'T1', n, ('{AAA,BBB,CCC,DDD}'::text[])[n], 1, 1, n"
        " FROM generate_series(1, 4) AS n"
    )
    await connection.execute(
        "INSERT INTO rail.run VALUES ($1, 'T1', $2, 'v', now(), 0, now())", RUN, date(2026, 1, 1)
    )
    for coach, class_code, places in (("01", "M", 4), ("02", "O", 10), ("03", "O", 5)):
        await connection.execute(
            "INSERT INTO rail.seat SELECT $1, $2, place, $3, 0 FROM generate_series(1, $4) place",
            *(RUN, coach, class_code, places),
        )
    for coach, place, taken in (("02", 1, 1), ("02", 9, 6), ("03", 5, 4)):
        await connection.execute(
            "UPDATE rail.seat SET taken = $4 WHERE run_id = $1 AND coach = $2 AND place = $3",
            *(RUN, coach, place, taken),
        )
