"""Stations, what is on sale, trains between two cities, a train's stops. No session is needed."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from farewave.db import ReadTx, Tx
from farewave.db.edge import answer_read, database_of, language_of, refusal_response
from farewave.kit.outcome import Refused
from farewave.people.session import Actor, optional_actor
from farewave.rail import service
from farewave.rail.deps import rail_of
from farewave.rail.rules.sale import SaleDays, sale_days
from farewave.rail.rules.wishes import Sort, Wishes
from farewave.rail.schemas import timetable as wire

router = APIRouter()

_Origin = Annotated[wire.Telecode, Query(alias="from")]
_Destination = Annotated[wire.Telecode, Query(alias="to")]
OptionalActor = Annotated[Actor | None, Depends(optional_actor)]


@router.get("/stations", response_model=wire.Stations, operation_id="listStations")
async def list_stations(
    request: Request, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """Every station, by pinyin and initials to be found; unchanged until the ETag changes."""
    async with database_of(request).reading() as tx:
        network = await service.current_network(tx)
    body = wire.stations_out(network).model_dump_json().encode()
    return _unless_known(body, f'"{network.version}"', if_none_match)


@router.get("/sale", response_model=wire.Sale, operation_id="showSale")
async def show_sale(request: Request) -> Response:
    """Which days are on sale."""

    async def days(tx: ReadTx) -> SaleDays:
        return sale_days(tx.now)

    return await answer_read(request, days, wire.sale_out)


def _wishes(
    kind: Annotated[list[Annotated[str, Field(pattern=r"^[A-Z0]$")]] | None, Query()] = None,
    class_code: Annotated[str | None, Query(pattern=r"^[0-9A-Z]$")] = None,
    leaves_from: Annotated[int, Query(ge=0, le=23)] = 0,
    leaves_before: Annotated[int, Query(ge=1, le=24)] = 24,
    from_station: Annotated[wire.Telecode | None, Query()] = None,
    to_station: Annotated[wire.Telecode | None, Query()] = None,
    sort: Annotated[Sort, Query()] = "departure",
) -> Wishes | None:
    """What of the day is wished for; the hours are China's. None when all of it is."""
    wishes = Wishes(
        frozenset(kind or ()),
        class_code,
        (leaves_from, leaves_before),
        from_station,
        to_station,
        sort,
    )
    return None if wishes == Wishes() else wishes


@router.get("/trains", response_model=wire.Offers, operation_id="searchTrains")
async def search_trains(
    request: Request,
    origin: _Origin,
    destination: _Destination,
    travel_day: Annotated[date, Query(alias="date")],
    wishes: Annotated[Wishes | None, Depends(_wishes)],
    actor: OptionalActor,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The trains of a day between two cities, with fares and the seats that are left.

    The seats are as of at most a second ago. It can be narrowed to kinds of trains, to a class that
    is still to be had, to hours of departure in China (`leaves_from` to before `leaves_before`) and
    to one station of a city.
    """
    found = await rail_of(request).board.search(
        origin, destination, travel_day, language_of(request), wishes
    )
    if isinstance(found, Refused):
        return refusal_response(found, language_of(request))
    if actor is not None:
        offers = found.offers

        async def note(tx: Tx) -> None:
            await service.note_search(
                tx,
                actor,
                origin=origin,
                destination=destination,
                travel_day=travel_day,
                offers=offers,
            )

        await database_of(request).run(note)
    return _unless_known(found.body, found.etag.decode(), if_none_match)


@router.get("/trains/{train_no}/stops", response_model=wire.Stops, operation_id="listStops")
async def list_stops(
    request: Request,
    train_no: str,
    day: Annotated[date | None, Query(alias="date")] = None,
    origin: Annotated[wire.Telecode | None, Query(alias="from")] = None,
) -> Response:
    """A train's stops. `date`: the day on which it leaves `from`, or else its first station."""
    return await answer_read(
        request, lambda tx: service.train_way(tx, train_no, day, origin), wire.stops_out
    )


def _unless_known(body: bytes, etag: str, if_none_match: str | None) -> Response:
    """The body, or 304 for who has it already."""
    headers = {"etag": etag, "cache-control": "no-cache"}
    if if_none_match is not None and etag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
