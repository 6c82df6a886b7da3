"""What leaves for merchants, through real sockets; and what a bad one of them can do to others."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from farewave.app.certificate import ensure_certificate, machine_now
from farewave.gateway.client import verify_notification
from farewave.gateway.notifier import HttpNotifier
from farewave.gateway.outward import Outward
from farewave.gateway.pacing import AT_ONCE_SILENT
from farewave.payments.ports import NotificationAnswer, NotSent
from tests.gateway.calls import PLATFORM_KEY

PARAMS = {"subject": "D301 北京&上海", "body": "", "out_trade_no": "T 1"}
Answer = Callable[[bytes], Awaitable[bytes]]


def reply(body: bytes, status: str = "200 OK", head: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n{head}\r\n".encode() + body


async def success(_: bytes) -> bytes:
    return reply(b"success")


class Shop:
    """A merchant's server: what it got, and over how many connections."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.heads.append(head)
                self.bodies.append(await reader.readexactly(length))
                writer.write(await self.answer(self.bodies[-1]))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def shop(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Shop]:
    opened = Shop(answer)
    server = await asyncio.start_server(opened.serve, "127.0.0.1", 0, ssl=tls)
    scheme = "https" if tls else "http"
    opened.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/notify?x=1"
    try:
        yield opened
    finally:
        server.close()


@pytest.fixture
async def outward() -> AsyncIterator[Outward]:
    opened = Outward()
    yield opened
    await opened.aclose()


def notifier(outward: Outward, timeout_s: float = 5) -> HttpNotifier:
    return HttpNotifier(lambda _: outward.post_form, PLATFORM_KEY, timeout_s=timeout_s)


async def test_a_merchant_gets_forms_that_verify_over_one_connection(outward: Outward) -> None:
    async def with_cookie(_: bytes) -> bytes:
        return reply(b"success", head="set-cookie: who=me\r\n")

    async with shop(with_cookie) as merchant:
        for _ in range(3):
            assert await notifier(outward).send(merchant.url, PARAMS) == NotificationAnswer(True)
        assert merchant.connections == 1
    assert all(head.startswith(b"POST /notify?x=1 HTTP/1.1\r\n") for head in merchant.heads)
    assert not any(b"cookie" in head.lower() for head in merchant.heads)
    form = dict(parse_qsl(merchant.bodies[0].decode(), keep_blank_values=True))
    assert form["subject"] == PARAMS["subject"]
    assert "body" not in form
    assert verify_notification(form, PLATFORM_KEY.public_key())


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply(b"fail"), "answer"),
        (reply(b"success\n"), "answer"),
        (reply(b"success", "201 Created"), "http 201"),
        (reply(b"", "302 Found", "location: http://127.0.0.1:1/\r\n"), "http 302"),
        (
            reply(gzip.compress(b"success", mtime=0), head="content-encoding: gzip\r\n"),
            "compressed",
        ),
        (reply(b"s" * 10**6), "too large"),
        (b"nonsense\r\n\r\n", "ClientResponseError"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsuccess", "timeout"),
    ],
)
async def test_anything_but_success_isnt_accepted(
    outward: Outward, answer: bytes, why: str
) -> None:
    async def always(_: bytes) -> bytes:
        return answer

    async with shop(always) as merchant:
        # Only one waits for the end of it; the others have time, on a machine that does much else.
        patience_s = 1.5 if why == "timeout" else 30
        got = await notifier(outward, timeout_s=patience_s).send(merchant.url, PARAMS)
    assert got == NotificationAnswer(False, why)
    assert len(merchant.heads) == 1


@pytest.mark.parametrize(
    "url", ["", "x", "ftp://x/", "http://127.0.0.1:99999/", "http://[/", "http://a..b/"]
)
async def test_an_address_that_is_none_isnt_accepted(outward: Outward, url: str) -> None:
    got = await notifier(outward).send(url, PARAMS)
    assert isinstance(got, NotificationAnswer)
    assert not got.accepted


async def test_nobody_there_isnt_accepted(outward: Outward) -> None:
    got = await notifier(outward).send("http://127.0.0.1:1/", PARAMS)
    assert got == NotificationAnswer(False, "ClientConnectorError")


async def test_a_merchant_is_trusted_by_the_certificates_that_all_other_requests_trust(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outward: Outward
) -> None:
    made = ensure_certificate(tmp_path, ["127.0.0.1"], machine_now())
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(made.certificate, made.key)
    async with shop(success, tls) as merchant:
        stranger = await notifier(outward).send(merchant.url, PARAMS)
        assert stranger == NotificationAnswer(False, "ClientConnectorCertificateError")
        monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
        trusting = Outward()
        assert await notifier(trusting).send(merchant.url, PARAMS) == NotificationAnswer(True)
        await trusting.aclose()


async def test_notifications_take_the_environments_proxy_and_spare_whom_it_spares(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with shop(success) as proxy, shop(success) as merchant:
        monkeypatch.setenv("http_proxy", proxy.url.removeprefix("http://"))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        outward = Outward()
        for url in ("http://shop.test/notify", merchant.url):
            assert await notifier(outward).send(url, PARAMS) == NotificationAnswer(True)
        await outward.aclose()
    assert [head.split(b"\r\n")[0] for head in proxy.heads] == [
        b"POST http://shop.test/notify HTTP/1.1"
    ]
    assert len(merchant.heads) == 1


async def test_a_silent_merchant_is_left_alone_and_holds_up_no_other(outward: Outward) -> None:
    released = asyncio.Event()

    async def silent(_: bytes) -> bytes:
        await released.wait()
        return reply(b"success")

    send = notifier(outward, timeout_s=1.5).send
    async with AsyncExitStack() as stack:
        deaf = await stack.enter_async_context(shop(silent))
        quick = await stack.enter_async_context(shop(success))
        assert await send(deaf.url, PARAMS) == NotificationAnswer(False, "timeout")
        flood = [asyncio.create_task(send(deaf.url, PARAMS)) for _ in range(200)]
        told = await asyncio.gather(*(send(quick.url, PARAMS) for _ in range(20)))
        assert told == [NotificationAnswer(True)] * 20
        assert sum(not each.done() for each in flood) >= AT_ONCE_SILENT, "it is still silent"
        answers = await asyncio.gather(*flood)
        assert sum(isinstance(each, NotSent) for each in answers) > 150
        assert len(deaf.heads) <= 1 + 2 * AT_ONCE_SILENT
        released.set()
        assert await send(deaf.url, PARAMS) == NotificationAnswer(True)
