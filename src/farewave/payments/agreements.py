"""Agreements: offered by a merchant, signed by a person, used by `trade.pay`, ended by either.

Locks: the offer, or the order number of the trade; then the agreement, the payer's spending, the
book. Whoever ends an agreement locks it alone: a payment that came before it stands, none follows.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.kit.finding import Finding
from farewave.kit.ids import new_id, shard_of
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.payments import agreement as rules
from farewave.payments import limits, link, paid_apart, service, signing, store
from farewave.payments.agreement import (
    Agreement,
    AgreementProduct,
    AgreementStatus,
    NewOffer,
    Offer,
)
from farewave.payments.errors import AgreementRefusal
from farewave.payments.model import Merchant, NewTrade, Trade, shard_of_trade_no
from farewave.payments.notifications import enqueue_agreement_news
from farewave.payments.parties import ANYBODY, Parties
from farewave.payments.rules import (
    conclude_payment,
    judge_new_trade,
    plan_paid_at_once,
)
from farewave.payments.signing import Signer
from farewave.people import service as people
from farewave.people.model import Actor, shard_of_user_no

_SHOWN_MAX = 200


class Which(NamedTuple):
    """An agreement by the platform's number, or by person and the merchant's number."""

    merchant_id: UUID
    agreement_no: str | None
    user_no: str | None
    external_agreement_no: str | None


class Deduction(NamedTuple):
    """A trade that is paid by an agreement; its buyer is whoever signed."""

    agreement_no: str
    product: AgreementProduct | None
    new: NewTrade
    parties: Parties = ANYBODY


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer for whoever knows its link, and the agreement that it has become."""

    offer: Offer
    merchant: Merchant
    agreement: Agreement | None
    now: datetime


async def offer(tx: Tx, new: NewOffer) -> Offer | Refused:
    """An agreement to sign. The same number again: the same link, with the new terms.

    Refusals: PLAN_WRONG, DAY_WRONG, SIGNED_ALREADY.
    """
    refused = rules.judge_new(new, tx.now)
    if refused is not None:
        return refused
    if new.external_agreement_no is None:
        offer_id = new_id(tx.chance.below(tx.shards), tx.now, tx.chance)
    else:
        offer_id = rules.offer_id_of(new.merchant_id, new.external_agreement_no, tx.shards)
    return await _offer(tx, new, offer_id)


async def offer_with_payment(tx: Tx, new: NewOffer, offer_id: UUID) -> None:
    """An agreement, judged, to sign by paying. One that is signed stays: its person just pays."""
    await _offer(tx, new, offer_id)


async def _offer(tx: Tx, new: NewOffer, offer_id: UUID) -> Offer | Refused:
    made = _made(tx, new, offer_id)
    known = await store.insert_offer(tx, made)
    if known is None:
        return made
    if known.agreement_no is not None and known.signed_shard is not None:
        signed = await store.lock_agreement(tx, known.signed_shard, known.agreement_no)
        assert signed is not None, "a signed offer has its agreement"
        if signed.status(tx.now) is AgreementStatus.NORMAL:
            return Refused(AgreementRefusal.SIGNED_ALREADY)
        if signed.stopped_at is None:  # its time is over: the number is free again
            await store.write_agreement(tx, replace(signed, stopped_at=signed.terms.valid_until))
    renewed = replace(made, secret=known.secret, created_at=known.created_at)
    await store.renew_offer(tx, renewed)
    return renewed


def _made(tx: Tx, new: NewOffer, offer_id: UUID) -> Offer:
    return Offer(
        shard=shard_of(offer_id),
        offer_id=offer_id,
        secret=link.new_secret(tx.chance),
        merchant_id=new.merchant_id,
        app_id=new.app_id,
        external_agreement_no=new.external_agreement_no,
        terms=new.terms,
        notify_url=new.notify_url,
        return_url=new.return_url,
        created_at=tx.now,
        opens_until=tx.now + rules.OPENS_FOR,
        signed_shard=None,
        agreement_no=None,
        agent_app_id=new.agent_app_id,
    )


async def show(tx: ReadTx, token: str) -> OfferView | Refused:
    """How an offer stands, for whoever has its link. Refusal: OFFER_NOT_FOUND."""
    place = link.parse_token(token, tx.shards)
    found = await store.offer(tx, *place[:2]) if place else None
    if place is None or found is None or found.secret != place.secret:
        return Refused(AgreementRefusal.OFFER_NOT_FOUND)
    return await _view(tx, found)


