"""The application, put together: every port filled, every door in its place.

`build` is what `farewave serve` and the tests run alike; only what it is given differs.
"""

from fastapi import FastAPI
from starlette.types import Lifespan, Receive, Scope, Send

from farewave import __version__
from farewave.app import docs, health, sandbox, session, web
from farewave.app.settings import Settings
from farewave.banks import endpoints as banks
from farewave.banks.demo import endpoints as demo_bank
from farewave.console import endpoints as console
from farewave.console.door import door_routes
from farewave.db.edge import BugsAnswered, install_error_handlers
from farewave.gateway import agreement_pages, cashier, consent
from farewave.gateway import fault_endpoints as gateway_faults
from farewave.gateway.downloads import download_routes
from farewave.gateway.endpoints import PATH as GATEWAY_PATH
from farewave.gateway.endpoints import GatewayDoor, gateway_routes, is_gateway_call
from farewave.gateway.rest_door import rest_routes
from farewave.payments import device_endpoints, shop_endpoints
from farewave.payments import endpoints as payments
from farewave.people import endpoints as people
from farewave.rail import endpoints as rail
from farewave.wallet import endpoints as wallet

_DESCRIPTION = (
    "The JSON interface of Farewave's own pages. Amounts are whole fen, instants RFC 3339 in UTC. "
    "A refusal is a 4xx with a stable `code` and a sentence in the caller's language."
)


class Application(FastAPI):
    """FastAPI, with the gateway's door before all of its middleware and measured as the rest."""

    _gateway = health.Measured(BugsAnswered(GatewayDoor(), route=GATEWAY_PATH))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if is_gateway_call(scope):
            call = {**scope, "app": self, "path": GATEWAY_PATH}
            await self._gateway(call, receive, send)
        else:
            await super().__call__(scope, receive, send)


def build(settings: Settings, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The application for `settings`, without what only a running installation has (its parts)."""
    app = Application(
        title="Farewave",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    app.state.settings = settings
    install_error_handlers(app, own_protocol=GATEWAY_PATH)
    app.add_middleware(rail.LeftTickets)
    app.add_middleware(health.Measured)
    routers = [
        session.router,
        people.router,
        banks.router,
        wallet.router,
        payments.router,
        payments.codes_router,
        *device_endpoints.routers,
        shop_endpoints.router,
        cashier.router,
        consent.router,
        console.router,
        agreement_pages.router,
        rail.router,
        rail.notify_router,
    ]
    if settings.sandbox:
        routers += [sandbox.router, demo_bank.router, gateway_faults.router]
    for router in routers:
        app.include_router(router)
    app.router.routes += [
        *download_routes(),
        *cashier.code_routes(),
        *consent.oauth_routes(),
        *door_routes(),
        *shop_endpoints.picture_routes(),
        *gateway_routes(),  # for what `Application` doesn't take: other methods
        *rest_routes(),
        *health.health_routes(),
        *docs.docs_routes(),
        *web.web_routes(),
    ]
    return app
