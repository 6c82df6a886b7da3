"""/api/v1/sandbox/gateway-faults: calls that go wrong on purpose. Sandbox only."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from farewave.db import ReadTx
from farewave.db.edge import answer, answer_read
from farewave.gateway import faults, service
from farewave.gateway.methods import METHODS
from farewave.gateway.model import ArmedFault, CallFault
from farewave.gateway.registry import KNOWN_FOR_S

router = APIRouter(prefix="/api/v1/sandbox", tags=["sandbox"])
CALLS_MAX = 1000
HANG_S_MAX = 600
_HANG_S = 30
AppId = Annotated[str, Field(max_length=16, examples=["2021000123456789"])]


class GatewayFault(BaseModel):
    """How the next `calls` calls of a method go wrong; 0: they don't, any more.

    `unavailable` answers `20000` and does nothing; `hang` waits `hang_s` and carries the call out
    then; `lost_answer` carries it out and breaks the connection; `notify_twice` posts twice what
    the call is followed by.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    app_id: AppId
    method: Annotated[str, Field(max_length=128, examples=["alipay.trade.pay"])]
    fault: Annotated[CallFault, Field(strict=False)]
    calls: Annotated[int, Field(ge=0, le=CALLS_MAX)] = 1
    hang_s: Annotated[int, Field(ge=1, le=HANG_S_MAX)] = _HANG_S


class GatewayFaultLeft(GatewayFault):
    """What is left of it: `calls`, and `notifications` that are still to be posted twice."""

    notifications: int


class GatewayApp(BaseModel):
    """An application of the Open Platform."""

    app_id: str
    name: str


class GatewaySwitchboard(BaseModel):
    """What may go wrong on purpose: of which applications and methods, and what will."""

    apps: list[GatewayApp]
    """The newest, newest first."""
    methods: list[str]
    faults: list[GatewayFaultLeft]


async def _switchboard(tx: ReadTx) -> GatewaySwitchboard:
    apps = await service.newest_apps(tx)
    return GatewaySwitchboard(
        apps=[GatewayApp(app_id=each.app_id, name=each.name) for each in apps],
        methods=sorted(METHODS),
        faults=[_out(fault) for fault in await faults.armed(tx)],
    )


@router.get("/gateway-faults", response_model=GatewaySwitchboard, operation_id="getGatewayFaults")
async def get_gateway_faults(request: Request) -> Response:
    """Everything that is still to go wrong."""
    return await answer_read(request, _switchboard, lambda found: found)


@router.put("/gateway-faults", response_model=GatewayFaultLeft, operation_id="setGatewayFault")
async def set_gateway_fault(request: Request, body: GatewayFault) -> Response:
    """Have the next calls of a method go wrong, in every process by the time this is answered."""
    fault = ArmedFault(body.app_id, body.method, body.fault, body.hang_s, body.calls)
    answered = await answer(request, lambda tx: faults.arm(tx, fault), _out)
    if body.calls:
        await asyncio.sleep(KNOWN_FOR_S)  # until no process remembers the application without it
    return answered


@router.delete("/gateway-faults", status_code=204, operation_id="clearGatewayFaults")
async def clear_gateway_faults(
    request: Request, app_id: Annotated[str, Query(max_length=16)]
) -> Response:
    """Have nothing more go wrong with an application."""
    return await answer(request, lambda tx: faults.disarm(tx, app_id), lambda _: None)


def _out(fault: ArmedFault) -> GatewayFaultLeft:
    return GatewayFaultLeft(
        app_id=fault.app_id,
        method=fault.method,
        fault=fault.fault,
        calls=fault.calls_left,
        hang_s=fault.hang_s,
        notifications=len(fault.orders),
    )
