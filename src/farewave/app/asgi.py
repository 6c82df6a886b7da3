"""What the HTTP server loads: `farewave.app.asgi:create`, once in each worker process."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from farewave.app.compose import build
from farewave.app.fill import fill
from farewave.app.logs import configure_logs
from farewave.app.parts import open_parts
from farewave.app.process import PARENT_VARIABLE, end_with_parent
from farewave.app.settings import Settings
from farewave.app.workers import work_until
from farewave.kit.garbage import calm_collector


def create() -> FastAPI:
    """The application of this worker process, with its database and its share of the jobs."""
    configure_logs()
    if parent := os.environ.get(PARENT_VARIABLE):
        end_with_parent(int(parent))
    return build(Settings(), lifespan=living)


@asynccontextmanager
async def living(app: FastAPI) -> AsyncIterator[None]:
    """Open everything the application stands on, work beside it, and close in reverse."""
    settings: Settings = app.state.settings
    async with open_parts(settings) as parts, await fill(app, parts):
        calm_collector()
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(work_until(stop, app))
            try:
                yield
            finally:
                stop.set()
                await app.state.payments.bell.close()
                await app.state.rail.desk.close()
                await app.state.gateway.pay_desk.close()
