"""Pre-authorisation: money of a person's kept ready for a merchant. The nouns and rules, pure.

What is frozen is one pending transfer from the payer's balance to the merchant. To capture or
release a part ends it and makes the next one of the rest, within one batch: nobody can spend it
between the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from farewave.kit.ids import derived_id
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.kit.outcome import Refused
from farewave.ledger.model import Reason, Transfer, pending, post_pending, void_pending
from farewave.payments.errors import AuthorizationRefusal
from farewave.payments.model import Trade, merchant_account_id
from farewave.wallet.model import balance_account_id

CANCELS_WITHIN = timedelta(hours=24)


class AuthorizationStatus(StrEnum):
    """The Open Platform's own names."""

    AUTHORIZED = "AUTHORIZED"
    FINISH = "FINISH"
    CLOSED = "CLOSED"


class OperationType(StrEnum):
    """What was done with it."""

    FREEZE = "FREEZE"
    UNFREEZE = "UNFREEZE"
    PAY = "PAY"


@dataclass(frozen=True, slots=True)
class NewAuthorization:
    """As a merchant asks for it, with the code that it scanned."""

    merchant_id: UUID
    app_id: str
    out_order_no: str
    out_request_no: str
    title: str
    amount_fen: int
    auth_code: str
    notify_url: str | None
    agent_app_id: str | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    """A row of `payments.authorization`."""

    shard: int
    auth_no: str
    auth_id: UUID
    merchant_id: UUID
    app_id: str
    out_order_no: str
    title: str
    payer_id: UUID
    payer_user_no: str
    amount_fen: int
    rest_fen: int
    paid_fen: int
    pending_no: int
    created_at: datetime
    notify_url: str | None
    agent_app_id: str | None = None

    @property
    def status(self) -> AuthorizationStatus:
        """Finished once nothing is frozen any more; closed when nothing of it was ever paid."""
        if self.rest_fen > 0:
            return AuthorizationStatus.AUTHORIZED
        return AuthorizationStatus.FINISH if self.paid_fen else AuthorizationStatus.CLOSED

    @property
    def business(self) -> str:
        """How the ledger names it."""
        return f"authorization:{self.auth_no}"

    @property
    def cancel_no(self) -> str:
        """Under which request number cancelling releases all of it: no merchant's to use."""
        return f"cancel.{self.auth_no}"

    def pending_id(self, number: int) -> UUID:
        """The ledger's id of the pending transfer of this number."""
        return derived_id(self.auth_id, self.shard, f"payments.authorization.{number}")

    def frozen(self, number: int, amount_fen: int) -> Transfer:
        """The pending transfer of this number."""
        return pending(
            self.pending_id(number),
            self.shard,
            debit=balance_account_id(self.payer_id, self.shard),
            credit=merchant_account_id(self.merchant_id, self.shard),
            amount_fen=amount_fen,
            reason=Reason.PAYMENT,
            business=self.business,
        )

    def _rest(self, rest_fen: int) -> list[Transfer]:
        return [self.frozen(self.pending_no + 1, rest_fen)] if rest_fen else []

    def releasing(self, amount_fen: int) -> list[Transfer]:
        """Give a part back to the payer's use."""
        void = void_pending(
            derived_id(self.auth_id, self.shard, f"payments.authorization.void.{self.pending_no}"),
            self.shard,
            pending_id=self.pending_id(self.pending_no),
            reason=Reason.PAYMENT,
            business=self.business,
        )
        return [void, *self._rest(self.rest_fen - amount_fen)]

    def capturing(self, trade: Trade, *, completes: bool) -> list[Transfer]:
        """Pay a trade out of it; the rest stays frozen, unless this `completes` it."""
        post = post_pending(
            trade.payment_id,
            self.shard,
            pending_id=self.pending_id(self.pending_no),
            amount_fen=trade.amount_fen,
            reason=Reason.PAYMENT,
            business=trade.business,
        )
        return [post, *self._rest(0 if completes else self.rest_fen - trade.amount_fen)]


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of `payments.authorization_operation`: done, since nothing else is written."""

    shard: int
    auth_no: str
    out_request_no: str
    operation_id: str
    type: OperationType
    amount_fen: int
    remark: str
    at: datetime


def freezing_of(done: Sequence[Operation]) -> Operation:
    """What it began with: there is one, and its time may tie with another's, or be later."""
    return next(each for each in done if each.type is OperationType.FREEZE)


def closing_of(known: Authorization, done: Sequence[Operation]) -> Operation:
    """What closed it: cancelling, or else the last release."""
    released = [each for each in done if each.type is OperationType.UNFREEZE]
    cancelled = [each for each in released if each.out_request_no == known.cancel_no]
    return (cancelled or released)[-1]


def judge_new(new: NewAuthorization) -> Refused | None:
    """Whether so much can be frozen at all."""
    if not 0 < new.amount_fen <= AMOUNT_FEN_MAX:
        return Refused(AuthorizationRefusal.AMOUNT)
    return None


def judge_repeat(new: NewAuthorization, known: Authorization, first: Operation) -> Refused | None:
    """A merchant asks again under one of its order numbers."""
    same = (new.amount_fen, new.title, new.out_request_no) == (
        known.amount_fen,
        known.title,
        first.out_request_no,
    )
    return None if same else Refused(AuthorizationRefusal.INCONSISTENT)


def judge_taking(known: Authorization, amount_fen: int) -> Refused | None:
    """Whether a part can be released, or captured, now."""
    if known.status is AuthorizationStatus.FINISH:
        return Refused(AuthorizationRefusal.FINISHED)
    if known.status is AuthorizationStatus.CLOSED:
        return Refused(AuthorizationRefusal.CLOSED)
    if amount_fen > known.rest_fen:
        return Refused(AuthorizationRefusal.EXCEEDS)
    return None


def judge_cancel(known: Authorization, now: datetime) -> Refused | None:
    """Whether all of it can be undone; what was closed already stays so."""
    if known.paid_fen:
        return Refused(AuthorizationRefusal.FINISHED)
    if known.rest_fen and now >= known.created_at + CANCELS_WITHIN:
        return Refused(AuthorizationRefusal.CANCEL_TOO_LATE)
    return None
