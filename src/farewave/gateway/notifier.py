"""Posts a signed notification to a merchant: the sender that payments ask for."""

import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.gateway.pacing import Pace, Paces
from farewave.gateway.posting import TIMED_OUT, NoReply, PostForm
from farewave.gateway.rules import is_http_address
from farewave.gateway.signing import signed_notification
from farewave.payments.ports import NotificationAnswer, NotSent

TIMEOUT_S = 8.0
_EXPECTED = b"success"
_REPLY_BYTES_MAX = 1024


class HttpNotifier:
    """`post_for` gives what posts to an address (it decides what may be reached)."""

    def __init__(
        self,
        post_for: Callable[[str], PostForm],
        platform_key: rsa.RSAPrivateKey,
        *,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._post_for = post_for
        self._platform_key = platform_key
        self._timeout_s = timeout_s
        self._paces = Paces()

    async def send(self, url: str, params: Mapping[str, str]) -> NotificationAnswer | NotSent:
        """Accepted when the merchant answers 200 with exactly the seven octets `success`.

        Not sent when the merchant's host has as many in hand as it bears.
        """
        if not is_http_address(url):
            return NotificationAnswer(False, "address")
        pace = self._paces.of(urlsplit(url).netloc.rpartition("@")[2].lower())
        if not await pace.turn():
            return NotSent(pace.away)
        reply = await self._posted(pace, url, params)
        if isinstance(reply, NoReply):
            return NotificationAnswer(False, reply.why)
        return (
            NotificationAnswer(True) if reply == _EXPECTED else NotificationAnswer(False, "answer")
        )

    async def _posted(self, pace: Pace, url: str, params: Mapping[str, str]) -> bytes | NoReply:
        reply: bytes | NoReply = TIMED_OUT  # also when given up by whoever asked
        started = time.monotonic()
        try:
            reply = await self._post_for(url)(
                url,
                signed_notification(params, self._platform_key),
                timeout_s=self._timeout_s,
                reply_bytes_max=_REPLY_BYTES_MAX,
            )
        finally:
            pace.end_turn(time.monotonic() - started, answered=reply != TIMED_OUT)
        return reply
