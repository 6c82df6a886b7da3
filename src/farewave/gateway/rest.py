"""Protocol v3, as text: addresses and verbs, what is signed, errors. Pure.

A method's address is its name: `alipay.trade.query` is `/v3/alipay/trade/query`. A call is signed
over the header's own parts, verb, target and body, each with a line break; an answer over its time,
a number used once, and its body.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from farewave.gateway.problems import Problem

PREFIX = "/v3/"
SCHEME = "ALIPAY-SHA256withRSA"
AUTHORIZATION_CHARS_MAX = 4096
_NAME = re.compile(r"[a-z0-9_]+(?:/[a-z0-9_]+)+")
_TIMESTAMP = re.compile(r"[0-9]{13}")
_OTHER_VERBS = {
    "alipay.data.bill.accountlog.query": ("GET",),
    "alipay.data.bill.balance.query": ("GET",),
    "alipay.data.dataservice.bill.downloadurl.query": ("GET",),
    "alipay.fund.trans.common.query": ("GET",),
    "alipay.open.app.alipaycert.download": ("GET",),
    "alipay.open.auth.token.app.query": ("GET",),
    "alipay.trade.order.settle.query": ("GET",),
    "alipay.user.agreement.query": ("GET",),
    # An older SDK for Java asks by GET, today's documents by POST.
    "alipay.trade.query": ("GET", "POST"),
}
_STATUS = {"20000": 503, "20001": 401, "40006": 403}


def method_of(path: str) -> str | None:
    """The method at a path, be there one of that name or not."""
    name = path.removeprefix(PREFIX)
    return name.replace("/", ".") if _NAME.fullmatch(name) else None


def verbs_of(method: str) -> tuple[str, ...]:
    """How a method is asked: by POST, but for the few that say otherwise."""
    return _OTHER_VERBS.get(method, ("POST",))


@dataclass(frozen=True, slots=True, repr=False)
class Authorization:
    """The header `authorization`; `signed_part` is what stands between scheme and signature."""

    signed_part: str
    fields: Mapping[str, str]
    sign: str


def read_authorization(header: str) -> Authorization | None:
    """The header's parts, or None when it isn't one of this scheme."""
    if len(header) > AUTHORIZATION_CHARS_MAX:
        return None
    scheme, _, rest = header.partition(" ")
    # The signature comes last, and is the only part that is no part of what is signed.
    signed_part, comma, sign = rest.strip().rpartition(",sign=")
    if scheme != SCHEME or not comma:
        return None
    pairs = [part.partition("=") for part in signed_part.split(",")]
    fields = {name.strip(): value for name, _, value in pairs}
    if len(fields) != len(pairs):
        return None
    return Authorization(signed_part, fields, sign)


def is_timestamp(text: str) -> bool:
    """Milliseconds since 1970."""
    return _TIMESTAMP.fullmatch(text) is not None


def request_text(
    authorization: Authorization, verb: str, target: bytes, body: bytes, app_auth_token: str = ""
) -> bytes:
    """What a call is signed over. `target` is as received, with its query.

    The token of a call in a merchant's name has a line of its own, and no other call has one.
    """
    lines = [authorization.signed_part.encode(), verb.encode(), target, body]
    if app_auth_token:
        lines.append(app_auth_token.encode())
    return b"".join(line + b"\n" for line in lines)


def answer_text(timestamp: str, nonce: str, body: bytes) -> bytes:
    """What an answer is signed over."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def status_of(problem: Problem) -> int:
    """The HTTP status of a problem."""
    return _STATUS.get(problem.code, 400)


def error_of(problem: Problem) -> dict[str, object]:
    """The body of an error: the gateway's own codes lose their prefix, business codes keep it."""
    code = problem.sub_code
    for prefix in ("isv.", "isp.", "aop."):
        code = code.removeprefix(prefix)
    return {"code": code, "message": problem.sub_msg, "links": []}
