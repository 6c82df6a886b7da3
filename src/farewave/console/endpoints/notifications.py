"""What merchants were told: each its own, the operator everybody's; and telling it again."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from farewave.console.endpoints.parts import (
    ConsoleNotification,
    Cursor,
    Day,
    cursor_of,
    days_of,
    notification_out,
    notification_place,
    place_of,
    sending_cursor_of,
    sending_place_of,
)
from farewave.console.errors import ConsoleRefusal
from farewave.console.model import ConsoleActor
from farewave.console.session import Anybody, MerchantActor, OperatingActor
from farewave.db import ReadTx, Tx
from farewave.db.edge import answer, answer_read
from farewave.db.sending import Sending, SentAgain
from farewave.gateway import upkeep
from farewave.kit.limits import PAGE_SIZE_MAX
from farewave.kit.outcome import Refused
from farewave.payments import listing
from farewave.payments.listing import NEWEST, Listed, Wanted

router = APIRouter()
_PAGE_SIZE = 20
_FIRST = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))
_LAST = (NEWEST[0], UUID(int=0))
_NOT_FOUND = Refused(ConsoleRefusal.NOTIFICATION_NOT_FOUND)
NotificationId = Annotated[
    str, Path(max_length=40, examples=["0.0192f0c1d2e37003800012345678abcd"])
]


class ConsoleNotifications(BaseModel):
    """A page; `next_cursor` null: it is the last."""

    notifications: list[ConsoleNotification]
    next_cursor: str | None


@router.get(
    "/notifications", response_model=ConsoleNotifications, operation_id="listConsoleNotifications"
)
async def list_notifications(
    request: Request,
    actor: MerchantActor,
    first_day: Day = None,
    last_day: Day = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = _PAGE_SIZE,
) -> Response:
    """What the merchant was told of its trades of these days; `limit` counts trades."""
    assert actor.merchant_id is not None
    merchant_id = actor.merchant_id

    async def work(tx: ReadTx) -> list[Listed] | Refused:
        days = days_of(first_day, last_day, tx.now)
        if isinstance(days, Refused):
            return days
        place = NEWEST if cursor is None else place_of(cursor)
        if isinstance(place, Refused):
            return place
        wanted = Wanted(days[0], min((days[1], ""), place))
        trades = await listing.trades(tx, merchant_id, wanted, limit)
        return await listing.with_news(tx, trades)

    def present(page: list[Listed]) -> ConsoleNotifications:
        last = page[-1].trade if len(page) == limit else None
        return ConsoleNotifications(
            notifications=[notification_out(told) for each in page for told in each.told],
            next_cursor=cursor_of(last.created_at, last.trade_no) if last else None,
        )

    return await answer_read(request, work, present)


@router.get(
    "/deliveries", response_model=ConsoleNotifications, operation_id="listConsoleDeliveries"
)
async def list_deliveries(
    request: Request,
    actor: OperatingActor,
    state: Annotated[Literal["waiting", "done"], Query()] = "waiting",
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = _PAGE_SIZE,
) -> Response:
    """Everybody's: what waits, the next first; or what is done, the last first."""

    async def work(tx: ReadTx) -> list[Sending] | Refused:
        place = None if cursor is None else sending_place_of(cursor)
        if isinstance(place, Refused):
            return place
        if state == "waiting":
            return await listing.deliveries_waiting(tx, place or _FIRST, limit)
        return await listing.deliveries_done(tx, place or _LAST, limit)

    def present(page: list[Sending]) -> ConsoleNotifications:
        last = page[-1] if len(page) == limit else None
        return ConsoleNotifications(
            notifications=[notification_out(each) for each in page],
            next_cursor=sending_cursor_of(last) if last else None,
        )

    return await answer_read(request, work, present)


@router.post(
    "/notifications/{notification_id}/resend",
    response_model=ConsoleNotification,
    operation_id="resendConsoleNotification",
)
async def resend(request: Request, actor: Anybody, notification_id: NotificationId) -> Response:
    """Send one again, now: a merchant its own, the operator anybody's. Due already is due."""
    place = notification_place(notification_id)

    async def work(tx: Tx) -> Sending | Refused:
        found = await listing.notification(tx, *place) if place else None
        if place is None or found is None or not await _may_see(tx, actor, found):
            return _NOT_FOUND
        became = await listing.notify_again(tx, *place)
        if became is SentAgain.UNDER_WAY:
            return Refused(ConsoleRefusal.NOTIFICATION_UNDER_WAY)
        due = await listing.notification(tx, *place)
        return due or _NOT_FOUND

    return await answer(request, work, notification_out)


async def _may_see(tx: ReadTx, actor: ConsoleActor, found: Sending) -> bool:
    if actor.merchant_id is None:
        return True
    apps = await upkeep.apps_of(tx, actor.merchant_id)
    # Of a trade that another's application made for the merchant, too.
    return found.payload["params"]["auth_app_id"] in {app.app_id for app in apps}
