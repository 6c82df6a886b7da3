"""The simulated banks as an HTTP service: signed doors, and what goes wrong at them.

Each bank has its doors under `/banks/CODE/`, a fault of its own, and books of its own. A request
without the right signature is 401 and reaches no book.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Lifespan

from farewave.banks import rules
from farewave.banks.demo import books, store, wire
from farewave.banks.demo.model import Fault, Holder, Order
from farewave.banks.model import (
    BankUnknown,
    BindingRequest,
    CardNumber,
    InstructionKind,
    Released,
)
from farewave.db.pool import Database
from farewave.db.transaction import Tx
from farewave.kit.invariant import invariant
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people.model import PhoneNumber

Text = Annotated[str, Field(max_length=200)]
Amount = Annotated[int, Field(strict=True, gt=0, le=AMOUNT_FEN_MAX)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Binding(_Asked):
    binding_id: UUID
    holder_name: Text
    identity_number: Text
    card_number: Text
    phone: Text


class _Confirmation(_Asked):
    bank_reference: UUID
    code: Text


class _Release(_Asked):
    token: Text


class _CardMoney(_Asked):
    instruction_id: UUID
    token: Text
    amount_fen: Amount
    memo: Text


class _Refund(_Asked):
    instruction_id: UUID
    debit_id: UUID
    amount_fen: Amount
    memo: Text


class _Query(_Asked):
    instruction_id: UUID


class _NewAccount(_Asked):
    holder_name: Text
    identity_number: Text
    phone: Text
    balance_fen: Annotated[int, Field(strict=True, ge=0, le=AMOUNT_FEN_MAX)]
    card_number: Text | None


class _FaultWish(_Asked):
    fault: Fault | None = None


Call = Callable[["_Counter", Any, bool], Awaitable[wire.Answer]]


class SimulatedBanks:
    """The service of all simulated banks.

    `slow_s` is how late a slow bank gets to a call, `silence_s` how long a caller waits for one
    that doesn't answer.
    """

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        secret: bytes,
        *,
        slow_s: float = 3.0,
        silence_s: float = 1.0,
    ) -> None:
        self.database = database
        self.sealer = sealer
        self.secret = secret
        self.slow_s = slow_s
        self.silence_s = silence_s

    async def answer(self, bank_code: str, call: str, body: bytes) -> dict[str, Any] | None:
        """What the bank says to a call that there is; None: nothing. Raises pydantic's
        ValidationError for one that says nonsense.
        """
        counter = _Counter(self, bank_code)
        if call in _MANAGEMENT:
            shape, manage = _MANAGEMENT[call]
            return await manage(counter, shape.model_validate_json(body))
        shape, work = _CALLS[call]
        asked = shape.model_validate_json(body)
        fault = await counter.fault()
        if fault is Fault.SLOW:
            await asyncio.sleep(self.slow_s)
        if fault is Fault.DOWN:
            return None
        said = await work(counter, asked, fault is Fault.REFUSE)
        if fault is Fault.DUPLICATE:
            said = await work(counter, asked, False)
        if fault is Fault.SILENT and call != "queries":
            return None
        return wire.answer_out(said)


class _Counter:
    """Where one bank serves: each method is a call of the port, in a transaction of the bank's."""

    def __init__(self, banks: SimulatedBanks, bank_code: str) -> None:
        self._banks = banks
        self._code = bank_code

    async def fault(self) -> Fault:
        async with self._banks.database.reading() as tx:
            return await store.fault(tx, self._code)

    async def _run(self, work: Callable[[Tx], Awaitable[wire.Answer]]) -> wire.Answer:
        said: wire.Answer | Refused = await self._banks.database.run(work)
        invariant(not isinstance(said, Refused), "the bank speaks its own language")
        assert not isinstance(said, Refused)
        return said

    async def start(self, asked: _Binding, refuse: bool) -> wire.Answer:
        card, phone = CardNumber.parse(asked.card_number), PhoneNumber.parse(asked.phone)
        if card is None or phone is None:
            return BankUnknown("no card number or no phone number")
        request = BindingRequest(
            asked.binding_id, asked.holder_name, asked.identity_number, card, phone
        )
        sealer, code = self._banks.sealer, self._code
        return await self._run(lambda tx: books.start(tx, sealer, code, request, refuse=refuse))

    async def confirm(self, asked: _Confirmation, refuse: bool) -> wire.Answer:
        return await self._run(
            lambda tx: books.confirm(
                tx, self._code, asked.bank_reference, asked.code, refuse=refuse
            )
        )

    async def release(self, asked: _Release, refuse: bool) -> wire.Answer:
        async def work(tx: Tx) -> wire.Answer:
            await store.end_agreement(tx, self._code, asked.token)
            return Released()

        return await self._run(work)

    async def debit(self, asked: _CardMoney, refuse: bool) -> wire.Answer:
        return await self._move(InstructionKind.DEBIT, asked, refuse)

    async def credit(self, asked: _CardMoney, refuse: bool) -> wire.Answer:
        return await self._move(InstructionKind.CREDIT, asked, refuse)

    async def refund(self, asked: _Refund, refuse: bool) -> wire.Answer:
        return await self._move(InstructionKind.REFUND, asked, refuse)

    async def _move(
        self, kind: InstructionKind, asked: _CardMoney | _Refund, refuse: bool
    ) -> wire.Answer:
        order = Order(
            instruction_id=asked.instruction_id,
            kind=kind,
            token=asked.token if isinstance(asked, _CardMoney) else None,
            debit_id=asked.debit_id if isinstance(asked, _Refund) else None,
            amount_fen=asked.amount_fen,
            memo=asked.memo,
        )
        return await self._run(lambda tx: books.carry_out(tx, self._code, order, refuse=refuse))

    async def query(self, asked: _Query, refuse: bool) -> wire.Answer:
        async with self._banks.database.reading() as tx:
            return await books.query(tx, self._code, asked.instruction_id)

    async def open_account(self, asked: _NewAccount) -> dict[str, Any]:
        phone = PhoneNumber.parse(asked.phone)
        card = CardNumber.parse(asked.card_number) if asked.card_number else None
        invariant(phone is not None, "an account has a phone number")
        assert phone is not None
        holder = Holder(asked.holder_name, asked.identity_number, phone)
        opened = await self._banks.database.run(
            lambda tx: books.open_account(
                tx, self._banks.sealer, self._code, holder, asked.balance_fen, card
            )
        )
        if isinstance(opened, Refused):
            return {"code": opened.reason.code, "details": dict(opened.details)}
        return {"card_number": opened.card_number.digits, "balance_fen": opened.balance_fen}

    async def switch(self, asked: _FaultWish) -> dict[str, Any]:
        if asked.fault is not None:
            async with self._banks.database.transaction() as tx:
                await store.set_fault(tx, self._code, asked.fault)
        return {"fault": (await self.fault()).value}


