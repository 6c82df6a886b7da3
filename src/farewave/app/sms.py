"""The way to phones in production: any HTTP service that takes a JSON of phone and text.

The adapter for a particular provider takes this place; see `people.ports.SmsSender`.
"""

import httpx

from farewave.people.model import PhoneNumber

_TIMEOUT_S = 10


class HttpSms:
    """Posts `{"phone", "text"}` to `url`, with a bearer token when there is one."""

    def __init__(self, client: httpx.AsyncClient, url: str, token: str | None) -> None:
        self._client = client
        self._url = url
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    async def send(self, phone: PhoneNumber, text: str) -> None:
        answer = await self._client.post(
            self._url,
            json={"phone": f"+86{phone.digits}", "text": text},
            headers=self._headers,
            timeout=_TIMEOUT_S,
        )
        answer.raise_for_status()
