"""The page where somebody lets an application know who they are: its door, and its API.

`/oauth2/publicAppAuthorize.htm` judges what an application sends a browser with, and goes on to the
page. Nobody is sent to an address that isn't registered, not with an error either.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from farewave.db import DatabaseAway
from farewave.db.edge import answer, answer_read, database_of, language_of, unstorable
from farewave.gateway import logins
from farewave.gateway.deps import gateway_of
from farewave.gateway.logins import Shown
from farewave.gateway.oauth import Allowed
from farewave.gateway.pages import HEADERS, login_outage_page, login_refused_page
from farewave.gateway.rules import ADDRESS_CHARS_MAX
from farewave.kit.outcome import Refused
from farewave.people.session import CurrentActor

DOOR = "/oauth2/publicAppAuthorize.htm"
PAGE = "/authorize"
_ASKED = ("app_id", "scope", "redirect_uri", "state")
_QUERY_CHARS_MAX = 2048
router = APIRouter(prefix="/api/v1", tags=["login"])


class ConsentPage(BaseModel):
    """Who asks for what, and of whom."""

    app_name: str
    scope: Literal["auth_base", "auth_user"]
    name_masked: str
    """Who is signed in, as the application would see it."""
    phone_masked: str
    consent: str
    """Handed back by who agrees; good for this session and half an hour."""
    declined_to: str
    """The application's page for who doesn't."""


class ConsentBody(BaseModel):
    """What the page was given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    consent: Annotated[str, Field(max_length=8192)]


class Agreed(BaseModel):
    """Back to the application, with the code."""

    return_to: str


class AllowedApp(BaseModel):
    """An application that knows who one is. `auth_user`: also name and standing."""

    app_id: str
    app_name: str
    scope: Literal["auth_base", "auth_user"]
    since: datetime
    last_at: datetime
    """Of the last agreement to it."""


@router.get("/consents", response_model=ConsentPage, operation_id="getConsent")
async def show_consent(
    request: Request,
    actor: CurrentActor,
    app_id: Annotated[str, Query(max_length=32, examples=["2021000000000000"])],
    scope: Annotated[str, Query(max_length=64, examples=["auth_user"])],
    redirect_uri: Annotated[str, Query(max_length=ADDRESS_CHARS_MAX)],
    state: Annotated[str | None, Query(max_length=_QUERY_CHARS_MAX)] = None,
) -> Response:
    """What the page says."""
    query = {"app_id": app_id, "scope": scope, "redirect_uri": redirect_uri, "state": state or ""}
    sealer = gateway_of(request).platform.sealer
    return await answer_read(request, lambda tx: logins.show(tx, sealer, actor, query), _page_out)


@router.post("/consents", response_model=Agreed, operation_id="agreeToConsent")
async def agree(request: Request, actor: CurrentActor, body: ConsentBody) -> Response:
    """Let the application know who one is. Again is the same code."""
    sealer = gateway_of(request).platform.sealer
    return await answer(
        request,
        lambda tx: logins.agree(tx, sealer, actor, body.consent),
        lambda location: Agreed(return_to=location),
    )


@router.get("/allowed-apps", response_model=list[AllowedApp], operation_id="listAllowedApps")
async def list_allowed(request: Request, actor: CurrentActor) -> Response:
    """The applications that know who one is, the one agreed to last first."""
    return await answer_read(
        request,
        lambda tx: logins.allowed(tx, actor),
        lambda found: [_allowed_out(each) for each in found],
    )


@router.delete("/allowed-apps/{app_id}", status_code=204, operation_id="takeBackConsent")
async def take_back(
    request: Request,
    actor: CurrentActor,
    app_id: Annotated[str, Path(max_length=32, examples=["2021000000000000"])],
) -> Response:
    """Take back what one agreed to: its tokens are void at once. Again is the same."""
    return await answer(
        request, lambda tx: logins.take_back(tx, actor, app_id), lambda _: None, status=204
    )


async def authorize_door(request: Request) -> Response:
    """On to the page, or a page that says why not."""
    query = _asked_of(request)
    language = language_of(request)
    try:
        async with database_of(request).reading() as tx:
            found = await logins.asked_by(tx, query)
    except DatabaseAway:
        return login_outage_page(language)
    if isinstance(found, Refused):
        return login_refused_page(found, language)
    given = {name: value for name, value in query.items() if value}
    return RedirectResponse(f"{PAGE}?{urlencode(given)}", status_code=303, headers=HEADERS)


def _asked_of(request: Request) -> Mapping[str, str]:
    """What counts of the query: each once, and what a table can hold."""
    query = {}
    for name in _ASKED:
        values = request.query_params.getlist(name)
        fits = len(values) == 1 and not unstorable(values[0])
        query[name] = values[0] if fits and len(values[0]) <= _QUERY_CHARS_MAX else ""
    return query


def oauth_routes() -> list[Route]:
    """What `app` mounts beside the API."""
    return [Route(DOOR, authorize_door, methods=["GET"], include_in_schema=False)]


def _allowed_out(found: Allowed) -> AllowedApp:
    return AllowedApp(
        app_id=found.app_id,
        app_name=found.app_name,
        scope=found.scope.value,
        since=found.since,
        last_at=found.last_at,
    )


def _page_out(shown: Shown) -> ConsentPage:
    return ConsentPage(
        app_name=shown.app.name,
        scope=shown.asked.scope.value,
        name_masked=shown.person.name_masked,
        phone_masked=shown.person.phone_masked,
        consent=shown.consent,
        declined_to=shown.asked.declined,
    )
