"""The use cases of rail: `tx` first, never committing, no call to the outside.

Those that need the platform are two functions each, before and after the call; `trades.py` puts
them together.
"""

from farewave.rail.service.gates import GateAnswer, check_gate
from farewave.rail.service.holding import place_order, place_orders
from farewave.rail.service.messages import CLOSE_TRADE, CREATE_TRADE, REFUND, message_of, ref_of
from farewave.rail.service.networks import current_network, network_of, run_id_of
from farewave.rail.service.ordering import Asked, OrderRequest
from farewave.rail.service.orders import (
    OrderView,
    TicketView,
    get_order,
    get_ticket,
    list_orders,
    view_of,
)
from farewave.rail.service.passengers import (
    add_passenger,
    list_proved,
    passengers,
    remove_passenger,
)
from farewave.rail.service.paying import (
    Ended,
    due,
    end_unpaid,
    load,
    look_again,
    order_by_number,
    payments_after,
    record_payment,
    record_refund,
    record_trade,
    refund_due,
)
from farewave.rail.service.search import TrainWay, judge_search, note_search, train_way

__all__ = [
    "CLOSE_TRADE",
    "CREATE_TRADE",
    "REFUND",
    "Asked",
    "Ended",
    "GateAnswer",
    "OrderRequest",
    "OrderView",
    "TicketView",
    "TrainWay",
    "add_passenger",
    "check_gate",
    "current_network",
    "due",
    "end_unpaid",
    "get_order",
    "get_ticket",
    "judge_search",
    "list_orders",
    "list_proved",
    "load",
    "look_again",
    "message_of",
    "network_of",
    "note_search",
    "order_by_number",
    "passengers",
    "payments_after",
    "place_order",
    "place_orders",
    "record_payment",
    "record_refund",
    "record_trade",
    "ref_of",
    "refund_due",
    "remove_passenger",
    "run_id_of",
    "train_way",
    "view_of",
]
