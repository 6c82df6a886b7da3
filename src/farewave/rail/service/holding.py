"""The hold: the passengers' time claimed, seats taken on their segments, a deadline to pay.

Many holds at once, in one transaction. All locks are taken before the first hold is judged, in one
order, here and wherever an order ends: the orderers, the orders, the travellers and their claims,
the runs, their seats. Each hold is judged on what the former ones of the batch have left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.db.events import NewEvent, record_events
from farewave.db.outbox import enqueue_all
from farewave.kit.chance import digits
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people import service as people
from farewave.people.model import Actor, IdentityNumber
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Order, OrderRef, Passenger, Run
from farewave.rail.rules import holding as rules
from farewave.rail.rules import sale
from farewave.rail.rules.holding import Hold, HoldState
from farewave.rail.rules.seatmap import ClassPlan, Seat
from farewave.rail.service.messages import CREATE_TRADE, message_of
from farewave.rail.service.networks import current_network, network_of
from farewave.rail.service.ordering import (
    Asked,
    Journey,
    OrderRequest,
    held_order,
    journey_of,
    still_on_sale,
    understand,
)
from farewave.rail.service.passengers import chosen
from farewave.rail.service.seating import Seating, open_coaches, plan_of
from farewave.rail.store import claims
from farewave.rail.store import holds as store
from farewave.rail.store import network as network_store
from farewave.rail.store import seats as seat_store
from farewave.rail.store.claims import JourneyRow, Orderer
from farewave.rail.store.seats import ClassKey

_ORDER_NO_TRIES = 8
TRADE_BY_OUTBOX_AFTER = timedelta(seconds=4)
"""The endpoint asks for the trade at once; the outbox does when that didn't work."""


@dataclass(frozen=True, slots=True)
class _Admissible:
    """A request that is understood, whose party may travel on one order."""

    asked: Asked
    journey: Journey
    party: Sequence[Passenger]
    hold: Hold


@dataclass(slots=True)
class _Batch:
    """What is decided so far: by the place of the request, an outcome or what is still judged."""

    asked: Sequence[Asked]
    outcomes: dict[int, Order | Refused] = field(default_factory=dict)
    admissible: dict[int, _Admissible] = field(default_factory=dict)


async def place_order(
    tx: Tx, sealer: Sealer, actor: Actor, request: OrderRequest
) -> Order | Refused:
    """Hold seats for the passengers, unpaid, until `pay_before`; then have the trade made."""
    (outcome,) = await place_orders(tx, sealer, [Asked(actor, request)])
    return outcome


async def place_orders(tx: Tx, sealer: Sealer, asked: Sequence[Asked]) -> list[Order | Refused]:
    """As `place_order` for many, in their order; a refusal leaves the others as they are.

    Raises Overtaken when somebody wrote seats without the run's lock: to be done again.
    """
    batch = _Batch(asked)
    journeys = await _understand(tx, batch)
    orderers = await claims.lock_orderers(tx, {asked[place].orderer for place in journeys})
    await _judge_parties(tx, sealer, batch, journeys)
    state = HoldState(
        orderers={
            key: sale.OrdererState(row.open_order_id is not None, row.cancels_day, row.cancels)
            for key, row in orderers.items()
        },
        busy={},
    )
    expired = await _lock_time(tx, batch, state)
    _judge_people(batch, state, tx.now)
    seating = await _lock_seats(tx, batch)
    state.seats = seating.maps
    held = _decide(batch, state, seating, tx.now)
    await _write(tx, batch, held, expired)
    await seating.save(tx)
    return [batch.outcomes[place] for place in range(len(asked))]


async def _understand(tx: ReadTx, batch: _Batch) -> dict[int, Journey]:
    """The journeys of those requests that ask for something that is on sale, by place."""
    if not batch.asked:
        return {}
    network = await current_network(tx)
    found: dict[int, Journey] = {}
    for place, each in enumerate(batch.asked):
        journey = understand(network, each.request, tx.now)
        if isinstance(journey, Refused):
            batch.outcomes[place] = journey
        else:
            found[place] = journey
    runs = await network_store.load_runs(tx, list({each.run_id for each in found.values()}))
    for place, journey in list(found.items()):
        run = runs.get(journey.run_id)
        own: Journey | Refused = journey
        if run is not None and run.version != network.version:  # sold by an older timetable
            older = await network_of(tx, run.version)
            own = journey_of(older, batch.asked[place].request)
        judged = own if isinstance(own, Refused) else still_on_sale(own, tx.now)
        if isinstance(judged, Refused):
            batch.outcomes[place] = judged
            del found[place]
        else:
            found[place] = judged
    return found


