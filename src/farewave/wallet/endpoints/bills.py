"""Bills, page by page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
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
from farewave.wallet.model import BILL_PREFIX

router = APIRouter(prefix=PREFIX, tags=["wallet"])
_PAGE_SIZE = 20


@router.get("/bills", response_model=schemas.Bills, operation_id="listBills")
async def list_bills(
    request: Request,
    actor: CurrentActor,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = _PAGE_SIZE,
) -> Response:
    """A page of bills, newest first; `cursor` is the `next_cursor` of the page before."""
    before = None if cursor is None else parse_id(schemas.CURSOR_PREFIX, cursor)
    if cursor is not None and before is None:
        return refused(request, WalletRefusal.CURSOR_INVALID)

    async def work(tx: ReadTx) -> tuple[list[model.Bill], UUID | None]:
        return await service.bills(tx, actor, before=before, limit=limit)

    return await answer_read(
        request, work, lambda page: schemas.bills_out(*page, language_of(request))
    )


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
