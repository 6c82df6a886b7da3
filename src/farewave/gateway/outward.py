"""Posting to merchants: a client that does little else, since it does it for every payment."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from yarl import URL

from farewave.gateway.posting import TIMED_OUT, NoReply, reply_of
from farewave.gateway.reach import NotPublic, PublicOnly, may_be_public
from farewave.gateway.rules import is_http_address

_FAULTS = (aiohttp.ClientError, OSError, ValueError)
"""What aiohttp raises for the network's faults; ValueError for addresses that can't be."""
NOT_PUBLIC = NoReply("not public")
_HEADERS = {
    "accept": "*/*",
    "accept-encoding": "identity",
    "content-type": "application/x-www-form-urlencoded",
    "user-agent": "farewave",
}


class Outward:
    """Keeps connections between posts. `aclose` it; nothing is opened before the first post.

    `public_only`: nothing that isn't on the public internet is reached. Where the environment names
    a proxy, names are looked up by it, and it must see to that.
    """

    def __init__(
        self, *, public_only: bool = False, resolver: AbstractResolver | None = None
    ) -> None:
        self._public_only = public_only
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None
        self._proxies = {
            name: address if "://" in address else f"http://{address}"
            for name, address in getproxies().items()
        }
        """By scheme (or `all`), what the environment names."""

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def post_form(
        self, url: str, form: Mapping[str, str], *, timeout_s: float, reply_bytes_max: int
    ) -> bytes | NoReply:
        """As `posting.post_form`."""
        if not is_http_address(url):
            return NoReply("address")
        try:
            if self._public_only and not may_be_public(URL(url)):
                return NOT_PUBLIC
            async with (
                asyncio.timeout(timeout_s),
                self._opened().post(
                    url,
                    data=urlencode(form).encode(),
                    allow_redirects=False,
                    proxy=self._proxy_to(url),
                ) as response,
            ):
                return await reply_of(
                    response.status,
                    response.headers,
                    response.content.iter_any(),
                    reply_bytes_max,
                )
        except TimeoutError:
            return TIMED_OUT
        except _FAULTS as fault:
            if isinstance(fault.__cause__, NotPublic):
                return NOT_PUBLIC
            return NoReply(type(fault).__name__)

    def _proxy_to(self, url: str) -> str | None:
        if not self._proxies:
            return None
        scheme, netloc = urlsplit(url)[:2]
        if proxy_bypass(netloc):
            return None
        return self._proxies.get(scheme, self._proxies.get("all"))

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            resolver = self._resolver or aiohttp.DefaultResolver()
            if self._public_only:
                resolver = PublicOnly(resolver)
            self._session = aiohttp.ClientSession(
                # Whoever posts has a bound of its own; whom to trust is one thing for all requests.
                connector=aiohttp.TCPConnector(
                    limit=0, ssl=httpx.create_ssl_context(), resolver=resolver
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=False,
                headers=_HEADERS,
            )
        return self._session
