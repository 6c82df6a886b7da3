"""A real `farewave serve` in a data folder of its own, to be killed and started again."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from farewave.testing.ports import free_port

START_TIMEOUT_S = 240
FAREWAVE = Path(sys.executable).parent / "farewave"


class Server:
    """One installation: its folder, its port, and the process that serves it now."""

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        self.data = data
        self.host = environment.get("FAREWAVE_HOST", "127.0.0.1")
        # The port after it is where the sandbox's banks answer.
        self.port = int(environment.get("FAREWAVE_PORT") or free_port(in_a_row=2))
        self.url = f"http://{self.host}" + ("" if self.port == 80 else f":{self.port}")
        banks_port = environment.get("FAREWAVE_BANKS_PORT", self.port + 1)
        self.banks_url = f"http://127.0.0.1:{banks_port}"
        self.log = data / "serve.log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if "FAREWAVE_" not in name},
            "FAREWAVE_DATA": str(data / "farewave"),
            "FAREWAVE_PORT": str(self.port),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What its processes and further commands run with."""
        return dict(self._environment)

    def start(self) -> None:
        """Start serving and return once it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [FAREWAVE, "serve"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise AssertionError(f"farewave serve ended:\n{self.tail()}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=10).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"not ready after {START_TIMEOUT_S} s:\n{self.tail()}")

    def kill(self) -> None:
        """kill -9 of the server, workers and all; PostgreSQL is left to its supervisor."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill_postgres(self) -> None:
        """kill -9 of the postmaster."""
        os.kill(self.postmaster_pid(), signal.SIGKILL)

    def kill_banks(self) -> None:
        """kill -9 of the simulated banks' process."""
        pid = self.banks_pid()
        assert pid is not None, "no process of banks serves here"
        os.kill(pid, signal.SIGKILL)

    def banks_pid(self) -> int | None:
        """The process that serves its banks, also when it outlived the server."""
        own = f"FAREWAVE_PORT={self.port}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                command = (folder / "cmdline").read_bytes()
                environment = (folder / "environ").read_bytes().split(b"\0")
                if b"farewave.app.simulated_banks" in command and own in environment:
                    return int(folder.name)
        return None

    def wait_until_banks_are_ready(self) -> None:
        """The wallet doesn't wait for them when it starts."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.banks_url}/healthz", timeout=2).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"no banks after {START_TIMEOUT_S} s:\n{self.tail()}")

    def postmaster_pid(self) -> int:
        (pid_file,) = (self.data / "farewave").rglob("postmaster.pid")
        return int(pid_file.read_text().splitlines()[0])

    def stop(self) -> None:
        """End as Ctrl-C does."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
            try:
                self._process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.kill()

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Another `farewave` command on the same installation."""
        return subprocess.run(
            [FAREWAVE, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


@contextmanager
def served(**environment: str) -> Iterator[Server]:
    """A server that runs while the block does. Its folder is one that any user may pass."""
    with tempfile.TemporaryDirectory(prefix="farewave-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        server = Server(data, environment)
        server.start()
        try:
            yield server
        finally:
            server.stop()
            _wait_for_postgres(data)


def _wait_for_postgres(data: Path) -> None:
    """The supervisor stops PostgreSQL a moment after its last user left."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and list((data / "farewave").rglob("postmaster.pid")):
        time.sleep(0.1)
