"""The outbox: messages that leave after their transaction committed, at least once each.

A service enqueues inside its transaction; a `Courier` leases what is due, hands each message to
the handler of its topic outside of any transaction, and writes down how it went; both for many
messages at once. A courier that dies between the two leaves a lease that runs out, and the message
is delivered again: handlers are idempotent.

Due times follow the one clock (`tx.now`); leases follow the machine's, so that moving the sandbox's
clock doesn't hand a message to two couriers at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from farewave.db.bugs import facts_of
from farewave.db.errors import DatabaseAway
from farewave.db.pool import Database
from farewave.db.transaction import Tx
from farewave.kit.desk import Desk
from farewave.kit.ids import new_id
from farewave.kit.limits import OUTBOX_BATCH_MAX, OUTBOX_LEASE_S

POLL_S = 0.5
DONE_KEPT = timedelta(days=30)
HANDLER_TIMEOUT_S = OUTBOX_LEASE_S - 5
IN_FLIGHT_MAX = 4 * OUTBOX_BATCH_MAX
BACK_OFF_MAX = timedelta(minutes=5)

log = structlog.get_logger("farewave.outbox")


@dataclass(frozen=True, slots=True)
class Message:
    """What a handler gets. `attempts` counts this one too; `now` is the clock's at the lease."""

    message_id: UUID
    shard: int
    topic: str
    payload: dict[str, Any]
    attempts: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    """Done."""


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Not yet: try again at `due_at` by the one clock."""

    due_at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class GaveUp:
    """Never; `why` is kept for the operator and holds no personal data."""

    why: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """Nothing was tried, so that it doesn't count as an attempt: to be handed out at `due_at`."""

    due_at: datetime


Outcome = Delivered | RetryAt | GaveUp | Postponed
Handler = Callable[[Message], Awaitable[Outcome]]


async def enqueue(
    tx: Tx,
    *,
    shard: int,
    topic: str,
    payload: Mapping[str, Any],
    due_at: datetime | None = None,
    message_id: UUID | None = None,
) -> UUID:
    """Have `payload` handed to the handler of `topic` once this transaction committed.

    A `message_id` that is there already is left as it is, done or not: that makes it idempotent.
    """
    the_id = message_id or new_id(shard, tx.now, tx.chance)
    await enqueue_all(
        tx, shard=shard, topic=topic, messages=[(the_id, payload)], due_at=due_at or tx.now
    )
    return the_id


async def enqueue_all(
    tx: Tx,
    *,
    shard: int,
    topic: str,
    messages: Sequence[tuple[UUID, Mapping[str, Any]]],
    due_at: datetime,
) -> None:
    """As `enqueue`, for many messages (id and payload) of one shard and topic at once."""
    if not messages:
        return
    await tx.execute(
        "INSERT INTO db.outbox (shard, message_id, topic, payload, due_at)"
        " SELECT $1::smallint, n.message_id, $2::text, n.payload, $3::timestamptz"
        " FROM unnest($4::uuid[], $5::jsonb[]) AS n (message_id, payload)"
        " ON CONFLICT (shard, message_id) DO NOTHING",
        shard,
        topic,
        due_at,
        [message_id for message_id, _ in messages],
        [dict(payload) for _, payload in messages],
    )
    tx.after_commit(tx.wake_couriers)


async def forget_done_messages(tx: Tx, shard: int, *, at_most: int = 1000) -> int:
    """Drop messages that were done long ago; how many went comes back."""
    tag = await tx.execute(
        "DELETE FROM db.outbox WHERE shard = $1 AND message_id IN ("
        " SELECT message_id FROM db.outbox WHERE shard = $1 AND done_at < $2"
        " LIMIT $3 FOR UPDATE SKIP LOCKED)",
        shard,
        tx.now - DONE_KEPT,
        at_most,
    )
    return int(tag.split()[1])


