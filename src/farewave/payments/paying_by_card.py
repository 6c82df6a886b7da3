"""A card payment carried through: written down, told to the bank, concluded.

Between the three no transaction is open. Wherever it stops, it is pending, and the job that asks
banks (`banks.jobs.settle_due`) brings it to its end.
"""

from farewave.banks import service as banks
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
    if begun is not None and begun.token is not None:
        payment = begun.instruction
        answer = await banks.carry_out(deps.banks, deps.sealer, payment, begun.token)
        await database.run(lambda tx: card_payments.conclude(tx, payment, answer))
    async with database.reading() as tx:
        return await service.cashier(tx, actor, trade_no)
