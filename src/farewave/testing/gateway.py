"""A running Farewave of the tests' own: a folder that goes away, a port that was free."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from farewave.testing.ports import free_port

START_S = 240.0
"""For a machine that is busy; an idle one takes a few seconds."""
_END_S = 60.0
_POLL_S = 0.1
_HTTP_PORT = 80
_LOG_CHARS = 4000


class NotStarted(RuntimeError):  # noqa: N818 - reads as the sentence it is
    """The server ended, or wasn't ready in time; its last lines are told."""


class Gateway:
    """The running installation. `port` is 80 where this machine allows it: some SDKs know no other.

    `environment` is what its `farewave` commands run with.
    """

    def __init__(self, folder: Path, host: str, port: int, banks_port: int) -> None:
        self.host, self.port = host, port
        self.url = f"http://{host}" if port == _HTTP_PORT else f"http://{host}:{port}"
        self.folder = folder
        others = {name: value for name, value in os.environ.items() if "FAREWAVE_" not in name}
        self.environment = {
            **others,
            "FAREWAVE_DATA": str(folder / "data"),
            "FAREWAVE_HOST": host,
            "FAREWAVE_PORT": str(port),
            "FAREWAVE_BANKS_PORT": str(banks_port),
        }

    @property
    def gateway_url(self) -> str:
        """What SDKs call the gateway, or the server's URL: protocol v2."""
        return f"{self.url}/gateway.do"

    def run(self, *arguments: str) -> str:
        """What another `farewave` command prints. Raises CalledProcessError when it fails."""
        done = subprocess.run(  # noqa: S603 - our own command
            _farewave(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=START_S,
            check=True,
        )
        return done.stdout

    def log(self) -> str:
        """The end of what the server said."""
        return (self.folder / "serve.log").read_text(errors="replace")[-_LOG_CHARS:]


@contextmanager
def running() -> Iterator[Gateway]:
    """A gateway for as long as this block. Raises NotStarted."""
    with tempfile.TemporaryDirectory(prefix="farewave-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as a user of its own where the tests are root's
        gateway = Gateway(folder, *_place(), free_port())
        with (folder / "serve.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                _farewave("serve"),
                env=gateway.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            _wait_until_ready(gateway, process)
            yield gateway
        finally:
            _end(process)
            _wait_for_postgres(folder)


def _farewave(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "farewave.cli", *arguments]


def _place() -> tuple[str, int]:
    """Port 80 of a loopback address of our own, or a free one of 127.0.0.1."""
    for number in range(os.getpid(), os.getpid() + 10):
        address = f"127.81.{number // 254 % 254 + 1}.{number % 254 + 1}"
        with suppress(OSError), socket.socket() as probe:
            probe.bind((address, _HTTP_PORT))
            return address, _HTTP_PORT
    return "127.0.0.1", free_port()


def _wait_until_ready(gateway: Gateway, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NotStarted(f"farewave serve ended:\n{gateway.log()}")
        with suppress(httpx.HTTPError):
            if httpx.get(f"{gateway.url}/readyz", timeout=10, trust_env=False).is_success:
                return
        time.sleep(_POLL_S)
    raise NotStarted(f"not ready after {START_S:.0f} s:\n{gateway.log()}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for_postgres(folder: Path) -> None:
    """Its supervisor stops it a moment after its last user left; then the folder may go."""
    deadline = time.monotonic() + _END_S
    while time.monotonic() < deadline and list(folder.rglob("postmaster.pid")):
        time.sleep(_POLL_S)
