"""A merchant's trades: found, looked at, refunded."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from farewave.console.endpoints.parts import (
    ConsoleNotification,
    Cursor,
    Day,
    cursor_of,
    days_of,
    notification_out,
    place_of,
)
from farewave.console.session import MerchantActor
from farewave.db import ReadTx
from farewave.db.edge import answer_outcome, answer_read, database_of
from farewave.kit.limits import PAGE_SIZE_MAX
from farewave.kit.outcome import Refused
from farewave.payments import listing, service, sweeping, trade_details
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.listing import EVERY_STATUS, Listed, Wanted
from farewave.payments.model import Refund, RefundDone, Trade, TradeStatus

router = APIRouter()
_PAGE_SIZE = 20
_TEXT = r"^[^\x00]*$"
TradeNo = Annotated[str, Path(max_length=64, examples=["2026112800014151516100000001"])]
Number = Annotated[str | None, Query(max_length=64, pattern=_TEXT)]


class ConsoleRefund(BaseModel):
    """Money that went back. `out_request_no` is the merchant's number of it."""

    out_request_no: str
    amount_fen: int
    why: str
    at: datetime


class ConsoleTrade(BaseModel):
    """A trade, in the Open Platform's own names of its states."""

    trade_no: str
    out_trade_no: str
    app_id: str
    subject: str
    amount_fen: int
    refunded_fen: int
    status: TradeStatus
    created_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None


class ConsoleTrades(BaseModel):
    """A page; `next_cursor` null: it is the last."""

    trades: list[ConsoleTrade]
    next_cursor: str | None


class ConsoleTradeDetails(ConsoleTrade):
    """With who pays (masked), what went back, and what the merchant was told."""

    buyer: str
    body: str | None
    expires_at: datetime
    refunds: list[ConsoleRefund]
    notifications: list[ConsoleNotification]


class ConsoleRefundOfTrade(ConsoleRefund):
    """A refund in the list of all."""

    trade_no: str
    out_trade_no: str
    subject: str


class ConsoleRefunds(BaseModel):
    """A page: the refunds of so many trades, the newest trade first."""

    refunds: list[ConsoleRefundOfTrade]
    next_cursor: str | None


class RefundBody(BaseModel):
    """`out_request_no` makes it once: again with the same amount is the same refund."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount_fen: Annotated[int, Field(ge=1, le=10**13)]
    out_request_no: Annotated[str, Field(min_length=1, max_length=64)]
    why: Annotated[str, Field(max_length=256)] = ""


@router.get("/trades", response_model=ConsoleTrades, operation_id="listConsoleTrades")
async def list_trades(
    request: Request,
    actor: MerchantActor,
    number: Number = None,
    first_day: Day = None,
    last_day: Day = None,
    status: Annotated[TradeStatus | None, Query()] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = _PAGE_SIZE,
) -> Response:
    """The merchant's trades, the newest first; `number` finds one by either of its numbers."""
    assert actor.merchant_id is not None
    merchant_id = actor.merchant_id

    async def work(tx: ReadTx) -> tuple[list[Trade], bool] | Refused:
        if number:
            found = await service.find_trade(
                tx, merchant_id, trade_no=number, out_trade_no=None
            ) or await service.find_trade(tx, merchant_id, trade_no=None, out_trade_no=number)
            return ([found] if found else []), False
        wanted = _wanted(first_day, last_day, cursor, tx.now, status=status)
        if isinstance(wanted, Refused):
            return wanted
        trades = await listing.trades(tx, merchant_id, wanted, limit)
        return trades, len(trades) == limit

    return await answer_read(
        request,
        work,
        lambda page: ConsoleTrades(
            trades=[ConsoleTrade(**_fields(each)) for each in page[0]],
            next_cursor=_cursor(page[0]) if page[1] else None,
        ),
    )