async def _judge_parties(
    tx: Tx, sealer: Sealer, batch: _Batch, journeys: Mapping[int, Journey]
) -> None:
    """Who travels: entries of the orderers' lists, behind the orderers' locks."""
    lists: dict[Orderer, dict[UUID, Passenger]] = {}
    actors = [batch.asked[place].actor for place in journeys]
    for shard in {actor.shard for actor in actors}:
        owners = {actor.person_id for actor in actors if actor.shard == shard}
        found = await store.load_lists(tx, shard, owners)
        lists |= {(shard, owner): entries for owner, entries in found.items()}
    for place, journey in journeys.items():
        asked = batch.asked[place]
        party = await _party(tx, asked, lists.get(asked.orderer, {}))
        if isinstance(party, Refused):
            batch.outcomes[place] = party
            continue
        hold = _hold(sealer, asked, journey, party)
        refused = sale.judge_party(hold.party)
        if refused is not None:
            batch.outcomes[place] = refused
        else:
            batch.admissible[place] = _Admissible(asked, journey, party, hold)


async def _party(
    tx: Tx, asked: Asked, listed: Mapping[UUID, Passenger]
) -> list[Passenger] | Refused:
    wanted = asked.request.passenger_ids
    if any(each.is_self for each in listed.values()):
        # Who is on the own list has a real name.
        if any(each not in listed for each in wanted):
            return Refused(RailRefusal.PASSENGER_UNKNOWN)
        return [listed[each] for each in wanted]
    orderer = await people.person(tx, *asked.orderer)
    if orderer.real_name_level == 0:
        return Refused(RailRefusal.REAL_NAME_NEEDED)
    return await chosen(tx, asked.actor, list(wanted))


def _hold(sealer: Sealer, asked: Asked, journey: Journey, party: Sequence[Passenger]) -> Hold:
    request = asked.request
    return Hold(
        orderer=asked.orderer,
        party=[
            sale.Traveller(
                each.name_masked, each.identity_index, _age(sealer, each, request.travel_day)
            )
            for each in party
        ],
        depart_at=journey.depart_at,
        arrive_at=journey.arrive_at,
        class_key=(journey.run_id, request.class_code),
        first=journey.leg.origin.seq - 1,
        end=journey.leg.destination.seq - 1,
        wishes=request.seat_wishes,
    )


def _age(sealer: Sealer, passenger: Passenger, day: date) -> int:
    number = IdentityNumber.parse(passenger.identity.reveal(sealer))
    invariant(number is not None, "only valid identity numbers are on the list")
    assert number is not None
    return number.age_on(day)


def _judge_people(batch: _Batch, state: HoldState, now: datetime) -> None:
    """Leave out whom no seat would help. Others of the batch can only make it worse for the rest.

    So nobody is left out here who would be served later on.
    """
    for place, each in list(batch.admissible.items()):
        refused = rules.judge_people(state, each.hold, now)
        if refused is not None:
            batch.outcomes[place] = refused
            del batch.admissible[place]


async def _lock_time(tx: Tx, batch: _Batch, state: HoldState) -> dict[bytes, list[JourneyRow]]:
    """Hold the travellers and note when they are busy; their claims that have run out come back.

    Those are held, too: paying for an order of that time would make its claim good again.
    """
    holds = [each.hold for each in batch.admissible.values()]
    if not holds:
        return {}
    indexes = {each.identity_index for hold in holds for each in hold.party}
    await claims.lock_travellers(tx, indexes)
    begin, end = min(hold.depart_at for hold in holds), max(hold.arrive_at for hold in holds)
    found = await claims.load_journeys(tx, indexes, begin, end)
    expired: dict[bytes, list[JourneyRow]] = {}
    for row in sorted(found, key=lambda each: (each.identity_index, each.ticket_id.int)):
        current: JourneyRow | None = row
        if row.has_run_out(tx.now):
            current = await claims.lock_journey(tx, row.identity_index, row.ticket_id)
        if current is None:
            continue
        if current.has_run_out(tx.now):
            expired.setdefault(row.identity_index, []).append(current)
        else:
            span = current.depart_at, current.arrive_at
            state.busy.setdefault(row.identity_index, []).append(span)
    return expired


