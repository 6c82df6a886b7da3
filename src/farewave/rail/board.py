"""Left tickets, answered from memory: the timetable and, for a moment, the seats that are taken.

A board keeps nothing that has to be kept: what it knows it can read again, any number of processes
have one each, and none of them is told anything by the others. Counts are at most `STALE_MAX_S`
old: an older board first reads which runs have changed since it last looked, and their seats; one
statement each, however many runs there are. Requests that come meanwhile wait for the same reading.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from farewave.db import Database, DatabaseAway, ReadTx
from farewave.kit.clock import DAY_MIN, from_shanghai, shanghai_day
from farewave.kit.invariant import invariant
from farewave.kit.lru import LastUsed
from farewave.kit.outcome import Language, Refused
from farewave.rail import service
from farewave.rail.model import Network, Run
from farewave.rail.rules.sale import SALE_ENDS_BEFORE
from farewave.rail.rules.seatmap import count_taken, joined
from farewave.rail.rules.wishes import OfferFacts, Wishes, wished
from farewave.rail.schemas.offer_text import (
    OFFER_OCTETS,
    OfferText,
    OfferTexts,
    in_order,
    offers_text,
)
from farewave.rail.store import left as store

STALE_MAX_S = 1.0
"""No count in an answer is older, counted to the moment at which its reading began."""
REFRESH_AFTER_S = 0.5
"""From this age on the next reading begins, while answers are still given."""
COMMIT_LAG_MAX = timedelta(seconds=15)
"""How long before its commit a change's transaction may have begun and still be seen at once."""
READ_AGAIN_AFTER_S = 300.0
"""A run's seats are read again after this even if nothing told of a change."""
_PairKey = tuple[str, str, str]
"""A timetable's version, and two telecodes that it knows."""
_AnswerKey = tuple[str, str, date, Language]
_SERVICE_DAYS_BACK = 4
"""Runs that began earlier are over: no train is under way for longer."""
_PAIRS_WEIGHT_MAX = _ANSWERS_WEIGHT_MAX = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What one asker gets. `etag` is its content's hash, the same in every process."""

    body: bytes
    etag: bytes
    offers: int


@dataclass(slots=True, eq=False)
class _OpenRun:
    """A run that somebody has booked; `taken` is None until somebody asks for it."""

    run: Run
    changes: int
    taken: Mapping[str, list[int]] | None = None
    """By class, for each segment a bit for each seat (`rules.seatmap.joined`)."""
    read_at: float = 0.0
    left_by_mask: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def left(self, offer: OfferText) -> tuple[int, ...]:
        """How many seats of each class are free on the whole leg."""
        mask = offer.leg.mask
        found = self.left_by_mask.get(mask)
        if found is None:
            assert self.taken is not None, "a run is read before it is counted"
            taken, classes = self.taken, offer.classes
            found = self.left_by_mask[mask] = tuple(
                places - count_taken(taken.get(code, ()), mask)
                for code, places in zip(classes.codes, classes.capacities, strict=True)
            )
        return found


@dataclass(slots=True)
class _Offered:
    """A day's offers in order of departure, each with its run, None while nobody has booked it."""

    offers: list[OfferText]
    runs: list[_OpenRun | None]

    def chosen(self, wishes: Wishes, passed_min: float) -> "_Offered":
        facts = [
            _facts(offer, run, passed_min)
            for offer, run in zip(self.offers, self.runs, strict=True)
        ]
        places = wished(facts, wishes)
        return _Offered([self.offers[p] for p in places], [self.runs[p] for p in places])


@dataclass(slots=True)
class _KeptAnswer:
    """It is right for as long as the runs that are known for its offers are these."""

    answer: Answer
    offered: _Offered
    until: datetime
    """When the next of its trains goes off sale."""
    read_at: float
    """When the oldest of its counts was read."""


