"""Somebody who sends money, near and far: for the tests of transfers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from farewave.db import Database
from farewave.kit.finding import Finding
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.ledger import audit as ledger_audit
from farewave.ledger import service as ledger
from farewave.ledger.crossing import incoming_account, outgoing_account
from farewave.wallet import audit, sending, service, transfer
from farewave.wallet.deps import WalletDeps
from farewave.wallet.transfer import Sent
from tests.support.people import PAY_PASSWORD, Someone, signed_up_person
from tests.support.wallet import with_balance

RICH_FEN = 100_00


@dataclass
class Scene:
    database: Database
    deps: WalletDeps
    payer: Someone
    near: Someone
    """On the payer's shard."""
    far: Someone
    """On another shard."""
    is_sound: bool = True
    """What the audit has to say in the end."""

    async def send(
        self,
        to: Someone,
        amount_fen: int = 30_00,
        *,
        key: str = "tap-0001",
        note: str = "",
        pay_password: str = PAY_PASSWORD,
        by: Someone | None = None,
    ) -> Sent | Refused:
        return await sending.send(
            self.database,
            self.deps,
            (by or self.payer).actor,
            phone=to.phone.digits,
            amount_fen=amount_fen,
            note=note,
            pay_password=pay_password,
            key=key,
        )

    async def leave(self, to: Someone, amount_fen: int, *, key: str = "tap-0001") -> Sent:
        """Only the first step, as if the process had died after its commit."""
        left = await self.database.run(
            lambda tx: service.send(
                tx,
                self.deps.sealer,
                self.payer.actor,
                phone=to.phone.digits,
                amount_fen=amount_fen,
                note="",
                pay_password=PAY_PASSWORD,
                key=key,
            )
        )
        assert isinstance(left, Sent)
        return left

    async def fen(self, someone: Someone) -> int:
        async with self.database.reading() as tx:
            view = await service.balance(tx, someone.person.shard, someone.person.person_id)
        return view.available_fen

    async def bills(self, someone: Someone) -> list[tuple[str, str, int, str]]:
        async with self.database.reading() as tx:
            listed, _ = await service.bills(tx, someone.actor, before=None, limit=50)
        return [
            (each.direction.value, each.status.value, each.amount_fen, each.counterparty.zh)
            for each in listed
            if each.key.reference_type == transfer.REFERENCE
        ]

    async def in_transit_fen(self) -> int:
        """What left the payer's shard for the other one and has not come there."""
        here, there = self.payer.person.shard, self.far.person.shard
        out = outgoing_account(transfer.CONTEXT, here, there)
        into = incoming_account(transfer.CONTEXT, there, here)
        async with self.database.reading() as tx:
            left = (await ledger.balances(tx, here, [out.account_id])).get(out.account_id)
            came = (await ledger.balances(tx, there, [into.account_id])).get(into.account_id)
        return (left.posted_fen if left else 0) + (came.posted_fen if came else 0)


@asynccontextmanager
async def sending_scene(database: Database, sealer: Sealer) -> AsyncIterator[Scene]:
    """A payer with money, and a payee on either side; the audits agree in the end."""
    payer = await signed_up_person(database, sealer)
    near = far = None
    for number in range(60):
        other = await signed_up_person(database, sealer, name=f"李{'甲乙丙丁戊'[number % 5]}")
        if other.person.shard == payer.person.shard:
            near = near or other
        else:
            far = far or other
        if near and far:
            break
    assert near is not None, "sixty people and four shards"
    assert far is not None
    await with_balance(database, payer.person, RICH_FEN)
    made = Scene(database, WalletDeps(sealer=sealer, banks={}), payer, near, far)
    yield made
    assert (await audited(database) == []) is made.is_sound


async def audited(database: Database) -> list[Finding]:
    async with database.reading() as tx:
        return [*await ledger_audit.audit(tx), *await audit.audit(tx)]


def reason(outcome: object) -> object:
    return outcome.reason if isinstance(outcome, Refused) else None
