"""The seats of runs: read behind the run's lock, changed in memory, written back at once."""

from collections.abc import Iterable, Mapping

from farewave.db import ReadTx, Tx
from farewave.kit.invariant import invariant
from farewave.rail.model import Network, Order, Run, Train
from farewave.rail.rules.seatmap import ClassPlan, Seat, SeatMap, class_plan
from farewave.rail.service.networks import network_of
from farewave.rail.store import seats as store
from farewave.rail.store.seats import ClassKey, CoachSeats


def plan_of(network: Network, train: Train, class_code: str) -> ClassPlan:
    """How the coaches of a class of a train are built."""
    return class_plan(tuple(c for c in network.coaches(train) if c.class_code == class_code))


async def open_coaches(tx: Tx, runs: Iterable[tuple[Run, Network]]) -> None:
    """All coaches of runs that have just been opened, with nothing sold."""
    fresh: list[CoachSeats] = []
    for run, network in runs:
        train = network.trains[run.train_no]
        for class_code in network.classes(train):
            plan = plan_of(network, train, class_code)
            empty = SeatMap.empty(plan, len(train.stops) - 1)
            fresh += [
                CoachSeats(run.run_id, class_code, room.coach, room.places, empty.octets(room))
                for room in plan.rooms
            ]
    await store.insert_coaches(tx, fresh)


class Seating:
    """The maps of some classes of some runs, as a transaction changes them."""

    def __init__(
        self,
        maps: Mapping[ClassKey, SeatMap],
        read: Mapping[ClassKey, Mapping[str, CoachSeats]],
    ) -> None:
        self.maps = maps
        """What is sold of each class by now."""
        self._read = read
        self._changed: dict[ClassKey, set[str]] = {}

    @classmethod
    async def load(cls, tx: ReadTx, plans: Mapping[ClassKey, tuple[ClassPlan, int]]) -> "Seating":
        """The maps of these classes, each given with its plan and its number of segments.

        Whoever is going to write holds the locks of the runs.
        """
        read = await store.load_classes(tx, plans.keys())
        maps = {
            key: SeatMap.read(plan, {c: each.taken for c, each in read[key].items()}, segments)
            for key, (plan, segments) in plans.items()
        }
        return cls(maps, read)

    def changed(self, key: ClassKey, seats: Iterable[Seat]) -> None:
        """The map of `key` was changed on these seats: their coaches are to be written."""
        self._changed.setdefault(key, set()).update(seat.coach for seat in seats)

    async def save(self, tx: Tx) -> None:
        """Write the coaches that were changed. Raises Overtaken when a lock was missing."""
        changed = {
            self._read[key][room.coach]: self.maps[key].octets(room)
            for key, coaches in self._changed.items()
            for room in self.maps[key].plan.rooms
            if room.coach in coaches
        }
        await store.write_coaches(tx, changed)


async def give_back(tx: Tx, order: Order) -> None:
    """Free the seats of an order that holds them, under its run's lock."""
    network = await network_of(tx, order.version)
    train = network.trains[order.train_no]
    await store.lock_run(tx, order.run_id)
    key = order.run_id, order.class_code
    plan = plan_of(network, train, order.class_code)
    seating = await Seating.load(tx, {key: (plan, len(train.stops) - 1)})
    seats = [plan.seat(each.coach, each.place) for each in order.tickets]
    freed = seating.maps[key].release(seats, order.from_seq - 1, order.to_seq - 1)
    invariant(freed, "a held order has its seats")
    seating.changed(key, seats)
    await seating.save(tx)
