"""Turns at a host: so many at a time, few once it is silent, and no waiting without hope."""

import asyncio

import pytest

from farewave.gateway.pacing import AT_ONCE_MAX, AT_ONCE_SILENT, Pace, Paces

QUICK_S = 0.005


async def taken(pace: Pace, count: int) -> None:
    for _ in range(count):
        assert await pace.turn()


async def test_so_many_at_a_time_and_who_waits_gets_a_turn_in_order() -> None:
    pace = Pace()
    await taken(pace, AT_ONCE_MAX)
    order: list[int] = []

    async def wait(number: int) -> None:
        assert await pace.turn()
        order.append(number)

    waiting = [asyncio.create_task(wait(number)) for number in range(3)]
    await asyncio.sleep(0)
    assert order == []
    for _ in waiting:
        pace.end_turn(QUICK_S, answered=True)
    await asyncio.gather(*waiting)
    assert order == [0, 1, 2]


async def test_a_silent_host_has_few_turns_until_it_answers() -> None:
    pace = Pace()
    await taken(pace, AT_ONCE_SILENT + 1)
    pace.end_turn(8, answered=False)
    assert not await pace.turn(), "nobody waits for a host that takes seconds"
    assert pace.away.total_seconds() > 30
    for _ in range(AT_ONCE_SILENT):
        pace.end_turn(QUICK_S, answered=True)
    await taken(pace, AT_ONCE_MAX)


async def test_a_slow_hosts_queue_is_short_and_a_quick_ones_long() -> None:
    lengths = []
    for answer_s in (5, QUICK_S):
        pace = Pace()
        for _ in range(50):
            await taken(pace, 1)
            pace.end_turn(answer_s, answered=True)
        await taken(pace, AT_ONCE_MAX)
        tasks = [asyncio.create_task(pace.turn()) for _ in range(400)]
        await asyncio.sleep(0)
        lengths.append(sum(not task.done() for task in tasks))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert lengths[0] < AT_ONCE_MAX
    assert lengths[1] == 400


async def test_who_waited_long_enough_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farewave.gateway.pacing.PATIENCE_S", 0.05)
    pace = Pace()
    await taken(pace, AT_ONCE_MAX)
    assert not await pace.turn()
    for _ in range(AT_ONCE_MAX):
        pace.end_turn(QUICK_S, answered=True)
    await taken(pace, AT_ONCE_MAX)


async def test_who_goes_away_while_waiting_leaves_the_turn_to_the_next() -> None:
    pace = Pace()
    await taken(pace, AT_ONCE_MAX)
    first, second, third = (asyncio.create_task(pace.turn()) for _ in range(3))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    pace.end_turn(QUICK_S, answered=True)  # the second's by now, which goes away as well
    second.cancel()
    assert await third
    assert second.cancelled()


def test_each_host_has_a_pace_of_its_own_and_the_one_of_longest_ago_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("farewave.gateway.pacing._HOSTS_MAX", 2)
    paces = Paces()
    first = paces.of("a.test")
    assert paces.of("a.test") is first
    assert paces.of("b.test") is not first
    assert paces.of("a.test") is first
    third = paces.of("c.test")
    assert paces.of("a.test") is first
    paces.of("b.test")
    assert paces.of("a.test") is first
    assert paces.of("c.test") is not third
