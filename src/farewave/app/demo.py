"""The demonstration person of a sandbox: somebody to be, with a card that has money at the bank."""

from dataclasses import dataclass

from farewave.app.parts import Parts
from farewave.banks import service as banks
from farewave.banks.demo.bank import DemoBank
from farewave.banks.demo.books import card_number
from farewave.banks.demo.model import BANK_CODE, Holder
from farewave.banks.model import BindingStarted, Bound, CardNumber
from farewave.db import Database
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people import service as people
from farewave.people.model import Actor, Person, PhoneNumber

CARD_SERIAL = 201_311_000_001
CARD_BALANCE_FEN = 50_000_00


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Printed by `farewave serve` and told to the sign-in page. An invented person."""

    phone: str = "13800138000"
    password: str = "farewave2013"  # noqa: S105 - public on purpose
    pay_password: str = "135246"  # noqa: S105
    name: str = "林晓舟"
    identity_number: str = "110101199003074514"

    @property
    def card(self) -> CardNumber:
        """A card of the demonstration bank, bound already."""
        return card_number(CARD_SERIAL)


DEMO = DemoPerson()


async def ensure_demo(parts: Parts) -> None:
    """Sign the demonstration person up and bind the card, as far as that wasn't done before."""
    sealer = parts.keys.sealer
    phone = PhoneNumber.parse(DEMO.phone)
    assert phone is not None
    async with parts.database.transaction() as tx:
        person = await people.ensure_demo_person(
            tx,
            sealer,
            phone=phone,
            password=DEMO.password,
            pay_password=DEMO.pay_password,
            name=DEMO.name,
            identity_number=DEMO.identity_number,
        )
    bank = parts.banks.get(BANK_CODE)
    if isinstance(bank, DemoBank):
        holder = Holder(DEMO.name, DEMO.identity_number, phone)
        await bank.open_account(holder, balance_fen=CARD_BALANCE_FEN, card_number=DEMO.card)
        await _ensure_card(parts.database, sealer, parts.banks, person)


async def _ensure_card(
    database: Database, sealer: Sealer, known: banks.Banks, person: Person
) -> None:
    """The binding that a person would do by hand, with the code that the bank sent."""
    actor = Actor(person.person_id, person.shard, person.user_no, person.person_id)
    async with database.reading() as tx:
        if await banks.cards(tx, person.shard, person.person_id):
            return
    begun = await database.run(
        lambda tx: banks.begin_binding(
            tx,
            sealer,
            actor,
            known,
            card_number=DEMO.card.digits,
            phone=DEMO.phone,
            key="demonstration-card",
        )
    )
    if isinstance(begun, Refused) or begun.request is None:
        return
    started = await banks.start_binding(known, begun.binding.bank_code, begun.request)
    if not isinstance(started, BindingStarted) or started.sandbox_code is None:
        return  # the bank is made to fail: the next start tries again
    code = started.sandbox_code
    await database.run(lambda tx: banks.conclude_start(tx, begun.binding, started))
    tried = await database.run(
        lambda tx: banks.begin_confirmation(tx, actor, begun.binding.binding_id, code)
    )
    if not isinstance(tried, banks.CodeTry):
        return
    bound = await banks.confirm_binding(known, tried.binding.bank_code, tried.bank_reference, code)
    if isinstance(bound, Bound):
        await database.run(lambda tx: banks.conclude_confirmation(tx, sealer, tried.binding, bound))
