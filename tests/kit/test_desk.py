"""The desk: what waits together is carried out together, and one bad command hurts nobody else."""

import asyncio

import pytest

from farewave.kit.desk import Desk, DeskClosed, DeskFull


class Away(Exception):
    """Stands for a database that is gone."""


class Counter:
    """Doubles numbers, notes the batches; breaks on a negative number, is away at 666."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def carry_out(self, batch: list[int]) -> list[int]:
        await self.gate.wait()
        if 666 in batch:
            raise Away
        if any(number < 0 for number in batch):
            raise ValueError("negative")
        self.batches.append(batch)
        return [number * 2 for number in batch]


def a_desk(counter: Counter, **settings: int) -> Desk[int, int]:
    return Desk(counter.carry_out, name="test", outages=(Away,), **settings)


async def test_commands_that_arrive_while_a_batch_is_carried_out_form_the_next_one() -> None:
    counter = Counter()
    counter.gate.clear()
    desk = a_desk(counter)
    first = desk.enqueue(1)
    for _ in range(3):
        await asyncio.sleep(0)
    rest = [desk.enqueue(number) for number in range(2, 102)]
    counter.gate.set()
    assert await first == 2
    assert await asyncio.gather(*rest) == [number * 2 for number in range(2, 102)]
    assert [len(batch) for batch in counter.batches] == [1, 100]


async def test_no_batch_is_longer_than_its_bound_and_order_is_kept() -> None:
    counter = Counter()
    desk = a_desk(counter, batch_max=7)
    await asyncio.gather(*(desk.ask(number) for number in range(50)))
    assert max(len(batch) for batch in counter.batches) == 7
    assert [number for batch in counter.batches for number in batch] == list(range(50))


async def test_a_bad_command_stands_alone_with_its_exception() -> None:
    counter = Counter()
    desk = a_desk(counter)
    answers = await asyncio.gather(
        *(desk.ask(number) for number in [*range(1, 40), -1, *range(40, 80)]),
        return_exceptions=True,
    )
    assert isinstance(answers.pop(39), ValueError)
    assert answers == [number * 2 for number in range(1, 80)]


async def test_an_outage_is_told_to_everybody_of_the_batch_without_trying_again() -> None:
    counter = Counter()
    desk = a_desk(counter)
    answers = await asyncio.gather(*(desk.ask(n) for n in (1, 666, 2)), return_exceptions=True)
    assert all(isinstance(answer, Away) for answer in answers)
    assert counter.batches == []
    assert await desk.ask(3) == 6


async def test_a_full_queue_refuses_at_once_and_loses_nobody_who_was_taken() -> None:
    counter = Counter()
    counter.gate.clear()
    desk = a_desk(counter, batch_max=2, queue_max=4)
    taken = [desk.enqueue(number) for number in range(4)]
    with pytest.raises(DeskFull):
        desk.enqueue(99)
    counter.gate.set()
    assert await asyncio.gather(*taken) == [0, 2, 4, 6]


async def test_a_caller_that_leaves_takes_nothing_back() -> None:
    counter = Counter()
    counter.gate.clear()
    desk = a_desk(counter)
    asking = asyncio.create_task(desk.ask(5))
    await asyncio.sleep(0)
    asking.cancel()
    counter.gate.set()
    await desk.close()
    assert counter.batches == [[5]]


async def test_a_closing_desk_answers_what_it_took_and_takes_nothing_more() -> None:
    counter = Counter()
    desk = a_desk(counter)
    taken = [desk.enqueue(number) for number in range(5)]
    await desk.close()
    assert [answer.result() for answer in taken] == [0, 2, 4, 6, 8]
    with pytest.raises(DeskClosed):
        await desk.ask(1)
