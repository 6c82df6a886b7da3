"""Is the process there, is it ready, and its figures in Prometheus' form."""

import time
from functools import cache

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from farewave.db import DatabaseAway
from farewave.db.edge import database_of

_REQUESTS = Counter("farewave_http_requests", "Answered requests", ["door", "status"])
_SECONDS = Histogram("farewave_http_request_seconds", "Time to the last byte", ["door"])
# The library looks its labels up under a lock; there are few of them.
_requests = cache(_REQUESTS.labels)
_seconds = cache(_SECONDS.labels)
_DOORS = ("api", "gateway.do", "v3", "rail", "assets", "metrics", "healthz", "readyz")


async def healthz(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """The database answers as well; 503 while it doesn't."""
    try:
        async with database_of(request).reading() as tx:
            await tx.fetchval("SELECT 1")
    except DatabaseAway:
        return JSONResponse({"status": "database away"}, status_code=503)
    return JSONResponse({"status": "ready"})


async def metrics(request: Request) -> Response:
    """Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def health_routes() -> list[BaseRoute]:
    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]


class Measured:
    """ASGI middleware that counts and times requests by door (first part of the path)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        first = scope["path"].lstrip("/").partition("/")[0]
        door = first if first in _DOORS else "page"
        started = time.perf_counter()
        status = "500"

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            _seconds(door).observe(time.perf_counter() - started)
            _requests(door, status).inc()
