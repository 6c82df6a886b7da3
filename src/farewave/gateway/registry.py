"""Applications as they were a moment ago, so that not every call costs a look-up.

A key that was changed is known everywhere `KNOWN_FOR_S` later. An application that isn't known is
looked up each time, so that a new one is known at once. Calls that find a known one too old wait
for one look-up together.
"""

import asyncio
import time

from farewave.db import Database
from farewave.gateway import service
from farewave.gateway.model import RegisteredApp

KNOWN_FOR_S = 1.0
_APPS_MAX = 10_000


class Registry:
    """A small memory over `service.app_by_id`; it may be dropped at any time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[str, tuple[float, RegisteredApp]] = {}
        self._refreshing: dict[str, asyncio.Task[RegisteredApp | None]] = {}

    async def app(self, app_id: str) -> RegisteredApp | None:
        """The application of this number, at most `KNOWN_FOR_S` old."""
        seen = self._seen.get(app_id)
        if seen is None:
            return await self._looked_up(app_id)
        if time.monotonic() - seen[0] < KNOWN_FOR_S:
            return seen[1]
        refresh = self._refreshing.get(app_id)
        if refresh is None:
            refresh = asyncio.create_task(self._looked_up(app_id))
            self._refreshing[app_id] = refresh
            refresh.add_done_callback(lambda _: self._refreshing.pop(app_id))
        return await asyncio.shield(refresh)  # who goes away doesn't take it from the others

    async def _looked_up(self, app_id: str) -> RegisteredApp | None:
        read_at = time.monotonic()
        async with self._database.reading() as tx:
            found = await service.app_by_id(tx, app_id)
        if found is None:
            self._seen.pop(app_id, None)
            return None
        if len(self._seen) >= _APPS_MAX:
            self._seen.clear()
        self._seen[app_id] = (read_at, found)
        return found
