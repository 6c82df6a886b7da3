"""Where notifications of a production may go: the public internet, whatever a name leads to."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from farewave.gateway import outward as module
from farewave.gateway.notifier import HttpNotifier
from farewave.gateway.outward import NOT_PUBLIC, Outward
from farewave.gateway.posting import NoReply
from farewave.gateway.reach import is_public
from farewave.payments.ports import NotificationAnswer
from tests.gateway.calls import PLATFORM_KEY

INWARD = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.0.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:0",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo of 127.0.0.1
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
OUTWARD = ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("text", INWARD)
def test_an_address_that_isnt_everybodys_isnt_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", OUTWARD)
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@given(st.integers(0, 2**32 - 1))
def test_an_ipv6_form_of_an_address_is_judged_as_the_address(number: int) -> None:
    inner = ipaddress.IPv4Address(number)
    for form in (f"::ffff:{inner}", f"64:ff9b::{inner}", f"::{inner}"):
        if form != "::0.0.0.1":  # loopback in its own right
            assert is_public(ipaddress.ip_address(form)) == is_public(inner)


class Names(AbstractResolver):
    """A resolver that answers what it is told; each look-up takes the next answer of a name."""

    def __init__(self, known: Mapping[str, Sequence[list[str]]]) -> None:
        self._left = {name: list(answers) for name, answers in known.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answers = self._left[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=each,
                port=port,
                family=socket.AF_INET6 if ":" in each else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for each in addresses
        ]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[int, list[int]]]:
    """A server on loopback: its port, and how often somebody connected."""
    connected: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(1)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\nconnection: close\r\n\r\nsuccess")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], connected
    finally:
        server.close()


async def posted(outward: Outward, url: str) -> bytes | NoReply:
    return await outward.post_form(url, {"a": "b"}, timeout_s=5, reply_bytes_max=100)


@pytest.fixture
def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "getproxies", dict)


@pytest.mark.usefixtures("without_proxy")
@pytest.mark.parametrize("addresses", [[each] for each in INWARD if "%" not in each])
async def test_a_name_that_leads_inward_is_never_connected_to(addresses: list[str]) -> None:
    async with listening() as (port, connected):
        outward = Outward(public_only=True, resolver=Names({"shop.test": [addresses]}))
        assert await posted(outward, f"http://shop.test:{port}/notify") == NOT_PUBLIC
        await outward.aclose()
        assert connected == []


@pytest.mark.usefixtures("without_proxy")
async def test_one_inward_address_among_others_is_enough() -> None:
    outward = Outward(public_only=True, resolver=Names({"shop.test": [["1.1.1.1", "127.0.0.1"]]}))
    assert await posted(outward, "http://shop.test/notify") == NOT_PUBLIC
    await outward.aclose()


@pytest.mark.usefixtures("without_proxy")
@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.1.2.3", "169.254.169.254"]
)
async def test_an_inward_number_is_never_connected_to(host: str) -> None:
    async with listening() as (port, connected):
        outward = Outward(public_only=True, resolver=Names({}))
        assert await posted(outward, f"http://{host}:{port}/") == NOT_PUBLIC
        await outward.aclose()
        assert connected == []


SPELLINGS = [
    *("127.1", "2130706433", "017700000001", "0177.0.0.1", "127.0.0.1.", "127.000.000.001"),
    *("0x7f000001", "localhost"),
    *("１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1", "２１３０７０６４３３"),
]


@pytest.mark.usefixtures("without_proxy")
@pytest.mark.parametrize("host", SPELLINGS)
async def test_loopback_by_another_spelling_is_never_connected_to(host: str) -> None:
    async with listening() as (port, connected):
        outward = Outward(public_only=True)
        assert await posted(outward, f"http://{host}:{port}/") == NOT_PUBLIC
        await outward.aclose()
        assert connected == []


@pytest.mark.usefixtures("without_proxy")
async def test_a_name_that_changes_its_mind_is_looked_up_once_for_check_and_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: public when it is checked, loopback when it would be asked again."""
    went: list[str] = []

    async def refuse(*_: object, addr_infos: list[tuple[object, ...]], **__: object) -> object:
        went.extend(str(each[4][0]) for each in addr_infos)  # type: ignore[index]
        raise OSError("nobody goes out in a test")

    monkeypatch.setattr("aiohappyeyeballs.start_connection", refuse)
    names = Names({"shop.test": [["1.1.1.1"], ["127.0.0.1"]]})
    outward = Outward(public_only=True, resolver=names)
    reply = await posted(outward, "http://shop.test/notify")
    assert isinstance(reply, NoReply)
    assert (names.asked, went) == (["shop.test"], ["1.1.1.1"])
    await outward.aclose()


@pytest.mark.usefixtures("without_proxy")
async def test_the_sandbox_reaches_loopback() -> None:
    async with listening() as (port, connected):
        outward = Outward(resolver=Names({"shop.test": [["127.0.0.1"]]}))
        for host in ("shop.test", "127.0.0.1"):
            assert await posted(outward, f"http://{host}:{port}/notify") == b"success"
        await outward.aclose()
        assert len(connected) == 2


@pytest.mark.usefixtures("without_proxy")
async def test_the_operator_reads_why_nothing_was_sent() -> None:
    outward = Outward(public_only=True)
    sent = await HttpNotifier(lambda _: outward.post_form, PLATFORM_KEY).send(
        "http://127.0.0.1:1/", {}
    )
    assert sent == NotificationAnswer(False, "not public")
    await outward.aclose()
