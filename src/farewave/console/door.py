"""The door to the page where a merchant lets an application of somebody else act for it.

`/oauth2/appToAppAuth.htm` judges what the other application sends a browser with, and goes on to
the console, at the address where it is opened. Nobody is sent to an address that isn't registered,
not with an error either.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from farewave.console.deps import PATH, console_of
from farewave.db import DatabaseAway
from farewave.db.edge import database_of, language_of, unstorable
from farewave.gateway import grants
from farewave.gateway.pages import HEADERS, grant_outage_page, grant_refused_page
from farewave.kit.outcome import Refused

DOORS = ("/oauth2/appToAppAuth.htm", "/oauth2/appToAppBatchAuth.htm")
"""The second names kinds of applications, of which there is one here: it is the same page."""
PAGE = f"{PATH}/authorize"
_ASKED = ("app_id", "redirect_uri", "state")
QUERY_CHARS_MAX = 2048


async def grant_door(request: Request) -> Response:
    """On to the page, or a page that says why not."""
    query = _asked_of(request)
    language = language_of(request)
    try:
        async with database_of(request).reading() as tx:
            found = await grants.asked_by(tx, query)
    except DatabaseAway:
        return grant_outage_page(language)
    if isinstance(found, Refused):
        return grant_refused_page(found, language)
    given = {name: value for name, value in query.items() if value}
    to = f"{console_of(request).site.origin}{PAGE}?{urlencode(given)}"
    return RedirectResponse(to, status_code=303, headers=HEADERS)


def _asked_of(request: Request) -> Mapping[str, str]:
    """What counts of the query: each once, and what a table can hold."""
    query = {}
    for name in _ASKED:
        values = request.query_params.getlist(name)
        fits = len(values) == 1 and not unstorable(values[0])
        query[name] = values[0] if fits and len(values[0]) <= QUERY_CHARS_MAX else ""
    return query


def door_routes() -> list[Route]:
    """What `app` mounts beside the API."""
    return [Route(door, grant_door, methods=["GET"], include_in_schema=False) for door in DOORS]
