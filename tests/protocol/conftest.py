"""A running Farewave, the SDKs, and an application for each way they sign."""

import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from farewave.app.keys import load_keys
from farewave.bench.payers import funded_payers, new_codes
from farewave.db import Database
from farewave.people.model import Actor
from tests.protocol.merchant import Merchant
from tests.support.killing import database_of
from tests.support.sdks import Sdk, install
from tests.support.server import Server, free_port, served

HTTP_PORT = 80
"""Where the official Python SDK looks, whatever address it's given."""
_PAYERS = 20
_numbers = count(1)


def address_with_port_80() -> str | None:
    """A loopback address of our own where port 80 may be listened on, or None."""
    for number in range(os.getpid(), os.getpid() + 10):
        address = f"127.80.{number // 254 % 254 + 1}.{number % 254 + 1}"
        with suppress(OSError), socket.socket() as probe:
            probe.bind((address, HTTP_PORT))
            return address
    return None


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One for all tests of a worker, at port 80 where that is allowed."""
    address = address_with_port_80()
    where = {"FAREWAVE_BANKS_PORT": str(free_port())}
    if address is not None:
        where |= {"FAREWAVE_HOST": address, "FAREWAVE_PORT": str(HTTP_PORT)}
    with served(**where) as running:
        yield running


@pytest.fixture(scope="session")
def _sdks() -> None:
    install()


def _driven(name: str) -> Iterator[Sdk]:
    sdk = Sdk(name)
    yield sdk
    sdk.close()


@pytest.fixture(scope="session")
def official_python(_sdks: None) -> Iterator[Sdk]:
    yield from _driven("official-python")


@pytest.fixture(scope="session")
def fzlee(_sdks: None) -> Iterator[Sdk]:
    yield from _driven("fzlee")


@pytest.fixture(scope="session")
def node(_sdks: None) -> Iterator[Sdk]:
    yield from _driven("node")


@pytest.fixture(scope="session")
def merchant(server: Server) -> Merchant:
    """A merchant whose application signs with a key."""
    return Merchant.opened(server, "青鱼书店")


@pytest.fixture(scope="session")
def stranger(server: Server) -> Merchant:
    """Another merchant, with a key and a certificate of its own."""
    return Merchant.opened(server, "Somebody else", "--certificate")


@pytest.fixture(scope="session")
def certified(server: Server) -> Merchant:
    """A merchant whose application has a certificate, and encrypts its contents."""
    return Merchant.opened(server, "证书书店", "--certificate", "--encrypt")


@dataclass(frozen=True)
class Buyers:
    """People with money."""

    database: Database
    people: list[Actor]

    @property
    def user_no(self) -> str:
        return self.people[0].user_no

    async def code(self) -> str:
        """A pay code of one of them."""
        payer = self.people[next(_numbers) % len(self.people)]
        (code,) = await new_codes(self.database, [payer], 1)
        return code


@pytest.fixture(scope="session")
async def buyers(server: Server) -> AsyncIterator[Buyers]:
    async with database_of(server) as database:
        sealer = load_keys(Path(server.data / "farewave" / "keys")).sealer
        yield Buyers(database, await funded_payers(database, sealer, _PAYERS))
