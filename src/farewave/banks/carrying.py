"""An instruction carried through: written down before, told to its bank, concluded.

Between the three no transaction is open. Wherever it stops, it is pending, and the job that asks
banks (`jobs.settle_due`) brings it to its end.
"""

from collections.abc import Awaitable, Callable

from farewave.banks import service
from farewave.banks.instruction import Instruction
from farewave.banks.model import MoneyAnswer
from farewave.banks.service import Banks, Begun
from farewave.db.pool import Database
from farewave.db.transaction import Tx
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer

Conclude = Callable[[Tx, Instruction, MoneyAnswer], Awaitable[Instruction]]
"""What the context that an instruction is for makes of the bank's answer; again is safe."""


async def carry_through(
    database: Database, banks: Banks, sealer: Sealer, begun: Begun, conclude: Conclude
) -> Instruction:
    """Tell the bank, unless that was done before, and conclude; pending when it didn't answer."""
    instruction = begun.instruction
    if begun.token is None:
        return instruction
    answer = await service.carry_out(banks, sealer, instruction, begun.token)
    concluded: Instruction | Refused = await database.run(
        lambda tx: conclude(tx, instruction, answer)
    )
    assert not isinstance(concluded, Refused)
    return concluded
