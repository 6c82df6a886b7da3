"""A top-up or withdrawal carried through: see `banks.carrying`."""

from farewave.banks.carrying import carry_through
from farewave.banks.instruction import Instruction, Purpose
from farewave.banks.service import Begun
from farewave.db.pool import Database
from farewave.db.transaction import Tx
from farewave.kit.outcome import Refused
from farewave.people.model import Actor
from farewave.wallet import service
from farewave.wallet.deps import WalletDeps
from farewave.wallet.service import MoveWish


async def move(
    database: Database, deps: WalletDeps, actor: Actor, wish: MoveWish
) -> Instruction | Refused:
    """Carry out what a person wishes. It comes back pending when the bank didn't answer."""

    async def begin(tx: Tx) -> Begun | Refused:
        if wish.purpose is Purpose.WITHDRAWAL:
            return await service.begin_withdrawal(tx, actor, wish)
        return await service.begin_top_up(tx, actor, wish)

    begun: Begun | Refused = await database.run(begin)
    if isinstance(begun, Refused):
        return begun
    return await carry_through(database, deps.banks, deps.sealer, begun, service.conclude)
