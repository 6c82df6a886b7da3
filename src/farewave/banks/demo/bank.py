"""The demonstration bank as an adapter of the port `Bank`, with faults to switch on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from farewave.banks.demo import books, store
from farewave.banks.demo.model import BANK_CODE, OPENING_FEN, Fault, Holder, OpenedAccount
from farewave.banks.errors import BanksRefusal
from farewave.banks.model import (
    BankRefused,
    BankUnknown,
    BindingRequest,
    CardNumber,
    ConfirmAnswer,
    DebitAnswer,
    QueryAnswer,
    ReleaseAnswer,
    Released,
    StartAnswer,
)
from farewave.db.pool import Database
from farewave.db.transaction import Tx
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer

A = TypeVar("A")


class DemoBank:
    """One for each process; all of them share the books and the fault.

    `slow_s` is how late a slow bank gets to a call, `silence_s` how long a caller waits for one
    that doesn't answer.
    """

    simulated = True

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        *,
        slow_s: float = 3.0,
        silence_s: float = 1.0,
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._slow_s = slow_s
        self._silence_s = silence_s

    async def open_account(
        self,
        holder: Holder,
        *,
        balance_fen: int = OPENING_FEN,
        card_number: CardNumber | None = None,
    ) -> OpenedAccount | Refused:
        """Open an account with money in it. With a `card_number` it is opened once only."""
        return await self._database.run(
            lambda tx: books.open_account(tx, self._sealer, holder, balance_fen, card_number)
        )

    async def fault(self) -> Fault:
        """What is wrong with the bank at the moment."""
        async with self._database.reading() as tx:
            return await store.fault(tx, BANK_CODE)

    async def set_fault(self, fault: Fault) -> None:
        """Switch a fault on, or all of them off, for every process."""
        async with self._database.transaction() as tx:
            await store.set_fault(tx, BANK_CODE, fault)

    async def start_binding(self, request: BindingRequest) -> StartAnswer:
        return await self._instructed(
            lambda tx, refuse: books.start(tx, self._sealer, request, refuse=refuse)
        )

    async def confirm_binding(self, bank_reference: str, code: str) -> ConfirmAnswer:
        try:
            reference = UUID(bank_reference)
        except ValueError:
            return BankRefused(BanksRefusal.BINDING_EXPIRED, "not a reference of this bank")
        return await self._instructed(
            lambda tx, refuse: books.confirm(tx, reference, code, refuse=refuse)
        )

    async def release(self, token: str) -> ReleaseAnswer:
        async def work(tx: Tx, refuse: bool) -> Released:
            await store.end_agreement(tx, token)
            return Released()

        return await self._instructed(work)

    async def debit(
        self, instruction_id: UUID, token: str, amount_fen: int, memo: str
    ) -> DebitAnswer:
        return await self._instructed(
            lambda tx, refuse: books.debit(
                tx, instruction_id, token, amount_fen, memo, refuse=refuse
            )
        )

    async def query(self, instruction_id: UUID) -> QueryAnswer:
        fault = await self._met()
        if fault is Fault.DOWN:
            return await self._nothing()
        async with self._database.reading() as tx:
            return await books.query(tx, instruction_id)

    async def _instructed(self, work: Callable[[Tx, bool], Awaitable[A]]) -> A | BankUnknown:
        """Carry out what the bank is told to, as far as the fault lets it through."""
        fault = await self._met()
        if fault is Fault.DOWN:
            return await self._nothing()
        done = await self._database.run(lambda tx: work(tx, fault is Fault.REFUSE))
        assert not isinstance(done, Refused), "the bank speaks its own language"
        return await self._nothing() if fault is Fault.SILENT else done

    async def _met(self) -> Fault:
        """The fault that a call meets; a slow bank has got to it when this returns."""
        fault = await self.fault()
        if fault is Fault.SLOW:
            await asyncio.sleep(self._slow_s)
        return fault

    async def _nothing(self) -> BankUnknown:
        await asyncio.sleep(self._silence_s)
        return BankUnknown("no answer")