_CALLS: Mapping[str, tuple[type[_Asked], Call]] = {
    "bindings": (_Binding, _Counter.start),
    "confirmations": (_Confirmation, _Counter.confirm),
    "releases": (_Release, _Counter.release),
    "debits": (_CardMoney, _Counter.debit),
    "credits": (_CardMoney, _Counter.credit),
    "refunds": (_Refund, _Counter.refund),
    "queries": (_Query, _Counter.query),
}
_MANAGEMENT: Mapping[
    str, tuple[type[_Asked], Callable[[_Counter, Any], Awaitable[dict[str, Any]]]]
] = {
    "accounts": (_NewAccount, _Counter.open_account),
    "fault": (_FaultWish, _Counter.switch),
}
"""What a simulated bank lets its operator do; no fault touches it."""


async def serve_call(request: Request) -> Response:
    """One signed request to one bank."""
    banks: SimulatedBanks = request.app.state.banks
    body = await request.body()
    bank_code, call = request.path_params["bank_code"], request.path_params["call"]
    signature = request.headers.get(wire.SIGNATURE, "")
    expected = wire.request_signature(banks.secret, wire.path_of(bank_code, call), body)
    if not wire.is_signed(expected, signature):
        return Response(status_code=401)
    if rules.bank_info(bank_code) is None or call not in _CALLS.keys() | _MANAGEMENT.keys():
        return Response(status_code=404)
    try:
        said = await banks.answer(bank_code, call, body)
    except ValidationError:
        return Response(status_code=422)
    if said is None:
        await asyncio.sleep(banks.silence_s)
        return Response(status_code=504)
    text = json.dumps(said, ensure_ascii=False).encode()
    headers = {wire.SIGNATURE: wire.answer_signature(banks.secret, signature, text)}
    return Response(text, headers=headers, media_type="application/json")


async def list_banks(request: Request) -> Response:
    """Which banks are here: for people who look at this address."""
    names = [
        {"bank_code": bank.bank_code, "name": bank.name_zh, "name_en": bank.name_en}
        for bank in rules.BANKS
    ]
    return JSONResponse({"service": "simulated banks", "banks": names})


async def healthz(request: Request) -> Response:
    """Whether the service is there."""
    return JSONResponse({"status": "ok"})


def build(lifespan: Lifespan[Starlette] | None = None) -> Starlette:
    """The application; `app.state.banks` is filled with `SimulatedBanks` by whoever runs it."""
    return Starlette(
        routes=[
            Route("/", list_banks),
            Route("/healthz", healthz),
            Route("/banks/{bank_code}/{call}", serve_call, methods=["POST"]),
        ],
        lifespan=lifespan,
    )
