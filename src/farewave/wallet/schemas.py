"""The wire types of the wallet. Lengths are bounded here, meaning is judged by the service."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from farewave.banks.instruction import Instruction, InstructionStatus
from farewave.banks.model import BankInfo
from farewave.kit.ids import id_text
from farewave.kit.outcome import Language
from farewave.people.model import Person
from farewave.wallet import model
from farewave.wallet.model import BILL_PREFIX, BillKind, BillStatus, Direction
from farewave.wallet.transfer import NOTE_CHARS_MAX, Sent

CURSOR_PREFIX = "cur"


class MoveWish(BaseModel):
    """How much from or to which card. Amounts are whole fen, as JSON integers and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    card_id: Annotated[str, Field(max_length=40)]
    amount_fen: Annotated[int, Field(strict=True, examples=[10_000])]
    pay_password: Annotated[SecretStr, Field(max_length=256)]


PhoneText = Annotated[str, Field(max_length=32, examples=["13800138000"])]


class PayeeQuestion(BaseModel):
    """Whose number is it?"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phone: PhoneText


class TransferWish(BaseModel):
    """How much to whom. A note is for the payee, too, and has no control characters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phone: PhoneText
    amount_fen: Annotated[int, Field(strict=True, examples=[20_00])]
    note: Annotated[str, Field(max_length=NOTE_CHARS_MAX, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    pay_password: Annotated[SecretStr, Field(max_length=256)]


class Payee(BaseModel):
    """Enough to recognise somebody by, and no more. Without a real name the name is the number."""

    name_masked: str
    phone_masked: str
    has_real_name: bool


class Transfer(BaseModel):
    """Money sent to somebody."""

    transfer_id: str
    payee_name: str
    amount_fen: int
    note: str
    status: Literal["under_way", "arrived"]
    created_at: datetime
    arrived_at: datetime | None


class Wallet(BaseModel):
    """What is on its way, in or out, is with a bank and not part of the balance."""

    balance_fen: int
    available_fen: int
    incoming_fen: int
    outgoing_fen: int


class MoveCard(BaseModel):
    """The card that money comes from or goes to."""

    bank_name: str
    last4: str


class Failure(BaseModel):
    """Why it failed: a stable code and a sentence."""

    code: str
    message: str


class Move(BaseModel):
    """`note` is a sentence about what to expect while it is pending, or where the money is now."""

    amount_fen: int
    status: InstructionStatus
    card: MoveCard
    created_at: datetime
    finished_at: datetime | None
    failure: Failure | None
    note: str | None


class TopUp(Move):
    """Money from a card to the balance."""

    top_up_id: str


class Withdrawal(Move):
    """Money from the balance to a card."""

    withdrawal_id: str


class BillReference(BaseModel):
    """What the bill is of."""

    type: str
    id: str


class Bill(BaseModel):
    """Money that moved, or didn't, as its person sees it. `order_no` is the other side's number."""

    bill_id: str
    at: datetime
    kind: BillKind
    direction: Direction
    amount_fen: int
    title: str
    counterparty: str
    status: BillStatus
    fund_label: str
    note: str | None
    reference: BillReference
    order_no: str | None


class Bills(BaseModel):
    """A page, newest first; `next_cursor` fetches the one after it."""

    items: list[Bill]
    next_cursor: str | None


class BillTotals(BaseModel):
    """What came in and went out by bills that succeeded; refunds are money that came in."""

    in_fen: int
    out_fen: int


def wallet_out(view: model.WalletView) -> Wallet:
    return Wallet(
        balance_fen=view.balance_fen,
        available_fen=view.available_fen,
        incoming_fen=view.incoming_fen,
        outgoing_fen=view.outgoing_fen,
    )


def top_up_out(
    move: Instruction, bank: BankInfo, note: model.Wording | None, language: Language
) -> TopUp:
    return TopUp(top_up_id=move.text, **_move_out(move, bank, note, language))


def withdrawal_out(
    move: Instruction, bank: BankInfo, note: model.Wording | None, language: Language
) -> Withdrawal:
    return Withdrawal(withdrawal_id=move.text, **_move_out(move, bank, note, language))


def _move_out(
    move: Instruction, bank: BankInfo, note: model.Wording | None, language: Language
) -> dict[str, Any]:
    reason = move.failure
    failure = None
    if reason is not None:
        failure = Failure(code=reason.code, message=reason.zh if language == "zh" else reason.en)
    return {
        "amount_fen": move.amount_fen,
        "status": move.status,
        "card": MoveCard(bank_name=bank.name(language), last4=move.last4),
        "created_at": move.created_at,
        "finished_at": move.finished_at,
        "failure": failure,
        "note": note.in_language(language) if note else None,
    }


def bill_out(bill: model.Bill, language: Language) -> Bill:
    return Bill(
        bill_id=id_text(BILL_PREFIX, bill.bill_id),
        at=bill.at,
        kind=bill.key.kind,
        direction=bill.direction,
        amount_fen=bill.amount_fen,
        title=bill.title.in_language(language),
        counterparty=bill.counterparty.in_language(language),
        status=bill.status,
        fund_label=bill.fund_label.in_language(language),
        note=bill.note.in_language(language) if bill.note else None,
        reference=BillReference(type=bill.key.reference_type, id=bill.key.reference_id),
        order_no=bill.order_no or None,
    )


def bills_out(page: Sequence[model.Bill], next_before: UUID | None, language: Language) -> Bills:
    return Bills(
        items=[bill_out(each, language) for each in page],
        next_cursor=id_text(CURSOR_PREFIX, next_before) if next_before else None,
    )


def totals_out(totals: model.BillTotals) -> BillTotals:
    return BillTotals(in_fen=totals.in_fen, out_fen=totals.out_fen)


def payee_out(person: Person) -> Payee:
    return Payee(
        name_masked=person.name_masked,
        phone_masked=person.phone_masked,
        has_real_name=person.real_name_level > 0,
    )


def transfer_out(sent: Sent) -> Transfer:
    return Transfer(
        transfer_id=sent.text,
        payee_name=sent.payee_name,
        amount_fen=sent.amount_fen,
        note=sent.note,
        status="under_way" if sent.arrived_at is None else "arrived",
        created_at=sent.created_at,
        arrived_at=sent.arrived_at,
    )
