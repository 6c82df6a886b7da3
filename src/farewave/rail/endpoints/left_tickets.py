"""The busiest door: who searches without being signed in, in the form that our own pages send.

It answers `GET /api/v1/rail/trains?from=…&to=…&date=…` without the framework's part, thousands of
times a second. Whatever isn't exactly that (a signed-in person, other parameters, a mistake) is
left to the documented route of the same address (`journeys.search_trains`): same board and answer.
"""

import re
from collections.abc import MutableMapping
from datetime import date
from typing import Any

from starlette.datastructures import URLPath
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from farewave.db.edge import language_of, refusal_response
from farewave.kit.outcome import Refused
from farewave.people.session import COOKIE
from farewave.rail.board import Answer, Board

PATH = "/api/v1/rail/trains"
_QUERY = re.compile(
    rb"from=([A-Z]{2}[A-Z0-9])&to=([A-Z]{2}[A-Z0-9])&date=([0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_SESSION = f"{COOKIE}=".encode()


class LeftTicketsRoute(BaseRoute):
    """Put before the application's other routes."""

    def matches(self, scope: Scope) -> tuple[Match, MutableMapping[str, Any]]:
        """Whether it is a plain search; what was asked for comes along."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "GET":
            return Match.NONE, {}
        asked = _QUERY.fullmatch(scope["query_string"])
        if asked is None:
            return Match.NONE, {}
        for name, value in scope["headers"]:
            if name == b"cookie" and _SESSION in value:
                return Match.NONE, {}
        origin, destination, day = (part.decode() for part in asked.groups())
        try:
            travel_day = date.fromisoformat(day)
        except ValueError:
            return Match.NONE, {}
        return Match.FULL, {"left_tickets": (origin, destination, travel_day)}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with 304 when the asker has it already."""
        board: Board = scope["app"].state.rail.board
        language = language_of(HTTPConnection(scope))
        origin, destination, travel_day = scope["left_tickets"]
        found = await board.search(origin, destination, travel_day, language)
        if isinstance(found, Refused):
            await refusal_response(found, language)(scope, receive, send)
        else:
            await _send(found, scope, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """Nobody links to it by name."""
        raise NoMatchFound(name, path_params)


async def _send(found: Answer, scope: Scope, send: Send) -> None:
    headers = [(b"etag", found.etag), (b"cache-control", b"no-cache")]
    if any(name == b"if-none-match" and found.etag in value for name, value in scope["headers"]):
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    headers += [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(found.body)),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": found.body})
