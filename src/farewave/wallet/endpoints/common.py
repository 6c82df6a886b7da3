"""What the doors of the wallet share."""

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from farewave.db.edge import language_of, refusal_response
from farewave.kit.outcome import RefusalCode, Refused

PREFIX = "/api/v1/wallet"
IdText = Annotated[str, Path(max_length=40)]


def refused(request: Request, reason: RefusalCode) -> Response:
    return refusal_response(Refused(reason), language_of(request))
