"""Rings at the phones whose people are asked something, from whichever process the asking came.

Each process looks for all of its listeners together, one statement a shard, and keeps nothing but
who listens: what is asked stands in the tables.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from farewave.db import Database, DatabaseAway
from farewave.payments import confirmations
from farewave.people.model import Actor

LOOK_EVERY_S = 0.7
Asked = tuple[str, ...]
"""The trades that somebody is asked to confirm, by their numbers."""


class Listener:
    """One phone that listens."""

    def __init__(self) -> None:
        self._told: Asked | None = None
        self._now: Asked | None = None
        self._changed = asyncio.Event()

    def tell(self, asked: Asked | None) -> None:
        """What is asked now; None: nothing more will be told."""
        self._now = asked
        if asked != self._told or asked is None:
            self._changed.set()

    async def next(self) -> Asked | None:
        """What is asked, once it differs from what was told last; None at the end."""
        await self._changed.wait()
        self._changed.clear()
        self._told = self._now
        return self._told


class Bell:
    """The listeners of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: dict[int, dict[UUID, set[Listener]]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    @asynccontextmanager
    async def listening(self, actor: Actor) -> AsyncIterator[Listener]:
        """A listener for what `actor` is asked; it is told at once what that is now."""
        listener = Listener()
        if self._closed:
            listener.tell(None)
        here = self._listeners.setdefault(actor.shard, {}).setdefault(actor.person_id, set())
        here.add(listener)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_on())
        try:
            yield listener
        finally:
            of_shard = self._listeners[actor.shard]
            of_shard[actor.person_id].discard(listener)
            if not of_shard[actor.person_id]:
                del of_shard[actor.person_id]

    async def close(self) -> None:
        """Let every listener go."""
        self._closed = True
        for of_shard in self._listeners.values():
            for listeners in of_shard.values():
                for listener in listeners:
                    listener.tell(None)
        if self._looking is not None:
            await self._looking

    async def _look_on(self) -> None:
        while not self._closed and any(self._listeners.values()):
            for shard in list(self._listeners):
                await self._look(shard)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self, shard: int) -> None:
        people = list(self._listeners[shard])
        if not people:
            return
        try:
            async with self._database.reading() as tx:
                asked = await confirmations.questions(tx, shard, people)
        except DatabaseAway:
            return  # the next look may find it there again
        for person_id in people:
            numbers = tuple(each.trade_no for each in asked.get(person_id, ()))
            for listener in self._listeners[shard].get(person_id, ()):
                if not self._closed:
                    listener.tell(numbers)
