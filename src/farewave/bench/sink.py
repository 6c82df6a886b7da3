"""A merchant's door for notifications that says `success` to everything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 7\r\n\r\nsuccess"


@asynccontextmanager
async def notification_sink() -> AsyncIterator[str]:
    """The address of a sink, until the block ends."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                at = head.lower().find(b"content-length: ") + len(b"content-length: ")
                await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
                writer.write(_ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/notify"
    finally:
        server.close()
