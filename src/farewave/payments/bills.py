"""What the payer finds in the bills about a trade and its refunds."""

from dataclasses import replace

from farewave.db import Tx
from farewave.payments.model import Merchant, Refund, Trade
from farewave.wallet import service as wallet
from farewave.wallet.model import (
    BALANCE_LABEL,
    BillKey,
    BillKind,
    BillStatus,
    Direction,
    NewBill,
    Wording,
)

REFERENCE = "trade"

RETURNING = Wording(
    "交易已关闭，银行扣的款正在退回原卡，通常两分钟内到账。",
    "The trade was closed before the bank answered: the money is on its way back to the card.",
)
RETURNED = Wording(
    "交易已关闭，款项已退回原卡。", "The trade was closed; the money is back on the card."
)
IN_BALANCE = Wording(
    "银行未能退回原卡，款项已转入您的余额。",
    "The bank couldn't give it back to the card, so it is in your balance.",
)
CARD_PENDING = Wording(
    "银行处理中：尚未收到银行的答复，通常两分钟内有结果。请不要重复付款，不会重复扣款。",
    "Pending at the bank: it hasn't answered yet, usually it does within two minutes."
    " Don't pay again; nothing is taken twice.",
)
CARD_PENDING_CLOSED = Wording(
    "交易已关闭，银行还没有答复。如果银行扣了款，会自动退回原卡。",
    "The trade is closed and the bank hasn't answered."
    " If it took the money, it goes back to the card by itself.",
)
REFUND_PENDING = Wording(
    "退款已交银行处理，通常两分钟内退回原卡。",
    "The refund is with the bank; it is usually back on the card within two minutes.",
)


def bill_key(trade: Trade, kind: BillKind, part: str = "") -> BillKey:
    """Of a card's payments each has its own bill (`part`): one may fail and the next succeed."""
    return BillKey(trade.shard, trade.payer_id, kind, REFERENCE, trade.trade_no, part)


async def write_card_payment(
    tx: Tx, trade: Trade, seller: Merchant, part: str, fund_label: Wording
) -> None:
    """The payer's bill of a card payment that the bank is about to be asked for."""
    bill = payment_bill(trade, seller)
    await wallet.write_bill(
        tx,
        replace(
            bill,
            key=bill_key(trade, BillKind.PAYMENT, part),
            status=BillStatus.PENDING,
            fund_label=fund_label,
            note=CARD_PENDING,
        ),
    )


def payment_bill(trade: Trade, seller: Merchant) -> NewBill:
    """The payer's bill of a payment from the balance."""
    return NewBill(
        key=bill_key(trade, BillKind.PAYMENT),
        direction=Direction.OUT,
        amount_fen=trade.amount_fen,
        status=BillStatus.SUCCEEDED,
        title=Wording(trade.subject, trade.subject),
        counterparty=seller.wording,
        fund_label=BALANCE_LABEL,
        order_no=trade.out_trade_no,
    )


async def write_payment(tx: Tx, trade: Trade, seller: Merchant) -> None:
    """Write the payer's bill of a payment."""
    await wallet.write_bill(tx, payment_bill(trade, seller))


async def write_refund(
    tx: Tx, trade: Trade, refund: Refund, seller: Merchant, card_label: Wording | None = None
) -> None:
    """The payer's bill of a refund; to a card it is pending until the bank has done it."""
    await wallet.write_bill(
        tx,
        NewBill(
            key=bill_key(trade, BillKind.REFUND, refund.out_request_no),
            direction=Direction.IN,
            amount_fen=refund.amount_fen,
            status=BillStatus.PENDING if card_label else BillStatus.SUCCEEDED,
            title=Wording(f"退款 - {trade.subject}", f"Refund - {trade.subject}"),
            counterparty=seller.wording,
            order_no=trade.out_trade_no,
            fund_label=card_label or BALANCE_LABEL,
            note=REFUND_PENDING if card_label else None,
        ),
    )
