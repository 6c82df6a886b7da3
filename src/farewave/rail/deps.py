"""What `app` hands to the endpoints and jobs of rail, as `app.state.rail`."""

from dataclasses import dataclass

from starlette.requests import Request

from farewave.kit.sealing import Sealer
from farewave.rail.board import Board
from farewave.rail.desk import BookingDesk
from farewave.rail.ports import NotificationCheck, PaymentPlatform, TicketSigner


@dataclass(frozen=True, slots=True, repr=False)
class RailDeps:
    """`app_id` and `seller_id` are what a notification must name to be meant for rail."""

    sealer: Sealer
    board: Board
    desk: BookingDesk
    platform: PaymentPlatform
    check: NotificationCheck
    signer: TicketSigner
    app_id: str
    seller_id: str
    gate_token: str
    sandbox: bool = False


def rail_of(request: Request) -> RailDeps:
    """What `app` filled in."""
    deps: RailDeps = request.app.state.rail
    return deps
