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
from farewave.kit.clock import from_shanghai, shanghai_day
from farewave.kit.invariant import invariant
from farewave.kit.lru import LastUsed
from farewave.kit.outcome import Language, Refused
from farewave.rail import service
from farewave.rail.model import Leg, Network, Run
from farewave.rail.rules.sale import SALE_ENDS_BEFORE
from farewave.rail.rules.seatmap import count_taken, joined
from farewave.rail.rules.wishes import OfferFacts, Wishes, wished
from farewave.rail.schemas.offer_text import DayTexts, OfferText, offers_text
from farewave.rail.store import left as store

STALE_MAX_S = 1.0
"""No count in an answer is older, counted to the moment at which its reading began."""
REFRESH_AFTER_S = 0.5
"""From this age on the next reading begins, while answers are still given."""
COMMIT_LAG_MAX = timedelta(seconds=15)
"""How long before its commit a change's transaction may have begun and still be seen at once."""
READ_AGAIN_AFTER_S = 300.0
"""A run's seats are read again after this even if nothing told of a change."""
_RunKey = tuple[str, date]
"""Train number and service day."""
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


@dataclass(slots=True)
class _OpenRun:
    """A run that somebody has booked; `taken` is None until somebody asks for it."""

    run: Run
    changes: int
    taken: Mapping[str, list[int]] | None = None
    """By class, for each segment a bit for each seat (`rules.seatmap.joined`)."""
    read_at: float = 0.0
    left_by_mask: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def left(self, text: OfferText) -> tuple[int, ...]:
        """How many seats of each class are free on the whole leg."""
        found = self.left_by_mask.get(text.mask)
        if found is None:
            assert self.taken is not None, "a run is read before it is counted"
            taken = self.taken
            found = self.left_by_mask[text.mask] = tuple(
                places - count_taken(taken.get(code, ()), text.mask)
                for code, places in zip(text.class_codes, text.capacities, strict=True)
            )
        return found


@dataclass(slots=True)
class _Offered:
    """One offer of a day; without an open run all of its seats are free."""

    text: OfferText
    key: _RunKey
    open_run: _OpenRun | None

    def left(self) -> tuple[int, ...]:
        return self.text.capacities if self.open_run is None else self.open_run.left(self.text)

    def is_closed(self, passed_min: float) -> bool:
        return self.text.depart_min <= passed_min

    def facts(self, passed_min: float) -> OfferFacts:
        text, leg = self.text, self.text.leg
        return OfferFacts(
            leg.train.kind,
            leg.origin.telecode,
            leg.destination.telecode,
            text.depart_min,
            leg.duration_min,
            dict(zip(text.class_codes, self.left(), strict=True)),
            dict(zip(text.class_codes, text.fares_fen, strict=True)),
            self.is_closed(passed_min),
        )


@dataclass(slots=True)
class _KeptAnswer:
    answer: Answer
    runs: list[tuple[_RunKey, _OpenRun | None]]
    """What was known of the run of each offer: it is right for as long as that is so."""
    until: datetime
    """When the next of its trains goes off sale."""
    read_at: float
    """When the oldest of its counts was read."""


