"""What is judged of a request before any route sees it, and of a failure after.

A plain ASGI middleware: it reads the whole body (with or without a Content-Length), so nothing
behind it ever waits for a slow sender while holding a transaction.
"""

import asyncio
from functools import lru_cache
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from farewave.db.bugs import facts_of
from farewave.db.edge.refusals import invalid, language_of, refusal_response
from farewave.db.edge.strict_json import NotJson, Unfit, check_json, unstorable
from farewave.kit.limits import BODY_BYTES_MAX, FORM_BYTES_MAX
from farewave.kit.outcome import KitRefusal, Refused

log = structlog.get_logger("farewave.edge")

_MUTATING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
BODY_TIMEOUT_S = 30.0
_DRAIN_BYTES_MAX = 8 * 1024 * 1024
_DRAIN_S = 5.0
_JSON = "application/json"


class Disconnected(Exception):  # noqa: N818
    """The caller went away before the body was whole: nobody is left to answer."""


class BugsAnswered:
    """Logs a bug behind it, without anything that was sent, and answers it with 500.

    `reraise` lets it through instead, for tests that want to see it. `route` is what the log says
    of a door that no router leads to.
    """

    def __init__(self, app: ASGIApp, *, reraise: bool = False, route: str | None = None) -> None:
        self._app = app
        self._reraise = reraise
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything else passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def noted_send(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted_send)
        except Exception as bug:
            # A route's pattern: the path itself may hold what was sent.
            route = getattr(scope.get("route"), "path", self._route)
            log.error("service.bug", method=scope["method"], route=route, **facts_of(bug))
            if begun or self._reraise:
                raise  # half an answer can't be taken back: the server breaks the connection
            answer = refusal_response(Refused(KitRefusal.BUG), language_of(Request(scope)))
            await answer(scope, receive, send)


class Guard:
    """Refuses what no route needs to see; under `api_prefix` also foreign sites and non-JSON.

    A bug behind it is answered (`BugsAnswered`), or reraised with `reraise_bugs`. The door
    `own_protocol` bounds its own bodies and answers everything in its own form.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        api_prefix: str = "/api/",
        own_protocol: str | None = None,
        reraise_bugs: bool = False,
    ) -> None:
        self._app = BugsAnswered(app, reraise=reraise_bugs)
        self._api_prefix = api_prefix
        self._own_protocol = own_protocol

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything else passes."""
        if scope["type"] != "http" or scope["path"] == self._own_protocol:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            outcome = await self._admitted(request, receive)
        except Disconnected:
            return
        if isinstance(outcome, Refused):
            await refusal_response(outcome, language_of(request))(scope, receive, send)
            return
        await self._app(scope, _replayed(outcome, receive), send)

    async def _admitted(self, request: Request, receive: Receive) -> bytes | Refused:
        """The body, or why the request goes no further."""
        # From the scope: `request.url` can't be made of every Host that somebody may send.
        path: str = request.scope["path"]
        is_api = path.startswith(self._api_prefix)
        size_max = BODY_BYTES_MAX if is_api else FORM_BYTES_MAX
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                body = await whole_body(receive, size_max, _declared_size(request))
        except TimeoutError:
            return Refused(KitRefusal.TOO_SLOW)
        if body is None:
            return Refused(KitRefusal.BODY_TOO_LARGE)
        if unstorable(path):
            return Refused(KitRefusal.NOT_FOUND)
        if not is_host(request.headers.get("host", "")):
            return invalid([("host",)])
        if not is_api:
            return body
        if b"%00" in request.scope["query_string"]:
            return invalid([("query",)])
        if request.method in _MUTATING and _foreign(request):
            return Refused(KitRefusal.FOREIGN_ORIGIN)
        return (_unfit(request, body) if body else None) or body


@lru_cache(maxsize=256)
def is_host(host: str) -> bool:
    """Whether a Host header can be one."""
    try:
        return urlsplit(f"http://{host}").port != 0
    except ValueError:
        return False


def _declared_size(request: Request) -> int:
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdigit() else 0


async def whole_body(receive: Receive, size_max: int, declared: int = 0) -> bytes | None:
    """The whole body, or None when it is larger than `size_max`. Raises Disconnected."""
    chunks: list[bytes] = []
    size = 0
    while size <= size_max and declared <= size_max:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if not message.get("more_body", False):
            return b"".join(chunks) if size <= size_max else None
    await _drain(receive, declared)
    return None


async def _drain(receive: Receive, declared: int) -> None:
    """Let the caller finish sending, within reason: else it sees a reset instead of the answer."""
    drained = 0
    try:
        async with asyncio.timeout(_DRAIN_S):
            while max(drained, declared) <= _DRAIN_BYTES_MAX:
                message = await receive()
                drained += len(message.get("body", b""))
                if message["type"] == "http.disconnect":
                    raise Disconnected
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out `body` once, then what comes after it (a disconnect)."""
    handed_out = False

    async def replay() -> Message:
        nonlocal handed_out
        if handed_out:
            return await receive()
        handed_out = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _foreign(request: Request) -> bool:
    """Whether a page of another site sent this: its origin has another host or port.

    The scheme may differ, for a proxy that ends TLS. Without an Origin the caller is no web page,
    or an old browser that still tells by Sec-Fetch-Site.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")
    try:
        theirs = urlsplit(origin)
        ours = urlsplit(f"{theirs.scheme}://{request.headers.get('host', '')}")
        default = _DEFAULT_PORTS.get(theirs.scheme)
        same = theirs.hostname == ours.hostname and (theirs.port or default) == (
            ours.port or default
        )
        return default is None or theirs.hostname is None or not same
    except ValueError:
        return True


def _unfit(request: Request, body: bytes) -> Refused | None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _JSON:
        return Refused(KitRefusal.NOT_JSON_TYPE)
    try:
        check_json(body)
    except NotJson:
        return Refused(KitRefusal.NOT_JSON)
    except Unfit as unfit:
        return invalid([unfit.place])
    return None
