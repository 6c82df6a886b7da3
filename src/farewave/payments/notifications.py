"""What a merchant is told, and when again: the Open Platform's asynchronous notification.

The fields are written down in the payment's own commit, under a `notify_id` that stays the same on
every resend; signing happens when it is sent.
"""

import json
from collections.abc import Sequence
from uuid import UUID

from farewave.db import Tx
from farewave.db.outbox import (
    Delivered,
    GaveUp,
    Handler,
    Message,
    Outcome,
    Postponed,
    RetryAt,
    enqueue_all,
)
from farewave.kit.clock import shanghai_text
from farewave.kit.ids import derived_id
from farewave.kit.money import yuan_text
from farewave.payments import rules
from farewave.payments.agreement import Agreement
from farewave.payments.authorization import Authorization, Operation
from farewave.payments.model import Fund, Refund, Trade
from farewave.payments.ports import NotificationSender, NotSent

TOPIC = "payments.notify"


def params_of(
    trade: Trade, notify_id: UUID, refund: Refund | None, signed: Agreement | None = None
) -> dict[str, str]:
    """The fields of a notification, unsigned; empty ones are left out, never sent empty.

    `signed`: the agreement that was signed by paying it.
    """
    params: dict[str, str | None] = {
        "notify_type": "trade_status_sync",
        "notify_id": notify_id.hex,
        "app_id": trade.agent_app_id or trade.app_id,
        "auth_app_id": trade.app_id,
        "trade_no": trade.trade_no,
        "out_trade_no": trade.out_trade_no,
        "buyer_id": trade.buyer_user_no,
        "seller_id": trade.seller_id,
        "trade_status": trade.status.value,
        "total_amount": yuan_text(trade.amount_fen),
        "subject": trade.subject,
        "body": trade.body,
        "gmt_create": shanghai_text(trade.created_at),
        "gmt_payment": shanghai_text(trade.paid_at) if trade.paid_at else None,
        "gmt_close": shanghai_text(trade.closed_at) if trade.closed_at else None,
        "passback_params": trade.passback_params,
    }
    if trade.was_paid:
        params |= _payment_params(trade)
    if refund is not None:
        params["out_biz_no"] = refund.out_request_no
        params["refund_fee"] = yuan_text(trade.refunded_fen)
        params["gmt_refund"] = shanghai_text(refund.at) + ".000"
    if signed is not None:
        params["agreement_no"] = signed.agreement_no
        params["external_agreement_no"] = signed.external_agreement_no
    return {name: value for name, value in params.items() if value}


def _payment_params(trade: Trade) -> dict[str, str]:
    amount = yuan_text(trade.amount_fen)
    channel = "BANKCARD" if trade.fund is Fund.CARD else "ALIPAYACCOUNT"
    return {
        "receipt_amount": amount,
        "invoice_amount": amount,
        "buyer_pay_amount": amount,
        "point_amount": "0.00",
        "fund_bill_list": json.dumps(
            [{"amount": amount, "fundChannel": channel}], separators=(",", ":")
        ),
    }


def _notify_id(trade: Trade, what: str) -> UUID:
    """The number of what is told: it stays the same, however often that is told."""
    return derived_id(trade.trade_id, trade.shard, f"payments.notify.{what}")


def told_ids(trade: Trade, refunds: Sequence[Refund]) -> list[UUID]:
    """The numbers of all that may have been told of a trade, the latest first."""
    if not trade.was_paid:
        return [_notify_id(trade, "closed")]
    backwards = [_notify_id(trade, f"refund.{each.out_request_no}") for each in reversed(refunds)]
    return [*backwards, _notify_id(trade, "paid")]


async def enqueue_notification(
    tx: Tx, trade: Trade, refund: Refund | None = None, *, signed: Agreement | None = None
) -> None:
    """Have the merchant told about `trade` as it is now, once the transaction has committed."""
    await _enqueue(tx, trade.shard, [(trade, refund)], signed)


async def enqueue_notifications(tx: Tx, shard: int, trades: Sequence[Trade]) -> None:
    """As `enqueue_notification`, for trades of one shard that were paid just now."""
    await _enqueue(tx, shard, [(trade, None) for trade in trades])


