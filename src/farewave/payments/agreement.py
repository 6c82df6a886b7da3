"""Automatic payments: what a person agrees to once, so that a merchant may take money later. Pure.

A payment plan (`CYCLE_PAY_AUTH`) has days on which a payment is due, a most for each, and perhaps a
most for all; a general agreement has none of these, only the person's own limits.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from farewave.kit.clock import shanghai_day
from farewave.kit.ids import derived_id
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.kit.outcome import Refused
from farewave.payments import link
from farewave.payments.errors import AgreementRefusal

OPENS_FOR = timedelta(hours=2)
"""How long a link may be signed."""
FOREVER = datetime(2115, 1, 31, 16, tzinfo=UTC)
"""2115-02-01 in China: what the platform writes where an agreement has no end."""
DAYS_MIN = 7
DAY_OF_MONTH_MAX = 28
"""The platform's bounds: no plan is shorter than a week, and every month has its day."""
LENGTH_MAX = 366
_VALIDITY = re.compile(r"([1-9][0-9]{0,3})([dm])")


class AgreementProduct(StrEnum):
    """The platform's product codes; the person's side of each ends with `_P`."""

    CYCLE = "CYCLE_PAY_AUTH"
    GENERAL = "GENERAL_WITHHOLDING"

    @property
    def personal(self) -> str:
        return f"{self.value}_P"


class CycleType(StrEnum):
    """What a period is counted in."""

    DAY = "DAY"
    MONTH = "MONTH"


class AgreementStatus(StrEnum):
    """The Open Platform's own names."""

    NORMAL = "NORMAL"
    STOP = "STOP"


@dataclass(frozen=True, slots=True)
class Cycle:
    """A payment plan. `first_on` is the day of the first payment in China, or of a changed one."""

    type: CycleType
    length: int
    first_on: date
    single_fen: int
    total_fen: int | None
    total_payments: int | None

    def after(self, day: date) -> date:
        """The first day of the plan after `day`."""
        if day < self.first_on:
            return self.first_on
        if self.type is CycleType.DAY:
            periods = (day - self.first_on).days // self.length + 1
            return self.first_on + timedelta(days=periods * self.length)
        months = (day.year - self.first_on.year) * 12 + day.month - self.first_on.month
        periods = months // self.length
        planned = plus_months(self.first_on, periods * self.length)
        return planned if planned > day else plus_months(planned, self.length)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed to."""

    product: AgreementProduct
    sign_scene: str
    cycle: Cycle | None
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class NewOffer:
    """An agreement as a merchant offers it. `external_agreement_no` is the merchant's number."""

    merchant_id: UUID
    app_id: str
    external_agreement_no: str | None
    terms: Terms
    notify_url: str | None
    return_url: str | None
    agent_app_id: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A row of `payments.agreement_offer`. Who knows `token` may sign it, if nobody has."""

    shard: int
    offer_id: UUID
    secret: str
    merchant_id: UUID
    app_id: str
    external_agreement_no: str | None
    terms: Terms
    notify_url: str | None
    return_url: str | None
    created_at: datetime
    opens_until: datetime
    signed_shard: int | None
    agreement_no: str | None
    agent_app_id: str | None = None

    @property
    def token(self) -> str:
        """What its link carries; nobody can guess it."""
        return link.token_of(self.offer_id, self.secret)

    @property
    def seen(self) -> str:
        """What somebody who has seen the terms hands back: other terms have another."""
        return hashlib.sha256(repr((self.external_agreement_no, self.terms)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Agreement:
    """A row of `payments.agreement`: signed by a person, whose shard it lies on."""

    shard: int
    agreement_no: str
    agreement_id: UUID
    merchant_id: UUID
    app_id: str
    external_agreement_no: str | None
    person_id: UUID
    user_no: str
    logon_id: str
    terms: Terms
    notify_url: str | None
    signed_at: datetime
    stopped_at: datetime | None
    next_on: date | None
    last_at: datetime | None
    paid_fen: int
    payments: int
    agent_app_id: str | None = None

    def status(self, now: datetime) -> AgreementStatus:
        """Stopped by somebody, or because its time is over."""
        over = self.stopped_at is not None or now >= self.terms.valid_until
        return AgreementStatus.STOP if over else AgreementStatus.NORMAL

    @property
    def ends_at(self) -> datetime:
        """When it ended, or will."""
        return self.stopped_at or self.terms.valid_until


@dataclass(frozen=True, slots=True)
class Signing:
    """A row of `payments.trade_signing`: what a trade's payer signs by paying it.

    `agreed` is what they had seen when a bank was asked for the money; `agreement_no` is there once
    it is paid.
    """

    shard: int
    trade_no: str
    offer_id: UUID
    agreed: str | None = None
    agreement_no: str | None = None


def plus_months(day: date, months: int) -> date:
    """The same day of a later month; every month has those up to the 28th."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1)


def offer_id_of(merchant_id: UUID, external_agreement_no: str, shards: int) -> UUID:
    """One for each number of a merchant's, spread over the shards by the two together."""
    label = f"payments.agreement.{external_agreement_no}"
    spread = derived_id(merchant_id, 0, f"{label}.shard").int % shards
    return derived_id(merchant_id, spread, label)


def offer_id_of_order(merchant_id: UUID, out_trade_no: str, shards: int) -> UUID:
    """One for each order that is paid and signed for in one, where the agreement has no number."""
    label = f"payments.agreement_of_order.{out_trade_no}"
    spread = derived_id(merchant_id, 0, f"{label}.shard").int % shards
    return derived_id(merchant_id, spread, label)


