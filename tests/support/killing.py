"""kill -9 of a server, its PostgreSQL or its banks, in the middle of a stream of requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Literal, TypeVar

import httpx
import pytest

from farewave.db import Database
from farewave.db.embedded import EmbeddedServer
from tests.support.server import Server

T = TypeVar("T")
Victim = Literal["server", "postgres", "banks"]
VICTIMS = pytest.mark.parametrize("victim", ["server", "postgres"])
AND_BANKS = pytest.mark.parametrize("victim", ["server", "postgres", "banks"])
"""The simulated banks are a process of their own beside the server."""


def kill(server: Server, victim: Victim) -> None:
    """End it at once."""
    match victim:
        case "server":
            server.kill()
        case "postgres":
            server.kill_postgres()
        case "banks":
            server.kill_banks()


def revive(server: Server, victim: Victim) -> None:
    """Start the server again; PostgreSQL and the banks are started by who keeps them."""
    if victim == "server":
        server.start()
    else:
        server.wait_until_ready()
    if victim == "banks":
        server.wait_until_banks_are_ready()


def audited(server: Server) -> None:
    """The audit finds nothing."""
    done = server.run("audit")
    assert done.returncode == 0, done.stdout + done.stderr


@asynccontextmanager
async def database_of(server: Server) -> AsyncIterator[Database]:
    """The server's database, held open also while nobody serves."""
    embedded = EmbeddedServer.attach(server.data / "farewave")
    try:
        database = await Database.open(embedded.dsn, pool_size_max=4)
        try:
            yield database
        finally:
            await database.close()
    finally:
        await asyncio.to_thread(embedded.release)


def client_of(server: Server) -> httpx.AsyncClient:
    """Who asks a server that may be slow to come back."""
    return httpx.AsyncClient(base_url=server.url, timeout=60)


async def killed_amid(
    server: Server,
    victim: Victim,
    work: Iterable[T],
    ask: Callable[[httpx.AsyncClient, T], Awaitable[None]],
    *,
    callers: int,
    begun: Callable[[], bool],
    after_s: float,
) -> None:
    """Have so many callers `ask` for all of `work`; kill the victim and start it again.

    It dies `after_s` after `begun` says that something was answered; then the callers stop.
    """
    waiting = iter(work)
    stop = asyncio.Event()

    async def caller(client: httpx.AsyncClient) -> None:
        for each in waiting:
            if stop.is_set():
                return
            await ask(client, each)

    async with client_of(server) as client:
        calling = [asyncio.create_task(caller(client)) for _ in range(callers)]
        while not begun() and not all(task.done() for task in calling):
            await asyncio.sleep(0.01)
        await asyncio.sleep(after_s)
        await asyncio.to_thread(kill, server, victim)
        stop.set()
        await asyncio.gather(*calling)
    await asyncio.to_thread(revive, server, victim)
