"""Where a bill's file is fetched: at an address that the platform signed, for half a minute."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from farewave.db import ReadTx
from farewave.db.edge import database_of
from farewave.gateway.billing import Bill, BillType, bill_file
from farewave.gateway.deps import gateway_of
from farewave.gateway.signing import sign, verified
from farewave.kit.clock import epoch_ms, from_shanghai
from farewave.payments import statements
from farewave.payments.model import Merchant
from farewave.payments.statement import Movement, Statement
from farewave.people import service as people

PATH = "/gateway/bills/"
OPENS_FOR = timedelta(seconds=30)
_TYPES = {each.value: each for each in BillType}
_NAME = re.compile(r"(2088999[0-9]{9})0156_([0-9]{4})([0-9]{2})([0-9]{2})?\.csv\.zip")


@dataclass(frozen=True, slots=True)
class Period:
    """A day of China's calendar, or a month of it (`day` None)."""

    year: int
    month: int
    day: int | None

    @property
    def first(self) -> date:
        return date(self.year, self.month, self.day or 1)

    @property
    def following(self) -> date:
        """The day after the last."""
        if self.day is not None:
            return self.first + timedelta(days=1)
        return date(self.year + self.month // 12, self.month % 12 + 1, 1)

    @property
    def begin(self) -> datetime:
        return from_shanghai(self.first)

    @property
    def end(self) -> datetime:
        """Outside of it."""
        return from_shanghai(self.following)

    @property
    def text(self) -> str:
        """As in the file's name."""
        day = "" if self.day is None else f"{self.day:02d}"
        return f"{self.year:04d}{self.month:02d}{day}"


def download_url(
    base_url: str,
    merchant: Merchant,
    bill_type: BillType,
    period: Period,
    key: rsa.RSAPrivateKey,
    now: datetime,
) -> str:
    """The address of a bill's file, good for `OPENS_FOR`."""
    name = f"{merchant.seller_id}0156_{period.text}.csv.zip"
    until = str(epoch_ms(now + OPENS_FOR))
    query = {"bill_type": bill_type.value, "until": until}
    signature = sign(_signed(name, query), key, "RSA2")
    return f"{base_url}{PATH}{name}?{urlencode({**query, 'sign': signature})}"


def _signed(name: str, query: Mapping[str, str]) -> bytes:
    return f"{PATH}{name}|{query['bill_type']}|{query['until']}".encode()


async def _download(request: Request) -> Response:
    deps, name = gateway_of(request), str(request.path_params["name"])
    query = {part: request.query_params.get(part, "") for part in ("bill_type", "until", "sign")}
    match, bill_type = _NAME.fullmatch(name), _TYPES.get(query["bill_type"])
    key = deps.platform_key.public_key()
    if match is None or bill_type is None:
        return _refused(404)
    try:
        authentic = verified(_signed(name, query), query["sign"], key, "RSA2")
    except UnicodeEncodeError:
        authentic = False
    if not authentic:
        return _refused(403)
    period = Period(int(match[2]), int(match[3]), int(match[4]) if match[4] else None)
    async with database_of(request).reading() as tx:
        if int(query["until"]) < epoch_ms(tx.now):
            return _refused(403)
        bill = await _bill(tx, match[1], bill_type, period)
    if bill is None:
        return _refused(404)
    packed = await asyncio.to_thread(bill_file, bill, name.partition(".")[0])
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(packed, media_type="application/zip", headers=headers)


async def _bill(tx: ReadTx, seller_id: str, kind: BillType, period: Period) -> Bill | None:
    merchant = await statements.merchant_of(tx, seller_id)
    if merchant is None:
        return None
    found = await statements.statement(tx, merchant.merchant_id, period.begin, period.end)
    names = await names_of(tx, found)
    return Bill(kind, seller_id, found, lambda each: other_name(names, each), tx.now)


async def names_of(tx: ReadTx, found: Statement) -> dict[tuple[int, UUID] | None, str]:
    """Who was on the other side, masked: somebody's name, and their phone number."""
    names: dict[tuple[int, UUID] | None, str] = {}
    for each in found.movements:
        other = _other_of(each)
        if other is not None and other not in names:
            person = await people.person(tx, *other)
            names[other] = f"{person.name_masked}({person.phone_masked})"
    return names


def other_name(names: Mapping[tuple[int, UUID] | None, str], each: Movement) -> str:
    """The other side of one movement."""
    return names.get(_other_of(each), "")


def _other_of(each: Movement) -> tuple[int, UUID] | None:
    if each.payout is not None:
        return each.payout.shard, each.payout.payee_id
    if each.part is not None:
        shard = each.part.receiver_shard
        return None if shard is None or each.amount_fen > 0 else (shard, each.part.receiver_id)
    if each.returned is not None:
        back, shard = each.returned, each.returned.receiver_shard
        return None if shard is None or each.amount_fen < 0 else (shard, back.receiver_id)
    return None if each.trade is None else (each.trade.shard, each.trade.payer_id)


def _refused(status: int) -> Response:
    text = "下载链接无效或已过期。The link isn't valid or is over."
    return PlainTextResponse(text, status_code=status, headers={"cache-control": "no-store"})


def download_routes() -> list[Route]:
    """What `app` mounts."""
    return [Route(f"{PATH}{{name}}", _download, methods=["GET"], include_in_schema=False)]
