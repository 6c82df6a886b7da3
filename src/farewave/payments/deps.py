"""What `app` hands to the endpoints of payments, as `app.state.payments`."""

from dataclasses import dataclass

from starlette.requests import Request

from farewave.kit.sealing import Sealer
from farewave.payments.bell import Bell


@dataclass(frozen=True, slots=True, repr=False)
class PaymentsDeps:
    """`base_url`: where phones reach this installation."""

    sealer: Sealer
    bell: Bell
    base_url: str


def payments_of(request: Request) -> PaymentsDeps:
    """What `app` filled in."""
    deps: PaymentsDeps = request.app.state.payments
    return deps
