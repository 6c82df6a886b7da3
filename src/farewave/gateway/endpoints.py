"""The door `/gateway.do`: reads the whole request, answers HTTP 200 with a signed node."""

from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route

from farewave.db.edge import database_of
from farewave.gateway.calls import answer_call
from farewave.gateway.deps import gateway_of
from farewave.gateway.envelope import answer_octets, node_name
from farewave.gateway.parameters import Received, read_parameters
from farewave.gateway.signing import sign_type_of
from farewave.kit.limits import FORM_BYTES_MAX

PATH = "/gateway.do"
_DRAIN_BYTES_MAX = 8 * FORM_BYTES_MAX


def gateway_routes() -> list[Route]:
    """What `app` mounts."""
    return [_AbsoluteRoute(PATH, gateway_do, methods=["GET", "POST"], include_in_schema=False)]


class _AbsoluteRoute(Route):
    """Also matches an absolute URI in the request line, as one official SDK sends it."""

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        """As the base, over the path alone."""
        if "://" in scope.get("path", ""):
            try:
                path = urlsplit(scope["path"]).path
            except ValueError:
                return Match.NONE, {}
            scope = {**scope, "path": path}
        return super().matches(scope)


async def gateway_do(request: Request) -> Response:
    """One call of an application."""
    try:
        body = await _body(request)
    except ClientDisconnect:
        return Response()  # nobody is left to read it
    received = read_parameters(
        request.scope["query_string"], request.headers.get("content-type", ""), body
    )
    node = await answer_call(database_of(request), gateway_of(request), received)
    return _signed(request, received, node)


def _signed(request: Request, received: Received, node: Mapping[str, object]) -> Response:
    octets = answer_octets(
        node_name(received.text.get("method")),
        node,
        charset=received.charset,
        key=gateway_of(request).platform_key,
        sign_type=sign_type_of(received.text.get("sign_type")) or "RSA2",
    )
    charset = "utf-8" if received.charset == "utf-8" else "GBK"
    headers = {"content-type": f"application/json;charset={charset}", "cache-control": "no-store"}
    return Response(octets, headers=headers)


async def _body(request: Request) -> bytes | None:
    """The whole body, or None when it is too large; that is read to its end, within reason."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= FORM_BYTES_MAX:
            chunks.append(chunk)
        elif size > _DRAIN_BYTES_MAX:
            break
    return b"".join(chunks) if size <= FORM_BYTES_MAX else None
