"""The simulated banks beside the wallet: a process of their own on a port of their own.

`farewave serve` runs it in the sandbox, ends it with itself, and starts it again when it died.
"""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import structlog
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.applications import Starlette

from farewave.app.logs import configure_logs
from farewave.app.parts import installation, load_or_make_keys, simulated_banks
from farewave.app.process import PARENT_VARIABLE, end_with_parent
from farewave.app.settings import Settings
from farewave.banks.demo import server

_READY_S = 30.0
_END_S = 10.0
_RESTART_S = 1.0
_RESTART_S_MAX = 60.0
_LIVED_S = 60.0
"""Whoever lived that long didn't die of being started."""

log = structlog.get_logger("farewave.banks")


class NotSimulated(ValueError):  # noqa: N818 - reads as the sentence it is
    """Production was asked to run banks where no real money moves."""


@asynccontextmanager
async def living(app: Starlette) -> AsyncIterator[None]:
    """Open the banks' own way to their books, and close it."""
    settings = Settings()
    keys = load_or_make_keys(settings)
    async with installation(settings) as database:
        app.state.banks = simulated_banks(database, keys)
        yield


async def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises NotSimulated outside of the sandbox."""
    if not settings.sandbox:
        raise NotSimulated("production has no simulated banks")
    served = Server(
        server.build(lifespan=living),
        address="127.0.0.1",
        port=settings.simulated_banks_port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.warning,
    )
    logging.getLogger("_granian").addFilter(_worth_reading)
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ending, served.stop)
    await served.serve()


def _worth_reading(record: logging.LogRecord) -> bool:
    """All but that the server is experimental: who tries the wallet would fear for their money."""
    return record.msg != "Embedded server is experimental!"


def main() -> None:
    """The process: `python -m farewave.app.simulated_banks`."""
    configure_logs()
    if parent := os.environ.get(PARENT_VARIABLE):
        end_with_parent(int(parent))
    asyncio.run(serve(Settings()))


class BanksBeside:
    """The process of the simulated banks, kept alive for as long as this block."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="banks", daemon=True)

    def __enter__(self) -> "BanksBeside":
        self._start()
        self._wait_until_ready()
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._keeper.join()
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "farewave.app.simulated_banks"],
            env={**os.environ, PARENT_VARIABLE: str(os.getpid())},
            stdin=subprocess.DEVNULL,
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_S
        with httpx.Client(base_url=self._settings.banks_url, trust_env=False) as client:
            while time.monotonic() < deadline:
                try:
                    if client.get("/healthz").status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                assert self._process is not None
                if self._process.poll() is not None:
                    return  # the keeper starts it again; until then the banks are down
                time.sleep(0.05)

    def _keep(self) -> None:
        """Start the process again when it died: at once, then later and later, while it dies."""
        pause_s = _RESTART_S
        started = time.monotonic()
        while not self._ending.wait(_RESTART_S):
            assert self._process is not None
            status = self._process.poll()
            if status is None:
                continue
            if time.monotonic() - started > _LIVED_S:
                pause_s = _RESTART_S
            log.warning("banks.died", status=status, again_in_s=pause_s)
            if self._ending.wait(pause_s):
                return
            self._start()
            started = time.monotonic()
            pause_s = min(2 * pause_s, _RESTART_S_MAX)


if __name__ == "__main__":
    main()
