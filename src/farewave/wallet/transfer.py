"""Sending money to another person: the nouns, steps and bills of it, pure.

Payer and payee may be on different shards. Then a transfer has two steps in two books
(`ledger.crossing`), their ids following from the transfer's. On one shard it is one step.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from farewave.kit.ids import derived_id, id_text
from farewave.ledger.crossing import Crossing
from farewave.ledger.model import Reason, Transfer, posted
from farewave.wallet.model import (
    BALANCE_LABEL,
    BillKey,
    BillKind,
    BillStatus,
    Direction,
    Holder,
    NewBill,
    Wording,
    balance_account_id,
)

CONTEXT = "wallet"
"""Whose accounts the money is in on its way."""
TRANSFER_PREFIX = "snd"
REFERENCE = "transfer"
NOTE_CHARS_MAX = 50
FEN_MAX = 50_000_00
LOOK_UPS_A_DAY = 100
CHECK_AFTER = timedelta(seconds=5)
"""By then whoever sent it has carried it through, or died."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Money sent; `arrived_at` is None while it is on its way to another shard."""

    shard: int
    transfer_id: UUID
    payer_id: UUID
    payee_shard: int
    payee_id: UUID
    amount_fen: int
    note: str
    payer_name: str
    payee_name: str
    created_at: datetime
    arrived_at: datetime | None

    @property
    def text(self) -> str:
        """The id as people and bills see it."""
        return id_text(TRANSFER_PREFIX, self.transfer_id)

    @property
    def business(self) -> str:
        """The object that the ledger's transfers name."""
        return f"transfer:{self.text}"

    @property
    def on_one_shard(self) -> bool:
        return self.shard == self.payee_shard

    @property
    def crossing(self) -> Crossing:
        """Its way to another shard."""
        return Crossing(
            context=CONTEXT,
            shard=self.shard,
            to_shard=self.payee_shard,
            leaving_id=self.leaving_id,
            arriving_id=self.arriving_id,
            debit_account_id=balance_account_id(self.payer_id, self.shard),
            credit_account_id=balance_account_id(self.payee_id, self.payee_shard),
            amount_fen=self.amount_fen,
            reason=Reason.TRANSFER,
            business=self.business,
        )

    @property
    def leaving_id(self) -> UUID:
        """The ledger's transfer out of the payer's balance."""
        return derived_id(self.transfer_id, self.shard, "wallet.transfer.leaving")

    @property
    def arriving_id(self) -> UUID:
        """The ledger's transfer into the payee's balance, where that is another shard."""
        return derived_id(self.transfer_id, self.payee_shard, "wallet.transfer.arriving")


def digest(payee: Holder, amount_fen: int, note: str) -> bytes:
    """SHA-256 of what is asked: of the payee's id, since a phone number could be tried out."""
    asked = json.dumps([payee.person_id.hex, amount_fen, note], separators=(",", ":"))
    return hashlib.sha256(asked.encode()).digest()


def leaving(sent: Sent) -> Transfer:
    """The first step, or the only one."""
    if not sent.on_one_shard:
        return sent.crossing.leaving()
    return posted(
        sent.leaving_id,
        sent.shard,
        debit=balance_account_id(sent.payer_id, sent.shard),
        credit=balance_account_id(sent.payee_id, sent.shard),
        amount_fen=sent.amount_fen,
        reason=Reason.TRANSFER,
        business=sent.business,
    )


def payer_key(sent: Sent) -> BillKey:
    return BillKey(sent.shard, sent.payer_id, BillKind.TRANSFER, REFERENCE, sent.text)


def payee_key(sent: Sent) -> BillKey:
    return BillKey(sent.payee_shard, sent.payee_id, BillKind.TRANSFER, REFERENCE, sent.text)


def note_of(sent: Sent) -> Wording | None:
    return Wording(sent.note, sent.note) if sent.note else None


def payer_bill(sent: Sent) -> NewBill:
    """What the payer sees: pending while the money is on its way."""
    return NewBill(
        key=payer_key(sent),
        direction=Direction.OUT,
        amount_fen=sent.amount_fen,
        status=BillStatus.SUCCEEDED if sent.arrived_at else BillStatus.PENDING,
        title=Wording(f"转账给 {sent.payee_name}", f"Sent to {sent.payee_name}"),
        counterparty=Wording(sent.payee_name, sent.payee_name),
        fund_label=BALANCE_LABEL,
        note=note_of(sent),
    )


def payee_bill(sent: Sent) -> NewBill:
    """What the payee sees, once the money is there."""
    return NewBill(
        key=payee_key(sent),
        direction=Direction.IN,
        amount_fen=sent.amount_fen,
        status=BillStatus.SUCCEEDED,
        title=Wording(f"收到 {sent.payer_name} 的转账", f"Received from {sent.payer_name}"),
        counterparty=Wording(sent.payer_name, sent.payer_name),
        fund_label=BALANCE_LABEL,
        note=note_of(sent),
    )
