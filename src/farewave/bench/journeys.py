"""What people search for: journeys drawn as often as trains run there, written as requests."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import TypeVar

from farewave.kit.chance import SeededChance
from farewave.rail.model import Network

T = TypeVar("T")
EMPTY_IN_100 = 4
"""So many searches of 100 are for a pair of cities without a direct train: a few less than the one
in twenty that may be, since a measurement ends in the middle of a hundred."""


@dataclass(frozen=True, slots=True)
class Journey:
    """Telecodes, and China's day at the departure."""

    origin: str
    destination: str
    travel_day: date

    @property
    def path(self) -> str:
        return (
            f"/api/v1/rail/trains?from={self.origin}&to={self.destination}&date={self.travel_day}"
        )


class Journeys:
    """Draws journeys in a network, from a seed."""

    def __init__(self, network: Network, days: Sequence[date], seed: int) -> None:
        self._network = network
        self._days = days
        self._chance = SeededChance(seed)
        self._trains = list(network.trains.values())
        # A train has n (n - 1) / 2 journeys: drawn by that, a pair comes as often as it has trains.
        self._ways = list(
            accumulate(len(each.stops) * (len(each.stops) - 1) // 2 for each in self._trains)
        )
        self._stations = list(network.stations)
        self._hundred: list[bool] = []

    def draw(self) -> Journey:
        """With a train in all but `EMPTY_IN_100` of each 100, on any of the days."""
        day = self._days[self._chance.below(len(self._days))]
        empty = self._next_is_empty()
        while True:
            origin, destination = self._without_train() if empty else self._of_a_train()
            if destination not in self._network.city_stations(origin):
                return Journey(origin, destination, day)

    def _next_is_empty(self) -> bool:
        """True exactly so often, in an order of its own in each hundred."""
        if not self._hundred:
            self._hundred = [False] * (100 - EMPTY_IN_100)
            for _ in range(EMPTY_IN_100):
                self._hundred.insert(self._chance.below(len(self._hundred) + 1), True)
        return self._hundred.pop()

    def _of_a_train(self) -> tuple[str, str]:
        train = self._trains[bisect_right(self._ways, self._chance.below(self._ways[-1]))]
        first, second = sorted(self._two(range(len(train.stops))))
        return train.stops[first].telecode, train.stops[second].telecode

    def _without_train(self) -> tuple[str, str]:
        while True:
            origin, destination = self._two(self._stations)
            if not self._network.legs(origin, destination):
                return origin, destination

    def _two(self, among: Sequence[T]) -> tuple[T, T]:
        first = self._chance.below(len(among))
        second = (first + 1 + self._chance.below(len(among) - 1)) % len(among)
        return among[first], among[second]
