"""A refusal as an HTTP answer, in the language of its reader."""

import re
from collections.abc import Iterable, Sequence

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from farewave.kit.outcome import KitRefusal, Language, Refused

_FIELD = re.compile(r"[A-Za-z0-9_]{1,40}")
_FIELDS_MAX = 20


class EdgeRefusal(Exception):  # noqa: N818 - reads as the sentence it is
    """A refusal before the endpoint runs, by a dependency: `raise EdgeRefusal(Refused(…))`."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason.code)
        self.refused = refused


def language_of(request: HTTPConnection) -> Language:
    """The caller's language by Accept-Language; Chinese unless English is preferred to it."""
    return language_in(request.headers.get("accept-language", ""))


def language_in(accepted: str) -> Language:
    """As `language_of`, of what the header says."""
    best: Language = "zh"
    best_weight = 0.0
    for part in accepted.split(","):
        tag, _, parameters = part.partition(";")
        primary = tag.strip().lower().split("-")[0]
        weight = _weight(parameters)
        if weight > best_weight and primary in ("zh", "en"):
            best, best_weight = ("zh" if primary == "zh" else "en"), weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def refusal_response(refused: Refused, language: Language) -> JSONResponse:
    """`{"code", "message", "details"}` with the refusal's status."""
    return JSONResponse(
        {
            "code": refused.reason.code,
            "message": refused.sentence(language),
            "details": dict(refused.details),
        },
        status_code=refused.reason.http_status,
        headers={"cache-control": "no-store"},
    )


def outage_response(language: Language) -> JSONResponse:
    """503: the database is away, the same may be asked again in a moment."""
    answer = refusal_response(Refused(KitRefusal.UNAVAILABLE), language)
    answer.headers["retry-after"] = "1"
    return answer


def invalid(places: Iterable[Sequence[object]]) -> Refused:
    """422 that names the fields at `places` (`("seats", 0, "coach")` is `seats.0.coach`).

    Values are never told. A name that isn't one of ours is what somebody sent: told as `body`.
    """
    names = {_name(place) for place in places}
    return Refused(KitRefusal.INVALID, {"fields": ", ".join(sorted(names)[:_FIELDS_MAX])})


def _name(place: Sequence[object]) -> str:
    parts = [str(part) for part in place]
    return ".".join(parts) if parts and all(map(_FIELD.fullmatch, parts)) else "body"