def valid_until(validity: str | None, now: datetime) -> datetime | None:
    """The end of an agreement offered now: `90d`, `2m` (months), for good; None: malformed."""
    if validity is None:
        return FOREVER
    match = _VALIDITY.fullmatch(validity)
    if match is None:
        return None
    count = int(match[1])
    if match[2] == "d":
        return now + timedelta(days=count)
    first = plus_months(now.date().replace(day=1), count)
    day = min(now.day, (plus_months(first, 1) - first).days)
    return now.replace(year=first.year, month=first.month, day=day)


def judge_new(new: NewOffer, now: datetime) -> Refused | None:
    """Whether it can be offered at all."""
    cycle = new.terms.cycle
    if (cycle is not None) != (new.terms.product is AgreementProduct.CYCLE):
        return Refused(AgreementRefusal.PLAN_WRONG)
    if cycle is None:
        return None
    fits = (
        DAYS_MIN <= cycle.length <= LENGTH_MAX
        if cycle.type is CycleType.DAY
        else 1 <= cycle.length <= LENGTH_MAX and cycle.first_on.day <= DAY_OF_MONTH_MAX
    )
    amounts = (cycle.single_fen, cycle.total_fen or cycle.single_fen)
    if not fits or not all(0 < each <= AMOUNT_FEN_MAX for each in amounts):
        return Refused(AgreementRefusal.PLAN_WRONG)
    if cycle.first_on < shanghai_day(now) or cycle.first_on.year > FOREVER.year:
        return Refused(AgreementRefusal.DAY_WRONG)
    return None


def judge_sign(offer: Offer, seen: str, now: datetime) -> Refused | None:
    """Whether an offer that nobody has signed can be signed, by who has seen these terms."""
    if now >= offer.opens_until or now >= offer.terms.valid_until:
        return Refused(AgreementRefusal.OFFER_OVER)
    # A merchant may offer other terms under its number while somebody reads.
    return None if seen == offer.seen else Refused(AgreementRefusal.TERMS_CHANGED)


def judge_signing(
    offer: Offer, signed: Agreement | None, payer_id: UUID, seen: str | None, now: datetime
) -> Refused | None:
    """Whether a trade that signs an offer can be paid; `signed` is what the offer is already.

    Whoever has signed it simply pays; nobody else can. The time to sign is the time to pay.
    """
    if signed is not None:
        if signed.status(now) is not AgreementStatus.NORMAL:
            # The terms that the order was offered with are gone: the merchant has to offer them.
            return Refused(AgreementRefusal.OFFER_OVER)
        mine = signed.person_id == payer_id
        return None if mine else Refused(AgreementRefusal.NOT_YOURS)
    if now >= offer.terms.valid_until:
        return Refused(AgreementRefusal.OFFER_OVER)
    return None if seen == offer.seen else Refused(AgreementRefusal.TERMS_CHANGED)


def judge_deduction(
    known: Agreement, product: AgreementProduct | None, amount_fen: int, now: datetime
) -> Refused | None:
    """Whether a merchant may take so much now. `product` None: it didn't say."""
    if known.status(now) is not AgreementStatus.NORMAL:
        return Refused(AgreementRefusal.NOT_NORMAL)
    if product not in (None, known.terms.product):
        return Refused(AgreementRefusal.OF_ANOTHER_PRODUCT)
    cycle = known.terms.cycle
    if cycle is None:
        return None
    assert known.next_on is not None, "a plan has its next day"
    if shanghai_day(now) < known.next_on:
        return Refused(AgreementRefusal.NOT_DUE)
    if amount_fen > cycle.single_fen:
        return Refused(AgreementRefusal.SINGLE_EXCEEDED)
    if cycle.total_fen is not None and known.paid_fen + amount_fen > cycle.total_fen:
        return Refused(AgreementRefusal.TOTAL_EXCEEDED)
    if cycle.total_payments is not None and known.payments >= cycle.total_payments:
        return Refused(AgreementRefusal.TIMES_EXCEEDED)
    return None


def deducted(known: Agreement, amount_fen: int, now: datetime) -> Agreement:
    """As it is after a payment: a day of the plan is used once, and days missed aren't made up."""
    cycle = known.terms.cycle
    return replace(
        known,
        paid_fen=known.paid_fen + amount_fen,
        payments=known.payments + 1,
        last_at=now,
        next_on=None if cycle is None else cycle.after(shanghai_day(now)),
    )


def stands_at(known: Agreement, day: date, now: datetime) -> bool:
    """Whether the next payment is on that day already: to put it off to there changes nothing."""
    return known.status(now) is AgreementStatus.NORMAL and known.next_on == day


def judge_move(known: Agreement, to: date, now: datetime) -> Refused | None:
    """Whether the next payment can be put off to a day: later only, and within the agreement."""
    if known.status(now) is not AgreementStatus.NORMAL:
        return Refused(AgreementRefusal.NOT_NORMAL)
    cycle = known.terms.cycle
    if cycle is None or known.next_on is None:
        return Refused(AgreementRefusal.OF_ANOTHER_PRODUCT)
    fits = cycle.type is CycleType.DAY or to.day <= DAY_OF_MONTH_MAX
    later = to > max(known.next_on, shanghai_day(now)) and to < shanghai_day(known.ends_at)
    return None if fits and later else Refused(AgreementRefusal.DAY_WRONG)


def moved(known: Agreement, to: date) -> Agreement:
    """With the plan counted from its new day."""
    cycle = known.terms.cycle
    assert cycle is not None, "judged"
    terms = replace(known.terms, cycle=replace(cycle, first_on=to))
    return replace(known, terms=terms, next_on=to)