async def _lock_seats(tx: Tx, batch: _Batch) -> Seating:
    """Hold the runs, opened where nobody has been before, and read the classes that are asked."""
    journeys = {each.journey.run_id: each.journey for each in batch.admissible.values()}
    if not journeys:
        return Seating({}, {})
    locked = await seat_store.lock_runs(tx, [_run(each) for each in journeys.values()])
    for place, each in list(batch.admissible.items()):
        if locked[each.journey.run_id][0].version != each.journey.network.version:
            batch.outcomes[place] = Refused(RailRefusal.TIMETABLE_CHANGED)
            del batch.admissible[place]
    fresh = [(run, journeys[run.run_id].network) for run, is_new in locked.values() if is_new]
    await open_coaches(tx, fresh)
    plans: dict[ClassKey, tuple[ClassPlan, int]] = {}
    for each in batch.admissible.values():
        train, key = each.journey.leg.train, each.hold.class_key
        if key not in plans:
            plan = plan_of(each.journey.network, train, each.asked.request.class_code)
            plans[key] = plan, len(train.stops) - 1
    return await Seating.load(tx, plans)


def _run(journey: Journey) -> Run:
    train_no = journey.leg.train.train_no
    return Run(journey.run_id, train_no, journey.service_day, journey.network.version)


def _decide(
    batch: _Batch, state: HoldState, seating: Seating, now: datetime
) -> dict[int, tuple[Seat, ...]]:
    """One after the other, each on what the former ones left; the seats of those accepted."""
    held: dict[int, tuple[Seat, ...]] = {}
    for place, each in batch.admissible.items():
        seats = rules.decide(state, each.hold, now)
        if isinstance(seats, Refused):
            batch.outcomes[place] = seats
            continue
        rules.apply(state, each.hold, seats)
        seating.changed(each.hold.class_key, seats)
        held[place] = seats
    return held


async def _write(
    tx: Tx,
    batch: _Batch,
    held: Mapping[int, Sequence[Seat]],
    expired: Mapping[bytes, Sequence[JourneyRow]],
) -> None:
    """The orders of those accepted; the trades are made after the commit."""
    if not held:
        return
    refs = {
        place: OrderRef(
            batch.admissible[place].journey.run_id,
            new_id(batch.asked[place].actor.shard, tx.now, tx.chance),
        )
        for place in held
    }
    numbers = await _new_order_numbers(tx, list(refs.values()))
    orders: list[Order] = []
    for place, seats in held.items():
        each, ref = batch.admissible[place], refs[place]
        order = held_order(
            tx, each.asked, each.journey, each.party, seats, ref, numbers[ref.order_id]
        )
        batch.outcomes[place] = order
        orders.append(order)
    given_way = [
        row
        for order in orders
        for ticket in order.tickets
        for row in expired.get(ticket.identity_index, ())
        if row.depart_at < order.arrive_at and order.depart_at < row.arrive_at
    ]
    await claims.drop_journeys(tx, given_way)
    await store.insert_held(tx, orders, sale.pay_before(tx.now) + sale.CLAIM_SPARE)
    await _announce(tx, orders)


async def _new_order_numbers(tx: Tx, refs: Sequence[OrderRef]) -> dict[UUID, str]:
    """A number that nobody had for each order, by the order's id."""
    taken: dict[UUID, str] = {}
    for _ in range(_ORDER_NO_TRIES):
        wanted = {f"E{digits(tx.chance, 9)}": ref for ref in refs if ref.order_id not in taken}
        for order_no in await claims.claim_order_numbers(tx, wanted):
            taken[wanted[order_no].order_id] = order_no
        if len(taken) == len(refs):
            return taken
    raise AssertionError("the order numbers are running out")


async def _announce(tx: Tx, orders: Sequence[Order]) -> None:
    """Have the trades made, and note what happened."""
    for shard in {order.shard for order in orders}:
        here = [order for order in orders if order.shard == shard]
        await enqueue_all(
            tx,
            shard=shard,
            topic=CREATE_TRADE,
            messages=[(new_id(shard, tx.now, tx.chance), message_of(each.ref)) for each in here],
            due_at=tx.now + TRADE_BY_OUTBOX_AFTER,
        )
        await record_events(tx, shard, [_held_event(order) for order in here])


def _held_event(order: Order) -> NewEvent:
    attributes: dict[str, str | int] = {
        "train": order.train_code,
        "class": order.class_code,
        "tickets": len(order.tickets),
        "total_fen": order.total_fen,
    }
    return NewEvent("rail.held", order.orderer_id, attributes)
