"""What runs by the clock and by the outbox, beside the doors, in every worker process.

All of it may run in any number of processes at once: messages are leased, jobs lock their rows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from farewave.app.parts import Parts
from farewave.db import DatabaseAway
from farewave.db.outbox import Courier, Handler
from farewave.people.sms import TOPIC as SMS_TOPIC
from farewave.people.sms import sms_handler

log = structlog.get_logger("farewave.workers")
Job = Callable[[], Awaitable[object]]


def handlers(parts: Parts) -> Mapping[str, Handler]:
    """Who takes which messages."""
    return {SMS_TOPIC: sms_handler(parts.keys.sealer, parts.sms)}


def jobs(parts: Parts) -> Mapping[str, tuple[float, Job]]:
    """By name: every so many seconds, what."""
    return {}


async def work_until(stop: asyncio.Event, parts: Parts) -> None:
    """Deliver messages and run jobs until `stop` is set."""
    courier = Courier(parts.database, handlers(parts))
    async with asyncio.TaskGroup() as group:
        group.create_task(courier.run(stop))
        for name, (every_s, job) in jobs(parts).items():
            group.create_task(_repeat(stop, name, every_s, job))


async def _repeat(stop: asyncio.Event, name: str, every_s: float, job: Job) -> None:
    """Run `job` until stopped. What goes wrong is told once and tried again with patience."""
    failures = 0
    while not stop.is_set():
        try:
            await job()
            failures = 0
        except DatabaseAway:
            failures += 1
        except Exception:
            failures += 1
            log.exception("job failed", job=name, failures=failures)
        try:
            await asyncio.wait_for(stop.wait(), every_s * min(2**failures, 30))
        except TimeoutError:
            continue
