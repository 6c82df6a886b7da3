"""Bills, page by page."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from farewave.db.edge import answer_read, language_of
from farewave.db.transaction import ReadTx
from farewave.kit.ids import parse_id
from farewave.kit.limits import PAGE_SIZE_MAX
from farewave.kit.outcome import Refused
from farewave.people.session import CurrentActor
from farewave.wallet import model, schemas, service
from farewave.wallet.endpoints.common import PREFIX, IdText, refused
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import BILL_PREFIX, BillKind, Direction

router = APIRouter(prefix=PREFIX, tags=["wallet"])
_PAGE_SIZE = 20
_TEXT_CHARS_MAX = 40
_TEXT = r"^[^\x00]*$"
"""PostgreSQL's texts hold every character but one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The query that says which bills are meant."""

    text: Annotated[str | None, Query(max_length=_TEXT_CHARS_MAX, pattern=_TEXT)] = None
    month: Annotated[str | None, Query(max_length=7, examples=["2026-11"])] = None
    kind: Annotated[BillKind | None, Query()] = None
    direction: Annotated[Direction | None, Query()] = None

    def filter(self) -> model.BillFilter | Refused:
        return service.bill_filter(
            text=self.text, month=self.month, kind=self.kind, direction=self.direction
        )


@router.get("/bills", response_model=schemas.Bills, operation_id="listBills")
async def list_bills(
    request: Request,
    actor: CurrentActor,
    wanted: Annotated[Wanted, Depends()],
    cursor: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = _PAGE_SIZE,
) -> Response:
    """A page of bills, newest first; `cursor` is the `next_cursor` of the page before.

    `text` is looked for in title, other side, note and numbers; `month` is one of China's calendar.
    """
    before = None if cursor is None else parse_id(schemas.CURSOR_PREFIX, cursor)
    if cursor is not None and before is None:
        return refused(request, WalletRefusal.CURSOR_INVALID)

    async def work(tx: ReadTx) -> tuple[list[model.Bill], UUID | None] | Refused:
        asked = wanted.filter()
        if isinstance(asked, Refused):
            return asked
        return await service.bills(tx, actor, before=before, limit=limit, wanted=asked)

    return await answer_read(
        request, work, lambda page: schemas.bills_out(*page, language_of(request))
    )


@router.get("/bill-totals", response_model=schemas.BillTotals, operation_id="getBillTotals")
async def get_bill_totals(
    request: Request, actor: CurrentActor, wanted: Annotated[Wanted, Depends()]
) -> Response:
    """What came in and went out: of a month, or of whatever else is asked for as in `listBills`."""

    async def work(tx: ReadTx) -> model.BillTotals | Refused:
        asked = wanted.filter()
        return asked if isinstance(asked, Refused) else await service.bill_totals(tx, actor, asked)

    return await answer_read(request, work, schemas.totals_out)


@router.get("/bills/{bill_id}", response_model=schemas.Bill, operation_id="getBill")
async def get_bill(request: Request, bill_id: IdText, actor: CurrentActor) -> Response:
    """One bill."""
    the_id = parse_id(BILL_PREFIX, bill_id)
    if the_id is None:
        return refused(request, WalletRefusal.BILL_UNKNOWN)

    async def work(tx: ReadTx) -> model.Bill | Refused:
        return await service.bill(tx, actor, the_id)

    return await answer_read(
        request, work, lambda found: schemas.bill_out(found, language_of(request))
    )
