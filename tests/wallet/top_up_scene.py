"""Somebody who tops up from a bound card: for the tests of top-ups."""

from contextlib import asynccontextmanager
from datetime import timedelta

from farewave.banks import jobs
from farewave.banks import service as banks
from farewave.banks.deps import BanksDeps
from farewave.banks.instruction import Instruction, InstructionStatus, Purpose
from farewave.kit.outcome import Refused
from farewave.wallet import moving, service
from farewave.wallet.deps import WalletDeps
from farewave.wallet.model import BillStatus, WalletView
from farewave.wallet.service import CONCLUSIONS, MoveWish
from tests.support.banks import bound_card, demo_bank, offered
from tests.support.database import move_clock
from tests.support.people import PAY_PASSWORD, signed_up_person
from tests.support.wallet import audited

AMOUNT_FEN = 123_45


class Scene:
    """A person with a bound card, and ways to top up."""

    def __init__(self, database, sealer, bank, someone, card):
        self.database = database
        self.bank = bank
        self.someone = someone
        self.card = card
        self.deps = WalletDeps(sealer=sealer, banks=offered(bank))

    def wish(self, key, amount_fen=AMOUNT_FEN, pay_password=PAY_PASSWORD, digest=bytes(32)):
        return MoveWish(
            purpose=Purpose.TOP_UP,
            card_id=self.card.card_id,
            amount_fen=amount_fen,
            pay_password=pay_password,
            key=key,
            digest=digest,
        )

    def top_up(self, key, amount_fen=AMOUNT_FEN, pay_password=PAY_PASSWORD, digest=bytes(32)):
        wish = self.wish(key, amount_fen, pay_password, digest)
        return moving.move(self.database, self.deps, self.someone.actor, wish)

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

    @property
    def banks_deps(self):
        return BanksDeps(self.deps.sealer, self.deps.banks, sandbox=True)

    async def work(self, after=timedelta(minutes=2)):
        """What the job does once `after` has passed."""
        await move_clock(self.database, after)
        return await jobs.settle_due(self.database, self.banks_deps, CONCLUSIONS)

    async def wallet(self):
        actor = self.someone.actor
        async with self.database.reading() as tx:
            return await service.balance(tx, actor.shard, actor.person_id)

    async def at_bank_fen(self):
        """What the bank took from the cards, by its own books."""
        async with self.database.reading() as tx:
            return await tx.fetchval(
                "SELECT coalesce(sum(opening_fen - balance_fen), 0)::bigint FROM demo_bank.account"
            )

    async def bills(self):
        async with self.database.reading() as tx:
            page, _ = await service.bills(tx, self.someone.actor, before=None, limit=50)
        return page

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
