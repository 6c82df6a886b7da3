"""What the payer finds in the bills about a trade and its refunds."""

from farewave.db import Tx
from farewave.payments.model import Merchant, Refund, Trade
from farewave.wallet import service as wallet
from farewave.wallet.model import BillKey, BillKind, BillStatus, Direction, NewBill, Wording

REFERENCE = "trade"
_BALANCE = Wording("账户余额", "Balance")


def _key(trade: Trade, kind: BillKind, part: str = "") -> BillKey:
    return BillKey(trade.shard, trade.payer_id, kind, REFERENCE, trade.trade_no, part)


def payment_bill(trade: Trade, seller: Merchant) -> NewBill:
    """The payer's bill of a payment."""
    return NewBill(
        key=_key(trade, BillKind.PAYMENT),
        direction=Direction.OUT,
        amount_fen=trade.amount_fen,
        status=BillStatus.SUCCEEDED,
        title=Wording(trade.subject, trade.subject),
        counterparty=Wording(seller.name, seller.name_en),
        fund_label=_BALANCE,
        order_no=trade.out_trade_no,
    )


async def write_payment(tx: Tx, trade: Trade, seller: Merchant) -> None:
    """Write the payer's bill of a payment."""
    await wallet.write_bill(tx, payment_bill(trade, seller))


async def write_refund(tx: Tx, trade: Trade, refund: Refund, seller: Merchant) -> None:
    """The payer's bill of a refund."""
    await wallet.write_bill(
        tx,
        NewBill(
            key=_key(trade, BillKind.REFUND, refund.out_request_no),
            direction=Direction.IN,
            amount_fen=refund.amount_fen,
            status=BillStatus.SUCCEEDED,
            title=Wording(f"退款 - {trade.subject}", f"Refund - {trade.subject}"),
            counterparty=Wording(seller.name, seller.name_en),
            fund_label=_BALANCE,
            order_no=trade.out_trade_no,
        ),
    )
