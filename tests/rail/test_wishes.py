"""Narrowing and ordering a day's trains, by the rule and over HTTP."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from farewave.db.edge import install_error_handlers
from farewave.rail.endpoints import LeftTickets, router
from farewave.rail.rules.wishes import OfferFacts, Wishes, wished
from tests.support.people import client_of, install_people
from tests.support.rail import RailWorld

FAST = OfferFacts("G", "VNP", "AOH", 540, 288, {"O": 0, "M": 3}, {"O": 55300, "M": 93300}, False)
NIGHT = OfferFacts("T", "BJP", "SHH", 1173, 910, {"1": 9, "3": 2}, {"1": 17750, "3": 30450}, False)
EARLY = OfferFacts("D", "VNP", "SHH", 360, 700, {"O": 5}, {"O": 30900}, True)
ALL = [EARLY, FAST, NIGHT]


@pytest.mark.parametrize(
    ("wishes", "places"),
    [
        (Wishes(), [0, 1, 2]),
        (Wishes(kinds=frozenset("GT")), [1, 2]),
        (Wishes(class_code="M"), [1]),
        (Wishes(class_code="O"), []),  # one is full, the other no longer sold
        (Wishes(hours=(6, 9)), [0]),
        (Wishes(hours=(9, 24)), [1, 2]),
        (Wishes(origin="VNP"), [0, 1]),
        (Wishes(origin="VNP", destination="SHH"), [0]),
        (Wishes(sort="duration"), [1, 0, 2]),
        (Wishes(sort="arrival"), [1, 0, 2]),
        (Wishes(sort="price"), [2, 1, 0]),
    ],
)
def test_trains_are_narrowed_and_ordered_as_wished(wishes: Wishes, places: list[int]) -> None:
    assert wished(ALL, wishes) == places


@pytest.fixture
async def client(world: RailWorld) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_error_handlers(app)
    app.include_router(router)
    app.add_middleware(LeftTickets)
    install_people(app, world.database, world.sealer)
    app.state.rail = world.deps
    async with client_of(app) as opened:
        yield opened


async def test_the_api_takes_wishes(world: RailWorld, client: httpx.AsyncClient) -> None:
    asked = f"/api/v1/rail/trains?from=BJP&to=SHH&date={await world.day()}"
    everything = (await client.get(asked)).json()["items"]
    evening = (await client.get(f"{asked}&kind=G&kind=T&leaves_from=18&class_code=O")).json()
    assert {each["kind"] for each in evening["items"]} == {"G"}
    assert 0 < len(evening["items"]) < len(everything)
    assert {each["depart_at"][11:13] for each in evening["items"]} <= {"10", "11", "12", "13"}
    one = (await client.get(f"{asked}&from_station=BJP&to_station=SHH")).json()["items"]
    assert {(each["from"]["telecode"], each["to"]["telecode"]) for each in one} == {("BJP", "SHH")}
    cheapest = (await client.get(f"{asked}&sort=price")).json()["items"]
    fares = [min(c["fare_fen"] for c in each["classes"]) for each in cheapest]
    assert fares == sorted(fares)
    for wrong in ("leaves_from=24", "leaves_before=0", "kind=GG", "sort=colour", "to_station=x"):
        assert (await client.get(f"{asked}&{wrong}")).status_code == 422