async def _view(tx: ReadTx, found: Offer) -> OfferView:
    merchant = await store.merchant(tx, found.merchant_id)
    assert merchant is not None, "an offer belongs to a merchant"
    signed = None
    if found.agreement_no is not None and found.signed_shard is not None:
        signed = await store.agreement(tx, found.signed_shard, found.agreement_no)
    return OfferView(found, merchant, signed, tx.now)


async def sign(
    tx: Tx, actor: Actor, token: str, *, seen: str, pay_password: str
) -> OfferView | Refused:
    """Sign an offer, once; again by the same person: the same answer.

    Refusals: those of `people.check_pay_password`, OFFER_NOT_FOUND, NOT_YOURS, OFFER_OVER,
    TERMS_CHANGED.
    """
    wrong = await people.check_pay_password(tx, actor, pay_password)
    if wrong is not None:
        return wrong
    place = link.parse_token(token, tx.shards)
    found = await store.lock_offer(tx, *place[:2]) if place else None
    if place is None or found is None or found.secret != place.secret:
        return Refused(AgreementRefusal.OFFER_NOT_FOUND)
    if found.agreement_no is not None:
        view = await _view(tx, found)
        assert view.agreement is not None, "a signed offer has its agreement"
        mine = view.agreement.person_id == actor.person_id
        return view if mine else Refused(AgreementRefusal.NOT_YOURS)
    refused = rules.judge_sign(found, seen, tx.now)
    if refused is not None:
        return refused
    signer = Signer(actor.shard, actor.person_id, actor.user_no)
    signed = await signing.sign(tx, found, signer, service.new_trade_no(tx, actor.shard))
    return await _view(
        tx, replace(found, signed_shard=signed.shard, agreement_no=signed.agreement_no)
    )


async def deduct(tx: Tx, asked: Deduction) -> Trade | Refused:
    """A trade paid by an agreement, at once; never a second one for its number.

    Refusals: NOT_FOUND, AUTHOREE_WRONG, SELLER_NOT_FOUND, NOT_YOUR_TRADE, NOT_NORMAL,
    OF_ANOTHER_PRODUCT, NOT_DUE, …_EXCEEDED, LIMIT_…, BALANCE_NOT_ENOUGH, those of making a trade.
    """
    new = asked.new
    refused = judge_new_trade(new, tx.now)
    if refused is not None:
        return refused
    shard = shard_of_trade_no(asked.agreement_no)
    if shard is None or shard >= tx.shards:
        return Refused(AgreementRefusal.NOT_FOUND)
    trade_no = await paid_apart.take_number(tx, new, shard)
    if isinstance(trade_no, Refused):
        return trade_no
    known = await _locked(tx, Which(new.merchant_id, asked.agreement_no, None, None))
    if isinstance(known, Refused):
        return known
    seller = await store.merchant(tx, new.merchant_id)
    assert seller is not None, "an application belongs to a merchant"
    refused = asked.parties.judge(seller.seller_id, known.user_no) or rules.judge_deduction(
        known, asked.product, new.amount_fen, tx.now
    )
    if refused is not None:
        return refused
    return await _deduct(tx, known, new, seller, trade_no)


async def _deduct(
    tx: Tx, known: Agreement, new: NewTrade, seller: Merchant, trade_no: str
) -> Trade | Refused:
    shard, payer_id = known.shard, known.person_id
    person = await people.person(tx, shard, payer_id)
    before = await store.lock_spending(tx, shard, [payer_id])
    spent = limits.plus(before[payer_id], new.amount_fen, tx.now)
    over = limits.judge(spent, new.amount_fen, person.real_name_level)
    if over is not None:
        return over
    named = replace(new, buyer_user_no=known.user_no)
    paid = await paid_apart.write(tx, named, seller, shard, trade_no, payer_id)
    await store.write_agreement(tx, rules.deducted(known, paid.amount_fen, tx.now))
    await store.insert_agreement_payment(tx, known, paid.trade_no, paid.amount_fen, tx.now)
    await store.write_spending(tx, shard, {payer_id: spent})
    await service.open_merchant_accounts(tx, shard, [new.merchant_id])
    # Last, because the book's head stays locked from here on.
    (result,) = await ledger.submit(tx, [plan_paid_at_once(paid)])
    return conclude_payment(result) or paid


