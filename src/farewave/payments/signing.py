"""Signing an agreement, also by paying a trade: then both in one transaction, or neither.

Locks: the offer before the trade, as whoever signs without paying locks it.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.db.events import NewEvent, record_events
from farewave.kit.ids import new_id, shard_of
from farewave.kit.outcome import Refused
from farewave.payments import agreement as rules
from farewave.payments import limits, store
from farewave.payments.agreement import Agreement, AgreementStatus, Offer, Signing, Terms
from farewave.payments.model import Trade
from farewave.payments.notifications import enqueue_agreement_news
from farewave.people import service as people


class Signer(NamedTuple):
    """Who signs: a person, on the shard where the agreement will lie."""

    shard: int
    person_id: UUID
    user_no: str


@dataclass(frozen=True, slots=True)
class Held:
    """What a trade's payer signs by paying: the offer, locked, and what it has become already."""

    signing: Signing
    offer: Offer
    signed: Agreement | None

    def judge(self, trade: Trade, seen: str | None, tx: ReadTx) -> Refused | None:
        """As `agreement.judge_signing`."""
        return rules.judge_signing(self.offer, self.signed, trade.payer_id, seen, tx.now)


@dataclass(frozen=True, slots=True)
class SignedByPaying:
    """What a trade's payer is shown: the terms, and whether they stand already."""

    terms: Terms
    seen: str
    stands: bool


async def hold(tx: Tx, shard: int, trade_no: str) -> Held | None:
    """What paying a trade signs, nobody else's to sign or change; None: nothing."""
    signing = await store.signing(tx, shard, trade_no)
    if signing is None:
        return None
    offer = await store.lock_offer(tx, shard_of(signing.offer_id), signing.offer_id)
    assert offer is not None, "what a trade signs was offered"
    return Held(signing, offer, await _become(tx, offer))


async def agree(tx: Tx, held: Held, seen: str | None) -> None:
    """Note what was agreed to, until the bank has answered."""
    await store.write_signing(tx, replace(held.signing, agreed=seen))


async def conclude(tx: Tx, held: Held, trade: Trade, agreement_no: str) -> Agreement:
    """The agreement that paying `trade` has signed, under this number if there was none."""
    signer = Signer(trade.shard, trade.payer_id, trade.buyer_user_no)
    signed = held.signed or await sign(tx, held.offer, signer, agreement_no)
    await store.write_signing(tx, replace(held.signing, agreement_no=signed.agreement_no))
    return signed


async def of_trade(tx: ReadTx, trade: Trade) -> SignedByPaying | None:
    """What paying `trade` signs, or has signed; None: nothing."""
    signing = await store.signing(tx, trade.shard, trade.trade_no)
    if signing is None:
        return None
    offer = await store.offer(tx, shard_of(signing.offer_id), signing.offer_id)
    assert offer is not None, "what a trade signs was offered"
    if signing.agreement_no is not None:
        signed = await store.agreement(tx, trade.shard, signing.agreement_no)
        stands = True
    else:
        signed = await _become(tx, offer)
        stands = signed is not None and signed.status(tx.now) is AgreementStatus.NORMAL
    if signed is None or signed.person_id != trade.payer_id or not stands:
        return SignedByPaying(offer.terms, offer.seen, stands=False)
    return SignedByPaying(signed.terms, offer.seen, stands=True)


async def _become(tx: ReadTx, offer: Offer) -> Agreement | None:
    if offer.signed_shard is None or offer.agreement_no is None:
        return None
    signed = await store.agreement(tx, offer.signed_shard, offer.agreement_no)
    assert signed is not None, "a signed offer has its agreement"
    return signed


async def sign(tx: Tx, offer: Offer, signer: Signer, agreement_no: str) -> Agreement:
    """The agreement that `offer`, locked and judged, becomes; its merchant is told."""
    person = await people.person(tx, signer.shard, signer.person_id)
    cycle = offer.terms.cycle
    made = Agreement(
        shard=signer.shard,
        agreement_no=agreement_no,
        agreement_id=new_id(signer.shard, tx.now, tx.chance),
        merchant_id=offer.merchant_id,
        app_id=offer.app_id,
        external_agreement_no=offer.external_agreement_no,
        person_id=signer.person_id,
        user_no=signer.user_no,
        logon_id=person.phone_masked,
        terms=offer.terms,
        notify_url=offer.notify_url,
        signed_at=tx.now,
        stopped_at=None,
        next_on=None if cycle is None else cycle.first_on,
        last_at=None,
        paid_fen=0,
        payments=0,
        agent_app_id=offer.agent_app_id,
    )
    await store.insert_agreement(tx, made)
    await store.set_signed(tx, offer, made)
    await store.ensure_spending(tx, signer.shard, signer.person_id, limits.nothing_spent(tx.now))
    await enqueue_agreement_news(tx, made)
    await record(tx, made, "payments.agreement_signed")
    return made


async def record(tx: Tx, of: Agreement, name: str) -> None:
    """For the figures on use."""
    told = {"agreement_no": of.agreement_no, "product": of.terms.product.value}
    await record_events(tx, of.shard, [NewEvent(name, of.person_id, told)])
