"""The console's doors alone, merchants with applications, and their browsers."""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI

from farewave.console import endpoints, service
from farewave.console.deps import ConsoleDeps
from farewave.console.door import door_routes
from farewave.console.passkeys import Site
from farewave.db import Database
from farewave.db.edge import install_error_handlers
from farewave.gateway.keys import public_key_text
from farewave.kit.sealing import Sealer
from tests.gateway.calls import AUTHORITY, CERTIFICATES, PLATFORM_KEY
from tests.support.payments import Shop

ORIGIN = "https://pay.test"
API = "/api/v1/console"


def console_app(database: Database, sealer: Sealer, origin: str = ORIGIN) -> FastAPI:
    """An application with these doors and no others."""
    made = FastAPI()
    install_error_handlers(made)
    made.state.database = database
    made.state.console = ConsoleDeps(
        base_url=origin,
        site=Site(origin, sealer),
        authority=AUTHORITY,
        certificates=CERTIFICATES,
        platform_public_key=public_key_text(PLATFORM_KEY.public_key()),
    )
    made.state.gateway = _GatewayKey(PLATFORM_KEY)
    made.include_router(endpoints.router)
    made.router.routes += door_routes()
    return made


@dataclass(frozen=True)
class _GatewayKey:
    """What bills' addresses are signed by."""

    platform_key: rsa.RSAPrivateKey


@dataclass
class Console:
    """Opens browsers at the console."""

    database: Database
    app: FastAPI
    opened: list[httpx.AsyncClient] = field(default_factory=list)

    def browser(self) -> httpx.AsyncClient:
        """One that nobody is signed in on."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app), base_url=ORIGIN, headers={"origin": ORIGIN}
        )
        self.opened.append(client)
        return client

    async def link(self, shop: Shop | None) -> str:
        """A link's token: of the shop's merchant, or of the operator."""
        async with self.database.transaction() as tx:
            merchant_id = None if shop is None else shop.app.merchant_id
            return (await service.make_link(tx, merchant_id)).text

    async def entered(self, shop: Shop | None) -> httpx.AsyncClient:
        """A browser that is signed in by a link."""
        client = self.browser()
        answer = await client.post(f"{API}/enter", json={"token": await self.link(shop)})
        assert answer.status_code == 200, answer.text
        return client

    async def close(self) -> None:
        for client in self.opened:
            await client.aclose()


def cookie_of(answer: httpx.Response) -> Any:
    """The console's cookie as it was set."""
    return SimpleCookie(answer.headers["set-cookie"])["fw_console"]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"code", "message", "details"}
    return answer.status_code, body["code"]