async def move_plan(tx: Tx, which: Which, to: date) -> Agreement | Refused:
    """Put the next payment off; to the day that it has: the same answer again.

    Refusals: NOT_FOUND, AUTHOREE_WRONG, NOT_NORMAL, OF_ANOTHER_PRODUCT, DAY_WRONG.
    """
    known = await _locked(tx, which)
    if isinstance(known, Refused) or rules.stands_at(known, to, tx.now):
        return known
    refused = rules.judge_move(known, to, tx.now)
    if refused is not None:
        return refused
    changed = rules.moved(known, to)
    await store.write_agreement(tx, changed)
    return changed


async def unsign(tx: Tx, which: Which) -> Agreement | Refused:
    """End it for its merchant. Refusals: NOT_FOUND, AUTHOREE_WRONG, ENDED_ALREADY."""
    known = await _locked(tx, which)
    return known if isinstance(known, Refused) else await _end(tx, known)


async def unsign_own(tx: Tx, actor: Actor, agreement_no: str) -> Agreement | Refused:
    """End it for its person; one that has ended already stays so. Refusal: NOT_FOUND."""
    known = None
    if shard_of_trade_no(agreement_no) == actor.shard:
        known = await store.lock_agreement(tx, actor.shard, agreement_no)
    if known is None or known.person_id != actor.person_id:
        return Refused(AgreementRefusal.NOT_FOUND)
    ended = await _end(tx, known)
    return known if isinstance(ended, Refused) else ended


async def _end(tx: Tx, known: Agreement) -> Agreement | Refused:
    if known.status(tx.now) is not AgreementStatus.NORMAL:
        return Refused(AgreementRefusal.ENDED_ALREADY)
    # A payment may have begun after this and been first: it isn't after the end.
    ended = replace(known, stopped_at=max(tx.now, known.last_at or tx.now))
    await store.write_agreement(tx, ended)
    await enqueue_agreement_news(tx, ended)
    await signing.record(tx, ended, "payments.agreement_ended")
    return ended


async def find(tx: ReadTx, which: Which) -> Agreement | Refused:
    """A merchant's agreement. Refusals: NOT_FOUND, AUTHOREE_WRONG (another merchant's)."""
    place = await _place_of(tx, which)
    found = await store.agreement(tx, *place) if place else None
    return _own(found, which)


async def own(tx: ReadTx, actor: Actor) -> list[tuple[Agreement, Merchant]]:
    """What the actor has agreed to and not ended, the newest first."""
    found = await store.agreements_of(tx, actor.shard, actor.person_id, tx.now, _SHOWN_MAX)
    merchants = await store.merchants(tx, {each.merchant_id for each in found})
    return [(each, merchants[each.merchant_id]) for each in found]


async def _locked(tx: Tx, which: Which) -> Agreement | Refused:
    place = await _place_of(tx, which)
    found = await store.lock_agreement(tx, *place) if place else None
    return _own(found, which)


def _own(found: Agreement | None, which: Which) -> Agreement | Refused:
    if found is None:
        return Refused(AgreementRefusal.NOT_FOUND)
    if found.merchant_id != which.merchant_id:
        return Refused(AgreementRefusal.AUTHOREE_WRONG)
    return found


async def _place_of(tx: ReadTx, which: Which) -> tuple[int, str] | None:
    if which.agreement_no is not None:
        shard = shard_of_trade_no(which.agreement_no)
        return None if shard is None else (shard, which.agreement_no)
    if which.user_no is None or which.external_agreement_no is None:
        return None
    person = await people.person_by_user_no(tx, which.user_no)
    shard = shard_of_user_no(which.user_no)
    if person is None or shard is None:
        return None
    number = await store.agreement_no_of(
        tx, shard, person.person_id, which.merchant_id, which.external_agreement_no
    )
    return None if number is None else (shard, number)


async def findings(tx: ReadTx) -> list[Finding]:
    """Agreements that contradict their payments, payments their trades, offers their agreements."""
    found = [
        Finding("payments", "offer_has_its_agreement", row["agreement_no"], "one is missing")
        for row in await store.offers_astray(tx)
    ]
    for shard in range(tx.shards):
        for row in await store.agreements_astray(tx, shard):
            says = "its payments don't add up"
            found.append(Finding("payments", "agreement_adds_up", row["agreement_no"], says))
        for row in await store.agreement_payments_astray(tx, shard):
            says = "it isn't a paid trade of the two while they agreed"
            found.append(Finding("payments", "agreement_paid_a_trade", row["trade_no"], says))
        for row in await store.signings_astray(tx, shard):
            says = "it was paid without signing, or signed without paying"
            found.append(Finding("payments", "paid_and_signed", row["trade_no"], says))
    return found