@router.get(
    "/trades/{trade_no}", response_model=ConsoleTradeDetails, operation_id="getConsoleTrade"
)
async def get_trade(request: Request, actor: MerchantActor, trade_no: TradeNo) -> Response:
    """One of the merchant's trades; another's is as if it weren't there."""
    assert actor.merchant_id is not None
    merchant_id = actor.merchant_id

    async def work(tx: ReadTx) -> tuple[Listed, str] | Refused:
        trade = await service.find_trade(tx, merchant_id, trade_no=trade_no, out_trade_no=None)
        if trade is None:
            return Refused(PaymentsRefusal.TRADE_NOT_FOUND)
        (listed,) = await listing.with_news(tx, [trade])
        return listed, await trade_details.logon_id_of(tx, trade)

    def present(found: tuple[Listed, str]) -> ConsoleTradeDetails:
        listed, buyer = found
        return ConsoleTradeDetails(
            **_fields(listed.trade),
            buyer=buyer,
            body=listed.trade.body,
            expires_at=listed.trade.expires_at,
            refunds=[_refund_out(each) for each in listed.refunds],
            notifications=[notification_out(each) for each in listed.told],
        )

    return await answer_read(request, work, present)


@router.post(
    "/trades/{trade_no}/refunds",
    response_model=ConsoleRefund,
    operation_id="refundConsoleTrade",
)
async def refund_trade(
    request: Request, actor: MerchantActor, trade_no: TradeNo, body: RefundBody
) -> Response:
    """Give money back, in part or whole, once for each `out_request_no`."""
    assert actor.merchant_id is not None
    database = database_of(request)
    async with database.reading() as tx:
        trade = await service.find_trade(
            tx, actor.merchant_id, trade_no=trade_no, out_trade_no=None
        )
    outcome: RefundDone | Refused = Refused(PaymentsRefusal.TRADE_NOT_FOUND)
    if trade is not None:
        outcome = await sweeping.refund(
            database,
            trade,
            out_request_no=body.out_request_no,
            amount_fen=body.amount_fen,
            why=body.why,
        )
    return answer_outcome(request, outcome, lambda done: _refund_out(done.refund))


@router.get("/refunds", response_model=ConsoleRefunds, operation_id="listConsoleRefunds")
async def list_refunds(
    request: Request,
    actor: MerchantActor,
    first_day: Day = None,
    last_day: Day = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = _PAGE_SIZE,
) -> Response:
    """What went back of the trades of these days; `limit` counts trades."""
    assert actor.merchant_id is not None
    merchant_id = actor.merchant_id

    async def work(tx: ReadTx) -> list[Listed] | Refused:
        wanted = _wanted(first_day, last_day, cursor, tx.now, refunded=True)
        if isinstance(wanted, Refused):
            return wanted
        trades = await listing.trades(tx, merchant_id, wanted, limit)
        return await listing.with_news(tx, trades)

    def present(page: list[Listed]) -> ConsoleRefunds:
        return ConsoleRefunds(
            refunds=[
                ConsoleRefundOfTrade(
                    **_refund_out(refund).model_dump(),
                    trade_no=each.trade.trade_no,
                    out_trade_no=each.trade.out_trade_no,
                    subject=each.trade.subject,
                )
                for each in page
                for refund in reversed(each.refunds)
            ],
            next_cursor=_cursor([each.trade for each in page]) if len(page) == limit else None,
        )

    return await answer_read(request, work, present)


def _wanted(
    first_day: str | None,
    last_day: str | None,
    cursor: str | None,
    now: datetime,
    *,
    status: TradeStatus | None = None,
    refunded: bool = False,
) -> Wanted | Refused:
    days = days_of(first_day, last_day, now)
    if isinstance(days, Refused):
        return days
    before = (days[1], "")
    if cursor is not None:
        place = place_of(cursor)
        if isinstance(place, Refused):
            return place
        before = min(before, place)
    return Wanted(days[0], before, EVERY_STATUS if status is None else (status,), refunded)


def _cursor(trades: list[Trade]) -> str | None:
    return cursor_of(trades[-1].created_at, trades[-1].trade_no) if trades else None


def _fields(trade: Trade) -> dict[str, object]:
    return {name: getattr(trade, name) for name in ConsoleTrade.model_fields}


def _refund_out(refund: Refund) -> ConsoleRefund:
    return ConsoleRefund(
        out_request_no=refund.out_request_no,
        amount_fen=refund.amount_fen,
        why=refund.why,
        at=refund.at,
    )
