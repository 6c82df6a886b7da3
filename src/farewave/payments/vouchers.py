"""Pre-authorisations that a person confirms: a code to scan, and the pay password."""

from farewave.db import Tx
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.payments import authorizations, checkouts, limits, service, store
from farewave.payments import checkout as rules
from farewave.payments.authorization import Authorization
from farewave.payments.checkout import Checkout, NewCheckout, Product
from farewave.payments.checkouts import CheckoutView
from farewave.payments.errors import AuthorizationRefusal, PaymentsRefusal
from farewave.people import service as people
from farewave.people.model import Actor


async def offer(tx: Tx, new: NewCheckout) -> Checkout | Refused:
    """A code to show. The same number and content again: the same code.

    Refusals: AMOUNT_INVALID, DONE_ALREADY, CLOSED (a cancelled number), INCONSISTENT.
    """
    invariant(new.product is Product.AUTH, "a voucher is of a pre-authorisation")
    refused = rules.judge_new(new, tx.now)
    if refused is not None:
        return refused
    made = checkouts.made_of(tx, new)
    known = await store.insert_checkout(tx, made)
    claimed = await store.claimed_authorization(tx, new.merchant_id, new.out_trade_no)
    if claimed is not None:
        froze = await store.authorization(tx, *claimed)
        done = AuthorizationRefusal.CLOSED if froze is None else AuthorizationRefusal.DONE_ALREADY
        return Refused(done)
    if known is None:
        return made
    wanted = (new.amount_fen, new.subject, new.out_request_no)
    if (known.amount_fen, known.subject, known.out_request_no) != wanted:
        return Refused(AuthorizationRefusal.INCONSISTENT)
    return await checkouts.renew(tx, made, known)


async def confirm(tx: Tx, actor: Actor, token: str, pay_password: str) -> CheckoutView | Refused:
    """Freeze the money of `actor`'s, once; again by the same person: the same answer.

    Refusals: those of `people.check_pay_password`, CHECKOUT_NOT_FOUND, CHECKOUT_OVER,
    NOT_YOUR_TRADE, CLOSED, LIMIT_…, BALANCE_NOT_ENOUGH.
    """
    wrong = await people.check_pay_password(tx, actor, pay_password)
    if wrong is not None:
        return wrong
    checkout = await checkouts.locked(tx, token)
    if checkout is None or checkout.out_request_no is None:
        return Refused(PaymentsRefusal.CHECKOUT_NOT_FOUND)
    made = _made(tx, checkout, actor)
    place = made.shard, made.auth_no
    claimed = await store.claim_authorization(
        tx, checkout.merchant_id, checkout.out_trade_no, *place
    )
    if claimed != place:
        first = await store.authorization(tx, *claimed)
        if first is None:
            return Refused(AuthorizationRefusal.CLOSED)
        if first.payer_id != actor.person_id:
            return Refused(PaymentsRefusal.NOT_YOUR_TRADE)
        return await checkouts.view_of(tx, checkout)
    refused = rules.judge_open(checkout, tx.now)
    if refused is not None:
        return refused
    person = await people.person(tx, actor.shard, actor.person_id)
    await store.ensure_spending(tx, actor.shard, actor.person_id, limits.nothing_spent(tx.now))
    done = await authorizations.freeze_now(
        tx, made, checkout.out_request_no, person.real_name_level
    )
    return done if isinstance(done, Refused) else await checkouts.view_of(tx, checkout)


def _made(tx: Tx, checkout: Checkout, actor: Actor) -> Authorization:
    return Authorization(
        shard=actor.shard,
        auth_no=service.new_trade_no(tx, actor.shard),
        auth_id=new_id(actor.shard, tx.now, tx.chance),
        merchant_id=checkout.merchant_id,
        app_id=checkout.app_id,
        out_order_no=checkout.out_trade_no,
        title=checkout.subject,
        payer_id=actor.person_id,
        payer_user_no=actor.user_no,
        amount_fen=checkout.amount_fen,
        rest_fen=checkout.amount_fen,
        paid_fen=0,
        pending_no=0,
        created_at=tx.now,
        notify_url=checkout.notify_url,
        agent_app_id=checkout.agent_app_id,
    )
