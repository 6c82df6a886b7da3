"""The journeys that the benchmark draws are the ones that it says it draws."""

from collections import Counter
from datetime import date, timedelta

from farewave.bench.journeys import Journeys
from farewave.rail.model import Network
from farewave.rail.rules.timetable import read_timetable
from farewave.rail.timetable import shipped_texts

DAYS = [date(2026, 12, 1) + timedelta(days=n) for n in range(15)]


def test_pairs_come_as_often_as_they_have_trains_on_any_day_of_the_presale() -> None:
    network = read_timetable(shipped_texts())
    assert isinstance(network, Network)
    journeys = Journeys(network, DAYS, seed=1)
    drawn = [journeys.draw() for _ in range(6_000)]
    trains = [len(network.legs(each.origin, each.destination)) for each in drawn]
    for first in range(0, len(trains), 100):
        assert sum(1 for n in trains[first : first + 100] if n) == 96
    days = Counter(each.travel_day for each in drawn)
    assert set(days) == set(DAYS)
    assert max(days.values()) < 1.5 * min(days.values())
    cities = Counter(
        (network.stations[j.origin].city, network.stations[j.destination].city) for j in drawn
    )
    assert cities["北京", "上海"] > 2 * cities["北京", "西安"] > 0
