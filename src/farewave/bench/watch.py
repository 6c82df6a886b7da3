"""How long after a booking's commit do all of a server's processes show it?"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from farewave.kit.invariant import invariant

_CONNECTIONS = 6
"""Enough that each of two processes has one, as good as certainly."""
_LOOK_EVERY_S = 0.05
_LOOKS_MAX = 600


class _Look:
    """A kept connection that asks for one thing again and again."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def get(self, path: str) -> dict[str, list[dict[str, object]]]:
        self._writer.write(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        invariant(head.startswith(b"http/1.1 200"), "a search that is right is answered")
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        answer: dict[str, list[dict[str, object]]] = json.loads(
            await self._reader.readexactly(length)
        )
        return answer

    def close(self) -> None:
        self._writer.close()


class Watch:
    """Watches one train on one day that nobody else books."""

    def __init__(self, looks: list[_Look], path: str, train_no: str) -> None:
        self._looks = looks
        self._path = path
        self._train_no = train_no
        self.lags_s: list[float] = []

    async def go_on(
        self, seconds: float, every_s: float, book: Callable[[], Awaitable[bool]]
    ) -> None:
        """Book and look, again and again, for `seconds`."""
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            lefts = [await self._left(look) for look in self._looks]
            invariant(len(set(lefts)) == 1, "what nobody books is seen alike by everybody")
            if not await book():
                return
            committed = time.perf_counter()
            await asyncio.gather(*(self._until_less(look, lefts[0]) for look in self._looks))
            self.lags_s.append(time.perf_counter() - committed)
            await asyncio.sleep(every_s)

    async def _until_less(self, look: _Look, left: int) -> None:
        for _ in range(_LOOKS_MAX):
            if await self._left(look) < left:
                return
            await asyncio.sleep(_LOOK_EVERY_S)
        raise RuntimeError("a booking was never shown")

    async def _left(self, look: _Look) -> int:
        answer = await look.get(self._path)
        offer = next(each for each in answer["items"] if each["train_no"] == self._train_no)
        classes = offer["classes"]
        assert isinstance(classes, list)
        return int(classes[-1]["left"])


@asynccontextmanager
async def watching(port: int, path: str, train_no: str) -> AsyncIterator[Watch]:
    """Connections to this machine's `port` for as long as the block lasts."""
    looks = [
        _Look(*await asyncio.open_connection("127.0.0.1", port, limit=2**20))
        for _ in range(_CONNECTIONS)
    ]
    try:
        yield Watch(looks, path, train_no)
    finally:
        for look in looks:
            look.close()
