"""Where gates ask whether a ticket's holder passes."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import Response

from farewave.db.edge import answer, language_of, refusal_response
from farewave.kit.outcome import Refused
from farewave.rail import service
from farewave.rail.deps import rail_of
from farewave.rail.errors import RailRefusal
from farewave.rail.schemas import orders as wire

router = APIRouter()


@router.post("/gate/checks", response_model=wire.GateResult, operation_id="checkGate")
async def check_gate(
    request: Request,
    body: wire.GateCheck,
    x_gate_token: Annotated[str, Header(max_length=200)] = "",
) -> Response:
    """Judge the code of a ticket at a gate of `station`; one that opens the gate is used there."""
    deps = rail_of(request)
    if not hmac.compare_digest(x_gate_token.encode(), deps.gate_token.encode()):
        return refusal_response(Refused(RailRefusal.GATE_TOKEN_WRONG), language_of(request))
    return await answer(
        request,
        lambda tx: service.check_gate(tx, deps.signer, body.qr_text, body.station),
        wire.gate_out,
    )
