"""A top-up or withdrawal carried through: written down, told to the bank, concluded.

Between the three no transaction is open. Wherever it stops, it is pending, and the job that asks
banks (`banks.jobs.settle_due`) brings it to its end.
"""

from farewave.banks import service as banks
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
    if begun.token is None:
        return begun.instruction
    instruction = begun.instruction
    answer = await banks.carry_out(deps.banks, deps.sealer, instruction, begun.token)
    concluded: Instruction | Refused = await database.run(
        lambda tx: service.conclude(tx, instruction, answer)
    )
    assert not isinstance(concluded, Refused)
    return concluded
