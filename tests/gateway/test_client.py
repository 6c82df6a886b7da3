"""The client never trusts what isn't signed, and never raises for what the network can do."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from farewave.gateway.client import ANSWER_BYTES_MAX, Answered, NoAnswer, OpenPlatformClient
from farewave.gateway.envelope import answer_octets
from farewave.gateway.signing import sign
from tests.gateway.calls import APP_KEY, GATEWAY_URL, PLATFORM_KEY

NOW = datetime(2026, 7, 1, 1, tzinfo=UTC)
METHOD = "alipay.trade.query"
NAME = "alipay_trade_query_response"
NODE = {"code": "10000", "msg": "Success", "subject": "票}{"}
Handler = Callable[[httpx.Request], httpx.Response]


def answer(node: dict[str, object] | None = None, name: str = NAME) -> bytes:
    shown = NODE if node is None else node
    return answer_octets(name, shown, charset="utf-8", key=PLATFORM_KEY, sign_type="RSA2")


async def call(handler: Handler, timeout_s: float = 60) -> Answered | NoAnswer:
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as http:
        client = OpenPlatformClient(
            http,
            GATEWAY_URL,
            "2021000000000001",
            APP_KEY,
            PLATFORM_KEY.public_key(),
            timeout_s=timeout_s,
        )
        return await client.call(METHOD, {"a": "中"}, notify_url="http://n.test/", now=NOW)


async def test_public_parameters_go_in_the_query_and_the_content_in_the_form() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=answer())

    got = await call(handler)
    assert isinstance(got, Answered)
    assert (got.code, got.sub_code, got.node) == ("10000", "", NODE)
    (request,) = seen
    assert request.url.params["timestamp"] == "2026-07-01 09:00:00"
    assert request.url.params["notify_url"] == "http://n.test/"
    assert "biz_content" not in request.url.params
    assert request.content == b"biz_content=%7B%22a%22%3A%22%E4%B8%AD%22%7D"


async def test_a_refusal_is_an_answer_also_in_an_error_node() -> None:
    node = {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.X", "sub_msg": "不"}
    for name in (NAME, "error_response"):
        got = await call(lambda _, name=name: httpx.Response(200, content=answer(node, name)))  # type: ignore[misc]
        assert isinstance(got, Answered)
        assert (got.sub_code, got.sub_msg) == ("ACQ.X", "不")


def respell(octets: bytes) -> bytes:
    return octets.replace(b'"10000"', b'"10001"')


def twice(octets: bytes) -> bytes:
    return octets[:-1] + b',"' + NAME.encode() + b'":{"code":"10000","msg":"forged"}}'


def sha1_signed(octets: bytes) -> bytes:
    node = json.dumps(NODE).encode()
    signature = sign(node, PLATFORM_KEY, "RSA").encode()
    return b'{"' + NAME.encode() + b'":' + node + b',"sign":"' + signature + b'"}'


@pytest.mark.parametrize(
    "spoil",
    [
        respell,
        twice,
        sha1_signed,
        lambda octets: b" " + octets,
        lambda octets: octets[:-1],
        lambda octets: octets + b"x",
        lambda _: b"",
        lambda _: b"[]",
        lambda _: b"\xff",
        lambda _: b"[" * 100_000,
        lambda _: b'{"alipay_trade_query_response":{"code":"10000"}}',
        lambda _: b'{"alipay_trade_query_response":"x","sign":"x"}',
        lambda _: b'{"sign":"x"}',
        lambda _: answer({"code": 10000, "msg": "Success"}),
        lambda _: answer({"msg": "Success"}),
        lambda _: answer(name="alipay_trade_create_response"),
        lambda octets: octets + b" " * ANSWER_BYTES_MAX,
    ],
)
async def test_what_isnt_the_platforms_own_answer_is_none(spoil: Callable[[bytes], bytes]) -> None:
    got = await call(lambda _: httpx.Response(200, content=spoil(answer())))
    assert isinstance(got, NoAnswer)
    assert got.why


@pytest.mark.parametrize("status", [204, 302, 404, 500, 502])
async def test_another_status_is_no_answer(status: int) -> None:
    headers = {"location": "http://elsewhere.test/"}
    got = await call(lambda _: httpx.Response(status, content=answer(), headers=headers))
    assert got == NoAnswer(f"http {status}")


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError]
)
async def test_a_broken_network_is_no_answer(error: type[httpx.RequestError]) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error("broken")

    assert await call(handler) == NoAnswer(error.__name__)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "gateway.do",
        "ftp://x/",
        "http://127.0.0.1:99999/",
        "http://\x00/",
        "http://[/",
        "http://a..b/",
        "http://" + "a" * 64 + ".test/",
    ],
)
async def test_an_address_that_is_none_is_no_answer(url: str) -> None:
    async with httpx.AsyncClient(timeout=60) as http:
        client = OpenPlatformClient(http, url, "2021", APP_KEY, PLATFORM_KEY.public_key())
        assert isinstance(await client.call(METHOD, {}, now=NOW), NoAnswer)


async def test_a_slow_answer_is_none() -> None:
    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        return httpx.Response(200, content=answer())

    assert await call(slow, timeout_s=0.05) == NoAnswer("timeout")  # type: ignore[arg-type]
