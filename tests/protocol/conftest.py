"""A running Farewave, the SDKs, and an application for each way they sign."""

import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from farewave.app.keys import Keys, load_keys
from farewave.bench.payers import funded_payers, new_codes
from farewave.db import Database
from farewave.gateway.certificates import Authority
from farewave.gateway.model import AppCreated
from farewave.gateway.rest import verbs_of
from farewave.gateway.service import create_app
from farewave.people.model import Actor
from farewave.testing.ports import free_port
from tests.protocol.merchant import Merchant
from tests.support.killing import database_of
from tests.support.sdks import Raised, Sdk, install
from tests.support.server import Server, served

HTTP_PORT = 80
"""Where the official Python SDK looks, whatever address it's given."""
_PAYERS = 20
Ask = Callable[..., dict[str, Any]]
"""Calls a method as a merchant: the answer's node, its signature verified by the SDK."""
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
def certified(server: Server) -> Merchant:
    """A merchant whose application has a certificate, and encrypts its contents."""
    return Merchant.opened(server, "证书书店", "--certificate", "--encrypt")


@pytest.fixture(scope="session")
async def its_database(server: Server) -> AsyncIterator[Database]:
    """The server's own, beside it."""
    async with database_of(server) as opened:
        yield opened


@pytest.fixture(scope="session")
def keys(server: Server) -> Keys:
    return load_keys(Path(server.data / "farewave" / "keys"))


@pytest.fixture(scope="session")
async def stranger(its_database: Database, keys: Keys, certified: Merchant) -> Merchant:
    """Another merchant, with a key and a certificate of its own."""
    return await _another(its_database, certified, keys.authority)


@pytest.fixture(scope="session")
async def rival(its_database: Database, merchant: Merchant) -> Merchant:
    """Another merchant, with a key of its own."""
    return await _another(its_database, merchant, None)


async def _another(database: Database, like: Merchant, authority: Authority | None) -> Merchant:
    async with database.transaction() as tx:
        made = await create_app(tx, name="Another", public_key=None, authority=authority)
    assert isinstance(made, AppCreated)
    told = {
        "app_id": made.app_id,
        "seller_id": made.seller_id,
        "private_key_pkcs1": made.private_key_pkcs1 or "",
        "private_key_pkcs8": made.private_key_pkcs8 or "",
        "app_certificate": made.certificate.pem if made.certificate else "",
    }
    return Merchant(like.server, {**like.told, **told})


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
async def buyers(its_database: Database, keys: Keys) -> Buyers:
    return Buyers(its_database, await funded_payers(its_database, keys.sealer, _PAYERS))


@pytest.fixture(params=["official-python", "fzlee", "node", "node-v3"])
def ask(request: pytest.FixtureRequest, merchant: Merchant) -> Ask:
    name: str = request.param
    if name == "official-python" and merchant.server.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")
    sdk: Sdk = request.getfixturevalue(name.removesuffix("-v3").replace("-", "_"))

    def asked(method: str, by: Merchant = merchant, **content: object) -> dict[str, Any]:
        if name == "fzlee":
            args = {"name": "server_api", "args": [method, content]}
            node = sdk.ask("call", config=by.fzlee(), **args)
        elif name == "node-v3":
            verb = verbs_of(method)[-1]
            path = "/v3/" + method.replace(".", "/")
            options = {"query" if verb == "GET" else "body": content}
            told = sdk.tried("curl", config=by.node(), verb=verb, path=path, options=options)
            if isinstance(told, Raised):
                return {"code": "40004", "sub_code": told.code, "sub_msg": told.said}
            node = {"code": "10000", **told["data"]}
        elif name == "node":
            given = {"params": {"bizContent": content}, "options": {"validateSign": True}}
            node = sdk.ask("exec", config=by.node(), method=method, **given)
        else:
            answer = sdk.ask("execute", config=by.official(), method=method, content=content)
            node = answer["node"]
        assert isinstance(node, dict)
        return node

    return asked
