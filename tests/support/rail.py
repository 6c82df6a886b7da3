"""What the tests of rail stand on: a small platform that can be made to fail, and people on it."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from farewave.db import Database
from farewave.db.idempotency import Command
from farewave.kit.clock import shanghai_day
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.rail import audit, ports, service, trades
from farewave.rail.board import Board
from farewave.rail.code import Ed25519TicketSigner, code_of, write_code
from farewave.rail.deps import RailDeps
from farewave.rail.desk import Booking, BookingDesk
from farewave.rail.model import Order, OrderRef, PaidTrade
from farewave.rail.rules.payments import MoneyOutcome
from farewave.rail.schemas import timetable as wire
from farewave.rail.service import OrderRequest
from farewave.rail.timetable import ensure_shipped_timetable
from tests.support.people import Someone, signed_up_person

G1, G7, Z1 = "24000000G109", "24000000G706", "24000000Z10D"
APP_ID, SELLER_ID, GATE_TOKEN = "2026000000000001", "2088000000000001", "a gate's token"


class SmallPlatform:
    """Keeps trades in memory. `silent` calls aren't answered; `deaf` ones aren't even done."""

    def __init__(self) -> None:
        self.trades: dict[str, ports.TradeState] = {}
        self.refunds: dict[str, int] = {}
        self.silent: set[str] = set()
        self.deaf: set[str] = set()
        self.refused: set[str] = set()
        self.calls: list[str] = []

    def _met(self, call: str) -> ports.PlatformRefused | ports.PlatformUnknown | None:
        self.calls.append(call)
        if call in self.refused:
            return ports.PlatformRefused("40004", "ACQ.SYSTEM_REFUSES", "no")
        return ports.PlatformUnknown("deaf") if call in self.deaf else None

    def _said(self, call: str, answer: object) -> object:
        return ports.PlatformUnknown("silent") if call in self.silent else answer

    async def create_trade(self, *, out_trade_no: str, amount_fen: int, **_: object) -> object:
        trade_no = f"2026{out_trade_no[1:]:0>24}"
        waiting = ports.TradeState(trade_no, "WAIT_BUYER_PAY", amount_fen, None, None)
        if not (met := self._met("create")):
            self.trades.setdefault(out_trade_no, waiting)
        return met or self._said("create", ports.TradeMade(trade_no))

    async def query_trade(self, out_trade_no: str) -> object:
        found = self.trades.get(out_trade_no, ports.TradeMissing())
        return self._met("query") or self._said("query", found)

    async def close_trade(self, out_trade_no: str) -> object:
        if met := self._met("close"):
            return met
        trade = self.trades.get(out_trade_no)
        if trade is not None and trade.status == "TRADE_SUCCESS":
            return self._said("close", ports.TradeAlreadyPaid())
        if trade is not None:
            self.trades[out_trade_no] = ports.TradeState(
                trade.trade_no, "TRADE_CLOSED", trade.amount_fen, None, None
            )
        return self._said("close", ports.TradeClosed() if trade else ports.TradeMissing())

    async def refund_trade(
        self, out_trade_no: str, out_request_no: str, amount_fen: int, why: str
    ) -> object:
        if not (met := self._met("refund")):
            self.refunds[out_request_no] = amount_fen
        return met or self._said("refund", ports.Refunded())

    def pay(self, out_trade_no: str, at: datetime) -> PaidTrade:
        """The buyer pays; a trade that is closed takes no money."""
        trade = self.trades[out_trade_no]
        assert trade.status == "WAIT_BUYER_PAY", trade
        self.trades[out_trade_no] = ports.TradeState(
            trade.trade_no, "TRADE_SUCCESS", trade.amount_fen, "2088", at
        )
        return PaidTrade(trade.trade_no, trade.amount_fen, at)


class SignedWithSign:
    """A `NotificationCheck` that takes the word `good` for a signature."""

    def verified(self, params: Mapping[str, str]) -> bool:
        return params.get("sign") == "good"


class Clockwork:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def rail_deps(database: Database, sealer: Sealer, platform: object, board: Board) -> RailDeps:
    return RailDeps(
        sealer=sealer,
        board=board,
        desk=BookingDesk(database, sealer),
        platform=platform,  # type: ignore[arg-type]
        check=SignedWithSign(),
        signer=Ed25519TicketSigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32)))),
        app_id=APP_ID,
        seller_id=SELLER_ID,
        gate_token=GATE_TOKEN,
        sandbox=True,
    )


class RailWorld:
    """One database with the shipped timetable, a platform, and short ways to do things."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self.database = database
        self.sealer = sealer
        self.platform = SmallPlatform()
        self.clockwork = Clockwork()
        self.board = Board(database, self.clockwork)
        self.deps = rail_deps(database, sealer, self.platform, self.board)

    @classmethod
    async def made(cls, database: Database, sealer: Sealer) -> "RailWorld":
        async with database.transaction() as tx:
            await ensure_shipped_timetable(tx)
        return cls(database, sealer)

    async def now(self) -> datetime:
        async with self.database.reading() as tx:
            return tx.now

    async def day(self, ahead: int = 3) -> date:
        """China's day so many days from now."""
        return shanghai_day(await self.now()) + timedelta(days=ahead)

    async def search(self, origin: str, to: str, day: date) -> wire.Offers | Refused:
        """What a search finds that isn't content with old counts."""
        await self.board.refresh()
        found = await self.board.search(origin, to, day, "zh")
        if isinstance(found, Refused):
            return found
        return wire.Offers.model_validate_json(found.body)

    async def found(self, origin: str, to: str, day: date) -> list[wire.Offer]:
        """The same, where something must be found."""
        offers = await self.search(origin, to, day)
        assert not isinstance(offers, Refused), offers
        return offers.items

    async def someone(self, **given: object) -> Someone:
        return await signed_up_person(self.database, self.sealer, **given)  # type: ignore[arg-type]

    async def passenger_ids(self, someone: Someone) -> tuple[UUID, ...]:
        async with self.database.transaction() as tx:
            listed = await service.passengers(tx, someone.actor)
        return tuple(each.passenger_id for each in listed)

    async def add(self, someone: Someone, identity_number: str, name: str = "王芳") -> UUID:
        """Put somebody on `someone`'s list."""
        async with self.database.transaction() as tx:
            added = await service.add_passenger(
                tx,
                self.sealer,
                someone.actor,
                name=name,
                identity_number=identity_number,
                phone=None,
            )
        assert not isinstance(added, Refused), added
        return added.passenger_id

    async def request(self, someone: Someone, **wanted: object) -> OrderRequest:
        """G1 Beijing South to Shanghai Hongqiao for oneself, or what `wanted` says."""
        asked: dict[str, object] = {
            "train_no": G1,
            "origin": "VNP",
            "destination": "AOH",
            "class_code": "O",
        }
        asked["travel_day"] = wanted.pop("travel_day", None) or await self.day()
        asked["passenger_ids"] = wanted.pop("passenger_ids", None) or await self.passenger_ids(
            someone
        )
        return OrderRequest(**{**asked, **wanted})  # type: ignore[arg-type]

    async def booking(self, someone: Someone, key: str, **wanted: object) -> Booking:
        """The same for a booking desk, under a key; the request stands for its body."""
        request = await self.request(someone, **wanted)
        digest = hashlib.sha256(repr(request).encode()).digest()
        actor = someone.actor
        return Booking(
            service.Asked(actor, request),
            Command(actor.shard, actor.person_id, key, "rail.place_order", digest),
        )

    async def order(self, someone: Someone, **wanted: object) -> Order | Refused:
        """Order what `request` says."""
        request = await self.request(someone, **wanted)
        return await self.database.run(
            lambda tx: service.place_order(tx, self.sealer, someone.actor, request)
        )

    async def held(self, someone: Someone, **wanted: object) -> Order:
        """The same, where it must work."""
        order = await self.order(someone, **wanted)
        assert not isinstance(order, Refused), order
        return order

    async def issued(self) -> tuple[Order, str]:
        """An order that is paid, and the text of its first ticket's code."""
        order = await self.held(await self.someone())
        await trades.make_trade(self.database, self.deps, order.ref)
        await self.notified(order, self.platform.pay(order.order_no, await self.now()))
        return order, write_code(code_of(order, order.tickets[0], self.sealer), self.deps.signer)

    async def seen(self, ref: OrderRef) -> Order:
        async with self.database.reading() as tx:
            return await service.load(tx, ref)

    async def notified(self, order: Order, paid: PaidTrade) -> MoneyOutcome:
        """As if the platform's notification had come."""
        outcome = await self.database.run(lambda tx: service.record_payment(tx, order.ref, paid))
        assert not isinstance(outcome, Refused)
        return outcome

    async def audited(self) -> None:
        """Nothing contradicts itself."""
        async with self.database.reading() as tx:
            assert await audit.audit(tx) == []
