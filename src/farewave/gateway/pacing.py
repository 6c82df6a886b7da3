"""How many notifications go to one host at a time, so that no host keeps the others waiting.

A host has `AT_ONCE_MAX` turns, and `AT_ONCE_SILENT` from when it let one time out until it answers
again. Who comes when all are taken waits, as long as the host's pace promises a turn soon; else it
is sent away, to come back when there may be room.
"""

import asyncio
from collections import deque
from datetime import timedelta

from farewave.kit.lru import LastUsed

AT_ONCE_MAX = 64
AT_ONCE_SILENT = 4
PATIENCE_S = 2.0
"""The longest wait for a turn."""
AWAY_S_MIN, AWAY_S_MAX = 2.0, 60.0
_ANSWERS_AWAY = 30
"""Who is sent away comes back after so many of the host's answers."""
_FIRST_GUESS_S = 0.1
_WEIGHT = 0.2
_HOSTS_MAX = 10_000


class Pace:
    """One host's turns. Make it and use it within one event loop."""

    def __init__(self) -> None:
        self._taken = 0
        self._silent = False
        self._answer_s = _FIRST_GUESS_S
        self._waiting: deque[asyncio.Future[bool]] = deque()

    @property
    def away(self) -> timedelta:
        """How long who got no turn stays away."""
        seconds = min(max(self._answer_s * _ANSWERS_AWAY, AWAY_S_MIN), AWAY_S_MAX)
        return timedelta(seconds=seconds)

    async def turn(self) -> bool:
        """Wait for a turn; False when there is none soon. After True, `end_turn` must follow."""
        if self._taken < self._at_once:
            self._taken += 1
            return True
        if (len(self._waiting) + 1) * self._answer_s > PATIENCE_S * self._at_once:
            return False
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(mine)
        tired = loop.call_later(PATIENCE_S, self._give_up, mine)
        try:
            return await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled() and mine.result():
                self._pass_on()
            raise
        finally:
            tired.cancel()

    def end_turn(self, took_s: float, *, answered: bool) -> None:
        """A turn is over; `answered` is False when the host let it time out."""
        self._answer_s += _WEIGHT * (took_s - self._answer_s)
        self._silent = not answered
        self._pass_on()

    @property
    def _at_once(self) -> int:
        return AT_ONCE_SILENT if self._silent else AT_ONCE_MAX

    def _pass_on(self) -> None:
        self._taken -= 1
        while self._waiting and self._taken < self._at_once:
            following = self._waiting.popleft()
            if not following.done():
                self._taken += 1
                following.set_result(True)

    def _give_up(self, mine: "asyncio.Future[bool]") -> None:
        if not mine.done():
            self._waiting.remove(mine)
            mine.set_result(False)


class Paces:
    """A pace for each host that was written to lately."""

    def __init__(self) -> None:
        self._of_host: LastUsed[str, Pace] = LastUsed(_HOSTS_MAX)

    def of(self, host: str) -> Pace:
        """The host's pace."""
        pace = self._of_host.get(host)
        if pace is None:
            pace = Pace()
            self._of_host.put(host, pace, weight=1)
        return pace
