"""A notification is a signed form, and only the seven octets `success` accept it."""

import asyncio
import gzip
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl

import httpx
import pytest

from farewave.gateway.client import verify_notification
from farewave.gateway.notifier import HttpNotifier
from farewave.gateway.posting import post_form
from farewave.payments.ports import NotificationAnswer, NotificationSender
from tests.gateway.calls import PLATFORM_KEY

PARAMS = {"subject": "D301 北京&上海", "body": "", "out_trade_no": "T 1"}
URL = "https://shop.test/notify?x=1"


async def send(
    handler: Callable[[httpx.Request], object], timeout_s: float = 60
) -> NotificationAnswer:
    transport = httpx.MockTransport(handler)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, follow_redirects=True) as http:
        sender: NotificationSender = HttpNotifier(
            lambda _: partial(post_form, http), PLATFORM_KEY, timeout_s=timeout_s
        )
        answer = await sender.send(URL, PARAMS)
        assert isinstance(answer, NotificationAnswer)
        return answer


async def test_a_merchant_gets_a_form_that_verifies() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"success")

    assert (await send(handler)).accepted
    (request,) = seen
    assert request.method == "POST"
    assert str(request.url) == URL
    assert request.headers["content-type"].startswith("application/x-www-form-urlencoded")
    form = dict(parse_qsl(request.content.decode(), keep_blank_values=True))
    assert form["subject"] == PARAMS["subject"]
    assert "body" not in form
    assert verify_notification(form, PLATFORM_KEY.public_key())


@pytest.mark.parametrize(
    "body", [b"", b"fail", b"SUCCESS", b"success\n", b" success", b"successful", b"s" * 10**7]
)
async def test_anything_but_success_isnt_accepted(body: bytes) -> None:
    assert not (await send(lambda _: httpx.Response(200, content=body))).accepted


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 400, 500])
async def test_another_status_isnt_accepted_and_redirects_arent_followed(status: int) -> None:
    headers = {"location": "https://elsewhere.test/"}
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(status, content=b"success", headers=headers)

    assert await send(handler) == NotificationAnswer(False, f"http {status}")
    assert len(seen) == 1


async def test_a_compressed_reply_isnt_opened() -> None:
    headers = {"content-encoding": "gzip"}
    reply = gzip.compress(b"success")
    assert await send(
        lambda _: httpx.Response(200, content=reply, headers=headers)
    ) == NotificationAnswer(False, "compressed")


async def test_a_broken_network_isnt_accepted() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused to 10.0.0.1")

    assert await send(handler) == NotificationAnswer(False, "ConnectError")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "ftp://x/",
        "http://127.0.0.1:99999/",
        "http://\x00/",
        "http://[/",
        "http://a..b/",
        "http://" + "a" * 64 + ".test/",
    ],
)
async def test_an_address_that_is_none_isnt_accepted(url: str) -> None:
    async with httpx.AsyncClient(timeout=60) as http:
        answer = await HttpNotifier(lambda _: partial(post_form, http), PLATFORM_KEY).send(
            url, PARAMS
        )
    assert isinstance(answer, NotificationAnswer)
    assert not answer.accepted


async def test_a_slow_merchant_isnt_waited_for() -> None:
    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        return httpx.Response(200, content=b"success")

    assert await send(slow, timeout_s=0.05) == NotificationAnswer(False, "timeout")
