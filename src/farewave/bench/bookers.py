"""People who book a seat each, while something else is measured."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from farewave.bench.journeys import Journeys
from farewave.bench.people import named_people
from farewave.db import Database
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people.model import Actor
from farewave.rail import service
from farewave.rail.model import Leg, Network
from farewave.rail.service import OrderRequest


async def people_with_names(database: Database, sealer: Sealer, count: int) -> list[Actor]:
    """So many people who may book, each with an identity number of their own."""
    return await named_people(database, sealer, count, service.passengers)


@dataclass(slots=True)
class Bookers:
    """Books journeys through the service; whoever has booked doesn't book again."""

    database: Database
    sealer: Sealer
    network: Network
    people: list[Actor]
    booked: int = 0

    async def book(self, leg: Leg, travel_day: date) -> bool:
        """One seat in the train's cheapest class; False when that is refused."""
        actor = self.people.pop()
        async with self.database.transaction() as tx:
            (oneself, *_) = await service.passengers(tx, actor)
        wish = OrderRequest(
            train_no=leg.train.train_no,
            origin=leg.origin.telecode,
            destination=leg.destination.telecode,
            travel_day=travel_day,
            class_code=self.network.classes(leg.train)[-1],
            passenger_ids=(oneself.passenger_id,),
        )
        outcome = await self.database.run(
            lambda tx: service.place_order(tx, self.sealer, actor, wish)
        )
        if isinstance(outcome, Refused):
            return False
        self.booked += 1
        return True

    async def go_on(
        self,
        journeys: Journeys,
        *,
        seconds: float,
        per_s: float,
        spared: str,
        tick: Callable[[float], None],
    ) -> None:
        """Book `per_s` drawn journeys a second for `seconds`, none of them on train `spared`."""
        started = time.perf_counter()
        due = 0
        while (passed := time.perf_counter() - started) < seconds and self.people:
            tick(passed / seconds)
            if due > passed * per_s:
                await asyncio.sleep(0.01)
                continue
            due += 1
            journey = journeys.draw()
            legs = self.network.legs(journey.origin, journey.destination)
            legs = [leg for leg in legs if leg.train.train_no != spared]
            if legs:
                await self.book(legs[due % len(legs)], journey.travel_day)
