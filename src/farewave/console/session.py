"""Who a request of the console acts for: the dependencies that its endpoints use."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from farewave.console import service
from farewave.console.deps import console_of
from farewave.console.errors import ConsoleRefusal
from farewave.console.model import ConsoleActor, Token
from farewave.db.edge import EdgeRefusal, database_of
from farewave.kit.outcome import Refused

COOKIE = "fw_console"
_PATH = "/api/v1/console"
"""No other door ever sees the cookie, and this one doesn't look at a person's."""


def token_of(request: Request) -> Token | None:
    """The session token in the request's cookie, if it can be one."""
    return Token.parse(request.cookies.get(COOKIE, ""))


async def optional_actor(request: Request) -> ConsoleActor | None:
    """Whoever is signed in, or None."""
    token = token_of(request)
    if token is None:
        return None
    async with database_of(request).reading() as tx:
        return await service.actor_of_token(tx, token)


async def current_actor(request: Request) -> ConsoleActor:
    """Whoever is signed in. Raises EdgeRefusal: 401 console.signed_out."""
    actor = await optional_actor(request)
    if actor is None:
        raise EdgeRefusal(Refused(ConsoleRefusal.SIGNED_OUT))
    return actor


async def merchant_actor(request: Request) -> ConsoleActor:
    """A merchant who is signed in. Raises EdgeRefusal: also 403 console.merchants_only."""
    actor = await current_actor(request)
    if actor.merchant_id is None:
        raise EdgeRefusal(Refused(ConsoleRefusal.MERCHANTS_ONLY))
    return actor


async def operating_actor(request: Request) -> ConsoleActor:
    """The operator, signed in. Raises EdgeRefusal: also 403 console.operator_only."""
    actor = await current_actor(request)
    if actor.merchant_id is not None:
        raise EdgeRefusal(Refused(ConsoleRefusal.OPERATOR_ONLY))
    return actor


Anybody = Annotated[ConsoleActor, Depends(current_actor)]
MerchantActor = Annotated[ConsoleActor, Depends(merchant_actor)]
OperatingActor = Annotated[ConsoleActor, Depends(operating_actor)]


def cookie(request: Request, value: str, lasts: timedelta) -> Mapping[str, str]:
    """The header that has the browser keep `value`: for this door, and never from another site."""
    asked = console_of(request).cookie_secure
    secure = request.url.scheme == "https" if asked is None else asked
    parts = [
        f"{COOKIE}={value}",
        f"Max-Age={int(lasts.total_seconds())}",
        f"Path={_PATH}",
        "HttpOnly",
        "SameSite=Strict",
        *(["Secure"] if secure else []),
    ]
    return {"set-cookie": "; ".join(parts)}
