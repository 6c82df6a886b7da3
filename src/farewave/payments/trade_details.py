"""What the Open Platform tells of a trade beside its row."""

from dataclasses import dataclass

from farewave.db import ReadTx
from farewave.payments import store
from farewave.payments.model import NOWHERE, Place, Trade
from farewave.payments.settlement import Part
from farewave.people import service as people


@dataclass(frozen=True, slots=True)
class TradeDetails:
    """Its buyer's masked logon id, where it was made, how it was split."""

    buyer_logon_id: str
    place: Place
    parts: list[Part]


async def details_of(tx: ReadTx, trade: Trade) -> TradeDetails:
    """All of it."""
    found = await store.places(tx, trade.shard, [trade.trade_no])
    settlements = await store.settlements(tx, trade.shard, trade.trade_no)
    numbers = [each.settle_no for each in settlements]
    parts = await store.settlement_parts(tx, trade.shard, numbers) if numbers else []
    return TradeDetails(await logon_id_of(tx, trade), found.get(trade.trade_no, NOWHERE), parts)


async def logon_id_of(tx: ReadTx, trade: Trade) -> str:
    """The buyer's phone number, masked."""
    return (await people.person(tx, trade.shard, trade.payer_id)).phone_masked