def back_off(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: 1, 2, 4 … seconds, at most 5 minutes."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 16)), BACK_OFF_MAX)


class Courier:
    """Delivers what is due on the topics of `handlers`; any number of couriers may run."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler]) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._woken = asyncio.Event()
        self._in_flight: set[asyncio.Task[None]] = set()
        self._first_shard = 0
        self._results: Desk[tuple[Message, Outcome], None] = Desk(
            self._write_down, name="outbox", batch_max=IN_FLIGHT_MAX, outages=(DatabaseAway,)
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set, then let what is in flight end."""
        take_back = self._database.on_message(self._woken.set)
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._woken.clear()
                leased = await self._lease_or_none() if self._has_room() else []
                for message in leased:
                    self._set_out(message)
                if len(leased) < OUTBOX_BATCH_MAX:
                    await self._pause(stopping)
        finally:
            take_back()
            stopping.cancel()
            if self._in_flight:
                await asyncio.wait(self._in_flight)

    async def deliver_due(self) -> int:
        """Deliver until nothing is due; how many messages were handled comes back."""
        handled = 0
        while leased := await self._lease(OUTBOX_BATCH_MAX):
            await asyncio.gather(*(self._deliver(each) for each in leased))
            handled += len(leased)
        return handled

    def _has_room(self) -> bool:
        """For a whole lot: fetching each message as another one ends would undo the lots."""
        return len(self._in_flight) <= IN_FLIGHT_MAX - OUTBOX_BATCH_MAX

    def _set_out(self, message: Message) -> None:
        task = asyncio.create_task(self._deliver(message))
        self._in_flight.add(task)
        task.add_done_callback(self._come_back)

    def _come_back(self, task: asyncio.Task[None]) -> None:
        had_room = self._has_room()
        self._in_flight.discard(task)
        if self._has_room() and not had_room:
            self._woken.set()

    async def _lease_or_none(self) -> list[Message]:
        try:
            return await self._lease(OUTBOX_BATCH_MAX)
        except DatabaseAway:
            return []  # the next poll tries again
        except Exception as bug:
            log.error("outbox.lease_failed", **facts_of(bug))  # and the courier lives on
            return []

    async def _pause(self, stopping: asyncio.Task[Any]) -> None:
        """Until there is room again, a message was committed here, or it is time to look."""
        woken = asyncio.create_task(self._woken.wait())
        try:
            await asyncio.wait(
                {woken, stopping}, timeout=POLL_S, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            woken.cancel()

    async def _lease(self, count: int) -> list[Message]:
        """At most `count` due messages, shard after shard, each time from another one on."""
        shards = self._database.shards
        self._first_shard = (self._first_shard + 1) % shards
        async with self._database.transaction() as tx:
            leased: list[Message] = []
            for place in range(shards):
                shard = (self._first_shard + place) % shards
                leased += await self._lease_on(tx, shard, count - len(leased))
                if len(leased) >= count:
                    break
            return leased

    async def _lease_on(self, tx: Tx, shard: int, count: int) -> list[Message]:
        rows = await tx.fetch(
            "UPDATE db.outbox SET attempts = attempts + 1,"
            " lease_until = clock_timestamp() + $5"
            " WHERE shard = $1 AND message_id IN ("
            "  SELECT message_id FROM db.outbox WHERE shard = $1 AND done_at IS NULL"
            "  AND due_at <= $2 AND topic = ANY ($3)"
            "  AND (lease_until IS NULL OR lease_until < clock_timestamp())"
            "  ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED)"
            " RETURNING message_id, topic, payload, attempts",
            shard,
            tx.now,
            list(self._handlers),
            count,
            timedelta(seconds=OUTBOX_LEASE_S),
        )
        return [Message(shard=shard, now=tx.now, **dict(row)) for row in rows]

    async def _deliver(self, message: Message) -> None:
        try:
            async with asyncio.timeout(HANDLER_TIMEOUT_S):
                outcome = await self._handlers[message.topic](message)
        except Exception as failure:
            # A bug or an outage of the handler's: the message stays, and comes again later.
            log.error(
                "outbox.handler_failed",
                topic=message.topic,
                attempts=message.attempts,
                **facts_of(failure),
            )
            outcome = RetryAt(message.now + back_off(message.attempts), type(failure).__name__)
        try:
            await self._results.ask((message, outcome))
        except DatabaseAway:
            log.warning("outbox.result_lost", topic=message.topic)  # the lease runs out
        except Exception as bug:  # what nobody can write down; its lease runs out as well
            log.error("outbox.result_lost", topic=message.topic, **facts_of(bug))

    async def _write_down(self, results: list[tuple[Message, Outcome]]) -> list[None]:
        """How each went, unless its lease ran out and another courier took over."""
        by_shard: dict[int, list[tuple[Message, Outcome]]] = {}
        for result in results:
            by_shard.setdefault(result[0].shard, []).append(result)

        async def write(tx: Tx) -> None:
            for shard in sorted(by_shard):
                await _conclude(tx, shard, by_shard[shard])

        await self._database.run(write)
        return [None] * len(results)


async def _conclude(tx: Tx, shard: int, results: Sequence[tuple[Message, Outcome]]) -> None:
    outcomes = [outcome for _, outcome in results]
    await tx.execute(
        "UPDATE db.outbox AS o SET lease_until = NULL,"
        " attempts = CASE WHEN n.tried THEN o.attempts ELSE o.attempts - 1 END,"
        " done_at = CASE WHEN n.due_at IS NULL THEN $2::timestamptz END,"
        " due_at = coalesce(n.due_at, o.due_at),"
        " last_error = CASE WHEN n.tried THEN n.why ELSE o.last_error END"
        " FROM unnest($3::uuid[], $4::integer[], $5::boolean[], $6::timestamptz[], $7::text[])"
        " AS n (message_id, attempts, tried, due_at, why)"
        " WHERE o.shard = $1 AND o.message_id = n.message_id AND o.attempts = n.attempts"
        " AND o.done_at IS NULL",
        shard,
        tx.now,
        [message.message_id for message, _ in results],
        [message.attempts for message, _ in results],
        [not isinstance(each, Postponed) for each in outcomes],
        [each.due_at if isinstance(each, RetryAt | Postponed) else None for each in outcomes],
        [each.why if isinstance(each, RetryAt | GaveUp) else None for each in outcomes],
    )