async def _enqueue(
    tx: Tx,
    shard: int,
    news: Sequence[tuple[Trade, Refund | None]],
    signed: Agreement | None = None,
) -> None:
    messages = []
    for trade, refund in news:
        if trade.notify_url is None:
            continue
        what = f"refund.{refund.out_request_no}" if refund else "paid"
        if not trade.was_paid:
            what = "closed"
        notify_id = _notify_id(trade, what)
        params = params_of(trade, notify_id, refund, signed)
        messages.append((notify_id, {"url": trade.notify_url, "params": params}))
    await enqueue_all(tx, shard=shard, topic=TOPIC, messages=messages, due_at=tx.now)


async def enqueue_authorization_news(tx: Tx, of: Authorization, done: Operation) -> None:
    """Have the merchant told that money was frozen or released, in the Open Platform's words."""
    if of.notify_url is None:
        return
    notify_id = derived_id(
        of.auth_id, of.shard, f"payments.notify.{done.type}.{done.out_request_no}"
    )
    params = {
        "notify_type": f"fund_auth_{done.type.value.lower()}",
        "notify_id": notify_id.hex,
        "app_id": of.agent_app_id or of.app_id,
        "auth_app_id": of.app_id,
        "auth_no": of.auth_no,
        "out_order_no": of.out_order_no,
        "operation_id": done.operation_id,
        "out_request_no": done.out_request_no,
        "operation_type": done.type.value,
        "amount": yuan_text(done.amount_fen),
        "status": "SUCCESS",
        "payer_user_id": of.payer_user_no,
        "total_freeze_amount": yuan_text(of.amount_fen),
        "rest_amount": yuan_text(of.rest_fen),
        "total_pay_amount": yuan_text(of.paid_fen),
        "gmt_create": shanghai_text(of.created_at),
        "gmt_trans": shanghai_text(done.at),
    }
    message = (notify_id, {"url": of.notify_url, "params": params})
    await enqueue_all(tx, shard=of.shard, topic=TOPIC, messages=[message], due_at=tx.now)


def agreement_fields(of: Agreement) -> dict[str, str]:
    """An agreement in the Open Platform's words; what isn't there is left out."""
    told = {
        "agreement_no": of.agreement_no,
        "external_agreement_no": of.external_agreement_no,
        "personal_product_code": of.terms.product.personal,
        "sign_scene": of.terms.sign_scene,
        "alipay_user_id": of.user_no,
        "alipay_logon_id": of.logon_id,
        "sign_time": shanghai_text(of.signed_at),
        "valid_time": shanghai_text(of.signed_at),
        "invalid_time": shanghai_text(of.ends_at),
    }
    return {name: value for name, value in told.items() if value}


async def enqueue_agreement_news(tx: Tx, of: Agreement) -> None:
    """Have the merchant told that an agreement was signed, or has ended."""
    if of.notify_url is None:
        return
    ended = of.stopped_at is not None
    what = "unsign" if ended else "sign"
    notify_id = derived_id(of.agreement_id, of.shard, f"payments.notify.{what}")
    params = {
        "notify_type": f"dut_user_{what}",
        "notify_id": notify_id.hex,
        "app_id": of.agent_app_id or of.app_id,
        "auth_app_id": of.app_id,
        "status": "UNSIGN" if ended else "NORMAL",
        **({"unsign_time": shanghai_text(of.ends_at)} if ended else {}),
        **agreement_fields(of),
    }
    message = (notify_id, {"url": of.notify_url, "params": params})
    await enqueue_all(tx, shard=of.shard, topic=TOPIC, messages=[message], due_at=tx.now)


def notify_handler(sender: NotificationSender) -> Handler:
    """Posts a notification; anything but `success` is tried again, eight times in 25 hours."""

    async def handle(message: Message) -> Outcome:
        params = {**message.payload["params"], "notify_time": shanghai_text(message.now)}
        answer = await sender.send(message.payload["url"], params)
        if isinstance(answer, NotSent):
            return Postponed(message.now + answer.away)
        if answer.accepted:
            return Delivered()
        due_at = rules.next_attempt(message.attempts, message.now)
        return GaveUp(answer.why) if due_at is None else RetryAt(due_at, answer.why)

    return handle
