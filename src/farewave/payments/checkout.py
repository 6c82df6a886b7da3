"""A checkout: what a merchant offers before anybody is its buyer. The noun and its rules, pure.

`precreate` shows it as a QR code, `page`, `wap` and `app` as a cashier to open; with `auth` it is a
pre-authorisation to confirm, by a QR code or out of an app. A trade is made when a signed-in person
opens it; until then the Open Platform says that there is none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from farewave.kit.ids import derived_id
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.kit.outcome import Refused
from farewave.payments import link
from farewave.payments.agreement import NewOffer, offer_id_of, offer_id_of_order
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import NOWHERE, NewTrade, Place, Trade, TradeStatus

OPENS_FOR = timedelta(hours=2)
"""A QR code's life where the merchant names none: the Open Platform's."""
OPENS_FOR_MAX = timedelta(days=15)


class Product(StrEnum):
    """How the person comes to it."""

    PRECREATE = "precreate"
    PAGE = "page"
    WAP = "wap"
    APP = "app"
    AUTH = "auth"
    """Not a trade: somebody is to confirm a pre-authorisation."""


@dataclass(frozen=True, slots=True)
class NewCheckout:
    """As a merchant asks for it. `expires_at` wins over `pay_within`, which counts from the trade.

    `opens_for`: how long somebody may still become its buyer. `signs`: what is signed by paying it.
    """

    merchant_id: UUID
    app_id: str
    out_trade_no: str
    subject: str
    amount_fen: int
    product: Product
    expires_at: datetime | None
    pay_within: timedelta | None
    opens_for: timedelta
    notify_url: str | None
    return_url: str | None = None
    quit_url: str | None = None
    body: str | None = None
    passback_params: str | None = None
    place: Place = NOWHERE
    out_request_no: str | None = None
    signs: NewOffer | None = None
    agent_app_id: str | None = None


@dataclass(frozen=True, slots=True)
class Checkout:
    """A row of `payments.checkout`. Who knows `token` may open it, and see how it stands."""

    shard: int
    checkout_id: UUID
    secret: str
    merchant_id: UUID
    app_id: str
    out_trade_no: str
    subject: str
    body: str | None
    amount_fen: int
    product: Product
    expires_at: datetime | None
    pay_within: timedelta | None
    notify_url: str | None
    return_url: str | None
    quit_url: str | None
    passback_params: str | None
    created_at: datetime
    opens_until: datetime
    trade_no: str | None
    closed_at: datetime | None
    out_request_no: str | None
    store_id: str | None
    terminal_id: str | None
    operator_id: str | None
    agreement_offer_id: UUID | None = None
    agent_app_id: str | None = None

    @property
    def token(self) -> str:
        """What its link carries; nobody can guess it."""
        return link.token_of(self.checkout_id, self.secret)

    def trade_for(self, buyer_user_no: str, now: datetime) -> NewTrade:
        """The trade that it becomes for this buyer."""
        within = None if self.pay_within is None else now + self.pay_within
        return NewTrade(
            merchant_id=self.merchant_id,
            app_id=self.app_id,
            out_trade_no=self.out_trade_no,
            subject=self.subject,
            amount_fen=self.amount_fen,
            buyer_user_no=buyer_user_no,
            expires_at=self.expires_at or within,
            notify_url=self.notify_url,
            body=self.body,
            passback_params=self.passback_params,
            place=Place(self.store_id, self.terminal_id, self.operator_id),
            agent_app_id=self.agent_app_id,
        )


def checkout_id_of(
    merchant_id: UUID, out_trade_no: str, shards: int, product: Product = Product.PRECREATE
) -> UUID:
    """One for each order number, spread over the shards by the two together.

    A pre-authorisation's numbers are apart from trades'.
    """
    what = "authorization" if product is Product.AUTH else "checkout"
    spread = derived_id(merchant_id, 0, f"payments.{what}.shard.{out_trade_no}").int % shards
    return derived_id(merchant_id, spread, f"payments.{what}.{out_trade_no}")


def judge_new(new: NewCheckout, now: datetime) -> Refused | None:
    """Whether it can be offered at all."""
    if not 0 < new.amount_fen <= AMOUNT_FEN_MAX:
        return Refused(PaymentsRefusal.AMOUNT_INVALID)
    if new.expires_at is not None and new.expires_at <= now:
        return Refused(PaymentsRefusal.EXPIRED_ALREADY)
    return None


def offer_id_for(new: NewCheckout, shards: int) -> UUID | None:
    """The offer that is signed by paying, if there is one: by its own number, or by the order's."""
    if new.signs is None:
        return None
    if new.signs.external_agreement_no is None:
        return offer_id_of_order(new.merchant_id, new.out_trade_no, shards)
    return offer_id_of(new.merchant_id, new.signs.external_agreement_no, shards)


def judge_repeat(
    new: Checkout, known: Checkout | None, trade: Trade | None, *, cancelled: bool
) -> Refused | None:
    """Whether an order number that is known may be offered (again), and with this content."""
    if cancelled or (known is not None and known.closed_at is not None):
        return Refused(PaymentsRefusal.TRADE_HAS_CLOSE)
    if trade is not None:
        if trade.status in (TradeStatus.TRADE_SUCCESS, TradeStatus.TRADE_FINISHED):
            return Refused(PaymentsRefusal.TRADE_HAS_SUCCESS)
        if trade.status is TradeStatus.TRADE_CLOSED:
            return Refused(PaymentsRefusal.TRADE_HAS_CLOSE)
    if known is not None and known.agreement_offer_id != new.agreement_offer_id:
        return Refused(PaymentsRefusal.CONTEXT_INCONSISTENT)
    wanted = (new.amount_fen, new.subject)
    for there in (known, trade):
        if there is not None and (there.amount_fen, there.subject) != wanted:
            return Refused(PaymentsRefusal.CONTEXT_INCONSISTENT)
    return None


def opens_until(new: NewCheckout, now: datetime) -> datetime:
    """Until when somebody may become its buyer; a deadline of the trade ends it, too."""
    until = now + min(new.opens_for, OPENS_FOR_MAX)
    return until if new.expires_at is None else min(until, new.expires_at)


def judge_open(checkout: Checkout, now: datetime) -> Refused | None:
    """Whether somebody may become the buyer now; once there is a trade, that decides."""
    if checkout.closed_at is not None:
        return Refused(PaymentsRefusal.TRADE_HAS_CLOSE)
    if checkout.trade_no is None and now >= checkout.opens_until:
        return Refused(PaymentsRefusal.CHECKOUT_OVER)
    return None
