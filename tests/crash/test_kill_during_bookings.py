"""kill -9 of the server, and of PostgreSQL, in the middle of a stream of bookings.

Phones hold seats without pause over real HTTP, each person once; at a random moment (of a seed) the
victim dies. Every acknowledged order must be there; what was not acknowledged is asked again with
the same key and must end as one order; nobody pays, so that all lapse by themselves; the audit
finds nothing, before and after.
"""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from farewave.app.keys import load_keys
from farewave.db import Database, DatabaseAway
from farewave.kit.clock import shanghai_day
from farewave.kit.ids import id_text
from farewave.people.session import COOKIE
from farewave.rail import service
from tests.support.database import move_clock
from tests.support.killing import (
    VICTIMS,
    Victim,
    audited,
    client_of,
    database_of,
    killed_amid,
)
from tests.support.people import Someone, signed_up_person, some_identity_number
from tests.support.rail import G1
from tests.support.server import Server

PEOPLE = 80
PHONES = 24
LAPSES_WITHIN_S = BACK_WITHIN_S = 180
_keys = count(1)


@dataclass(frozen=True)
class Wish:
    """What one phone asks for, always under the same key."""

    key: str
    cookie: str
    body: dict[str, Any]


@dataclass
class Station:
    """A running server, a day on which people want to travel, and what they were told."""

    server: Server
    database: Database
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def hold(self, client: httpx.AsyncClient, wish: Wish) -> dict[str, Any] | None:
        """The order that was answered, or None when nobody knows what became of it."""
        try:
            answer = await client.post(
                "/api/v1/rail/orders",
                json=wish.body,
                headers={
                    "idempotency-key": wish.key,
                    "cookie": f"{COOKIE}={wish.cookie}",
                    "origin": self.server.url,
                },
            )
        except httpx.HTTPError:
            return None
        if answer.status_code == 503:
            return None
        assert answer.status_code == 201, f"{answer.text}\n{self.server.tail()}"
        order: dict[str, Any] = answer.json()
        self.acknowledged[wish.key] = order
        return order

    async def hold_until_told(self, client: httpx.AsyncClient, wish: Wish) -> dict[str, Any]:
        """Ask with the same key until somebody knows."""
        async with asyncio.timeout(BACK_WITHIN_S):
            while True:
                order = await self.hold(client, wish)
                if order is not None:
                    return order
                await asyncio.sleep(0.2)

    async def orders(self) -> dict[str, str]:
        """Every order by its id, with its status; a database that isn't back yet is waited for."""
        async with asyncio.timeout(BACK_WITHIN_S):
            while True:
                try:
                    async with self.database.reading() as tx:
                        rows = await tx.fetch("SELECT order_id, status FROM rail.ticket_order")
                    return {id_text("ord", row["order_id"]): row["status"] for row in rows}
                except DatabaseAway:
                    await asyncio.sleep(0.2)


async def killed_while_booking(server: Server, victim: Victim, seed: int) -> None:
    async with database_of(server) as database:
        station = Station(server, database)
        unknown: list[Wish] = []

        async def phone(client: httpx.AsyncClient, wish: Wish) -> None:
            if await station.hold(client, wish) is None:
                unknown.append(wish)

        await killed_amid(
            server,
            victim,
            await wishes_of(station, seed),
            phone,
            callers=PHONES,
            begun=lambda: bool(station.acknowledged),
            after_s=random.Random(seed).uniform(0, 0.3),
        )
        await check(station, unknown)


async def wishes_of(station: Station, seed: int) -> list[Wish]:
    """So many people, each of whom wants one seat on one train."""
    sealer = load_keys(Path(station.server.data / "farewave" / "keys")).sealer
    async with station.database.reading() as tx:
        day = shanghai_day(tx.now) + timedelta(days=2 + seed % 10)
    made: list[Wish] = []
    for _ in range(PEOPLE):
        someone = await signed_up_person(
            station.database,
            sealer,
            phone=f"137{next(_keys):08d}",
            identity_number=some_identity_number("19800101"),
        )
        made.append(await wish_of(station, someone, day))
    return made


async def wish_of(station: Station, someone: Someone, day: date) -> Wish:
    async with station.database.transaction() as tx:
        (oneself,) = await service.passengers(tx, someone.actor)
    body = {
        "train_no": G1,
        "from": "VNP",
        "to": "AOH",
        "date": day.isoformat(),
        "class_code": "O",
        "passenger_ids": [id_text("psg", oneself.passenger_id)],
    }
    return Wish(f"booking-{next(_keys):08d}", someone.token.text, body)


async def check(station: Station, unknown: list[Wish]) -> None:
    assert station.acknowledged, "somebody was answered before the kill"
    there = await station.orders()
    for order in station.acknowledged.values():
        assert order["order_id"] in there, "an acknowledged order is lost"
    await asyncio.to_thread(audited, station.server)
    async with client_of(station.server) as client:
        for wish in unknown:
            order = await station.hold_until_told(client, wish)
            again = await station.hold(client, wish)
            assert again is not None
            assert again["order_id"] == order["order_id"], "one key stands for one order"
    seats = [(o["seats"][0]["coach"], o["seats"][0]["seat"]) for o in _orders(station)]
    assert len(set(seats)) == len(seats), "no two of them sit on one seat"
    await lapsed(station)
    await asyncio.to_thread(audited, station.server)


def _orders(station: Station) -> list[dict[str, Any]]:
    return list(station.acknowledged.values())


async def lapsed(station: Station) -> None:
    """Nobody paid: past the deadline all end by themselves."""
    await move_clock(station.database, timedelta(minutes=21))
    async with asyncio.timeout(LAPSES_WITHIN_S):
        while "held" in (await station.orders()).values():
            await asyncio.sleep(0.5)
    there = await station.orders()
    assert all(there[order["order_id"]] == "lapsed" for order in _orders(station))


@VICTIMS
async def test_killed_while_people_book_no_acknowledged_order_is_lost(
    server: Server, victim: Victim
) -> None:
    await killed_while_booking(server, victim, seed=1)


@VICTIMS
@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 11))
async def test_killed_at_random_moments_no_acknowledged_order_is_lost(
    server: Server, victim: Victim, seed: int
) -> None:
    await killed_while_booking(server, victim, seed)
