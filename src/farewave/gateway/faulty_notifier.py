"""Posts to merchants as the switchboard says: some of it twice. In the sandbox alone."""

from collections.abc import Mapping

from farewave.db import Database, DatabaseAway
from farewave.gateway import faults
from farewave.gateway.registry import Registry
from farewave.payments.ports import NotificationAnswer, NotificationSender, NotSent


class FaultyNotifier:
    """A sender around another one."""

    def __init__(self, sender: NotificationSender, database: Database, registry: Registry) -> None:
        self._sender = sender
        self._database = database
        self._registry = registry

    async def send(self, url: str, params: Mapping[str, str]) -> NotificationAnswer | NotSent:
        """As the other says of the first post; a second one has the same `notify_id`."""
        answer = await self._sender.send(url, params)
        if isinstance(answer, NotSent):
            return answer
        try:
            twice = await self._twice(params)
        except DatabaseAway:
            return answer  # what was posted was posted
        if twice:
            await self._sender.send(url, params)
        return answer

    async def _twice(self, params: Mapping[str, str]) -> bool:
        app = await self._registry.app(params["app_id"])
        if app is None or not app.faulty:
            return False
        async with self._database.transaction() as tx:
            return await faults.takes_twice(tx, params)
