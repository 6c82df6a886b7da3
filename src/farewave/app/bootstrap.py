"""What an installation needs once, before anyone is served; safe to do again, and twice at once."""

import asyncio
from contextlib import ExitStack

from farewave.app.demo import ensure_demo
from farewave.app.parts import Parts, data_folder, open_parts
from farewave.app.settings import Settings
from farewave.db import DatabaseError
from farewave.db.clock import offset
from farewave.db.embedded import EmbeddedServer
from farewave.rail.timetable import ensure_shipped_timetable


class NotForProduction(DatabaseError):  # noqa: N818 - reads as the sentence it is
    """The database was lived in as a sandbox; the text says how one can tell."""


async def prepare(settings: Settings, stack: ExitStack) -> None:
    """Start the database for as long as `stack` lives, migrate it, and fill it."""
    if settings.database_url is None:
        server = await asyncio.to_thread(EmbeddedServer.attach, data_folder(settings))
        stack.callback(server.release)
    async with open_parts(settings) as parts:
        async with parts.database.transaction() as tx:
            await ensure_shipped_timetable(tx)
        if settings.sandbox:
            await ensure_demo(parts)
        else:
            await refuse_a_sandbox(parts)


async def refuse_a_sandbox(parts: Parts) -> None:
    """Production doesn't start on a moved clock or beside demonstration people."""
    async with parts.database.reading() as tx:
        if await offset(tx):
            raise NotForProduction("the clock of this database was moved in the sandbox")
