"""How many seats a second are held: on one train, on 500, and how long a decision takes alone.

Bookings go through the booking desk from 1,000 callers, each with a person of its own, a key and a
random journey of one train; every batch is committed with `fsync` and `synchronous_commit` on. A
train's date is left for the next one when fewer than 95 in 100 of the last 1,000 requests were
accepted. Only accepted ones count. Afterwards the audit proves that no seat was sold twice.
"""

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from farewave.bench.ground import fresh_ground
from farewave.bench.travellers import (
    CLASS,
    STOPS,
    TRAINS,
    Traveller,
    coaches,
    lay_tracks,
    new_travellers,
    telecode,
    train_no,
)
from farewave.db import Database
from farewave.db.idempotency import Command
from farewave.kit.chance import SeededChance
from farewave.kit.clock import shanghai_day
from farewave.kit.finding import Finding
from farewave.kit.outcome import Refused
from farewave.kit.sealing import KEY_BYTES, Sealer
from farewave.rail import audit
from farewave.rail.desk import Booking, BookingDesk
from farewave.rail.seatmap import SeatMap, choose, class_plan
from farewave.rail.service import Asked, OrderRequest

CALLERS = 1_000
ACCEPTED_MIN, OF_THE_LAST = 950, 1_000
_PRESALE_DAYS = 15
_PEOPLE_AT_ONCE = 10_000
_DECIDE_S_MAX = 10
_PARTY_MAX = 5
_SEED = 20131111
_WISHES = ("window", "aisle")


@dataclass(frozen=True, slots=True)
class SeatFigures:
    """What is printed; keys stay."""

    train_bookings_per_s: float
    """Holds committed a second, all of them of one train, one date after the other."""
    network_bookings_per_s: float
    """Holds committed a second over 500 trains."""
    decide_us: float
    """One person's seat chosen and taken, on 1,120 seats and 11 segments."""
    decide_parties_us: float
    """The same for parties of one to five."""
    overlaps: int
    """Segments of a seat that were sold twice."""
    audit_findings: int
    seconds: int
    setup_s: float
    train_bookings: int
    train_dates: int
    network_bookings: int
    refused: int


async def run(seconds: int, tick: Callable[[float], None]) -> dict[str, float | int]:
    """Measure each for `seconds`, decisions for 10 at most; `tick` is told the share done."""
    started = time.perf_counter()
    async with fresh_ground() as ground:
        await lay_tracks(ground.database)
        crowd = _Crowd(ground.database)
        async with ground.database.reading() as tx:
            today = shanghai_day(tx.now)
        train, network = _OneTrain(today), _WholeNetwork(today)
        measured_s = 0.0
        for part, plan in enumerate((train, network)):
            await _measure(crowd, plan, seconds, lambda share, n=part: tick(0.45 * (n + share)))  # type: ignore[misc]
            measured_s += plan.elapsed_s
        async with ground.database.reading(patience_s=600) as tx:
            findings = await audit.audit(tx)
    decide_s = min(seconds, _DECIDE_S_MAX) / 2
    figures = SeatFigures(
        train_bookings_per_s=round(train.accepted / train.elapsed_s, 1),
        network_bookings_per_s=round(network.accepted / network.elapsed_s, 1),
        decide_us=round(_decide_us(decide_s, 1), 2),
        decide_parties_us=round(_decide_us(decide_s, _PARTY_MAX), 2),
        overlaps=_overlaps(findings),
        audit_findings=len(findings),
        seconds=seconds,
        setup_s=round(time.perf_counter() - started - measured_s - 2 * decide_s, 1),
        train_bookings=train.accepted,
        train_dates=train.day + 1,
        network_bookings=network.accepted,
        refused=train.refused + network.refused,
    )
    tick(1.0)
    return asdict(figures)


