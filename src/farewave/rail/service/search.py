"""Which journeys may be searched for, what is noted of a search, and where a train calls."""

from dataclasses import dataclass
from datetime import date, datetime

from farewave.db import ReadTx, Tx
from farewave.db.events import record_event
from farewave.kit.clock import shanghai_day
from farewave.kit.outcome import Refused
from farewave.people.model import Actor
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Network, Train, exact_leg
from farewave.rail.rules import sale
from farewave.rail.service.networks import current_network, network_for


def judge_search(
    network: Network, origin: str, destination: str, travel_day: date, now: datetime
) -> Refused | None:
    """Why nobody may search from `origin` to `destination` (telecodes) on China's `travel_day`."""
    for telecode in (origin, destination):
        if telecode not in network.stations:
            return Refused(RailRefusal.STATION_UNKNOWN, {"telecode": telecode})
    if destination in network.city_stations(origin):
        return Refused(RailRefusal.SAME_PLACE)
    return sale.judge_day(travel_day, now)


async def note_search(
    tx: Tx, actor: Actor, *, origin: str, destination: str, travel_day: date, offers: int
) -> None:
    """Note that a signed-in person searched; where to and when, nothing of who they are."""
    await record_event(
        tx,
        shard=actor.shard,
        name="rail.searched",
        actor_id=actor.person_id,
        attributes={
            "from": origin,
            "to": destination,
            "day": travel_day.isoformat(),
            "offers": offers,
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
