"""What a merchant asks for with a code that it scanned. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from farewave.kit.clock import from_shanghai, shanghai_day
from farewave.kit.outcome import Refused
from farewave.payments import paycode
from farewave.payments.model import NOWHERE, NewTrade, Place, Trade
from farewave.payments.parties import ANYBODY, Parties
from farewave.payments.paycode import PayCode

CONFIRM_WITHIN = timedelta(minutes=5)
"""How long the person has to confirm, where the merchant names no time."""
CONFIRM_WITHIN_MAX = timedelta(days=1)
Number = tuple[UUID, str]
"""A merchant and one of its order numbers."""
Outcome = Trade | Refused


@dataclass(frozen=True, slots=True)
class CodePayment:
    """A scan.

    `confirm_within`: how long its person has, where they are asked; None: until China's day ends.
    """

    merchant_id: UUID
    app_id: str
    out_trade_no: str
    subject: str
    amount_fen: int
    auth_code: str
    expires_at: datetime | None
    notify_url: str | None
    body: str | None = None
    passback_params: str | None = None
    place: Place = NOWHERE
    confirm_within: timedelta | None = CONFIRM_WITHIN
    parties: Parties = ANYBODY
    agent_app_id: str | None = None

    @property
    def number(self) -> Number:
        return self.merchant_id, self.out_trade_no

    @property
    def kept_as(self) -> str:
        """What its code is found by."""
        return paycode.kept_as(self.auth_code)

    def trade_of(self, payer: PayCode) -> NewTrade:
        """The trade that it makes, now that the payer is known."""
        return NewTrade(
            self.merchant_id,
            self.app_id,
            self.out_trade_no,
            self.subject,
            self.amount_fen,
            payer.user_no,
            self.expires_at,
            self.notify_url,
            self.body,
            self.passback_params,
            agent_app_id=self.agent_app_id,
        )

    def confirm_until(self, now: datetime) -> datetime:
        """When a trade that waits for its person closes."""
        if self.confirm_within is None:
            until = from_shanghai(shanghai_day(now) + timedelta(days=1))
        else:
            until = now + min(self.confirm_within, CONFIRM_WITHIN_MAX)
        return until if self.expires_at is None else min(until, self.expires_at)
