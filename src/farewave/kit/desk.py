"""The desk: many commands decided at once and committed once (group commit).

Callers `ask` one command each. The commands that arrive while a batch is being carried out form the
next one. Whoever makes a desk hands in `carry_out`: it opens a transaction, decides a batch in
order, commits, and returns an outcome for each command. The desk itself keeps nothing between
batches, so any number of processes may run one on the same tables.

A batch that fails as a whole is split in halves until the command that breaks it stands alone and
gets the exception; `outages` are the exceptions that no splitting can mend: everybody in the batch
gets them, and what was asked is then done or not, nobody knows which.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from prometheus_client import Counter, Gauge, Histogram

from farewave.kit.invariant import invariant

C = TypeVar("C")
O = TypeVar("O")  # noqa: E741 - a command's outcome

_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15)
_SIZE = Histogram("farewave_desk_batch_size", "Commands in a batch.", ["desk"], buckets=_SIZES)
_WAIT = Histogram(
    "farewave_desk_wait_seconds",
    "How long a batch's oldest command waited for its turn.",
    ["desk"],
    buckets=_SECONDS,
)
_CARRY = Histogram(
    "farewave_desk_commit_seconds",
    "From opening a batch's transaction to its commit.",
    ["desk"],
    buckets=_SECONDS,
)
_QUEUED = Gauge("farewave_desk_queue", "Commands that wait for their turn.", ["desk"])
_SPLIT = Counter("farewave_desk_splits", "Batches that failed and were split.", ["desk"])


class DeskFull(Exception):  # noqa: N818 - a state, told by its name
    """Too many commands wait already; nothing was done, ask again later."""


class DeskClosed(Exception):  # noqa: N818
    """The desk is closing; nothing was done."""


class Desk(Generic[C, O]):
    """`ask` from any task of the loop that the desk was made in; `close` waits for what is in hand.

    One batch is carried out at a time: a second one would only wait for the same rows.
    """

    def __init__(
        self,
        carry_out: Callable[[list[C]], Awaitable[Sequence[O]]],
        *,
        name: str,
        batch_max: int = 1_000,
        queue_max: int = 10_000,
        outages: tuple[type[Exception], ...] = (),
    ) -> None:
        invariant(0 < batch_max <= queue_max, "a whole batch fits the queue")
        self._carry_out = carry_out
        self._batch_max = batch_max
        self._queue_max = queue_max
        self._outages = outages
        self._waiting: deque[tuple[C, asyncio.Future[O], float]] = deque()
        self._working: asyncio.Task[None] | None = None
        self._closed = False
        self._size = _SIZE.labels(name)
        self._wait = _WAIT.labels(name)
        self._carry = _CARRY.labels(name)
        self._queued = _QUEUED.labels(name)
        self._split = _SPLIT.labels(name)

    async def ask(self, command: C) -> O:
        """The outcome of `command`, once it is committed.

        A caller that goes away (is cancelled) takes nothing back: its command is carried out.
        Raises DeskFull, DeskClosed, and what `carry_out` raised for this command.
        """
        return await self.enqueue(command)

    def enqueue(self, command: C) -> "asyncio.Future[O]":
        """As `ask`, without waiting: the future that will hold the outcome."""
        if self._closed:
            raise DeskClosed
        if len(self._waiting) >= self._queue_max:
            raise DeskFull
        answer: asyncio.Future[O] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, answer, time.monotonic()))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return answer

    async def close(self) -> None:
        """Take nothing more, and wait until everything that was taken is answered."""
        self._closed = True
        if self._working is not None:
            await asyncio.wait([self._working])

    async def _work(self) -> None:
        """Batch after batch until nobody waits."""
        while self._waiting:
            await asyncio.sleep(0)  # callers that are ready now belong to this batch
            await self._take_batch()

    async def _take_batch(self) -> None:
        count = min(len(self._waiting), self._batch_max)
        batch = [self._waiting.popleft() for _ in range(count)]
        started = time.monotonic()
        self._size.observe(count)
        self._wait.observe(started - batch[0][2])
        self._queued.set(len(self._waiting))
        await self._serve([(command, answer) for command, answer, _ in batch])
        self._carry.observe(time.monotonic() - started)

    async def _serve(self, batch: list[tuple[C, "asyncio.Future[O]"]]) -> None:
        try:
            outcomes = await self._carry_out([command for command, _ in batch])
            invariant(len(outcomes) == len(batch), "each command has its outcome")
        except self._outages as outage:
            _fail(batch, outage)
        except asyncio.CancelledError:
            for _, answer in batch:
                answer.cancel()
            raise
        except Exception as failure:
            if len(batch) == 1:
                _fail(batch, failure)
                return
            self._split.inc()
            half = len(batch) // 2
            await self._serve(batch[:half])
            await self._serve(batch[half:])
        else:
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                if not answer.done():
                    answer.set_result(outcome)


def _fail(batch: "list[tuple[C, asyncio.Future[O]]]", failure: Exception) -> None:
    for _, answer in batch:
        if not answer.done():
            answer.set_exception(failure)
