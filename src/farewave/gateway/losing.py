"""No answer: the connection breaks instead, as when the network fails on the way back."""

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_LESS_THAN_PROMISED = [(b"content-length", b"1")]


class NoAnswer(Response):
    """Promises an octet and sends none: the server can only break the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says, but for the octet."""
        start = {"type": "http.response.start", "status": 200, "headers": _LESS_THAN_PROMISED}
        await send(start)
        # In two parts: the server would mend the length of a whole one.
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        await send({"type": "http.response.body", "body": b""})
