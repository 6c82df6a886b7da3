"""Checkouts: offered by a merchant, opened by the person who becomes the buyer.

`tx` comes first; the edge commits. A checkout is locked before the order number that it is for.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from farewave.db import ReadTx, Tx
from farewave.kit.ids import shard_of
from farewave.kit.outcome import Refused
from farewave.payments import agreement, agreements, link, service, store
from farewave.payments import checkout as rules
from farewave.payments.agreement import Signing
from farewave.payments.authorization import Authorization, Operation, freezing_of
from farewave.payments.checkout import Checkout, NewCheckout, Product
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import Merchant, Trade
from farewave.people.model import Actor


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """A checkout for whoever knows its link: what it asks for, and the trade that it has become."""

    checkout: Checkout
    merchant: Merchant
    trade: Trade | None
    now: datetime
    authorization: Authorization | None = None
    freezing: Operation | None = None


async def offer(tx: Tx, new: NewCheckout) -> Checkout | Refused:
    """A checkout to show. The same number and content again: the same link, with the new addresses.

    Refusals: AMOUNT_INVALID, EXPIRED_ALREADY, PLAN_WRONG and DAY_WRONG of what is signed by paying
    it, CONTEXT_INCONSISTENT, TRADE_HAS_SUCCESS, TRADE_HAS_CLOSE.
    """
    refused = rules.judge_new(new, tx.now)
    if refused is None and new.signs is not None:
        refused = agreement.judge_new(new.signs, tx.now)
    if refused is not None:
        return refused
    made = made_of(tx, new)
    known = await store.insert_checkout(tx, made)
    trade = await service.find_trade(
        tx, new.merchant_id, trade_no=None, out_trade_no=new.out_trade_no
    )
    cancelled = trade is None and await store.is_number_cancelled(
        tx, new.merchant_id, new.out_trade_no
    )
    refused = rules.judge_repeat(made, known, trade, cancelled=cancelled)
    if refused is not None:
        return refused
    if new.signs is not None and made.agreement_offer_id is not None:
        await agreements.offer_with_payment(tx, new.signs, made.agreement_offer_id)
    return made if known is None else await renew(tx, made, known)


async def renew(tx: Tx, made: Checkout, known: Checkout) -> Checkout:
    """`made` in the place of what was asked for before; the link stays."""
    renewed = replace(
        made, secret=known.secret, created_at=known.created_at, trade_no=known.trade_no
    )
    await store.renew_checkout(tx, renewed)
    return renewed


def made_of(tx: Tx, new: NewCheckout) -> Checkout:
    """The checkout that `new` makes, if there is none of its number."""
    checkout_id = rules.checkout_id_of(new.merchant_id, new.out_trade_no, tx.shards, new.product)
    return Checkout(
        shard=shard_of(checkout_id),
        checkout_id=checkout_id,
        secret=link.new_secret(tx.chance),
        merchant_id=new.merchant_id,
        app_id=new.app_id,
        out_trade_no=new.out_trade_no,
        subject=new.subject,
        body=new.body,
        amount_fen=new.amount_fen,
        product=new.product,
        expires_at=new.expires_at,
        pay_within=new.pay_within,
        notify_url=new.notify_url,
        return_url=new.return_url,
        quit_url=new.quit_url,
        passback_params=new.passback_params,
        created_at=tx.now,
        opens_until=rules.opens_until(new, tx.now),
        trade_no=None,
        closed_at=None,
        out_request_no=new.out_request_no,
        store_id=new.place.store_id,
        terminal_id=new.place.terminal_id,
        operator_id=new.place.operator_id,
        agreement_offer_id=rules.offer_id_for(new, tx.shards),
        agent_app_id=new.agent_app_id,
    )


async def show(tx: ReadTx, token: str) -> CheckoutView | Refused:
    """How a checkout stands, for whoever has its link. Refusal: CHECKOUT_NOT_FOUND."""
    place = link.parse_token(token, tx.shards)
    checkout = await store.checkout(tx, *place[:2]) if place else None
    if place is None or checkout is None or checkout.secret != place.secret:
        return Refused(PaymentsRefusal.CHECKOUT_NOT_FOUND)
    return await view_of(tx, checkout)


async def open_by(tx: Tx, actor: Actor, token: str) -> CheckoutView | Refused:
    """Make `actor` the buyer: from here on there is a trade. Again: the same trade.

    Refusals: CHECKOUT_NOT_FOUND, TRADE_HAS_CLOSE, CHECKOUT_OVER, NOT_YOUR_TRADE, those of
    `service.create_trade`.
    """
    checkout = await locked(tx, token)
    if checkout is None or checkout.product is Product.AUTH:
        return Refused(PaymentsRefusal.CHECKOUT_NOT_FOUND)
    refused = rules.judge_open(checkout, tx.now)
    if refused is not None:
        return refused
    there = await service.find_trade(
        tx, checkout.merchant_id, trade_no=None, out_trade_no=checkout.out_trade_no
    )
    if there is not None and there.payer_id != actor.person_id:
        return Refused(PaymentsRefusal.NOT_YOUR_TRADE)
    if checkout.trade_no is None:
        made = await service.create_trade(tx, checkout.trade_for(actor.user_no, tx.now))
        if isinstance(made, Refused):
            return made
        await store.set_opened(tx, checkout.shard, checkout.checkout_id, made.trade_no)
        if checkout.agreement_offer_id is not None:
            signs = Signing(made.shard, made.trade_no, checkout.agreement_offer_id)
            await store.insert_signing(tx, signs)
        checkout = replace(checkout, trade_no=made.trade_no)
    return await view_of(tx, checkout)


async def locked(tx: Tx, token: str) -> Checkout | None:
    """The checkout behind a link, nobody else's to change; None when there is none."""
    place = link.parse_token(token, tx.shards)
    found = await store.lock_checkout(tx, *place[:2]) if place else None
    return found if place and found and found.secret == place.secret else None


async def view_of(tx: ReadTx, checkout: Checkout) -> CheckoutView:
    """How it stands."""
    merchant = await store.merchant(tx, checkout.merchant_id)
    assert merchant is not None, "a checkout belongs to a merchant"
    number = checkout.merchant_id, checkout.out_trade_no
    if checkout.product is Product.AUTH:
        claimed = await store.claimed_authorization(tx, *number)
        froze = await store.authorization(tx, *claimed) if claimed else None
        if claimed and froze is None:  # cancelled before anything was frozen
            checkout = replace(checkout, closed_at=tx.now)
        if froze is None:
            return CheckoutView(checkout, merchant, None, tx.now)
        first = freezing_of(await store.operations(tx, froze.shard, froze.auth_no))
        return CheckoutView(checkout, merchant, None, tx.now, froze, first)
    trade = await service.find_trade(tx, number[0], trade_no=None, out_trade_no=number[1])
    return CheckoutView(checkout, merchant, trade, tx.now)