class Board:
    """Answers searches in one process. `monotonic` gives seconds, for the age of what it knows."""

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._texts: OfferTexts | None = None
        self._older: dict[str, OfferTexts] = {}
        """By version, the timetables that some run keeps, without the one that is sold by."""
        self._runs: dict[date, dict[str, _OpenRun]] = {}
        """By service day and train number."""
        self._first_day: date | None = None
        self._now: datetime | None = None
        self._read_at = float("-inf")
        self._wanted: dict[UUID, Run] = {}
        self._one_at_a_time = asyncio.Lock()
        self._next_round: asyncio.Task[None] | None = None
        self._pairs: LastUsed[_PairKey, list[OfferText]] = LastUsed(_PAIRS_WEIGHT_MAX)
        self._answers: LastUsed[_AnswerKey, _KeptAnswer] = LastUsed(_ANSWERS_WEIGHT_MAX)

    async def search(
        self,
        origin: str,
        destination: str,
        travel_day: date,
        language: Language,
        wishes: Wishes | None = None,
    ) -> Answer | Refused:
        """The trains of China's `travel_day` between two telecodes' cities, as JSON.

        Without wishes all of them in order of departure, and the answer is kept. Refusals:
        `rail.station_unknown`, `same_place`, `outside_presale`. Raises DatabaseAway when the counts
        are too old and can't be read again.
        """
        age_s = self._monotonic() - self._read_at
        if age_s >= STALE_MAX_S:
            await self.refresh()
        elif age_s >= REFRESH_AFTER_S:
            self._begin_round()
        key = (origin, destination, travel_day, language)
        kept = self._answers.get(key) if wishes is None else None
        if kept is not None and self._is_good(kept, travel_day):
            return kept.answer
        refused = service.judge_search(
            self._known_texts().network, origin, destination, travel_day, self._clock()
        )
        if refused is not None:
            return refused
        offered = await self._offered(origin, destination, travel_day)
        passed_min = self._passed_min(travel_day)
        if wishes is not None:
            return _written(key, offered.chosen(wishes, passed_min), passed_min)
        answer = _written(key, offered, passed_min)
        self._keep(key, answer, offered, passed_min)
        return answer

    async def refresh(self) -> None:
        """Read what has changed until now; of many callers at once, one reading serves all."""
        await asyncio.shield(self._begin_round())

    @property
    def timetables_kept(self) -> int:
        """The one that is sold by, and each older one that some run keeps."""
        return 1 + len(self._older)

    def _known_texts(self) -> OfferTexts:
        invariant(self._texts is not None, "a board reads before it answers")
        assert self._texts is not None
        return self._texts

    def _clock(self) -> datetime:
        """The installation's time, by the last reading and what has passed since."""
        assert self._now is not None
        return self._now + timedelta(seconds=self._monotonic() - self._read_at)

    def _is_good(self, kept: _KeptAnswer, travel_day: date) -> bool:
        return (
            self._runs_of(kept.offered.offers, travel_day) == kept.offered.runs
            and self._clock() < kept.until
            and self._monotonic() - kept.read_at < READ_AGAIN_AFTER_S
        )

    async def _offered(self, origin: str, destination: str, travel_day: date) -> _Offered:
        """The day's offers, every open run among them counted."""
        while True:
            offered = self._find(origin, destination, travel_day)
            uncounted = {
                run.run.run_id: run.run
                for run in offered.runs
                if run is not None and self._is_uncounted(run)
            }
            if not uncounted:
                return offered
            self._wanted |= uncounted
            await self.refresh()

    def _is_uncounted(self, run: _OpenRun) -> bool:
        return run.taken is None or self._monotonic() - run.read_at > READ_AGAIN_AFTER_S

    def _find(self, origin: str, destination: str, travel_day: date) -> _Offered:
        texts = self._known_texts()
        offers = self._between(texts, origin, destination)
        runs = self._runs_of(offers, travel_day)
        version = texts.network.version
        if texts.daily and all(run is None or run.run.version == version for run in runs):
            return _Offered(offers, runs)
        return self._found_one_by_one(offers, runs, (origin, destination, travel_day))

    def _between(self, texts: OfferTexts, origin: str, destination: str) -> list[OfferText]:
        key = (texts.network.version, origin, destination)
        offers = self._pairs.get(key)
        if offers is None:
            offers = texts.between(origin, destination)
            self._pairs.put(key, offers, OFFER_OCTETS * (1 + len(offers)))
        return offers

    def _found_one_by_one(
        self, offers: list[OfferText], runs: list[_OpenRun | None], asked: tuple[str, str, date]
    ) -> _Offered:
        """Where some run is sold by an older timetable, or some train doesn't run every day."""
        origin, destination, travel_day = asked
        network = self._known_texts().network
        found: list[tuple[OfferText, _OpenRun | None]] = []
        for offer, run in zip(offers, runs, strict=True):
            if run is None or run.run.version == network.version:
                service_day = travel_day + timedelta(days=offer.service_day_offset)
                if offer.leg.train.runs_on(service_day):
                    found.append((offer, run))
                continue
            # Its own times count, and its own stations.
            own = self._older[run.run.version]
            start, end = (_known_to(own, network, each) for each in (origin, destination))
            if start is not None and end is not None:
                found += [
                    (each, run)
                    for each in self._between(own, start, end)
                    if each.train_no == offer.train_no
                    and each.service_day_offset == offer.service_day_offset
                ]
        found.sort(key=lambda each: in_order(each[0]))
        return _Offered([offer for offer, _ in found], [run for _, run in found])

    def _runs_of(self, offers: list[OfferText], travel_day: date) -> list[_OpenRun | None]:
        """What is known of each offer's run on a travel day."""
        begun_today = self._runs.get(travel_day, _NOTHING)
        return [
            self._run(offer.train_no, travel_day + timedelta(days=offer.service_day_offset))
            if offer.service_day_offset
            else begun_today.get(offer.train_no)
            for offer in offers
        ]

    def _run(self, train_no: str, service_day: date) -> _OpenRun | None:
        return self._runs.get(service_day, _NOTHING).get(train_no)

    def _passed_min(self, travel_day: date) -> float:
        """Trains that leave until then aren't sold any more; minutes from the day's midnight."""
        midnight = from_shanghai(travel_day)
        return (self._clock() + SALE_ENDS_BEFORE - midnight) / timedelta(minutes=1)

    def _keep(self, key: _AnswerKey, answer: Answer, offered: _Offered, passed_min: float) -> None:
        ahead = (each.depart_min for each in offered.offers if each.depart_min > passed_min)
        end = from_shanghai(key[2]) + timedelta(minutes=next(ahead, DAY_MIN))
        counted = [run.read_at for run in offered.runs if run is not None]
        read_at = min(counted, default=self._read_at)
        kept = _KeptAnswer(answer, offered, end - SALE_ENDS_BEFORE, read_at)
        weight = 500 + len(answer.body) + 16 * len(offered.offers)
        self._answers.put(key, kept, weight)

    def _begin_round(self) -> "asyncio.Task[None]":
        """A reading that begins from now on; one that runs already may have seen too little."""
        if self._next_round is None:
            self._next_round = asyncio.create_task(self._round())
            self._next_round.add_done_callback(_note_outage)
        return self._next_round

    async def _round(self) -> None:
        async with self._one_at_a_time:
            self._next_round = None
            began_at = self._monotonic()
            async with self._database.reading() as tx:
                await self._read(tx, began_at)

    async def _read(self, tx: ReadTx, began_at: float) -> None:
        network = await service.current_network(tx)
        first_day = shanghai_day(tx.now) - timedelta(days=_SERVICE_DAYS_BACK)
        back_in_time = self._now is None or tx.now < self._now
        since = _EVER if self._now is None or back_in_time else self._now - COMMIT_LAG_MAX
        wanted, self._wanted = self._wanted, {}
        news: dict[UUID, _OpenRun] = {}
        for run, changes in await store.changed_since(tx, since, first_day):
            known = self._run(run.train_no, run.service_day)
            if known is None or known.changes != changes:
                news[run.run_id] = _OpenRun(run, changes)
                if known is not None and known.taken is not None:
                    wanted[run.run_id] = run
            if run.version != network.version and run.version not in self._older:
                older = await service.network_of(tx, run.version)
                self._older[run.version] = OfferTexts(older)
        taken = await store.load_taken(tx, list(wanted)) if wanted else {}
        for run_id, seats in taken.items():
            by_class = {code: joined(coaches) for code, coaches in seats.by_class.items()}
            news[run_id] = _OpenRun(wanted[run_id], seats.changes, by_class, began_at)
        # From here on nothing waits: nobody sees half of it.
        for fresh in news.values():
            self._runs.setdefault(fresh.run.service_day, {})[fresh.run.train_no] = fresh
        self._adopt(network, first_day, forget=back_in_time)
        self._now, self._read_at = tx.now, began_at

    def _adopt(self, network: Network, first_day: date, *, forget: bool) -> None:
        texts = self._texts
        is_new = texts is None or texts.network.version != network.version
        if is_new:
            if texts is not None:
                self._older[texts.network.version] = texts
            self._texts = self._older.pop(network.version, None) or OfferTexts(network)
        if is_new or forget:
            self._answers.clear()
        if is_new or first_day != self._first_day:
            self._first_day = first_day
            self._forget_the_past(first_day)

    def _forget_the_past(self, first_day: date) -> None:
        """Runs that are over, and the timetables that no other run keeps."""
        self._runs = {day: runs for day, runs in self._runs.items() if day >= first_day}
        sold_by = {run.run.version for runs in self._runs.values() for run in runs.values()}
        self._older = {
            version: texts for version, texts in self._older.items() if version in sold_by
        }


