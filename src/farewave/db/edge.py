"""How endpoints answer: open the transaction, call the service, turn the outcome into HTTP.

Every refusal leaves as `{"code", "message", "details"}` with a sentence in the caller's language;
an outage as 503; nothing that a caller can send causes a 5xx.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from farewave.db.errors import DatabaseAway
from farewave.db.pool import Database
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.limits import IDEMPOTENCY_KEY_CHARS_MAX
from farewave.kit.outcome import KitRefusal, Language, Refused

T = TypeVar("T")
Presented = BaseModel | Sequence[BaseModel] | None
Headers = Mapping[str, str] | None

log = structlog.get_logger("farewave.edge")
_KEY = re.compile(rf"[A-Za-z0-9_-]{{8,{IDEMPOTENCY_KEY_CHARS_MAX}}}")


class EdgeRefusal(Exception):  # noqa: N818
    """A refusal raised before the endpoint runs (a dependency's): `raise EdgeRefusal(refused)`."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason.code)
        self.refused = refused


def database_of(request: Request) -> Database:
    """The application's database."""
    database: Database = request.app.state.database
    return database


def language_of(request: Request) -> Language:
    """The caller's language by Accept-Language; Chinese unless English comes first."""
    best: Language = "zh"
    best_weight = 0.0
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().split("-")[0]
        try:
            weight = float(parameters.partition("q=")[2] or 1)
        except ValueError:
            weight = 0.0
        if primary in ("zh", "en") and weight > best_weight:
            best, best_weight = ("zh" if primary == "zh" else "en"), weight
    return best


def refusal_response(refused: Refused, language: Language) -> JSONResponse:
    """The answer that tells a refusal."""
    return JSONResponse(
        {
            "code": refused.reason.code,
            "message": refused.sentence(language),
            "details": dict(refused.details),
        },
        status_code=refused.reason.http_status,
        headers={"cache-control": "no-store"},
    )


def _json(presented: Presented) -> bytes | None:
    if presented is None:
        return None
    if isinstance(presented, BaseModel):
        return presented.model_dump_json(by_alias=True).encode()
    return (
        b"[" + b",".join(item.model_dump_json(by_alias=True).encode() for item in presented) + b"]"
    )


def _response(body: bytes | None, status: int, headers: Headers) -> Response:
    all_headers = {"cache-control": "no-store", **(headers or {})}
    if body is None:
        return Response(status_code=204 if status == 200 else status, headers=all_headers)
    return Response(body, status, all_headers, media_type="application/json")


async def answer(
    request: Request,
    work: Callable[[Tx], Awaitable[T | Refused]],
    present: Callable[[T], Presented],
    *,
    status: int = 200,
    headers: Headers | Callable[[T], Headers] = None,
) -> Response:
    """Carry out `work` in a transaction and answer with what `present` makes of its result.

    None presented is 204. `headers` may be a function of the result (a cookie that was just made).
    """
    outcome = await database_of(request).run(work)
    if isinstance(outcome, Refused):
        return refusal_response(outcome, language_of(request))
    return _response(
        _json(present(outcome)), status, headers(outcome) if callable(headers) else headers
    )


async def answer_read(
    request: Request,
    work: Callable[[ReadTx], Awaitable[T | Refused]],
    present: Callable[[T], Presented],
    *,
    headers: Headers | Callable[[T], Headers] = None,
) -> Response:
    """As `answer`, on a snapshot that can't be written."""
    async with database_of(request).reading() as tx:
        outcome = await work(tx)
    if isinstance(outcome, Refused):
        return refusal_response(outcome, language_of(request))
    return _response(
        _json(present(outcome)), 200, headers(outcome) if callable(headers) else headers
    )


async def answer_once(
    request: Request,
    *,
    shard: int,
    actor_id: UUID,
    operation: str,
    body: BaseModel,
    work: Callable[[Tx], Awaitable[T | Refused]],
    present: Callable[[T], Presented],
    status: int = 200,
) -> Response:
    """As `answer`, once for each Idempotency-Key of `actor_id`: a success is repeated verbatim."""
    key = request.headers.get("idempotency-key", "")
    if _KEY.fullmatch(key) is None:
        return refusal_response(Refused(KitRefusal.KEY_MISSING), language_of(request))
    digest = hashlib.sha256(
        f"{request.method} {request.url.path}\n{body.model_dump_json()}".encode()
    ).digest()

    async def once(tx: Tx) -> tuple[int, str | None, bool] | Refused:
        inserted = await tx.fetchval(
            "INSERT INTO db.idempotent_command"
            " (shard, actor_id, key, operation, body_sha256, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING true",
            shard,
            actor_id,
            key,
            operation,
            digest,
            tx.now,
        )
        if not inserted:
            row = await tx.fetchrow(
                "SELECT operation, body_sha256, status, response FROM db.idempotent_command"
                " WHERE shard = $1 AND actor_id = $2 AND key = $3",
                shard,
                actor_id,
                key,
            )
            assert row is not None
            if row["operation"] != operation or bytes(row["body_sha256"]) != digest:
                return Refused(KitRefusal.KEY_CONFLICT)
            return row["status"], row["response"], True
        outcome = await work(tx)
        if isinstance(outcome, Refused):
            if outcome.keep_changes:
                await tx.execute(
                    "DELETE FROM db.idempotent_command"
                    " WHERE shard = $1 AND actor_id = $2 AND key = $3",
                    shard,
                    actor_id,
                    key,
                )
            return outcome
        presented = _json(present(outcome))
        text = None if presented is None else presented.decode()
        await tx.execute(
            "UPDATE db.idempotent_command SET status = $4, response = $5"
            " WHERE shard = $1 AND actor_id = $2 AND key = $3",
            shard,
            actor_id,
            key,
            status,
            text,
        )
        return status, text, False

    done = await database_of(request).run(once)
    if isinstance(done, Refused):
        return refusal_response(done, language_of(request))
    code, text, repeated = done
    headers = {"idempotency-replayed": "true"} if repeated else None
    return _response(None if text is None else text.encode(), code, headers)


def install_error_handlers(app: FastAPI) -> None:
    """Teach `app` to answer errors in the one form."""

    @app.exception_handler(EdgeRefusal)
    async def refused(request: Request, error: EdgeRefusal) -> Response:
        return refusal_response(error.refused, language_of(request))

    @app.exception_handler(DatabaseAway)
    async def away(request: Request, error: DatabaseAway) -> Response:
        return refusal_response(Refused(KitRefusal.UNAVAILABLE), language_of(request))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = error.errors()
        if any(each["type"] == "json_invalid" for each in errors):
            return refusal_response(Refused(KitRefusal.NOT_JSON), language_of(request))
        fields = ", ".join(
            sorted({".".join(str(step) for step in each["loc"][1:]) or "body" for each in errors})
        )
        refused = Refused(KitRefusal.INVALID, {"fields": fields})
        return refusal_response(refused, language_of(request))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        reasons: dict[int, KitRefusal] = {
            400: KitRefusal.NOT_JSON,
            404: KitRefusal.NOT_FOUND,
            405: KitRefusal.METHOD_NOT_ALLOWED,
        }
        reason = reasons.get(error.status_code)
        if reason is None:
            return JSONResponse(
                {"code": f"request.http_{error.status_code}", "message": "", "details": {}},
                error.status_code,
            )
        return refusal_response(Refused(reason), language_of(request))
