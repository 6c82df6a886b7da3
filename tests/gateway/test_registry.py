"""What the gateway remembers of applications, and for how long."""

import asyncio
from dataclasses import replace

import pytest

from farewave.db import Database, ReadTx
from farewave.gateway import registry, service
from farewave.gateway.model import App, RegisteredApp
from farewave.gateway.registry import Registry


@pytest.fixture
def look_ups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The applications that were looked up, in order."""
    asked: list[str] = []
    real = service.app_by_id

    async def counted(tx: ReadTx, app_id: str) -> RegisteredApp | None:
        asked.append(app_id)
        return await real(tx, app_id)

    monkeypatch.setattr(service, "app_by_id", counted)
    return asked


async def test_calls_that_find_an_application_too_old_wait_for_one_look_up(
    database: Database, merchant_app: App, look_ups: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    apps = Registry(database)
    known = await apps.app(merchant_app.app_id)
    assert await apps.app(merchant_app.app_id) is known
    assert look_ups == [merchant_app.app_id]
    monkeypatch.setattr(registry, "KNOWN_FOR_S", 0.0)
    found = await asyncio.gather(*(apps.app(merchant_app.app_id) for _ in range(20)))
    assert look_ups == [merchant_app.app_id] * 2
    assert all(each == known for each in found)


async def test_a_changed_key_is_known_after_the_next_look_up(
    database: Database, merchant_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps = Registry(database)
    known = await apps.app(merchant_app.app_id)
    assert known is not None
    async with database.transaction() as tx:
        await tx.execute(
            "UPDATE gateway.app SET public_key = 'another' WHERE app_id = $1", known.app_id
        )
    assert await apps.app(known.app_id) == known
    monkeypatch.setattr(registry, "KNOWN_FOR_S", 0.0)
    assert await apps.app(known.app_id) == replace(known, public_key="another")


async def test_an_application_that_is_not_known_is_looked_up_each_time(
    database: Database, look_ups: list[str]
) -> None:
    apps = Registry(database)
    assert await apps.app("2021000000000000") is None
    assert await apps.app("2021000000000000") is None
    assert len(look_ups) == 2


async def test_a_caller_that_goes_away_does_not_take_the_look_up_from_the_others(
    database: Database, merchant_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps = Registry(database)
    known = await apps.app(merchant_app.app_id)
    monkeypatch.setattr(registry, "KNOWN_FOR_S", 0.0)
    gone, stays = (asyncio.create_task(apps.app(merchant_app.app_id)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == known
