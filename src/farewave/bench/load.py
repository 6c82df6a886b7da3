"""A load of ready HTTP/1.1 requests, from a process of its own: keep-alive, without pipelining.

`python -m farewave.bench.load PORT SECONDS CONNECTIONS FILE RESULT ENDING` sends the requests of
FILE (each behind its length in four bytes) from so many connections, each its next one once the
one before is answered. It writes one JSON object to RESULT: how many were answered in how long, how
many of them with another status than 200, how many end with ENDING, the median and the 99th
percentile of the times, and some answers.
"""

import asyncio
import json
import struct
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

import uvloop

_LENGTH = struct.Struct(">I")
_SAMPLE_EVERY = 50
_HEAD_END = b"\r\n\r\n"
_CONTENT_LENGTH = b"content-length: "


@dataclass(slots=True)
class Measured:
    """What a load saw."""

    answered: int = 0
    elapsed_s: float = 0.0
    not_200: int = 0
    octets: int = 0
    """Of the bodies."""
    ended_so: int = 0
    """How many bodies end with what was asked for."""
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    cpu_s: float = 0.0
    """What the load itself cost."""
    samples: list[str] = field(default_factory=list)


def write_requests(path: Path, requests: Iterable[bytes]) -> None:
    """Put requests where the load finds them."""
    with path.open("wb") as file:
        for request in requests:
            file.write(_LENGTH.pack(len(request)))
            file.write(request)


def read_requests(path: Path) -> list[bytes]:
    """What `write_requests` wrote."""
    octets = path.read_bytes()
    found: list[bytes] = []
    at = 0
    while at < len(octets):
        (length,) = _LENGTH.unpack_from(octets, at)
        at += _LENGTH.size
        found.append(octets[at : at + length])
        at += length
    return found


class _Run:
    """What the connections share."""

    def __init__(self, requests: list[bytes], seconds: float, ending: bytes) -> None:
        self.left: Iterator[bytes] = iter(requests)
        self.ends_at = time.perf_counter() + seconds
        self.times_s: list[float] = []
        self.ending = ending
        self.measured = Measured()

    def next(self) -> bytes | None:
        return next(self.left, None) if time.perf_counter() < self.ends_at else None


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._buffer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own isn't derived from it
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        head_end = self._buffer.find(_HEAD_END)
        if head_end < 0:
            return
        head = self._buffer[:head_end].lower() + b"\r\n"
        at = head.find(_CONTENT_LENGTH) + len(_CONTENT_LENGTH)
        length = int(head[at : head.index(b"\r\n", at)])
        body_at = head_end + len(_HEAD_END)
        if len(self._buffer) < body_at + length:
            return
        self._note(head, self._buffer[body_at : body_at + length])
        self._buffer = b""
        self._send()

    def _note(self, head: bytes, body: bytes) -> None:
        measured = self._run.measured
        self._run.times_s.append(time.perf_counter() - self._sent_at)
        measured.answered += 1
        measured.octets += len(body)
        measured.ended_so += body.endswith(self._run.ending)
        if not head.startswith(b"http/1.1 200"):
            measured.not_200 += 1
        if measured.answered % _SAMPLE_EVERY == 0:
            measured.samples.append(body.decode())

    def _send(self) -> None:
        assert self._transport is not None
        request = self._run.next()
        if request is None:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


async def drive(
    port: int, seconds: float, connections: int, requests: list[bytes], ending: bytes
) -> Measured:
    """Send `requests` to this machine's `port` for at most `seconds`."""
    loop = asyncio.get_running_loop()
    run = _Run(requests, seconds, ending)
    started, cpu_started = time.perf_counter(), time.process_time()
    made = [
        await loop.create_connection(lambda: _Connection(run), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.ended for _, protocol in made))
    run.measured.elapsed_s = time.perf_counter() - started
    run.measured.cpu_s = time.process_time() - cpu_started
    times = sorted(run.times_s)
    if times:
        run.measured.p50_ms = times[len(times) // 2] * 1000
        run.measured.p99_ms = times[len(times) * 99 // 100] * 1000
    return run.measured


async def drive_apart(
    port: int, seconds: float, connections: int, path: Path, ending: str = ""
) -> Measured:
    """As `drive`, in a process of its own, with the requests of `path`."""
    result = path.with_suffix(".measured")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "farewave.bench.load",
        str(port),
        str(seconds),
        str(connections),
        str(path),
        str(result),
        ending,
    )
    if await process.wait() != 0:
        raise RuntimeError(f"the load ended with {process.returncode}")
    return Measured(**json.loads(result.read_text("utf-8")))


def _main() -> None:
    port, seconds, connections, path, result, ending = sys.argv[1:]
    requests = read_requests(Path(path))
    measured = uvloop.run(
        drive(int(port), float(seconds), int(connections), requests, ending.encode())
    )
    # To a file: behind uvloop, megabytes written to a pipe have been seen to arrive in part.
    Path(result).write_text(json.dumps(asdict(measured)), "utf-8")


if __name__ == "__main__":
    _main()
