"""What exists in the sandbox only: the movable clock. Not routed at all in production."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from farewave.db import ReadTx, Tx, clock
from farewave.db.edge import answer, answer_read

router = APIRouter(prefix="/api/v1/sandbox", tags=["sandbox"])
OFFSET_S_MAX = 10 * 365 * 86_400


class ClockView(BaseModel):
    """How far the one clock is ahead of the machine's, and what it shows."""

    offset_s: int
    now: datetime


class ClockMove(BaseModel):
    """Where to put the clock."""

    model_config = ConfigDict(extra="forbid", strict=True)

    offset_s: Annotated[int, Field(ge=-OFFSET_S_MAX, le=OFFSET_S_MAX)]


async def _view(tx: ReadTx) -> ClockView:
    ahead = await clock.offset(tx)
    return ClockView(offset_s=int(ahead.total_seconds()), now=tx.now)


@router.get("/clock", response_model=ClockView, operation_id="getClock")
async def get_clock(request: Request) -> Response:
    """The one clock of this sandbox."""
    return await answer_read(request, _view, lambda view: view)


@router.put("/clock", response_model=ClockView, operation_id="moveClock")
async def move_clock(request: Request, body: ClockMove) -> Response:
    """Move the clock for every process; deadlines and jobs follow within a second."""

    async def work(tx: Tx) -> ClockView:
        before = await clock.offset(tx)
        ahead = timedelta(seconds=body.offset_s)
        await clock.set_offset(tx, ahead)
        return ClockView(offset_s=body.offset_s, now=tx.now - before + ahead)

    return await answer(request, work, lambda view: view)