@dataclass
class _Plan:
    """Which train and date is asked for next, and what came of it."""

    today: date
    chance: SeededChance = field(default_factory=lambda: SeededChance(_SEED))
    accepted: int = 0
    refused: int = 0
    elapsed_s: float = 0.0

    def request(self, traveller: Traveller) -> OrderRequest:
        first, end = _journey(self.chance)
        train, day = self.train_and_day()
        return OrderRequest(
            train_no=train_no(train),
            origin=telecode(first),
            destination=telecode(end),
            travel_day=self.today + timedelta(days=1 + day),
            class_code=CLASS,
            passenger_ids=(traveller.passenger_id,),
            seat_wishes=_wishes(self.chance),
        )

    def train_and_day(self) -> tuple[int, int]:
        raise NotImplementedError

    def note(self, held: bool) -> None:
        """One more request was answered."""
        if held:
            self.accepted += 1
        else:
            self.refused += 1

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be sold."""
        return False


@dataclass
class _OneTrain(_Plan):
    day: int = 0
    last: deque[bool] = field(default_factory=lambda: deque(maxlen=OF_THE_LAST))

    def train_and_day(self) -> tuple[int, int]:
        return 0, self.day

    def note(self, held: bool) -> None:
        super().note(held)
        self.last.append(held)
        if len(self.last) == OF_THE_LAST and sum(self.last) < ACCEPTED_MIN:
            self.day += 1
            self.last.clear()

    @property
    def is_over(self) -> bool:
        return self.day > _PRESALE_DAYS - 2


@dataclass
class _WholeNetwork(_Plan):
    def train_and_day(self) -> tuple[int, int]:
        # The first train was sold by the other measurement.
        return 1 + self.chance.below(TRAINS - 1), self.chance.below(_PRESALE_DAYS - 1)


def _journey(chance: SeededChance) -> tuple[int, int]:
    """Two stops, each pair as often as any other."""
    first = chance.below(STOPS)
    second = (first + 1 + chance.below(STOPS - 1)) % STOPS
    return min(first, second), max(first, second)


def _wishes(chance: SeededChance) -> tuple[str, ...]:
    """Every other person has a wish."""
    number = chance.below(2 * len(_WISHES))
    return _WISHES[number : number + 1]


class _Crowd:
    """People who haven't booked yet, and the desk that they go to."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.chance = SeededChance(_SEED + 1)
        self.sealer = Sealer(
            data_key=self.chance.octets(KEY_BYTES), index_key=self.chance.octets(KEY_BYTES)
        )
        self._made = 0

    async def next(self) -> list[Traveller]:
        made = await new_travellers(
            self.database, self.sealer, self.chance, self._made, _PEOPLE_AT_ONCE
        )
        self._made += len(made)
        return made

    def booking(self, plan: _Plan, traveller: Traveller) -> Booking:
        request, actor = plan.request(traveller), traveller.actor
        digest = hashlib.sha256(repr(request).encode()).digest()
        key = self.chance.octets(16).hex()
        return Booking(
            Asked(actor, request),
            Command(actor.shard, actor.person_id, key, "rail.place_order", digest),
        )


async def _measure(crowd: _Crowd, plan: _Plan, seconds: int, tick: Callable[[float], None]) -> None:
    """Book for `seconds`; the time in which the next people are made isn't counted."""
    desk = BookingDesk(crowd.database, crowd.sealer)
    while plan.elapsed_s < seconds and not plan.is_over:
        people = await crowd.next()
        begun = time.perf_counter()
        ends_at = begun + seconds - plan.elapsed_s

        async def caller(people: list[Traveller] = people, ends_at: float = ends_at) -> None:
            while people and not plan.is_over and time.perf_counter() < ends_at:
                outcome = await desk.book(crowd.booking(plan, people.pop()))
                plan.note(not isinstance(outcome, Refused))

        calling = [asyncio.create_task(caller()) for _ in range(CALLERS)]
        while not all(task.done() for task in calling):
            tick(min(1.0, (plan.elapsed_s + time.perf_counter() - begun) / seconds))
            await asyncio.wait(calling, timeout=0.2)
        await asyncio.gather(*calling)
        plan.elapsed_s += time.perf_counter() - begun
    await desk.close()


def _overlaps(findings: list[Finding]) -> int:
    return sum(finding.check == "seat_sold_once" for finding in findings)


def _decide_us(seconds: float, party_max: int) -> float:
    """Microseconds for a decision, the seats taken, over trains that are filled one by one."""
    chance = SeededChance(_SEED)
    plan = class_plan(coaches())
    done, spent_s = 0, 0.0
    while spent_s < seconds:
        seats = SeatMap.empty(plan, STOPS - 1)
        last: deque[bool] = deque([True] * OF_THE_LAST, maxlen=OF_THE_LAST)
        while sum(last) >= ACCEPTED_MIN:
            requests = [
                (*_journey(chance), 1 + chance.below(party_max), _wishes(chance))
                for _ in range(100)
            ]
            begun = time.perf_counter()
            for first, end, party, wishes in requests:
                chosen = choose(seats, first, end, party, wishes)
                seats.take(chosen or (), first, end)
                last.append(chosen is not None)
            spent_s += time.perf_counter() - begun
            done += len(requests)
    return spent_s / done * 1_000_000
