"""A card payment carried through: see `banks.carrying`."""

from farewave.banks.carrying import carry_through
from farewave.banks.deps import BanksDeps
from farewave.banks.service import Begun
from farewave.db import Database, Tx
from farewave.kit.outcome import Refused
from farewave.payments import card_payments, service
from farewave.payments.card_payments import CardWish
from farewave.payments.service import CashierView
from farewave.people.model import Actor


async def pay(
    database: Database, deps: BanksDeps, actor: Actor, trade_no: str, wish: CardWish
) -> CashierView | Refused:
    """Pay a trade by card; the trade as it stands then. Its card payment tells how it went."""

    async def begin(tx: Tx) -> Begun | Refused | None:
        return await card_payments.begin(tx, actor, trade_no, wish)

    begun: Begun | Refused | None = await database.run(begin)
    if isinstance(begun, Refused):
        return begun
    if begun is not None:
        await carry_through(database, deps.banks, deps.sealer, begun, card_payments.conclude)
    async with database.reading() as tx:
        return await service.cashier(tx, actor, trade_no)
