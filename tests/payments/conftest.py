"""A shop, a buyer with money, and short looks at what stands in the tables."""

from dataclasses import dataclass

import pytest

from farewave.db import Database
from farewave.kit.sealing import Sealer
from farewave.payments.desk import PayDesk
from farewave.payments.model import Trade
from farewave.wallet import service as wallet
from farewave.wallet.model import Bill
from tests.support.payments import Shop, buyer_with
from tests.support.people import Someone

BALANCE_FEN = 1_000_00


@dataclass(frozen=True, slots=True)
class Scene:
    """One shop, one buyer with 1,000 yuan, and ways to look."""

    database: Database
    shop: Shop
    buyer: Someone
    sealer: Sealer

    def desk(self) -> PayDesk:
        """One of its own: as in another process."""
        return PayDesk(self.database, self.sealer)

    async def balance_fen(self, someone: Someone | None = None) -> int:
        whose = (someone or self.buyer).actor
        async with self.database.reading() as tx:
            return (await wallet.balance(tx, whose.shard, whose.person_id)).available_fen

    async def bills(self, kind: str) -> list[Bill]:
        async with self.database.reading() as tx:
            bills, _ = await wallet.bills(tx, self.buyer.actor, before=None, limit=50)
        return [bill for bill in bills if bill.key.kind == kind]

    async def notices(self, trade: Trade) -> list[dict[str, str]]:
        """The notifications about `trade`, in the order they were written."""
        async with self.database.reading() as tx:
            rows = await tx.fetch(
                "SELECT payload FROM db.outbox WHERE topic = 'payments.notify' AND shard = $1"
                " AND payload->'params'->>'trade_no' = $2 ORDER BY due_at",
                trade.shard,
                trade.trade_no,
            )
        return [row["payload"]["params"] for row in rows]

    async def paid_events(self) -> int:
        async with self.database.reading() as tx:
            return int(
                await tx.fetchval("SELECT count(*) FROM db.event WHERE name = 'payments.paid'")
            )


@pytest.fixture
async def scene(database: Database, sealer: Sealer) -> Scene:
    buyer = await buyer_with(database, sealer, BALANCE_FEN)
    return Scene(database, await Shop.opened(database), buyer, sealer)
