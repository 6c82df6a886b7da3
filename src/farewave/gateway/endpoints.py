"""The door `/gateway.do`: reads the whole request, answers HTTP 200 with a signed node.

Plain ASGI. It is the busiest door by far, so `app` puts it before the framework's middleware, which
would cost a payment as much as deciding it.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from farewave.db.edge import Disconnected, language_of, whole_body
from farewave.gateway.calls import answer_call
from farewave.gateway.deps import GatewayDeps
from farewave.gateway.envelope import Encrypted, Node, answer_octets, node_name
from farewave.gateway.faults import AnswerLost
from farewave.gateway.losing import NoAnswer
from farewave.gateway.methods import PAGES
from farewave.gateway.pages import page_response
from farewave.gateway.parameters import read_parameters
from farewave.gateway.signing import sign_type_of
from farewave.kit.limits import FORM_BYTES_MAX

PATH = "/gateway.do"
_METHODS = ("GET", "POST")


def gateway_routes() -> list[Route]:
    """What `app` mounts."""
    return [_AbsoluteRoute(PATH, GatewayDoor(), methods=_METHODS, include_in_schema=False)]


def is_gateway_call(scope: Scope) -> bool:
    """Whether the door takes this request; other methods of its path are the router's to refuse."""
    return scope["type"] == "http" and scope["method"] in _METHODS and _path(scope["path"]) == PATH


def _path(path: str) -> str:
    """Also of an absolute URI in the request line, as one official SDK sends it."""
    if "://" not in path:
        return path
    try:
        return urlsplit(path).path
    except ValueError:
        return ""


class _AbsoluteRoute(Route):
    """Also matches an absolute URI."""

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        """As the base, over the path alone."""
        path = _path(scope.get("path", ""))
        return super().matches({**scope, "path": path}) if path else (Match.NONE, {})


class GatewayDoor:
    """One call of an application. What it stands on is in the application's state."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        state = scope["app"].state
        deps: GatewayDeps = state.gateway
        try:
            body = await whole_body(receive, FORM_BYTES_MAX)
        except Disconnected:
            return  # nobody is left to read it
        received = read_parameters(scope["query_string"], _content_type(scope), body)
        try:
            node = await answer_call(state.database, deps, received)
        except AnswerLost:
            await NoAnswer()(scope, receive, send)
            return
        if received.text.get("method") in PAGES:
            shown = node.node if isinstance(node, Encrypted) else node  # a browser has no key
            await page_response(shown, language_of(Request(scope)))(scope, receive, send)
            return
        octets = _signed(deps, received.text, received.charset, node)
        charset = b"utf-8" if received.charset == "utf-8" else b"GBK"
        headers = [
            (b"content-type", b"application/json;charset=" + charset),
            (b"cache-control", b"no-store"),
            (b"content-length", b"%d" % len(octets)),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": octets})


def _signed(
    deps: GatewayDeps, params: Mapping[str, str], charset: str, node: Node | Encrypted
) -> bytes:
    return answer_octets(
        node_name(params.get("method")),
        node,
        charset=charset,
        key=deps.platform_key,
        sign_type=sign_type_of(params.get("sign_type")) or "RSA2",
        cert_sn=deps.certificates.platform_sn if params.get("app_cert_sn") else None,
    )


def _content_type(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-type":
            text: str = value.decode("latin-1")
            return text
    return ""
