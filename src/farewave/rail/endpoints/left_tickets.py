"""The busiest door: who searches without being signed in, in the form that our own pages send.

It answers `GET /api/v1/rail/trains?from=…&to=…&date=…` without the framework's part, thousands of
times a second. Whatever isn't exactly that (a signed-in person, other parameters, a body, a
mistake) is left to the documented route of the same address (`journeys.search_trains`): same board
and answer.
"""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from farewave.db import DatabaseAway
from farewave.db.edge import (
    BugsAnswered,
    is_host,
    language_in,
    outage_response,
    refusal_response,
)
from farewave.kit.outcome import Language, Refused
from farewave.people.session import COOKIE
from farewave.rail.board import Answer, Board

PATH = "/api/v1/rail/trains"
_QUERY = re.compile(
    rb"from=([A-Z]{2}[A-Z0-9])&to=([A-Z]{2}[A-Z0-9])&date=([0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_SESSION = f"{COOKIE}=".encode()
_BODY_HEADERS = (b"content-length", b"transfer-encoding")
_JSON, _CACHE = (b"content-type", b"application/json"), (b"cache-control", b"no-cache")


class _Search(NamedTuple):
    origin: str
    destination: str
    travel_day: date
    language: Language
    known: bytes
    """The ETags that the asker has."""


class LeftTickets:
    """ASGI middleware: put before the guard, of which it lets nothing pass that would be refused.

    Its answers are counted with the others by whatever stands before it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._quick = BugsAnswered(_answered, route=PATH)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        search = _search_in(scope)
        if search is None:
            await self._app(scope, receive, send)
        else:
            scope["left_tickets"] = search
            await self._quick(scope, receive, send)


def _search_in(scope: Scope) -> _Search | None:
    """What is searched for, if the request is a plain search."""
    if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "GET":
        return None
    asked = _QUERY.fullmatch(scope["query_string"])
    if asked is None:
        return None
    said: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if (name == b"cookie" and _SESSION in value) or name in _BODY_HEADERS:
            return None
        said.setdefault(name, value)  # of two the first counts, as behind the other door
    if not is_host(said.get(b"host", b"").decode("latin-1")):
        return None
    origin, destination, day = asked.groups()
    try:
        travel_day = date.fromisoformat(day.decode())
    except ValueError:
        return None
    language = _language_in(said.get(b"accept-language", b""))
    known = said.get(b"if-none-match", b"")
    return _Search(origin.decode(), destination.decode(), travel_day, language, known)


@lru_cache(maxsize=256)
def _language_in(header: bytes) -> Language:
    return language_in(header.decode("latin-1"))


async def _answered(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, with 304 when the asker has it already."""
    board: Board = scope["app"].state.rail.board
    search: _Search = scope["left_tickets"]
    try:
        found = await board.search(
            search.origin, search.destination, search.travel_day, search.language
        )
    except DatabaseAway:
        await outage_response(search.language)(scope, receive, send)
        return
    if isinstance(found, Refused):
        await refusal_response(found, search.language)(scope, receive, send)
    else:
        await _send(found, search.known, send)


async def _send(found: Answer, known: bytes, send: Send) -> None:
    status, body = (304, b"") if found.etag in known else (200, found.body)
    headers = [(b"etag", found.etag), _CACHE]
    if status == 200:
        headers += [_JSON, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
