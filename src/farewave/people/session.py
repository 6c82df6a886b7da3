"""Who a request acts for: the dependency that every context's endpoints use."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from farewave.db.edge import EdgeRefusal, database_of
from farewave.kit.outcome import Refused
from farewave.people import service
from farewave.people.errors import PeopleRefusal
from farewave.people.model import Actor
from farewave.people.token import SessionToken

COOKIE = "fw_session"

__all__ = ["COOKIE", "Actor", "CurrentActor", "current_actor", "optional_actor", "token_of"]


def token_of(request: Request) -> SessionToken | None:
    """The session token in the request's cookie, if it can be one."""
    return SessionToken.parse(request.cookies.get(COOKIE, ""))


async def optional_actor(request: Request) -> Actor | None:
    """The signed-in person, or None."""
    token = token_of(request)
    if token is None:
        return None
    database = database_of(request)
    async with database.reading() as tx:
        seen = await service.actor_of_token(tx, token)
    if seen is None:
        return None
    if seen.is_stale:
        async with database.transaction() as writing:
            await service.renew_session(writing, seen.actor)
    return seen.actor


async def current_actor(request: Request) -> Actor:
    """The signed-in person. Raises EdgeRefusal: 401 people.signed_out."""
    actor = await optional_actor(request)
    if actor is None:
        raise EdgeRefusal(Refused(PeopleRefusal.SIGNED_OUT))
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]
