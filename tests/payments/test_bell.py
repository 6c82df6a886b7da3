"""What a merchant asks rings at every phone of the person, from whichever process it came."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from farewave.payments import device_endpoints
from farewave.payments.bell import Bell
from farewave.payments.model import Trade
from tests.payments.conftest import Scene
from tests.payments.test_device_codes import scan, with_limits
from tests.support.payments import buyer_with, pay
from tests.support.phones import Device, enrolled, slot_now

SOON_S = 20


@pytest.fixture
async def phone(scene: Scene) -> Device:
    made = await enrolled(scene.database, scene.sealer, scene.buyer.actor)
    await with_limits(scene, 0, 0)
    return made


@pytest.fixture
async def bells(scene: Scene) -> AsyncIterator[tuple[Bell, Bell]]:
    """Of two processes."""
    made = Bell(scene.database), Bell(scene.database)
    yield made
    for bell in made:
        await bell.close()


async def asked(scene: Scene, phone: Device) -> Trade:
    trade = await scene.desk().pay(scan(scene, phone.code(await slot_now(scene.database))))
    assert isinstance(trade, Trade)
    return trade


async def test_phones_at_two_processes_hear_of_a_question_and_of_its_end_and_no_other_does(
    scene: Scene, phone: Device, bells: tuple[Bell, Bell]
) -> None:
    stranger = (await buyer_with(scene.database, scene.sealer, 0)).actor
    async with (
        bells[0].listening(phone.actor) as first,
        bells[1].listening(phone.actor) as second,
        bells[1].listening(stranger) as third,
        asyncio.timeout(SOON_S),
    ):
        assert [await each.next() for each in (first, second, third)] == [(), (), ()]
        trade = await asked(scene, phone)
        assert await first.next() == await second.next() == (trade.trade_no,)
        await pay(scene.database, scene.buyer, trade)
        assert await first.next() == await second.next() == ()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(third.next(), 1)


async def test_the_stream_tells_at_once_and_ends_with_the_process(
    scene: Scene, phone: Device, bells: tuple[Bell, Bell]
) -> None:
    await asked(scene, phone)
    stream = device_endpoints._rings(bells[0], phone.actor)
    async with asyncio.timeout(SOON_S):
        assert await anext(stream) == "retry: 1000\n\n"
        assert await anext(stream) == "event: questions\ndata: 1\n\n"
        closing = asyncio.create_task(bells[0].close())
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
        await closing
        async with bells[0].listening(phone.actor) as late:
            assert await late.next() is None


async def test_a_stream_ends_by_itself_so_that_who_listens_proves_again_who_they_are(
    scene: Scene, phone: Device, bells: tuple[Bell, Bell], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_endpoints, "STREAM_LASTS_S", 2.0)
    monkeypatch.setattr(device_endpoints, "_BEAT_S", 0.4)
    async with asyncio.timeout(SOON_S):
        told = [each async for each in device_endpoints._rings(bells[0], phone.actor)]
    assert told[:2] == ["retry: 1000\n\n", "event: questions\ndata: 0\n\n"]
    assert set(told[2:]) == {":\n\n"}
