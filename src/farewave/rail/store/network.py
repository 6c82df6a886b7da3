"""The timetable's tables. A version is written once and never changed."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.rail.model import (
    Coach,
    Fare,
    FareKey,
    Network,
    Run,
    RunningDays,
    Station,
    Stop,
    Train,
)

_TRAINS_AT_ONCE, _FARES_AT_ONCE = 500, 10_000


async def current_version(tx: ReadTx) -> str | None:
    """The version that tickets are sold by now."""
    version: str | None = await tx.fetchval("SELECT version FROM rail.current_timetable")
    return version


async def current_origin(tx: ReadTx) -> str | None:
    """`shipped` or `imported`, or None when there is no timetable yet."""
    origin: str | None = await tx.fetchval("SELECT origin FROM rail.current_timetable")
    return origin


async def make_current(tx: Tx, version: str, origin: str) -> None:
    """Sell by `version` from now on; `origin` is `shipped` or `imported`."""
    await tx.execute(
        "INSERT INTO rail.current_timetable (only_row, version, origin) VALUES (true, $1, $2)"
        " ON CONFLICT (only_row)"
        " DO UPDATE SET version = excluded.version, origin = excluded.origin",
        version,
        origin,
    )


async def insert_network(
    tx: Tx, network: Network, tick: Callable[[float], None] = lambda share: None
) -> bool:
    """Write a version; False when it is there already. `tick` is told the share that is written."""
    inserted = await tx.fetchval(
        "INSERT INTO rail.timetable (version, imported_at) VALUES ($1, $2)"
        " ON CONFLICT DO NOTHING RETURNING true",
        network.version,
        tx.now,
    )
    if not inserted:
        return False
    version = network.version
    await _insert_coaches(tx, network)
    await _insert_stations(tx, version, list(network.stations.values()))
    trains, fares = list(network.trains.values()), list(network.fares.items())
    for start in range(0, len(trains), _TRAINS_AT_ONCE):
        await _insert_trains(tx, version, trains[start : start + _TRAINS_AT_ONCE])
        tick(0.5 * start / len(trains))
    for start in range(0, len(fares), _FARES_AT_ONCE):
        await _insert_fares(tx, version, fares[start : start + _FARES_AT_ONCE])
        tick(0.5 + 0.5 * start / len(fares))
    return True


def _columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


async def _insert_stations(tx: Tx, version: str, stations: list[Station]) -> None:
    await tx.execute(
        "INSERT INTO rail.station (version, telecode, name, name_en, pinyin, initials, city,"
        " city_en, hot, place) SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[],"
        " $5::text[], $6::text[], $7::text[], $8::text[], $9::bool[], $10::smallint[])",
        version,
        *_columns(
            (s.telecode, s.name, s.name_en, s.pinyin, s.initials, s.city, s.city_en, s.hot, place)
            for place, s in enumerate(stations)
        ),
    )


async def _insert_trains(tx: Tx, version: str, trains: list[Train]) -> None:
    await tx.execute(
        "INSERT INTO rail.train (version, train_no, train_code, kind, tariff, stock, days)"
        " SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
        " $7::text[])",
        version,
        *_columns(
            (t.train_no, t.train_code, t.kind, t.tariff, t.stock, t.days and t.days.text())
            for t in trains
        ),
    )
    await tx.execute(
        "INSERT INTO rail.stop (version, train_no, seq, telecode, arrive_min, depart_min, km)"
        " SELECT $1, * FROM unnest($2::text[], $3::smallint[], $4::text[], $5::smallint[],"
        " $6::smallint[], $7::integer[])",
        version,
        *_columns(
            (t.train_no, s.seq, s.telecode, s.arrive_min, s.depart_min, s.km)
            for t in trains
            for s in t.stops
        ),
    )


async def _insert_fares(tx: Tx, version: str, fares: list[tuple[FareKey, Fare]]) -> None:
    await tx.execute(
        "INSERT INTO rail.fare (version, tariff, from_telecode, to_telecode, class_code,"
        " fare_fen, basis) SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[],"
        " $5::text[], $6::bigint[], $7::text[])",
        version,
        *_columns((*key, fare.fare_fen, fare.basis) for key, fare in fares),
    )


async def _insert_coaches(tx: Tx, network: Network) -> None:
    await tx.execute(
        "INSERT INTO rail.coach (version, stock, coach, class_code, layout, places)"
        " SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[],"
        " $6::smallint[])",
        network.version,
        *_columns(
            (stock, c.coach, c.class_code, c.layout, c.places)
            for stock, coaches in network.stocks.items()
            for c in coaches
        ),
    )


async def load_network(tx: ReadTx, version: str) -> Network:
    """The whole version, from its tables."""
    stations = await tx.fetch(
        "SELECT telecode, name, name_en, pinyin, initials, city, city_en, hot FROM rail.station"
        " WHERE version = $1 ORDER BY place",
        version,
    )
    fares = await tx.fetch(
        "SELECT tariff, from_telecode, to_telecode, class_code, fare_fen, basis FROM rail.fare"
        " WHERE version = $1",
        version,
    )
    coaches = await tx.fetch(
        "SELECT stock, coach, class_code, layout, places FROM rail.coach WHERE version = $1"
        " ORDER BY stock, coach",
        version,
    )
    stocks: dict[str, list[Coach]] = {}
    for stock, *coach in coaches:
        stocks.setdefault(stock, []).append(Coach(*coach))
    return Network(
        version=version,
        stations={row["telecode"]: Station(*row) for row in stations},
        trains=await _load_trains(tx, version),
        stocks={stock: tuple(each) for stock, each in stocks.items()},
        fares={(row[0], row[1], row[2], row[3]): Fare(row[4], row[5]) for row in fares},
    )


async def _load_trains(tx: ReadTx, version: str) -> dict[str, Train]:
    trains = await tx.fetch(
        "SELECT train_no, train_code, kind, tariff, stock, days FROM rail.train WHERE version = $1",
        version,
    )
    stops = await tx.fetch(
        "SELECT train_no, seq, telecode, arrive_min, depart_min, km FROM rail.stop"
        " WHERE version = $1 ORDER BY train_no, seq",
        version,
    )
    ways: dict[str, list[Stop]] = {}
    for train_no, *stop in stops:
        ways.setdefault(train_no, []).append(Stop(*stop))
    return {
        row["train_no"]: Train(
            *(row[0], row[1], row[2], row[3], row[4]),
            tuple(ways[row[0]]),
            RunningDays.parse(row["days"]) if row["days"] else None,
        )
        for row in trains
    }


async def load_runs(tx: ReadTx, run_ids: list[UUID]) -> dict[UUID, Run]:
    """Those of the runs that somebody has booked already."""
    rows = await tx.fetch(
        "SELECT run_id, train_no, service_day, version FROM rail.run WHERE run_id = ANY ($1)",
        run_ids,
    )
    return {row["run_id"]: Run(*row) for row in rows}
