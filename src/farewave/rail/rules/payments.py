"""What money does to an order, whenever and however often it is heard of."""

from enum import Enum

from farewave.rail.model.orders import Order, OrderStatus, PaidTrade


class MoneyOutcome(Enum):
    """What to do about a payment that the platform vouches for."""

    ISSUE = "issue"
    REFUND = "refund"
    KNOWN = "known"
    WRONG_AMOUNT = "wrong_amount"


def judge_money(order: Order, paid: PaidTrade, *, time_is_claimed: bool) -> MoneyOutcome:
    """What the payment `paid` means for `order` as it stands.

    An order that still holds its seats is issued, even if the message comes late: the platform
    takes no money after the deadline, so it was paid in time. `time_is_claimed` says whether the
    passengers' time is still theirs; if somebody else took it after the claim ran out, the money
    goes back. So does money for an order that has ended.
    """
    if paid.amount_fen != order.total_fen:
        return MoneyOutcome.WRONG_AMOUNT
    if order.status is OrderStatus.HELD:
        return MoneyOutcome.ISSUE if time_is_claimed else MoneyOutcome.REFUND
    if order.status in (OrderStatus.CANCELLED, OrderStatus.LAPSED):
        return MoneyOutcome.REFUND
    return MoneyOutcome.KNOWN
