"""What runs by the clock and by the outbox, beside the doors, in every worker process.

All of it may run in any number of processes at once: messages are leased, jobs lock their rows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from fastapi import FastAPI

from farewave.banks import jobs as banks
from farewave.console import jobs as console
from farewave.db import Database, DatabaseAway
from farewave.db import jobs as db
from farewave.db.outbox import Courier, Handler
from farewave.gateway import jobs as gateway
from farewave.ledger import jobs as ledger
from farewave.payments import card_payments
from farewave.payments import jobs as payments
from farewave.payments.notifications import TOPIC as NOTIFY_TOPIC
from farewave.payments.notifications import notify_handler
from farewave.people import jobs as people
from farewave.people.sms import TOPIC as SMS_TOPIC
from farewave.people.sms import sms_handler
from farewave.rail import jobs as rail
from farewave.wallet import jobs as wallet_jobs
from farewave.wallet import service as wallet

log = structlog.get_logger("farewave.workers")
Job = Callable[[], Awaitable[object]]
_HOURLY_S = 3600.0
CONCLUSIONS: banks.Conclusions = {**wallet.CONCLUSIONS, **card_payments.CONCLUSIONS}
"""Who concludes what banks answer about instructions."""
_PATIENCE_S_MAX = 5.0


def handlers(app: FastAPI) -> Mapping[str, Handler]:
    """Who takes which messages."""
    state = app.state
    return {
        SMS_TOPIC: sms_handler(state.people.sealer, state.people.sms),
        banks.RELEASE_TOPIC: banks.release_handler(state.banks),
        NOTIFY_TOPIC: notify_handler(state.notifier),
        **rail.handlers(state.database, state.rail),
    }


def jobs(app: FastAPI) -> Mapping[str, tuple[float, Job]]:
    """By name: every so many seconds, what."""
    state = app.state
    database: Database = state.database
    return {
        "rail.lapse": (rail.LAPSE_EVERY_S, lambda: rail.lapse_due(database, state.rail)),
        "payments.expire": (payments.EXPIRE_EVERY_S, lambda: payments.expire_due(database)),
        "payments.finish": (payments.FINISH_EVERY_S, lambda: payments.finish_due(database)),
        "payments.codes": (payments.FORGET_EVERY_S, lambda: payments.forget_codes(database)),
        "payments.devices": (
            payments.FINISH_EVERY_S,
            lambda: payments.forget_code_devices(database),
        ),
        "payments.confirmations": (
            payments.FORGET_EVERY_S,
            lambda: payments.forget_confirmations(database),
        ),
        "payments.sweep": (payments.SWEEP_EVERY_S, lambda: payments.sweep_home(database)),
        "payments.carry_on": (
            payments.CARRY_ON_EVERY_S,
            lambda: payments.carry_on_sweeps(database),
        ),
        "payments.royalties": (
            payments.CARRY_ON_EVERY_S,
            lambda: payments.carry_on_royalties(database),
        ),
        "ledger.expire": (5.0, lambda: ledger.expire_due(database)),
        "banks.settle": (
            banks.SETTLE_EVERY.total_seconds(),
            lambda: banks.settle_due(database, state.banks, CONCLUSIONS),
        ),
        "wallet.carry_on": (
            wallet_jobs.CARRY_ON_EVERY.total_seconds(),
            lambda: wallet_jobs.carry_on_due(database),
        ),
        "people.purge": (_HOURLY_S, lambda: people.purge(database)),
        "gateway.logins": (gateway.FORGET_EVERY_S, lambda: gateway.forget_logins(database)),
        "gateway.grants": (gateway.FORGET_EVERY_S, lambda: gateway.forget_grants(database)),
        "console.purge": (_HOURLY_S, lambda: console.purge(database)),
        "banks.purge": (_HOURLY_S, lambda: banks.purge(database)),
        "db.tidy": (_HOURLY_S, lambda: db.tidy(database)),
    }


async def work_until(stop: asyncio.Event, app: FastAPI) -> None:
    """Deliver messages and run jobs until `stop` is set."""
    courier = Courier(app.state.database, handlers(app))
    async with asyncio.TaskGroup() as group:
        group.create_task(courier.run(stop))
        for name, (every_s, job) in jobs(app).items():
            group.create_task(_repeat(stop, name, every_s, job))


async def _repeat(stop: asyncio.Event, name: str, every_s: float, job: Job) -> None:
    """Run `job` until stopped. What goes wrong is told and tried again soon, whatever it was."""
    while not stop.is_set():
        pause_s = every_s
        try:
            await job()
        except DatabaseAway:
            pause_s = min(every_s, _PATIENCE_S_MAX)
        except Exception:
            log.exception("job failed", job=name)
            pause_s = max(pause_s, _PATIENCE_S_MAX)
        try:
            await asyncio.wait_for(stop.wait(), pause_s)
        except TimeoutError:
            continue
