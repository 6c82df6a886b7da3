"""What a merchant is told: once when it listens, eight times in 25 hours when it doesn't."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from farewave.db.outbox import Courier
from farewave.payments.notifications import TOPIC, notify_handler
from farewave.payments.ports import NotificationAnswer, NotSent
from tests.payments.conftest import Scene
from tests.support.database import move_clock
from tests.support.payments import NOTIFY_URL

GAPS_MIN = (4, 10, 10, 60, 120, 360, 900)


class Listener:
    """A `NotificationSender` that answers by what it is told to."""

    def __init__(self, *answers: NotificationAnswer | NotSent | BaseException) -> None:
        self.answers = list(answers)
        self.heard: list[dict[str, str]] = []

    async def send(self, url: str, params: Mapping[str, str]) -> NotificationAnswer | NotSent:
        assert url == NOTIFY_URL
        self.heard.append(dict(params))
        answer = self.answers.pop(0) if self.answers else NotificationAnswer(True)
        if isinstance(answer, BaseException):
            raise answer
        return answer


DEAF = NotificationAnswer(False, "ConnectError")


def courier(scene: Scene, listener: Listener) -> Courier:
    return Courier(scene.database, {TOPIC: notify_handler(listener)})


async def state(scene: Scene) -> tuple[bool, str | None]:
    async with scene.database.reading() as tx:
        row = await tx.fetchrow("SELECT done_at, last_error FROM db.outbox WHERE topic = $1", TOPIC)
    assert row is not None
    return row["done_at"] is not None, row["last_error"]


async def test_a_merchant_that_listens_is_told_once(scene: Scene) -> None:
    listener = Listener()
    trade = await scene.shop.paid(scene.buyer)
    assert await courier(scene, listener).deliver_due() == 1
    assert await courier(scene, listener).deliver_due() == 0
    (heard,) = listener.heard
    assert heard["trade_no"] == trade.trade_no
    assert heard["notify_time"]
    assert await state(scene) == (True, None)


async def test_a_deaf_merchant_is_told_eight_times_by_the_published_gaps(scene: Scene) -> None:
    listener = Listener(*[DEAF] * 8)
    await scene.shop.paid(scene.buyer)
    post = courier(scene, listener)
    assert await post.deliver_due() == 1
    for told, gap_min in enumerate(GAPS_MIN, start=1):
        await move_clock(scene.database, timedelta(minutes=gap_min, seconds=-5))
        assert await post.deliver_due() == 0, f"too early after attempt {told}"
        await move_clock(scene.database, timedelta(seconds=5))
        assert await post.deliver_due() == 1
    assert await state(scene) == (True, "ConnectError")
    await move_clock(scene.database, timedelta(days=2))
    assert await post.deliver_due() == 0
    assert len(listener.heard) == 8
    assert len({each["notify_id"] for each in listener.heard}) == 1
    assert len({each["notify_time"] for each in listener.heard}) == 8
    steady = [{**each, "notify_time": ""} for each in listener.heard]
    assert all(each == steady[0] for each in steady)


async def test_a_merchant_that_hears_the_third_time_is_left_in_peace(scene: Scene) -> None:
    listener = Listener(DEAF, NotificationAnswer(False, "http 500"))
    await scene.shop.paid(scene.buyer)
    post = courier(scene, listener)
    for gap_min in (0, *GAPS_MIN):
        await move_clock(scene.database, timedelta(minutes=gap_min))
        await post.deliver_due()
    assert len(listener.heard) == 3
    assert await state(scene) == (True, None)


async def test_a_bug_of_the_senders_loses_no_notification(scene: Scene) -> None:
    listener = Listener(RuntimeError("a bug"))
    await scene.shop.paid(scene.buyer)
    post = courier(scene, listener)
    await post.deliver_due()
    assert await state(scene) == (False, "RuntimeError")
    await move_clock(scene.database, timedelta(minutes=5))
    await post.deliver_due()
    assert await state(scene) == (True, None)


async def test_a_courier_killed_after_the_post_is_followed_by_one_that_posts_the_same(
    scene: Scene,
) -> None:
    listener = Listener(asyncio.CancelledError())  # heard, then the process ends
    await scene.shop.paid(scene.buyer)
    with pytest.raises(asyncio.CancelledError):
        await courier(scene, listener).deliver_due()
    async with scene.database.transaction() as tx:
        await tx.execute("UPDATE db.outbox SET lease_until = clock_timestamp() - interval '1 ms'")
    assert await courier(scene, listener).deliver_due() == 1
    assert len(listener.heard) == 2
    assert len({each["notify_id"] for each in listener.heard}) == 1
    assert await state(scene) == (True, None)


async def test_a_merchant_that_has_enough_in_hand_keeps_its_eight_attempts(scene: Scene) -> None:
    busy = NotSent(timedelta(seconds=60))
    listener = Listener(*[busy] * 20, DEAF)
    await scene.shop.paid(scene.buyer)
    post = courier(scene, listener)
    for _ in range(20):
        assert await post.deliver_due() == 1
        assert await post.deliver_due() == 0
        await move_clock(scene.database, timedelta(seconds=60))
    assert await post.deliver_due() == 1, "the first attempt"
    assert await state(scene) == (False, "ConnectError")
    await move_clock(scene.database, timedelta(minutes=GAPS_MIN[0]))
    assert await post.deliver_due() == 1
    assert await state(scene) == (True, None)
