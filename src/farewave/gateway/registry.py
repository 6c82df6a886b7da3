"""Applications as they were a moment ago, so that not every call costs a look-up.

A key that was changed is known everywhere `KNOWN_FOR_S` later. An application that isn't known is
looked up each time, so that a new one is known at once.
"""

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

    async def app(self, app_id: str) -> RegisteredApp | None:
        """The application of this number, at most `KNOWN_FOR_S` old."""
        seen = self._seen.get(app_id)
        if seen is not None and time.monotonic() - seen[0] < KNOWN_FOR_S:
            return seen[1]
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
