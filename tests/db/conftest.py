"""A client of the small application in notes.py, on a database of the test's own."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from farewave.db import Database
from tests.db.notes import notes_app


@pytest.fixture
async def app(database: Database) -> FastAPI:
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE note (position int GENERATED ALWAYS AS IDENTITY, text text)")
    return notes_app(database)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://wallet.test") as opened:
        yield opened
