"""Which trains run between two cities on a day, and how many seats are left."""

from dataclasses import dataclass
from datetime import date, datetime

from farewave.db import ReadTx, Tx
from farewave.db.events import record_event
from farewave.kit.clock import shanghai_day
from farewave.kit.outcome import Refused
from farewave.people.model import Actor
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Leg, Network, Train, exact_leg
from farewave.rail.rules import sale
from farewave.rail.service.networks import (
    current_network,
    network_for,
    network_of,
    run_id_of,
)
from farewave.rail.store import network as store
from farewave.rail.store import seats as seat_store


@dataclass(frozen=True, slots=True)
class ClassOffer:
    """Seats of one class: what one costs, how many are left."""

    class_code: str
    fare_fen: int
    left: int


@dataclass(frozen=True, slots=True)
class Offer:
    """One train on one day between two of its stops."""

    network: Network
    leg: Leg
    depart_at: datetime
    arrive_at: datetime
    classes: tuple[ClassOffer, ...]
    sale_is_closed: bool

    @property
    def is_sold_out(self) -> bool:
        return all(each.left == 0 for each in self.classes)

    @property
    def bookable(self) -> bool:
        return not self.sale_is_closed and not self.is_sold_out


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The offers in order of departure."""

    network: Network
    origin: str
    destination: str
    travel_day: date
    offers: tuple[Offer, ...]


async def search(
    tx: ReadTx, origin: str, destination: str, travel_day: date
) -> SearchResult | Refused:
    """Every train from the city of `origin` to that of `destination` leaving on `travel_day`.

    `origin` and `destination` are telecodes; `travel_day` is China's day at the departure.
    """
    network = await current_network(tx)
    for telecode in (origin, destination):
        if telecode not in network.stations:
            return Refused(RailRefusal.STATION_UNKNOWN, {"telecode": telecode})
    if destination in network.city_stations(origin):
        return Refused(RailRefusal.SAME_PLACE)
    refused = sale.judge_day(travel_day, tx.now)
    if refused is not None:
        return refused
    offers = await _offers(tx, network, origin, destination, travel_day)
    offers.sort(key=lambda offer: (offer.depart_at, offer.leg.train.train_code))
    return SearchResult(network, origin, destination, travel_day, tuple(offers))


async def _offers(
    tx: ReadTx, network: Network, origin: str, destination: str, travel_day: date
) -> list[Offer]:
    legs = network.legs(origin, destination)
    ids = [run_id_of(leg.train.train_no, leg.service_day(travel_day)) for leg in legs]
    runs = await store.load_runs(tx, ids)
    found: list[tuple[Network, Leg]] = []
    for leg, run_id in zip(legs, ids, strict=True):
        run = runs.get(run_id)
        if run is None or run.version == network.version:
            found.append((network, leg))
            continue
        # Sold by an older timetable: its own times count.
        own = await network_of(tx, run.version)
        found += [
            (own, each)
            for each in own.legs(origin, destination)
            if each.train.train_no == run.train_no
            and each.service_day(travel_day) == run.service_day
        ]
    booked = [
        (run_id_of(leg.train.train_no, leg.service_day(travel_day)), leg.mask) for _, leg in found
    ]
    free = await seat_store.count_free(tx, [key for key in booked if key[0] in runs])
    return [
        _offer(tx.now, own, leg, travel_day, free.get(run_id))
        for (own, leg), (run_id, _) in zip(found, booked, strict=True)
    ]


def _offer(
    now: datetime, network: Network, leg: Leg, travel_day: date, free: dict[str, int] | None
) -> Offer:
    service_day = leg.service_day(travel_day)
    depart_at = leg.depart_at(service_day)
    return Offer(
        network=network,
        leg=leg,
        depart_at=depart_at,
        arrive_at=leg.arrive_at(service_day),
        classes=tuple(
            ClassOffer(
                class_code=code,
                fare_fen=network.fare_fen(leg, code),
                # A run that nobody has booked has all its seats.
                left=network.capacity(leg.train, code) if free is None else free.get(code, 0),
            )
            for code in network.classes(leg.train)
        ),
        sale_is_closed=sale.sale_is_closed(depart_at, now),
    )


async def note_search(tx: Tx, actor: Actor, result: SearchResult) -> None:
    """Note that a signed-in person searched; where to and when, nothing of who they are."""
    await record_event(
        tx,
        shard=actor.shard,
        name="rail.searched",
        actor_id=actor.person_id,
        attributes={
            "from": result.origin,
            "to": result.destination,
            "day": result.travel_day.isoformat(),
            "offers": len(result.offers),
        },
    )


@dataclass(frozen=True, slots=True)
class TrainWay:
    """A train with all its stops on one service day."""

    network: Network
    train: Train
    service_day: date


async def train_way(
    tx: ReadTx, train_no: str, day: date | None, origin: str | None
) -> TrainWay | Refused:
    """The stops of a train that leaves `origin` (its first station when None) on `day` (or today).

    A run that has been sold keeps the times that it was sold by.
    """
    network = await current_network(tx)
    travel_day = day or shanghai_day(tx.now)
    found = _way(network, train_no, travel_day, origin)
    if isinstance(found, Refused):
        return found
    own = await network_for(tx, train_no, found.service_day)
    return found if own is network else _way(own, train_no, travel_day, origin)


def _way(
    network: Network, train_no: str, travel_day: date, origin: str | None
) -> TrainWay | Refused:
    train = network.trains.get(train_no)
    if train is None:
        return Refused(RailRefusal.TRAIN_UNKNOWN)
    first, last = train.stops[0], train.stops[-1]
    leg = exact_leg(train, origin or first.telecode, last.telecode)
    if leg is None:
        return Refused(RailRefusal.NOT_SERVED)
    return TrainWay(network, train, leg.service_day(travel_day))
