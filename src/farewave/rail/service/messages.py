"""What rail puts into the outbox: the intent to call the platform about an order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from farewave.rail.model import OrderRef

CREATE_TRADE = "rail.create_trade"
"""Have the platform make the trade for a held order."""
CLOSE_TRADE = "rail.close_trade"
"""Have a trade closed that was made after its order had ended."""
REFUND = "rail.refund"
"""Send money back that came for an order that had ended."""


def message_of(ref: OrderRef) -> dict[str, str]:
    """The payload that names an order."""
    return {"run_id": str(ref.run_id), "order_id": str(ref.order_id)}


def ref_of(payload: Mapping[str, Any]) -> OrderRef:
    """The order that a payload names."""
    return OrderRef(UUID(payload["run_id"]), UUID(payload["order_id"]))
