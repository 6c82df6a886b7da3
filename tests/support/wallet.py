"""Money in a wallet, for the tests of every context; and what an audit says of it."""

from typing import Protocol
from uuid import UUID

from fastapi import FastAPI

from farewave.banks import audit as banks_audit
from farewave.banks import service as banks
from farewave.banks import store as banks_store
from farewave.banks.demo import audit as demo_audit
from farewave.banks.demo.bank import DemoBank
from farewave.banks.demo.model import BANK_CODE, Holder
from farewave.banks.deps import BanksDeps
from farewave.banks.instruction import Instruction
from farewave.banks.model import (
    TOKEN_KIND,
    BankUnknown,
    BindingRequest,
    BindingStarted,
    Bound,
    Card,
    MoneyAnswer,
    Moved,
)
from farewave.db import Database, Tx
from farewave.kit.finding import Finding
from farewave.kit.ids import new_id
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.ledger import audit as ledger_audit
from farewave.people.model import SealedText
from farewave.wallet import audit, rules, service
from farewave.wallet.deps import WalletDeps
from tests.support.banks import demo_bank, offered
from tests.support.people import some_identity_number, some_phone

_SEALER = Sealer(data_key=bytes(range(32)), index_key=bytes(range(32, 64)))


class Owner(Protocol):
    """People's `Person` or `Actor`."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def shard(self) -> int: ...


async def with_balance(database: Database, person: Owner, amount_fen: int) -> None:
    """Top `person` up by `amount_fen`, as if by a card: real transfers, bills, a bank that agrees.

    `person` (a Person or an Actor; of Someone take either) needs neither real name nor pay
    password.
    """
    bank = demo_bank(database, _SEALER)
    deps = WalletDeps(sealer=_SEALER, banks=offered(bank))
    card = await _some_card(database, bank, person, amount_fen)
    left_fen = amount_fen
    while left_fen > 0:
        part_fen = min(left_fen, rules.TOP_UP_FEN_MAX)
        left_fen -= part_fen
        key = f"{card.card_id.hex}-{left_fen}"

        async def begin(tx: Tx, part_fen: int = part_fen, key: str = key) -> object:
            return await service.write_top_up(tx, person, card, part_fen, key, bytes(32))

        top_up = await database.run(begin)
        answer = await banks.carry_out(deps.banks, deps.sealer, top_up, card.token)
        assert isinstance(answer, Moved), answer
        await conclude(database, top_up, answer)


async def conclude(database: Database, begun: Instruction, answer: MoneyAnswer) -> Instruction:
    """Write a bank's answer about a top-up or withdrawal down."""
    concluded = await database.run(lambda tx: service.conclude(tx, begun, answer))
    assert not isinstance(concluded, Refused), concluded
    return concluded


async def _some_card(database: Database, bank: DemoBank, person: Owner, balance_fen: int) -> Card:
    """A card of somebody's with that much money, put down as bound by `person`."""
    holder = Holder("林一诺", some_identity_number(), some_phone())
    opened = await bank.open_account(holder, balance_fen=balance_fen)
    assert not isinstance(opened, Refused | BankUnknown), opened
    async with database.transaction() as tx:
        binding_id = new_id(person.shard, tx.now, tx.chance)
    asked = BindingRequest(
        binding_id, holder.name, holder.identity_number, opened.card_number, holder.phone
    )
    started = await bank.start_binding(asked)
    assert isinstance(started, BindingStarted), started
    assert started.sandbox_code is not None
    bound = await bank.confirm_binding(started.bank_reference, started.sandbox_code)
    assert isinstance(bound, Bound), bound
    async with database.transaction() as tx:
        card = Card(
            shard=person.shard,
            card_id=new_id(person.shard, tx.now, tx.chance),
            person_id=person.person_id,
            bank_code=BANK_CODE,
            token=SealedText(TOKEN_KIND, _SEALER.seal(TOKEN_KIND, bound.token, tx.chance)),
            last4=opened.card_number.last4,
            holder_masked="**诺",
            bound_at=tx.now,
            unbound_at=None,
        )
        number = opened.card_number
        sealed = number.seal(_SEALER, tx.chance)
        assert await banks_store.insert_card(tx, card, number.index(_SEALER), sealed)
    return card


def install_wallet(
    app: FastAPI, database: Database, sealer: Sealer, bank: DemoBank
) -> tuple[BanksDeps, WalletDeps]:
    """Fill what the endpoints of banks and wallet need into `app`."""
    app.state.banks = BanksDeps(sealer=sealer, banks=offered(bank), sandbox=True)
    app.state.wallet = WalletDeps(sealer=sealer, banks=offered(bank))
    return app.state.banks, app.state.wallet


async def audited(database: Database) -> tuple[list[Finding], dict[UUID, int]]:
    """What ledger, wallet and the bank's books contradict, and what is in flight at the bank."""
    async with database.reading() as tx:
        findings = [
            *await ledger_audit.audit(tx),
            *await banks_audit.audit(tx),
            *await audit.audit(tx),
        ]
        compared = await demo_audit.reconcile(tx)
    return findings + compared.findings, compared.in_flight
