"""/api/v1/sandbox/bank-…: accounts at the simulated banks, and their faults. Sandbox only."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from farewave.banks.demo.bank import DemoBank
from farewave.banks.demo.model import BANK_CODE, Fault, Holder
from farewave.banks.deps import banks_of
from farewave.banks.errors import BanksRefusal
from farewave.banks.model import BankUnknown
from farewave.db.edge import answer_outcome, database_of, language_of, refusal_response
from farewave.kit.outcome import KitRefusal, RefusalCode, Refused
from farewave.people import service as people
from farewave.people.model import PhoneNumber
from farewave.people.session import CurrentActor

router = APIRouter(prefix="/api/v1/sandbox", tags=["sandbox"])


BankCode = Annotated[str, Field(max_length=16, examples=[BANK_CODE])]


class BankAccountWish(BaseModel):
    """At which bank."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bank_code: BankCode = BANK_CODE


class BankAccount(BaseModel):
    """A new account: everything that binding its card takes."""

    card_number: str
    phone: str
    balance_fen: int


class BankFault(BaseModel):
    """What is wrong with a simulated bank."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bank_code: BankCode
    fault: Fault


def demo_bank_of(request: Request, bank_code: str) -> DemoBank | None:
    """The simulated bank of this code, where there is one."""
    bank = banks_of(request).banks.get(bank_code)
    return bank if isinstance(bank, DemoBank) else None


@router.post(
    "/bank-accounts",
    status_code=201,
    response_model=BankAccount,
    operation_id="openBankAccount",
)
async def open_bank_account(
    request: Request, actor: CurrentActor, body: BankAccountWish | None = None
) -> Response:
    """Open an account with money in it in the signed-in person's name."""
    bank_code = (body or BankAccountWish()).bank_code
    bank = demo_bank_of(request, bank_code)
    if bank is None:
        is_real = bank_code in banks_of(request).banks
        return _refused(request, KitRefusal.SANDBOX_ONLY if is_real else BanksRefusal.BANK_UNKNOWN)
    sealer = banks_of(request).sealer
    async with database_of(request).reading() as tx:
        person = await people.person(tx, actor.shard, actor.person_id)
    if person.real_name is None or person.identity is None:
        return _refused(request, BanksRefusal.REAL_NAME_NEEDED)
    phone = PhoneNumber.parse(person.phone.reveal(sealer))
    assert phone is not None
    holder = Holder(person.real_name.reveal(sealer), person.identity.reveal(sealer), phone)
    opened = await bank.open_account(holder)
    if isinstance(opened, BankUnknown):
        return _refused(request, BanksRefusal.BANK_SILENT)
    return answer_outcome(
        request,
        opened,
        lambda made: BankAccount(
            card_number=made.card_number.digits,
            phone=phone.digits,
            balance_fen=made.balance_fen,
        ),
        status=201,
    )


@router.get("/bank-faults", response_model=list[BankFault], operation_id="getBankFaults")
async def get_bank_faults(request: Request) -> Response:
    """What is wrong with the simulated banks."""
    faults = []
    for bank in banks_of(request).banks.values():
        if isinstance(bank, DemoBank):
            fault = await bank.fault()
            if isinstance(fault, BankUnknown):
                return _refused(request, BanksRefusal.BANK_SILENT)
            faults.append(BankFault(bank_code=bank.bank_code, fault=fault))
    return answer_outcome(request, faults, lambda found: found)


@router.put("/bank-faults", response_model=BankFault, operation_id="setBankFault")
async def set_bank_fault(request: Request, body: BankFault) -> Response:
    """Switch a fault on, for every process, until it is switched off (`none`)."""
    bank = demo_bank_of(request, body.bank_code)
    if bank is None:
        return _refused(request, BanksRefusal.BANK_UNKNOWN)
    if await bank.set_fault(body.fault) is not None:
        return _refused(request, BanksRefusal.BANK_SILENT)
    return answer_outcome(request, body, lambda now: now)


def _refused(request: Request, reason: RefusalCode) -> Response:
    return refusal_response(Refused(reason), language_of(request))
