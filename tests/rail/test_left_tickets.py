"""The quick door and the documented one give the same answers, and the quick one only its own."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from farewave.db import DatabaseAway
from farewave.db.edge import install_error_handlers
from farewave.kit.limits import BODY_BYTES_MAX
from farewave.rail.board import STALE_MAX_S
from farewave.rail.endpoints import LeftTickets, router
from tests.support.people import client_of, install_people
from tests.support.rail import RailWorld

TRAINS = "/api/v1/rail/trains"


def app_of(world: RailWorld, *, quick: bool) -> FastAPI:
    made = FastAPI()
    install_error_handlers(made)
    made.include_router(router)
    if quick:
        made.add_middleware(LeftTickets)
    install_people(made, world.database, world.sealer)
    made.state.rail = world.deps
    return made


@pytest.fixture
async def doors(world: RailWorld) -> AsyncIterator[list[httpx.AsyncClient]]:
    """The application with the quick route, and without."""
    async with (
        client_of(app_of(world, quick=True)) as quick,
        client_of(app_of(world, quick=False)) as documented,
    ):
        yield [quick, documented]


@pytest.mark.parametrize("language", ["zh", "en-GB,en;q=0.9,zh;q=0.1"])
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=VNP&to=AOH&date={day}", 200),
        ("date={day}&to=AOH&from=VNP", 200),
        ("from=XXX&to=AOH&date={day}", 422),
        ("from=VNP&to=BJP&date={day}", 422),
        ("from=VNP&to=AOH&date=2020-01-01", 422),
        ("from=VNP&to=AOH&date=2026-02-30", 422),
        ("from=VNP&to=AOH", 422),
        ("from=vnp&to=AOH&date={day}", 422),
    ],
)
async def test_both_doors_say_the_same(
    world: RailWorld, doors: list[httpx.AsyncClient], query: str, status: int, language: str
) -> None:
    asked = f"{TRAINS}?{query.format(day=await world.day())}"
    quick, documented = [
        await door.get(asked, headers={"accept-language": language}) for door in doors
    ]
    assert (quick.status_code, quick.content) == (status, documented.content)
    for name in ("content-type", "cache-control", "etag"):
        assert quick.headers.get(name) == documented.headers.get(name)


async def test_what_the_asker_has_already_isn_t_sent_again(
    world: RailWorld, doors: list[httpx.AsyncClient]
) -> None:
    asked = f"{TRAINS}?from=VNP&to=AOH&date={await world.day()}"
    for door in doors:
        etag = (await door.get(asked)).headers["etag"]
        for known in (f'"other", {etag}', f"W/{etag}"):  # a proxy that compresses weakens it
            again = await door.get(asked, headers={"if-none-match": known})
            assert (again.status_code, again.content) == (304, b"")
    await world.held(await world.someone())
    await world.board.refresh()
    for door in doors:
        anew = await door.get(asked, headers={"if-none-match": etag})
        assert anew.status_code == 200
        assert anew.headers["etag"] != etag


async def test_of_a_header_that_comes_twice_both_doors_read_the_first(
    world: RailWorld, doors: list[httpx.AsyncClient]
) -> None:
    asked = f"{TRAINS}?from=VNP&to=AOH&date={await world.day()}"
    for door in doors:
        etag = (await door.get(asked)).headers["etag"]
        for name, first, second, status in (
            ("host", "farewave.test:0", "farewave.test", 422),
            ("host", "farewave.test", "farewave.test:0", 200),
            ("if-none-match", etag, '"other"', 304),
            ("if-none-match", '"other"', etag, 200),
        ):
            answer = await door.get(asked, headers=[(name, first), (name, second)])
            assert answer.status_code == status, (name, first)
        english = [("accept-language", "en"), ("accept-language", "zh")]
        refused = await door.get(asked.replace("VNP", "XXX"), headers=english)
        assert refused.json()["message"].isascii()


async def test_a_signed_in_person_s_search_is_noted_at_either_door(
    world: RailWorld,
) -> None:
    someone, day = await world.someone(), await world.day()
    for quick in (True, False):
        async with client_of(app_of(world, quick=quick), someone) as client:
            assert (await client.get(f"{TRAINS}?from=VNP&to=AOH&date={day}")).status_code == 200
    async with world.database.reading() as tx:
        noted = await tx.fetchval("SELECT count(*) FROM db.event WHERE name = 'rail.searched'")
    assert noted == 2


async def test_what_the_guard_refuses_is_refused_at_either_door(
    world: RailWorld, doors: list[httpx.AsyncClient]
) -> None:
    asked = f"{TRAINS}?from=VNP&to=AOH&date={await world.day()}"
    for door in doors:
        assert (await door.get(asked, headers={"host": "farewave.test:0"})).status_code == 422
        large = await door.request("GET", asked, content=b"x" * (BODY_BYTES_MAX + 1))
        assert large.status_code == 413


async def test_an_outage_is_told_alike_at_either_door(
    world: RailWorld, doors: list[httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> object:
        raise DatabaseAway("gone")

    day = await world.day()
    monkeypatch.setattr(world.database, "reading", away)
    world.clockwork.seconds += STALE_MAX_S
    told = [await door.get(f"{TRAINS}?from=VNP&to=AOH&date={day}") for door in doors]
    assert {answer.status_code for answer in told} == {503}
    assert told[0].content == told[1].content
    assert {answer.headers["retry-after"] for answer in told} == {"1"}


async def test_a_bug_behind_the_quick_door_is_answered_with_a_code(
    world: RailWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> object:
        raise RuntimeError("a bug")

    monkeypatch.setattr(world.board, "search", broken)
    with capture_logs() as logs:
        async with client_of(app_of(world, quick=True)) as client:
            told = await client.get(f"{TRAINS}?from=VNP&to=AOH&date={await world.day()}")
    assert (told.status_code, told.json()["code"]) == (500, "service.bug")
    assert [(each["event"], each["route"]) for each in logs] == [("service.bug", TRAINS)]
