"""Posting a form to somewhere outside, where anything may go wrong and nothing is believed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from farewave.gateway.rules import is_http_address

_FAULTS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError)
"""What httpx raises for the network's faults; UnicodeError for names that can't be looked up."""


@dataclass(frozen=True, slots=True)
class NoReply:
    """Nothing that counts came back; what was posted may have arrived. `why` quotes nothing."""

    why: str


async def post_form(
    http: httpx.AsyncClient,
    url: str,
    form: Mapping[str, str],
    *,
    query: Mapping[str, str] | None = None,
    timeout_s: float,
    reply_bytes_max: int,
) -> bytes | NoReply:
    """The body of a reply with status 200. Redirects aren't followed."""
    if not is_http_address(url):
        return NoReply("address")
    try:
        async with (
            asyncio.timeout(timeout_s),
            http.stream(
                "POST",
                url,
                data=form,
                params=query,
                headers={"accept-encoding": "identity"},
                timeout=timeout_s,
                follow_redirects=False,
            ) as response,
        ):
            if response.status_code != httpx.codes.OK:
                return NoReply(f"http {response.status_code}")
            if response.headers.get("content-encoding", "identity") != "identity":
                return NoReply("compressed")  # a small one could grow past its bound
            return await _body(response, reply_bytes_max)
    except TimeoutError:
        return NoReply("timeout")
    except _FAULTS as fault:
        return NoReply(type(fault).__name__)


async def _body(response: httpx.Response, bytes_max: int) -> bytes | NoReply:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        chunks.append(chunk)
        size += len(chunk)
        if size > bytes_max:
            return NoReply("too large")
    return b"".join(chunks)
