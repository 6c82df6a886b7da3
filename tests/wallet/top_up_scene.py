"""Somebody who tops up from a bound card: for the tests of top-ups."""

from contextlib import asynccontextmanager

from farewave.banks import service as banks
from farewave.banks.instruction import Instruction, InstructionStatus, Purpose
from farewave.kit.outcome import Refused
from farewave.wallet import service
from farewave.wallet.model import BillStatus, WalletView
from tests.support.banks import bound_card, demo_bank
from tests.support.people import signed_up_person
from tests.support.wallet import audited
from tests.wallet.move_scene import AMOUNT_FEN, MoveScene


class Scene(MoveScene):
    """A person with a bound card, and ways to top up."""

    purpose = Purpose.TOP_UP
    top_up = MoveScene.move

    async def begin(self, key="begun-only"):
        """The first half alone: what a process leaves that died before it asked the bank."""
        begun = await self.database.run(
            lambda tx: service.begin_top_up(tx, self.someone.actor, self.wish(key))
        )
        assert not isinstance(begun, Refused)
        return begun

    async def ask(self, begun):
        """The bank is told, and nobody writes down what it answers."""
        return await banks.carry_out(
            self.deps.banks, self.deps.sealer, begun.instruction, begun.token
        )

    async def at_bank_fen(self):
        """What the bank took from the cards, by its own books."""
        async with self.database.reading() as tx:
            return await tx.fetchval(
                "SELECT coalesce(sum(opening_fen - balance_fen), 0)::bigint FROM demo_bank.account"
            )

    async def now(self, top_up: Instruction) -> Instruction:
        async with self.database.reading() as tx:
            found = await service.top_up(tx, self.someone.actor, top_up.instruction_id)
        assert not isinstance(found, Refused)
        return found


@asynccontextmanager
async def topping_up(database, sealer):
    """Such a scene; nothing contradicts in the end."""
    bank = demo_bank(database, sealer)
    someone = await signed_up_person(database, sealer)
    card = await bound_card(database, sealer, bank, someone)
    yield Scene(database, sealer, bank, someone, card)
    findings, _ = await audited(database)
    assert findings == []


async def assert_succeeded_once(scene: Scene, top_up: Instruction) -> None:
    assert (await scene.now(top_up)).status is InstructionStatus.SUCCEEDED
    assert await scene.wallet() == WalletView(AMOUNT_FEN, AMOUNT_FEN, 0)
    assert await scene.at_bank_fen() == AMOUNT_FEN
    (bill,) = await scene.bills()
    assert (bill.status, bill.amount_fen, bill.note) == (BillStatus.SUCCEEDED, AMOUNT_FEN, None)
    assert await audited(scene.database) == ([], {})
