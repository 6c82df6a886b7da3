"""Posts a signed notification to a merchant: the sender that payments ask for."""

from collections.abc import Callable, Mapping

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.gateway.posting import NoReply, post_form
from farewave.gateway.signing import signed_notification
from farewave.payments.ports import NotificationAnswer

TIMEOUT_S = 8.0
_EXPECTED = b"success"
_REPLY_BYTES_MAX = 1024


class HttpNotifier:
    """`client_for` gives the client that may reach an address (it decides what may be reached)."""

    def __init__(
        self,
        client_for: Callable[[str], httpx.AsyncClient],
        platform_key: rsa.RSAPrivateKey,
        *,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._client_for = client_for
        self._platform_key = platform_key
        self._timeout_s = timeout_s

    async def send(self, url: str, params: Mapping[str, str]) -> NotificationAnswer:
        """Accepted when the merchant answers 200 with exactly the seven octets `success`."""
        reply = await post_form(
            self._client_for(url),
            url,
            signed_notification(params, self._platform_key),
            timeout_s=self._timeout_s,
            reply_bytes_max=_REPLY_BYTES_MAX,
        )
        if isinstance(reply, NoReply):
            return NotificationAnswer(False, reply.why)
        if reply != _EXPECTED:
            return NotificationAnswer(False, "answer")
        return NotificationAnswer(True)