class Board:
    """Answers searches in one process. `monotonic` gives seconds, for the age of what it knows."""

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._network: Network | None = None
        self._older: dict[str, Network] = {}
        """Timetables that are no longer sold by, but that some run still keeps."""
        self._runs: dict[_RunKey, _OpenRun] = {}
        self._first_day: date | None = None
        self._now: datetime | None = None
        self._read_at = float("-inf")
        self._wanted: dict[UUID, _RunKey] = {}
        self._one_at_a_time = asyncio.Lock()
        self._next_round: asyncio.Task[None] | None = None
        self._pairs: LastUsed[tuple[str, str], list[OfferText]] = LastUsed(_PAIRS_WEIGHT_MAX)
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
        if kept is not None and self._is_good(kept):
            return kept.answer
        refused = service.judge_search(
            self._known_network(), origin, destination, travel_day, self._clock()
        )
        if refused is not None:
            return refused
        offers = await self._offered(origin, destination, travel_day)
        passed_min = self._passed_min(travel_day)
        if wishes is not None:
            places = wished([each.facts(passed_min) for each in offers], wishes)
            return _written(key, [offers[place] for place in places], passed_min)
        answer = _written(key, offers, passed_min)
        self._keep(key, answer, offers, passed_min)
        return answer

    async def refresh(self) -> None:
        """Read what has changed until now; of many callers at once, one reading serves all."""
        await asyncio.shield(self._begin_round())

    def _known_network(self) -> Network:
        invariant(self._network is not None, "a board reads before it answers")
        assert self._network is not None
        return self._network

    def _clock(self) -> datetime:
        """The installation's time, by the last reading and what has passed since."""
        assert self._now is not None
        return self._now + timedelta(seconds=self._monotonic() - self._read_at)

    def _is_good(self, kept: _KeptAnswer) -> bool:
        runs = self._runs
        return (
            all(runs.get(key) is run for key, run in kept.runs)
            and self._clock() < kept.until
            and self._monotonic() - kept.read_at < READ_AGAIN_AFTER_S
        )

    async def _offered(self, origin: str, destination: str, travel_day: date) -> list[_Offered]:
        """The day's offers in order of departure, every open run among them counted."""
        while True:
            offers = self._find(origin, destination, travel_day)
            uncounted = {
                offer.open_run.run.run_id: offer.key
                for offer in offers
                if offer.open_run is not None and self._is_uncounted(offer.open_run)
            }
            if not uncounted:
                return offers
            self._wanted |= uncounted
            await self.refresh()

    def _is_uncounted(self, run: _OpenRun) -> bool:
        return run.taken is None or self._monotonic() - run.read_at > READ_AGAIN_AFTER_S

    def _find(self, origin: str, destination: str, travel_day: date) -> list[_Offered]:
        network = self._known_network()
        found: list[_Offered] = []
        in_order = True
        for text in self._texts(network, origin, destination):
            service_day = travel_day
            if text.service_day_offset:
                service_day += timedelta(days=text.service_day_offset)
            key = (text.leg.train.train_no, service_day)
            open_run = self._runs.get(key)
            if open_run is None or open_run.run.version == network.version:
                if not text.leg.train.runs_on(service_day):
                    continue
                found.append(_Offered(text, key, open_run))
                continue
            # Sold by an older timetable: its own times count.
            own = self._older[open_run.run.version]
            in_order = False
            found += [
                _Offered(OfferText.of(own, leg), key, open_run)
                for leg in own.legs(origin, destination)
                if leg.train.train_no == open_run.run.train_no
                and leg.service_day(travel_day) == open_run.run.service_day
            ]
        if not in_order:
            found.sort(key=lambda offer: _in_order(offer.text))
        return found

    def _texts(self, network: Network, origin: str, destination: str) -> list[OfferText]:
        texts = self._pairs.get((origin, destination))
        if texts is None:
            legs: list[Leg] = network.legs(origin, destination)
            texts = sorted((OfferText.of(network, leg) for leg in legs), key=_in_order)
            weight = 200 + sum(text.weight for text in texts)
            self._pairs.put((origin, destination), texts, weight)
        return texts

    def _passed_min(self, travel_day: date) -> float:
        """Trains that leave until then aren't sold any more; minutes from the day's midnight."""
        midnight = from_shanghai(travel_day)
        return (self._clock() + SALE_ENDS_BEFORE - midnight) / timedelta(minutes=1)

    def _keep(
        self, key: _AnswerKey, answer: Answer, offers: list[_Offered], passed_min: float
    ) -> None:
        ahead = [each.text.depart_min for each in offers if each.text.depart_min > passed_min]
        end = from_shanghai(key[2]) + timedelta(minutes=min(ahead, default=1440))
        runs = [(each.key, each.open_run) for each in offers]
        counted = [each.open_run.read_at for each in offers if each.open_run is not None]
        read_at = min(counted, default=self._read_at)
        kept = _KeptAnswer(answer, runs, end - SALE_ENDS_BEFORE, read_at)
        self._answers.put(key, kept, 500 + len(answer.body))

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
        news: dict[_RunKey, _OpenRun] = {}
        for run, changes in await store.changed_since(tx, since, first_day):
            key = (run.train_no, run.service_day)
            known = self._runs.get(key)
            if known is None or known.changes != changes:
                news[key] = _OpenRun(run, changes)
                if known is not None and known.taken is not None:
                    wanted[run.run_id] = key
            if run.version != network.version and run.version not in self._older:
                self._older[run.version] = await service.network_of(tx, run.version)
        taken = await store.load_taken(tx, list(wanted)) if wanted else {}
        for run_id, seats in taken.items():
            key = wanted[run_id]
            run = (news.get(key) or self._runs[key]).run
            by_class = {code: joined(coaches) for code, coaches in seats.by_class.items()}
            news[key] = _OpenRun(run, seats.changes, by_class, began_at)
        # From here on nothing waits: nobody sees half of it.
        self._adopt(network, first_day, forget=back_in_time)
        self._runs |= news
        self._now, self._read_at = tx.now, began_at

    def _adopt(self, network: Network, first_day: date, *, forget: bool) -> None:
        old = self._network
        if old is not None and old.version != network.version:
            self._older[old.version] = old
            self._pairs.clear()
            forget = True
        if forget:
            self._answers.clear()
        self._network = network
        if first_day != self._first_day:
            self._first_day = first_day
            self._runs = {key: run for key, run in self._runs.items() if key[1] >= first_day}


def _written(key: _AnswerKey, offers: list[_Offered], passed_min: float) -> Answer:
    origin, destination, travel_day, language = key
    days = DayTexts(travel_day)
    parts = [
        each.text.parts(days, each.left(), closed=each.is_closed(passed_min), language=language)
        for each in offers
    ]
    body = offers_text(origin, destination, travel_day, parts)
    digest = hashlib.sha1(body, usedforsecurity=False).hexdigest()
    return Answer(body, f'"{digest}"'.encode(), len(offers))


_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def _in_order(text: OfferText) -> tuple[int, str]:
    return text.depart_min, text.leg.train.train_code


def _note_outage(task: "asyncio.Task[None]") -> None:
    """Who waits for the reading hears of the outage; when nobody does, the next request tries."""
    with suppress(DatabaseAway, asyncio.CancelledError):
        task.result()
