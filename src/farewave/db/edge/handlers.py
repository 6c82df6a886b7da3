"""What the framework and the database raise, in the one form of a refusal."""

from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from farewave.db.edge.guard import Guard
from farewave.db.edge.refusals import (
    EdgeRefusal,
    invalid,
    language_of,
    outage_response,
    refusal_response,
)
from farewave.db.errors import DatabaseAway
from farewave.kit.outcome import KitRefusal, Refused

_REASONS = {
    HTTPStatus.BAD_REQUEST: KitRefusal.NOT_JSON,  # the framework couldn't read the body
    HTTPStatus.NOT_FOUND: KitRefusal.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: KitRefusal.METHOD_NOT_ALLOWED,
}


def install_error_handlers(
    app: FastAPI,
    *,
    api_prefix: str = "/api/",
    own_protocol: str | None = None,
    reraise_bugs: bool = False,
) -> None:
    """Put the guard before `app` and teach it to answer every error as a refusal."""
    app.add_middleware(
        Guard, api_prefix=api_prefix, own_protocol=own_protocol, reraise_bugs=reraise_bugs
    )

    @app.exception_handler(EdgeRefusal)
    async def refused(request: Request, refusal: EdgeRefusal) -> Response:
        return refusal_response(refusal.refused, language_of(request))

    @app.exception_handler(DatabaseAway)
    async def away(request: Request, outage: DatabaseAway) -> Response:
        return outage_response(language_of(request))

    @app.exception_handler(RequestValidationError)
    async def not_valid(request: Request, error: RequestValidationError) -> Response:
        faults = error.errors()
        if any(fault["type"] == "json_invalid" for fault in faults):
            return refusal_response(Refused(KitRefusal.NOT_JSON), language_of(request))
        # A fault's first step is where it stands: body, query, path, header, cookie.
        refusal = invalid(fault["loc"][1:] for fault in faults)
        return refusal_response(refusal, language_of(request))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        reason = _REASONS.get(HTTPStatus(error.status_code))
        if reason is not None:
            answer = refusal_response(Refused(reason), language_of(request))
        else:
            answer = JSONResponse(
                {
                    "code": f"request.http_{error.status_code}",
                    "message": HTTPStatus(error.status_code).phrase,
                    "details": {},
                },
                error.status_code,
            )
        answer.headers.update(error.headers or {})
        return answer