def _known_to(older: OfferTexts, network: Network, telecode: str) -> str | None:
    """A station by which an older timetable finds the city where `network` has `telecode`.

    None where it has no station of that city.
    """
    if telecode in older.network.stations:
        return telecode
    of_city = network.city_stations(telecode) & older.network.stations.keys()
    return min(of_city, default=None)


def _left(offer: OfferText, run: _OpenRun | None) -> tuple[int, ...]:
    """By class; of a run that nobody has booked, every seat."""
    return offer.classes.capacities if run is None else run.left(offer)


def _facts(offer: OfferText, run: _OpenRun | None, passed_min: float) -> OfferFacts:
    leg, classes = offer.leg, offer.classes
    return OfferFacts(
        leg.train.kind,
        leg.origin.telecode,
        leg.destination.telecode,
        offer.depart_min,
        leg.duration_min,
        dict(zip(classes.codes, _left(offer, run), strict=True)),
        dict(zip(classes.codes, classes.fares_fen, strict=True)),
        offer.depart_min <= passed_min,
    )


def _written(key: _AnswerKey, offered: _Offered, passed_min: float) -> Answer:
    origin, destination, travel_day, language = key
    classes: list[bytes] = []
    for offer, run in zip(offered.offers, offered.runs, strict=True):
        closed = offer.depart_min <= passed_min
        if run is None and not closed:
            classes.append(offer.classes.untouched)
        else:
            left = _left(offer, run)
            classes.append(offer.classes.text(left, closed=closed, language=language))
    written = zip(offered.offers, classes, strict=True)
    body = offers_text(origin, destination, travel_day, written)
    digest = hashlib.sha1(body, usedforsecurity=False).hexdigest()
    return Answer(body, f'"{digest}"'.encode(), len(offered.offers))


_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING: Mapping[str, _OpenRun] = {}


def _note_outage(task: "asyncio.Task[None]") -> None:
    """Who waits for the reading hears of the outage; when nobody does, the next request tries."""
    with suppress(DatabaseAway, asyncio.CancelledError):
        task.result()
