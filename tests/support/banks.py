"""Simulated banks for tests, people's accounts there, and cards bound through the services."""

import httpx

from farewave.banks import service
from farewave.banks.demo import server
from farewave.banks.demo.bank import DemoBank
from farewave.banks.demo.model import BANK_CODE, OPENING_FEN, Holder
from farewave.banks.model import BankUnknown, BindingStarted, Card, CardNumber
from farewave.banks.service import Banks
from farewave.db import Database
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from tests.support.people import NAME, Someone

SECRET = bytes(range(64, 96))


def banks_client(
    database: Database, sealer: Sealer, *, slow_s: float = 0.3, silence_s: float = 0.0
) -> httpx.AsyncClient:
    """The simulated banks' service in this process, in a hurry: silent at once, slow for a moment.

    It holds nothing that would have to be closed.
    """
    app = server.build()
    app.state.banks = server.SimulatedBanks(
        database, sealer, SECRET, slow_s=slow_s, silence_s=silence_s
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://banks.test")


def demo_bank(
    database: Database,
    sealer: Sealer,
    bank_code: str = BANK_CODE,
    *,
    slow_s: float = 0.3,
    silence_s: float = 0.0,
) -> DemoBank:
    """One of them, by the adapter that the wallet uses."""
    client = banks_client(database, sealer, slow_s=slow_s, silence_s=silence_s)
    return DemoBank(client, bank_code, SECRET)


def offered(bank: DemoBank) -> Banks:
    return {bank.bank_code: bank}


async def bank_account(
    bank: DemoBank, someone: Someone, *, balance_fen: int = OPENING_FEN
) -> CardNumber:
    """An account in the name of `someone`, who was signed up under the usual name."""
    assert someone.identity_number is not None
    holder = Holder(NAME, someone.identity_number, someone.phone)
    opened = await bank.open_account(holder, balance_fen=balance_fen)
    assert not isinstance(opened, Refused | BankUnknown), opened
    return opened.card_number


async def bound_card(
    database: Database,
    sealer: Sealer,
    bank: DemoBank,
    someone: Someone,
    *,
    balance_fen: int = OPENING_FEN,
) -> Card:
    """A card with money, bound in both steps."""
    number = await bank_account(bank, someone, balance_fen=balance_fen)
    banks = offered(bank)
    key = f"bind-{number.digits}"
    begun = await database.run(
        lambda tx: service.begin_binding(
            tx,
            sealer,
            someone.actor,
            banks,
            card_number=number.digits,
            phone=someone.phone.digits,
            key=key,
        )
    )
    assert not isinstance(begun, Refused), begun
    assert begun.request is not None
    started = await service.start_binding(banks, bank.bank_code, begun.request)
    assert isinstance(started, BindingStarted), started
    binding = await database.run(lambda tx: service.conclude_start(tx, begun.binding, started))
    assert not isinstance(binding, Refused), binding
    assert binding.sandbox_code is not None
    code = binding.sandbox_code
    tried = await database.run(
        lambda tx: service.begin_confirmation(tx, someone.actor, binding.binding_id, code)
    )
    assert isinstance(tried, service.CodeTry), tried
    said = await service.confirm_binding(banks, bank.bank_code, tried.bank_reference, code)
    card = await database.run(
        lambda tx: service.conclude_confirmation(tx, sealer, tried.binding, said)
    )
    assert isinstance(card, Card), card
    return card
