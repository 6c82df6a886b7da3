"""Posts a signed notification to a merchant: the sender that payments ask for."""

import asyncio
from collections.abc import Callable, Mapping

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.gateway.signing import signed_notification
from farewave.payments.ports import NotificationAnswer

TIMEOUT_S = 8.0
_EXPECTED = b"success"


class HttpNotifier:
    """`client_for` gives the client that may reach an address (it decides what may be reached)."""

    def __init__(
        self, client_for: Callable[[str], httpx.AsyncClient], platform_key: rsa.RSAPrivateKey
    ) -> None:
        self._client_for = client_for
        self._platform_key = platform_key

    async def send(self, url: str, params: Mapping[str, str]) -> NotificationAnswer:
        """Accepted when the merchant answers 200 with exactly the seven octets `success`."""
        form = signed_notification(params, self._platform_key)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._post(url, form)
        except TimeoutError:
            return NotificationAnswer(False, "timeout")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as lost:
            return NotificationAnswer(False, type(lost).__name__)

    async def _post(self, url: str, form: Mapping[str, str]) -> NotificationAnswer:
        client = self._client_for(url)
        async with client.stream(
            "POST", url, data=form, follow_redirects=False, timeout=TIMEOUT_S
        ) as response:
            if response.status_code != httpx.codes.OK:
                return NotificationAnswer(False, f"http {response.status_code}")
            said = b""
            async for chunk in response.aiter_bytes():
                said += chunk
                if len(said) > len(_EXPECTED):
                    break
        return (
            NotificationAnswer(True) if said == _EXPECTED else NotificationAnswer(False, "answer")
        )
