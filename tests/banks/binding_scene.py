"""Somebody with an account at the simulated bank: for the tests of binding its card."""

from contextlib import asynccontextmanager

from farewave.banks import audit, jobs, service
from farewave.banks.demo.model import BANK_CODE
from farewave.banks.deps import BanksDeps
from farewave.banks.model import Binding, Card
from farewave.db.outbox import Courier
from farewave.kit.ids import new_id
from farewave.kit.outcome import Refused
from tests.support.banks import bank_account, demo_bank, offered
from tests.support.people import signed_up_person


class Scene:
    """A person with an account at the bank, and the steps of binding its card."""

    def __init__(self, database, sealer, bank, someone, number):
        self.database = database
        self.sealer = sealer
        self.bank = bank
        self.banks = offered(bank)
        self.someone = someone
        self.number = number

    async def begin(self, key="binding-1", number=None, phone=None):
        return await self.database.run(
            lambda tx: service.begin_binding(
                tx,
                self.sealer,
                self.someone.actor,
                self.banks,
                card_number=number or self.number.digits,
                phone=phone or self.someone.phone.digits,
                key=key,
            )
        )

    async def start(self, key="binding-1", number=None, phone=None):
        begun = await self.begin(key, number, phone)
        if isinstance(begun, Refused) or begun.request is None:
            return begun if isinstance(begun, Refused) else begun.binding
        said = await service.start_binding(self.banks, BANK_CODE, begun.request)
        return await self.database.run(lambda tx: service.conclude_start(tx, begun.binding, said))

    async def confirm(self, binding: Binding, code: str):
        tried = await self.database.run(
            lambda tx: service.begin_confirmation(tx, self.someone.actor, binding.binding_id, code)
        )
        if not isinstance(tried, service.CodeTry):
            return tried
        said = await service.confirm_binding(self.banks, BANK_CODE, tried.bank_reference, code)
        return await self.database.run(
            lambda tx: service.conclude_confirmation(tx, self.sealer, tried.binding, said)
        )

    async def bind(self, key="binding-1") -> Card | Refused:
        binding = await self.start(key)
        assert isinstance(binding, Binding), binding
        return await self.confirm(binding, binding.sandbox_code)

    async def cards(self):
        actor = self.someone.actor
        async with self.database.reading() as tx:
            return await service.cards(tx, actor.shard, actor.person_id)

    async def unbind(self, card: Card):
        return await self.database.run(
            lambda tx: service.unbind(tx, self.someone.actor, card.card_id)
        )

    async def deliver(self):
        deps = BanksDeps(sealer=self.sealer, banks=self.banks, sandbox=True)
        handlers = {jobs.RELEASE_TOPIC: jobs.release_handler(deps)}
        return await Courier(self.database, handlers).deliver_due()

    async def debit(self, card: Card, amount_fen=100):
        async with self.database.transaction() as tx:
            instruction_id = new_id(0, tx.now, tx.chance)
        token = card.token.reveal(self.sealer)
        return await self.bank.debit(instruction_id, token, amount_fen, "test")


@asynccontextmanager
async def binding_scene(database, sealer):
    """Such a scene; the audit of banks finds nothing in the end."""
    bank = demo_bank(database, sealer)
    someone = await signed_up_person(database, sealer)
    number = await bank_account(bank, someone)
    yield Scene(database, sealer, bank, someone, number)
    async with database.reading() as tx:
        assert await audit.audit(tx) == []
