"""A simulated bank as an adapter of the port `Bank`: signed requests over HTTP.

Whatever isn't the bank's own signed answer is `BankUnknown`: nobody knows then what it did.
"""

import json
from typing import Any, TypeVar
from uuid import UUID

import httpx

from farewave.banks.demo import wire
from farewave.banks.demo.model import OPENING_FEN, Fault, Holder, OpenedAccount
from farewave.banks.errors import BanksRefusal
from farewave.banks.model import (
    BankRefused,
    BankUnknown,
    BindingRequest,
    BindingStarted,
    Bound,
    CardNumber,
    ConfirmAnswer,
    MoneyAnswer,
    Moved,
    NeverHeard,
    QueryAnswer,
    ReleaseAnswer,
    Released,
    StartAnswer,
)
from farewave.kit.outcome import Refused

A = TypeVar("A")


class DemoBank:
    """One bank behind the service that `http`'s base address names."""

    simulated = True

    def __init__(self, http: httpx.AsyncClient, bank_code: str, secret: bytes) -> None:
        self._http = http
        self._secret = secret
        self.bank_code = bank_code

    async def start_binding(self, request: BindingRequest) -> StartAnswer:
        said = await self._call(
            "bindings",
            binding_id=str(request.binding_id),
            holder_name=request.holder_name,
            identity_number=request.identity_number,
            card_number=request.card_number.digits,
            phone=request.phone.digits,
        )
        return _one_of(said, BindingStarted, BankRefused)

    async def confirm_binding(self, bank_reference: str, code: str) -> ConfirmAnswer:
        said = await self._call("confirmations", bank_reference=bank_reference, code=code)
        return _one_of(said, Bound, BankRefused)

    async def release(self, token: str) -> ReleaseAnswer:
        return _one_of(await self._call("releases", token=token), Released)

    async def debit(
        self, instruction_id: UUID, token: str, amount_fen: int, memo: str
    ) -> MoneyAnswer:
        said = await self._call("debits", **_money(instruction_id, amount_fen, memo), token=token)
        return _one_of(said, Moved, BankRefused)

    async def credit(
        self, instruction_id: UUID, token: str, amount_fen: int, memo: str
    ) -> MoneyAnswer:
        said = await self._call("credits", **_money(instruction_id, amount_fen, memo), token=token)
        return _one_of(said, Moved, BankRefused)

    async def refund(
        self, instruction_id: UUID, debit_id: UUID, amount_fen: int, memo: str
    ) -> MoneyAnswer:
        money = _money(instruction_id, amount_fen, memo)
        said = await self._call("refunds", **money, debit_id=str(debit_id))
        return _one_of(said, Moved, BankRefused)

    async def query(self, instruction_id: UUID) -> QueryAnswer:
        said = await self._call("queries", instruction_id=str(instruction_id))
        return _one_of(said, Moved, BankRefused, NeverHeard)

    async def open_account(
        self,
        holder: Holder,
        *,
        balance_fen: int = OPENING_FEN,
        card_number: CardNumber | None = None,
    ) -> OpenedAccount | Refused | BankUnknown:
        """Open an account with money in it. With a `card_number` it is opened once only."""
        said = await self._ask(
            "accounts",
            holder_name=holder.name,
            identity_number=holder.identity_number,
            phone=holder.phone.digits,
            balance_fen=balance_fen,
            card_number=card_number.digits if card_number else None,
        )
        if isinstance(said, BankUnknown):
            return said
        if "code" in said:
            return Refused(BanksRefusal.of_code(said["code"]), said["details"])
        return OpenedAccount(CardNumber(said["card_number"]), said["balance_fen"])

    async def fault(self) -> Fault | BankUnknown:
        """What is wrong with the bank at the moment."""
        said = await self._ask("fault")
        return said if isinstance(said, BankUnknown) else Fault(said["fault"])

    async def set_fault(self, fault: Fault) -> BankUnknown | None:
        """Switch a fault on, or all of them off."""
        said = await self._ask("fault", fault=fault.value)
        return said if isinstance(said, BankUnknown) else None

    async def _call(self, call: str, **asked: object) -> wire.Answer:
        said = await self._ask(call, **asked)
        if isinstance(said, BankUnknown):
            return said
        try:
            return wire.answer_in(said)
        except (KeyError, ValueError):
            return BankUnknown("an answer that we don't understand")

    async def _ask(self, call: str, **asked: object) -> dict[str, Any] | BankUnknown:
        path = wire.path_of(self.bank_code, call)
        body = json.dumps(asked, ensure_ascii=False).encode()
        signature = wire.request_signature(self._secret, path, body)
        headers = {wire.SIGNATURE: signature, "content-type": "application/json"}
        try:
            answer = await self._http.post(path, content=body, headers=headers)
        except httpx.HTTPError as error:
            return BankUnknown(type(error).__name__)
        if answer.status_code != 200:
            return BankUnknown(f"HTTP {answer.status_code}")
        expected = wire.answer_signature(self._secret, signature, answer.content)
        if not wire.is_signed(expected, answer.headers.get(wire.SIGNATURE, "")):
            return BankUnknown("an answer that the bank didn't sign")
        said: dict[str, Any] = json.loads(answer.content)
        return said


def _money(instruction_id: UUID, amount_fen: int, memo: str) -> dict[str, object]:
    return {"instruction_id": str(instruction_id), "amount_fen": amount_fen, "memo": memo}


def _one_of(said: wire.Answer, *kinds: type[A]) -> A | BankUnknown:
    """`said`, if it is an answer to what was asked."""
    if isinstance(said, BankUnknown):
        return said
    for kind in kinds:
        if isinstance(said, kind):
            return said
    return BankUnknown("an answer to something else")
