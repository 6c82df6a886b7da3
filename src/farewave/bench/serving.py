"""A real `farewave serve` over a benchmark's database, in processes of its own."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

_READY_S = 60
_END_S = 20


@dataclass(frozen=True, slots=True)
class Serving:
    """Where it answers, where its keys are, and the process whose children the workers are."""

    port: int
    keys: Path
    pid: int


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(dsn: str, folder: Path, *, workers: int, shards: int) -> AsyncIterator[Serving]:
    """Serve the database at `dsn` until the block ends."""
    port = _free_port()
    environment = {name: v for name, v in os.environ.items() if not name.startswith("FAREWAVE_")}
    environment |= {
        "FAREWAVE_DATABASE_URL": dsn,
        "FAREWAVE_DATA": str(folder),
        "FAREWAVE_PORT": str(port),
        "FAREWAVE_BANKS_PORT": str(_free_port()),
        "FAREWAVE_WORKERS": str(workers),
        "FAREWAVE_SHARDS": str(shards),
    }
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("farewave"),
        "serve",
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await _ready(port, process)
        yield Serving(port, folder / "keys", process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _END_S)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _ready(port: int, process: asyncio.subprocess.Process) -> None:
    deadline = time.monotonic() + _READY_S
    async with httpx.AsyncClient() as client:
        while time.monotonic() < deadline:
            if process.returncode is not None:
                raise RuntimeError(f"farewave serve ended with {process.returncode}")
            try:
                answer = await client.get(f"http://127.0.0.1:{port}/readyz")
                if answer.status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
    raise RuntimeError("farewave serve wasn't ready in time")
