"""The booking desk: holds of many people on many trains, decided together and committed once.

A batch is one transaction, which takes its locks up front (`service.holding`). Who asks with a key
that was used hears the answer that was given; the answers to a batch are kept in its own commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from farewave.db import Database, DatabaseAway, Tx
from farewave.db.idempotency import Command, Done, answers_given, store_answers
from farewave.kit.desk import Desk, DeskClosed, DeskFull
from farewave.kit.outcome import KitRefusal, Refused
from farewave.kit.sealing import Sealer
from farewave.rail import service
from farewave.rail.model import Order, OrderRef
from farewave.rail.schemas import orders as wire
from farewave.rail.service import Asked

BATCH_MAX = 500
QUEUE_MAX = 5_000
_HELD = 201


@dataclass(frozen=True, slots=True)
class Booking:
    """What a person asks for, under the key that the person's app chose."""

    asked: Asked
    command: Command


@dataclass(frozen=True, slots=True)
class Booked:
    """What is answered; `held` is None when it was answered before."""

    answer: Done
    held: OrderRef | None


class BookingDesk:
    """One queue for all trains: a person's orders and a traveller's time span them."""

    def __init__(self, database: Database, sealer: Sealer, *, queue_max: int = QUEUE_MAX) -> None:
        self._database = database
        self._sealer = sealer
        self._desk: Desk[Booking, Booked | Refused] = Desk(
            self._carry_out,
            name="rail",
            batch_max=min(BATCH_MAX, queue_max),
            queue_max=queue_max,
            outages=(DatabaseAway,),
        )

    async def book(self, booking: Booking) -> Booked | Refused:
        """The held order, or a refusal that changed nothing.

        Refusals: KEY_CONFLICT and those of `service.place_order`. Raises DatabaseAway when nobody
        knows whether it is held (ask again with the same key) or when too many wait already
        (nothing was done).
        """
        try:
            return await self._desk.ask(booking)
        except (DeskFull, DeskClosed) as busy:
            raise DatabaseAway("too many bookings wait already") from busy

    async def close(self) -> None:
        """Answer what was taken, take nothing more."""
        await self._desk.close()

    async def _carry_out(self, batch: list[Booking]) -> list[Booked | Refused]:
        outcomes = await self._database.run(lambda tx: self._book(tx, batch))
        assert not isinstance(outcomes, Refused), "a batch tells outcomes, it isn't refused"
        return outcomes

    async def _book(self, tx: Tx, batch: Sequence[Booking]) -> list[Booked | Refused]:
        outcomes = _repeats(await answers_given(tx, [each.command for each in batch]))
        first: dict[tuple[object, str], int] = {}
        again: dict[int, int] = {}
        for place, each in enumerate(batch):
            if place not in outcomes:
                earlier = first.setdefault((each.command.actor_id, each.command.key), place)
                if earlier != place:
                    again[place] = earlier
        new = list(first.values())
        held = await service.place_orders(tx, self._sealer, [batch[n].asked for n in new])
        done: list[tuple[Command, Done]] = []
        for place, order in zip(new, held, strict=True):
            if isinstance(order, Refused):
                outcomes[place] = order
                continue
            answer = Done(_HELD, await self._text(tx, order))
            outcomes[place] = Booked(answer, order.ref)
            done.append((batch[place].command, answer))
        await store_answers(tx, done)
        await self._look_again(tx, batch, outcomes)
        for place, earlier in again.items():
            outcomes[place] = _as_before(batch[place], batch[earlier], outcomes[earlier])
        return [outcomes[place] for place in range(len(batch))]

    async def _text(self, tx: Tx, order: Order) -> str:
        view = await service.view_of(tx, order)
        return wire.order_out(view, self._sealer).model_dump_json(by_alias=True)

    @staticmethod
    async def _look_again(
        tx: Tx, batch: Sequence[Booking], outcomes: dict[int, Booked | Refused]
    ) -> None:
        """A key may have been used elsewhere while we waited for its person's lock.

        Its order then is what this one was refused for: the answer that it got is what helps.
        """
        refused = [n for n, outcome in outcomes.items() if isinstance(outcome, Refused)]
        given = _repeats(await answers_given(tx, [batch[n].command for n in refused]))
        outcomes |= {refused[n]: outcome for n, outcome in given.items()}


def _repeats(given: dict[int, Done | Refused]) -> dict[int, Booked | Refused]:
    return {
        place: Booked(answer, None) if isinstance(answer, Done) else answer
        for place, answer in given.items()
    }


def _as_before(booking: Booking, earlier: Booking, outcome: Booked | Refused) -> Booked | Refused:
    """What one key gets that comes twice in a batch."""
    if booking.command != earlier.command:
        return Refused(KitRefusal.KEY_CONFLICT)
    if isinstance(outcome, Refused):
        return outcome
    return Booked(Done(outcome.answer.status, outcome.answer.response, repeated=True), None)
