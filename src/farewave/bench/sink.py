"""A merchant's door for notifications that says `success` to everything."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 7\r\n\r\nsuccess"
_PATIENCE_S = 60


class Sink:
    """Where it listens, and how many notifications came."""

    def __init__(self) -> None:
        self.url = ""
        self.taken = 0
        self._came = asyncio.Event()

    async def until(self, count: int) -> float:
        """Wait until so many came, in all; how many seconds that took.

        Raises TimeoutError when none comes for a minute.
        """
        started = time.perf_counter()
        while self.taken < count:
            self._came.clear()
            async with asyncio.timeout(_PATIENCE_S):
                await self._came.wait()
        return time.perf_counter() - started

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer what comes on one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                at = head.lower().find(b"content-length: ") + len(b"content-length: ")
                await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
                self.taken += 1
                self._came.set()
                writer.write(_ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def notification_sink() -> AsyncIterator[Sink]:
    """A sink, until the block ends."""
    sink = Sink()
    server = await asyncio.start_server(sink.take, "127.0.0.1", 0)
    sink.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/notify"
    try:
        yield sink
    finally:
        server.close()
