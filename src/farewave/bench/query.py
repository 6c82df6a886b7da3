"""How many left-ticket queries a second are answered over HTTP while bookings go on.

The server runs as operators run it, two processes; the load is a process of its own; all share the
machine. Journeys are drawn as often as trains run there, 5 in 100 have no train, days are spread
over the whole presale. Meanwhile people book seats through the service, each once. Some bookings
are watched: how long after the commit did the last connection see one seat less?
"""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import httpx

from farewave.app.keys import load_keys
from farewave.bench.bookers import Bookers, people_with_names
from farewave.bench.ground import fresh_ground
from farewave.bench.journeys import Journey, Journeys
from farewave.bench.load import drive_apart, write_requests
from farewave.bench.processes import costs_s, spent_s
from farewave.bench.serving import serving
from farewave.bench.watch import watching
from farewave.db import Database
from farewave.kit.invariant import invariant
from farewave.rail import service
from farewave.rail.model import Leg, Train
from farewave.rail.timetable import (
    TimetableFaults,
    ensure_shipped_timetable,
    import_network,
    network_at,
)

CONNECTIONS = 32
WORKERS = 2
BOOKINGS_PER_S = 20
_REQUESTS_PER_S = 12_000
_WATCH_EVERY_S = 1.0
_NO_TRAINS = '"items":[]}'
_WARM_UP_S = 2.0
_SEED = 20131111


@dataclass(frozen=True, slots=True)
class QueryFigures:
    """What is printed; keys stay."""

    queries_per_s: float
    p50_ms: float
    p99_ms: float
    staleness_max_s: float
    """The longest time from a booking's commit until every watched connection showed it."""
    network: str
    """`shipped` or `whole`."""
    seconds: int
    setup_s: float
    queries: int
    bookings: int
    bookings_watched: int
    share_with_trains: float
    answers_checked: int
    trains_per_answer: float
    """Of the answers that were checked."""
    octets_per_answer: float
    server_cpu_us: float
    """CPU time by process, for each answer: the bookings that went on are in it."""
    database_cpu_us: float
    bookers_cpu_us: float
    load_cpu_us: float


async def run(seconds: int, tick: Callable[[float], None]) -> dict[str, float | int | str]:
    """Measure for `seconds`."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="farewave-bench-query-") as temporary:
        folder = Path(temporary)
        async with fresh_ground() as ground:
            kind = await _import(ground.database)
            async with serving(ground.dsn, folder / "data", workers=WORKERS, shards=1) as server:
                sealer = load_keys(server.keys).sealer
                async with ground.database.reading() as tx:
                    network = await service.current_network(tx)
                days = await _days_on_sale(server.port)
                journeys = Journeys(network, days, _SEED)
                warm, path = folder / "warm", folder / "requests"
                for to, drawn_s in ((warm, _WARM_UP_S), (path, seconds)):
                    drawn = (journeys.draw() for _ in range(int(drawn_s * _REQUESTS_PER_S)))
                    write_requests(to, (_request(each) for each in drawn))
                tick(0.1)
                count = seconds * (BOOKINGS_PER_S + 1) + 10
                people = await people_with_names(ground.database, sealer, count)
                tick(0.2)
                bookers = Bookers(ground.database, sealer, network, people)
                leg, day = _watched_leg(list(network.trains.values())), days[len(days) // 2]
                watched = Journey(leg.origin.telecode, leg.destination.telecode, day)
                await drive_apart(server.port, _WARM_UP_S, CONNECTIONS, warm)
                # The last of them are the bookers, in this process.
                roots = (server.pid, ground.server_pid)
                before_s = costs_s(*roots)
                async with watching(server.port, watched.path, leg.train.train_no) as watch:
                    measured, _, _ = await asyncio.gather(
                        drive_apart(server.port, seconds, CONNECTIONS, path, _NO_TRAINS),
                        bookers.go_on(
                            journeys,
                            seconds=seconds,
                            per_s=BOOKINGS_PER_S,
                            spared=leg.train.train_no,
                            tick=lambda share: tick(0.2 + 0.8 * share),
                        ),
                        watch.go_on(seconds, _WATCH_EVERY_S, lambda: bookers.book(leg, day)),
                    )
                spent = spent_s(before_s, costs_s(*roots))
    elapsed_s = time.perf_counter() - started
    tick(1.0)
    invariant(measured.not_200 == 0, "every search is answered")
    answers = [json.loads(body) for body in measured.samples]
    server_us, database_us, bookers_us, load_us = (
        round(cost_s * 1e6 / measured.answered, 1) for cost_s in (*spent, measured.cpu_s)
    )
    return asdict(
        QueryFigures(
            queries_per_s=round(measured.answered / measured.elapsed_s, 1),
            p50_ms=round(measured.p50_ms, 2),
            p99_ms=round(measured.p99_ms, 2),
            staleness_max_s=round(max(watch.lags_s), 3),
            network=kind,
            seconds=seconds,
            setup_s=round(elapsed_s - measured.elapsed_s, 1),
            queries=measured.answered,
            bookings=bookers.booked,
            bookings_watched=len(watch.lags_s),
            share_with_trains=round(1 - measured.ended_so / measured.answered, 4),
            answers_checked=len(answers),
            trains_per_answer=_mean(len(each["items"]) for each in answers),
            octets_per_answer=round(measured.octets / measured.answered, 1),
            server_cpu_us=server_us,
            database_cpu_us=database_us,
            bookers_cpu_us=bookers_us,
            load_cpu_us=load_us,
        )
    )


async def _import(database: Database) -> str:
    """The whole network where the machine has one, else what is shipped."""
    folder = os.environ.get("FAREWAVE_RAIL_DATA")
    async with database.transaction() as tx:
        if folder is None:
            await ensure_shipped_timetable(tx)
            return "shipped"
        network = network_at(Path(folder))
        if isinstance(network, TimetableFaults):
            raise RuntimeError(f"FAREWAVE_RAIL_DATA: {network.faults[0]}")
        await import_network(tx, network)
    return "whole"


async def _days_on_sale(port: int) -> list[date]:
    async with httpx.AsyncClient() as client:
        sale = (await client.get(f"http://127.0.0.1:{port}/api/v1/rail/sale")).json()
    first = date.fromisoformat(sale["first_day"])
    return [first + timedelta(days=n) for n in range(sale["presale_days"])]


def _watched_leg(trains: list[Train]) -> Leg:
    """The whole way of a train that doesn't leave at night."""
    train = next(each for each in trains if 480 < (each.stops[0].depart_min or 0) < 1200)
    return Leg(train, train.stops[0], train.stops[-1])


def _request(journey: Journey) -> bytes:
    return f"GET {journey.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode()


def _mean(numbers: Iterable[float]) -> float:
    found = list(numbers)
    return round(sum(found) / max(len(found), 1), 3)
