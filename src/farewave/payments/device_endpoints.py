"""Phones that make pay codes, what those may pay unasked, and what their people are asked."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from farewave.db import ReadTx
from farewave.db.edge import answer, answer_read, language_of, refusal_response
from farewave.kit.ids import parse_id
from farewave.kit.outcome import Refused
from farewave.payments import code_devices, confirmations
from farewave.payments.bell import Bell
from farewave.payments.confirmations import Question
from farewave.payments.deps import payments_of
from farewave.payments.device_schemas import (
    CODE_DEVICE_PREFIX,
    CodeDevice,
    Declined,
    EnrolBody,
    Enrolled,
    PayQuestion,
    Tickets,
    Unasked,
    UnaskedBody,
    code_device_out,
    declined_out,
    enrolled_out,
    public_key_in,
    question_out,
    tickets_out,
    unasked_out,
)
from farewave.payments.errors import PhoneRefusal
from farewave.people.model import Actor
from farewave.people.session import CurrentActor

STREAM_LASTS_S = 55.0
"""A phone comes again by itself, and has to prove again that it is signed in."""
_BEAT_S = 15.0
_STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}

devices_router = APIRouter(prefix="/api/v1/pay-code-devices", tags=["cashier"])
limits_router = APIRouter(prefix="/api/v1/pay-code-limits", tags=["cashier"])
questions_router = APIRouter(prefix="/api/v1/pay-questions", tags=["cashier"])
routers = (devices_router, limits_router, questions_router)


@devices_router.get("", response_model=list[CodeDevice], operation_id="listCodeDevices")
async def list_devices(request: Request, actor: CurrentActor) -> Response:
    """The person's phones that make codes, the one last used first."""
    return await answer_read(
        request,
        lambda tx: code_devices.devices(tx, actor),
        lambda devices: [code_device_out(each) for each in devices],
    )


@devices_router.put("/mine", response_model=Enrolled, operation_id="enrolCodeDevice")
async def enrol(request: Request, actor: CurrentActor, body: EnrolBody) -> Response:
    """Let this phone make codes, by the pay password; again is with a new key."""
    return await answer(
        request,
        lambda tx: code_devices.enrol(
            tx,
            payments_of(request).sealer,
            actor,
            public_key_in(body.public_key),
            body.pay_password.get_secret_value(),
        ),
        enrolled_out,
    )


@devices_router.post(
    "/mine/tickets", response_model=Tickets, status_code=201, operation_id="fetchCodeTickets"
)
async def fetch_tickets(request: Request, actor: CurrentActor) -> Response:
    """Tickets for the codes that this phone will make. The batch before stays good, no other."""
    return await answer(
        request, lambda tx: code_devices.fetch_tickets(tx, actor), tickets_out, status=201
    )


@devices_router.delete("/{device_id}", status_code=204, operation_id="revokeCodeDevice")
async def revoke(
    request: Request, actor: CurrentActor, device_id: Annotated[str, Path(max_length=40)]
) -> Response:
    """Let a phone make no more codes: those that it made are dead at once. Again is the same."""
    parsed = parse_id(CODE_DEVICE_PREFIX, device_id)
    if parsed is None:
        return refusal_response(Refused(PhoneRefusal.CODE_DEVICE_UNKNOWN), language_of(request))
    return await answer(
        request, lambda tx: code_devices.revoke(tx, actor, parsed), lambda _: None, status=204
    )


@limits_router.get("", response_model=Unasked, operation_id="getUnaskedLimits")
async def get_limits(request: Request, actor: CurrentActor) -> Response:
    """How much the phones' codes may pay without asking."""
    return await answer_read(
        request, lambda tx: code_devices.unasked_limits(tx, actor), unasked_out
    )


@limits_router.put("", response_model=Unasked, operation_id="setUnaskedLimits")
async def set_limits(request: Request, actor: CurrentActor, body: UnaskedBody) -> Response:
    """Set that, by the pay password."""
    return await answer(
        request,
        lambda tx: code_devices.set_unasked_limits(
            tx, actor, body.pay_password.get_secret_value(), body.payment_fen, body.day_fen
        ),
        unasked_out,
    )


@questions_router.get("", response_model=list[PayQuestion], operation_id="listPayQuestions")
async def list_questions(request: Request, actor: CurrentActor) -> Response:
    """What merchants ask for that the person is to confirm, the oldest first."""
    language = language_of(request)

    async def work(tx: ReadTx) -> tuple[Question, ...]:
        asked = await confirmations.questions(tx, actor.shard, [actor.person_id])
        return asked.get(actor.person_id, ())

    return await answer_read(
        request, work, lambda asked: [question_out(each, language) for each in asked]
    )


@questions_router.post(
    "/{trade_no}/decline", response_model=Declined, operation_id="declinePayQuestion"
)
async def decline(
    request: Request, actor: CurrentActor, trade_no: Annotated[str, Path(max_length=64)]
) -> Response:
    """Say no: the trade closes. Again is the same."""
    return await answer(
        request, lambda tx: confirmations.decline(tx, actor, trade_no), declined_out
    )


@questions_router.get("/stream", include_in_schema=False)
async def stream(request: Request, actor: CurrentActor) -> Response:
    """Server-sent events: `questions` when what is asked has changed; its data is how many.

    The first comes at once. Ends after a minute, when the phone asks again by itself.
    """
    bell = payments_of(request).bell
    return StreamingResponse(_rings(bell, actor), 200, _STREAM_HEADERS, "text/event-stream")


async def _rings(bell: Bell, actor: Actor) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    ends = loop.time() + STREAM_LASTS_S
    yield "retry: 1000\n\n"
    async with bell.listening(actor) as listener:
        while (left_s := ends - loop.time()) > 0:
            try:
                asked = await asyncio.wait_for(listener.next(), min(left_s, _BEAT_S))
            except TimeoutError:
                yield ":\n\n"  # somebody is there still
                continue
            if asked is None:
                return
            yield f"event: questions\ndata: {len(asked)}\n\n"
