"""Posting a form to somewhere outside, where anything may go wrong and nothing is believed."""

import asyncio
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import httpx

from farewave.gateway.rules import is_http_address

_FAULTS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError)
"""What httpx raises for the network's faults; UnicodeError for names that can't be looked up."""
_OK = 200


@dataclass(frozen=True, slots=True)
class NoReply:
    """Nothing that counts came back; what was posted may have arrived. `why` quotes nothing."""

    why: str


TIMED_OUT = NoReply("timeout")


class PostForm(Protocol):
    """Posts a form: the body of a reply with status 200, or why there is none."""

    async def __call__(
        self, url: str, form: Mapping[str, str], *, timeout_s: float, reply_bytes_max: int
    ) -> bytes | NoReply:
        """Never raises for what the network can do."""
        ...


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
            return await reply_of(
                response.status_code, response.headers, response.aiter_bytes(), reply_bytes_max
            )
    except TimeoutError:
        return TIMED_OUT
    except _FAULTS as fault:
        return NoReply(type(fault).__name__)


async def reply_of(
    status: int, headers: Mapping[str, str], chunks: AsyncIterable[bytes], bytes_max: int
) -> bytes | NoReply:
    """The body of an answer that is as it should be."""
    if status != _OK:
        return NoReply(f"http {status}")
    if headers.get("content-encoding", "identity") != "identity":
        return NoReply("compressed")  # a small one could grow past its bound
    taken: list[bytes] = []
    size = 0
    async for chunk in chunks:
        taken.append(chunk)
        size += len(chunk)
        if size > bytes_max:
            return NoReply("too large")
    return b"".join(taken)
