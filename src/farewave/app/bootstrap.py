"""What an installation needs once, before anyone is served; safe to do again, and twice at once."""

import asyncio
from contextlib import ExitStack

from farewave.app.demo import ensure_demo
from farewave.app.parts import data_folder, open_parts
from farewave.app.settings import Settings
from farewave.banks.demo.audit import is_in_use
from farewave.db import Database, DatabaseError
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
    async with open_parts(settings, banks_inside=True) as parts:
        async with parts.database.transaction() as tx:
            await ensure_shipped_timetable(tx)
        if settings.sandbox:
            await ensure_demo(parts)
        else:
            await refuse_a_sandbox(parts.database)


async def refuse_a_sandbox(database: Database) -> None:
    """Production doesn't start on a moved clock or beside demonstration people."""
    async with database.reading() as tx:
        if await offset(tx):
            raise NotForProduction("the clock of this database was moved in the sandbox")
        if await is_in_use(tx):
            raise NotForProduction(
                "this database was lived in as a sandbox: the simulated banks have accounts"
            )
