"""What several pages of the console take and give: days, places to go on from, notifications."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from farewave.console.errors import ConsoleRefusal
from farewave.db.sending import Sending
from farewave.kit.clock import from_shanghai, shanghai_day
from farewave.kit.outcome import Refused

DAYS_MAX = 366
_DEFAULT_DAYS = 30
_CURSOR = re.compile(r"([0-9]{1,18})\.([0-9]{0,39})")
_NOTIFICATION = re.compile(r"([0-9]{1,4})\.([0-9a-f]{32})")
_OUT_NOS = ("out_trade_no", "out_order_no", "external_agreement_no")
"""The merchant's own number of a trade, a pre-authorisation, an agreement (which may have none)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
Cursor = Annotated[str | None, Query(max_length=60)]
Day = Annotated[
    str | None, Query(pattern=r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}$", examples=["2026-11-28"])
]


class ConsoleNotification(BaseModel):
    """One notification: where it goes, how often it was tried, what came back, when again.

    `answer` is a word for what the merchant's server did; null when it accepted, or wasn't asked.
    """

    notification_id: str
    notify_id: str
    kind: str
    app_id: str
    out_no: str
    trade_no: str | None
    url: str
    state: str
    attempts: int
    answer: str | None
    next_try_at: datetime | None
    done_at: datetime | None


def notification_out(each: Sending) -> ConsoleNotification:
    """`state` is `waiting`, `delivered` or `given_up`."""
    params = each.payload["params"]
    if each.done_at is None:
        state = "waiting"
    else:
        state = "delivered" if each.last_error is None else "given_up"
    return ConsoleNotification(
        notification_id=f"{each.shard}.{each.message_id.hex}",
        notify_id=params["notify_id"],
        kind=_kind(params),
        app_id=params["app_id"],
        out_no=next((params[name] for name in _OUT_NOS if name in params), ""),
        trade_no=params.get("trade_no"),
        url=each.payload["url"],
        state=state,
        attempts=each.attempts,
        answer=each.last_error,
        next_try_at=each.due_at if each.done_at is None else None,
        done_at=each.done_at,
    )


def _kind(params: dict[str, str]) -> str:
    if params["notify_type"] != "trade_status_sync":
        return params["notify_type"]
    if "out_biz_no" in params:
        return "refund"
    return "paid" if "gmt_payment" in params else "closed"


def notification_place(text: str) -> tuple[int, UUID] | None:
    """The shard and number in `text`, or None when it can't be one."""
    match = _NOTIFICATION.fullmatch(text)
    return (int(match[1]), UUID(hex=match[2])) if match else None


def cursor_of(at: datetime, number: str = "") -> str:
    """Where a page ended: an instant, and a number among those of that instant."""
    return f"{(at - _EPOCH) // _MICROSECOND}.{number}"


def place_of(cursor: str) -> tuple[datetime, str] | Refused:
    """Where the next page begins. Refused: CURSOR_INVALID."""
    match = _CURSOR.fullmatch(cursor)
    try:
        return (_EPOCH + int(match[1]) * _MICROSECOND, match[2]) if match else _BAD_CURSOR
    except OverflowError:
        return _BAD_CURSOR


def sending_cursor_of(last: Sending) -> str:
    """Where a page of deliveries ended."""
    return cursor_of(last.done_at or last.due_at, str(last.message_id.int))


def sending_place_of(cursor: str) -> tuple[datetime, UUID] | Refused:
    """Where the next page of deliveries begins. Refused: CURSOR_INVALID."""
    place = place_of(cursor)
    if isinstance(place, Refused):
        return place
    try:
        return place[0], UUID(int=int(place[1]))
    except ValueError:
        return _BAD_CURSOR


_BAD_CURSOR = Refused(ConsoleRefusal.CURSOR_INVALID)


def days_of(
    first: str | None, last: str | None, now: datetime
) -> tuple[datetime, datetime] | Refused:
    """From the beginning of China's day `first` to the end of `last`: the last 30 days by default.

    Refused: DATES_INVALID.
    """
    try:
        to_day = date.fromisoformat(last) if last else shanghai_day(now)
        from_day = date.fromisoformat(first) if first else to_day - timedelta(days=_DEFAULT_DAYS)
    except ValueError:
        return _BAD_DATES
    if not timedelta(0) <= to_day - from_day < timedelta(days=DAYS_MAX):
        return _BAD_DATES
    return from_shanghai(from_day), from_shanghai(to_day + timedelta(days=1))


_BAD_DATES = Refused(ConsoleRefusal.DATES_INVALID, {"days": DAYS_MAX})
