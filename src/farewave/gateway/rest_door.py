"""The door `/v3/…`: the same methods by REST, with HTTP's own statuses; every answer is signed."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from farewave.db import Database
from farewave.db.edge import database_of
from farewave.gateway import problems
from farewave.gateway.calls import (
    caller_of,
    content_of,
    content_problem,
    done_by,
    fault_problem,
    opened_content,
)
from farewave.gateway.content import ENCRYPT_TYPE, encrypted
from farewave.gateway.deps import GatewayDeps, gateway_of
from farewave.gateway.envelope import Node, node_octets
from farewave.gateway.faults import AnswerLost
from farewave.gateway.keys import stored_key
from farewave.gateway.losing import NoAnswer
from farewave.gateway.methods import METHODS, PAGES
from farewave.gateway.methods.family import AnyMethod, Done
from farewave.gateway.model import RegisteredApp
from farewave.gateway.parameters import boundary_of, form_pairs, multipart_pairs
from farewave.gateway.problems import Problem
from farewave.gateway.rest import (
    PREFIX,
    Authorization,
    answer_text,
    error_of,
    is_timestamp,
    method_of,
    read_authorization,
    request_text,
    status_of,
    verbs_of,
)
from farewave.gateway.rules import certificate_problem, is_app_id, is_http_address
from farewave.gateway.signing import sign, verified
from farewave.kit.clock import epoch_ms

_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_NONCE_OCTETS = 16


def rest_routes() -> list[Route]:
    """What `app` mounts."""
    path = PREFIX + "{method:path}"
    return [Route(path, rest_door, methods=_VERBS, include_in_schema=False)]


@dataclass(frozen=True, slots=True, repr=False)
class _Call:
    """One call: its header, and its body as it was signed (of a multipart one, the part `data`)."""

    request: Request
    authorization: Authorization
    body: bytes
    text: str

    def header(self, name: str) -> str:
        return self.request.headers.get(name, "")

    @property
    def app_auth_token(self) -> str:
        return self.header("alipay-app-auth-token")


@dataclass(frozen=True, slots=True, repr=False)
class _Answer:
    outcome: Done | Problem
    content_key: bytes | None = None


async def rest_door(request: Request) -> Response:
    """Answers a call of v3; an outage is 503."""
    deps = gateway_of(request)
    call = await _read(request)
    if isinstance(call, Problem):
        return _response(deps, _Answer(call), named=False)
    method = method_of(request.scope["path"])
    try:
        answer = await _answered(database_of(request), deps, call, method)
    except AnswerLost:
        return NoAnswer()
    except Exception as fault:
        answer = _Answer(fault_problem(fault, method))
    if isinstance(answer, Problem):
        answer = _Answer(answer)
    return _response(deps, answer, named="app_cert_sn" in call.authorization.fields)


async def _read(request: Request) -> _Call | Problem:
    header = request.headers.get("authorization", "")
    if not header:
        return problems.MISSING_TIMESTAMP  # so the platform says, though all of it is missing
    authorization = read_authorization(header)
    if authorization is None:
        return problems.INVALID_SIGNATURE_TYPE
    body = await request.body()
    boundary = boundary_of(request.headers.get("content-type", ""))
    if boundary is not None:
        parts = multipart_pairs(boundary, body)
        if parts is None:
            return problems.INVALID_PARAMETER.about("multipart")
        body = dict(parts).get(b"data", b"")
    try:
        return _Call(request, authorization, body, body.decode())
    except UnicodeDecodeError:
        return problems.INVALID_CHARSET


async def _answered(
    database: Database, deps: GatewayDeps, call: _Call, method: str | None
) -> _Answer | Problem:
    fields = call.authorization.fields
    problem = _header_problem(call)
    if problem is not None:
        return problem
    app = await deps.registry.app(fields["app_id"])
    if app is None:
        return problems.INVALID_APP_ID
    problem = _caller_problem(deps, app, call)
    if problem is not None:
        return problem
    found = METHODS.get(method or "")
    if found is None or found.name in PAGES or call.request.method not in verbs_of(found.name):
        return problems.INVALID_METHOD
    if not call.header("alipay-encrypt-type"):
        return _Answer(await _asked(database, deps, app, found, call, call.text))
    opened = opened_content(deps, app, call.text, "utf-8")
    if isinstance(opened, Problem):
        return opened
    outcome = await _asked(database, deps, app, found, call, opened.text)
    return _Answer(outcome, opened.content_key)


async def _asked(
    database: Database,
    deps: GatewayDeps,
    app: RegisteredApp,
    method: AnyMethod,
    call: _Call,
    text: str,
) -> Done | Problem:
    content = _query(call.request) if call.request.method == "GET" else content_of(method, text)
    if content is None:
        return content_problem(app, text, "body")
    notify_url = content.get("notify_url") or None
    if notify_url is not None and not (isinstance(notify_url, str) and is_http_address(notify_url)):
        return problems.INVALID_PARAMETER.about("notify_url")
    token = call.app_auth_token or None
    caller = await caller_of(database, deps, app, method, token=token, notify_url=notify_url)
    if isinstance(caller, Problem):
        return caller
    return await done_by(database, deps, method, caller, content)


def _header_problem(call: _Call) -> Problem | None:
    fields = call.authorization.fields
    for name, missing in (
        ("timestamp", problems.MISSING_TIMESTAMP),
        ("app_id", problems.MISSING_APP_ID),
        ("nonce", problems.INVALID_PARAMETER.about("nonce")),
    ):
        if not fields.get(name):
            return missing
    if not is_timestamp(fields["timestamp"]):
        return problems.INVALID_TIMESTAMP
    if not is_app_id(fields["app_id"]):
        return problems.INVALID_APP_ID
    if call.header("alipay-encrypt-type") not in ("", ENCRYPT_TYPE):
        return problems.INVALID_ENCRYPT_TYPE
    return None


def _caller_problem(deps: GatewayDeps, app: RegisteredApp, call: _Call) -> Problem | None:
    fields = call.authorization.fields
    named = {
        "app_cert_sn": fields.get("app_cert_sn", ""),
        "alipay_root_cert_sn": call.header("alipay-root-cert-sn"),
    }
    problem = certificate_problem(app, named, deps.certificates.root_sn)
    if problem is not None:
        return problem
    octets = request_text(
        call.authorization,
        call.request.method,
        _target(call.request),
        call.body,
        call.app_auth_token,
    )
    key = stored_key(app.public_key)
    if verified(octets, call.authorization.sign, key, "RSA2"):
        return None
    return problems.invalid_signature(octets, "utf-8")


def _target(request: Request) -> bytes:
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return path.partition(b"?")[0] + (b"?" + query if query else b"")


def _query(request: Request) -> Mapping[str, object] | None:
    pairs = form_pairs(request.scope["query_string"])
    try:
        return {name.decode(): value.decode() for name, value in pairs}
    except UnicodeDecodeError:
        return None


def _response(deps: GatewayDeps, answer: _Answer, *, named: bool) -> Response:
    outcome, content_key = answer.outcome, answer.content_key
    media_type, status = "application/json;charset=utf-8", 200
    if isinstance(outcome, Problem):
        # In clear, as SDKs read errors.
        body, status = node_octets(error_of(outcome), "utf-8"), status_of(outcome)
    else:
        body = node_octets(_bare(outcome), "utf-8")
        if content_key is not None:
            body, media_type = encrypted(body, content_key), "text/plain;charset=utf-8"
    timestamp = str(epoch_ms(deps.now()))
    nonce, trace_id = (deps.chance.octets(_NONCE_OCTETS).hex() for _ in range(2))
    headers = {
        "alipay-timestamp": timestamp,
        "alipay-nonce": nonce,
        "alipay-signature": sign(answer_text(timestamp, nonce, body), deps.platform_key, "RSA2"),
        "alipay-trace-id": trace_id,
        "cache-control": "no-store",
    }
    if named:
        headers["alipay-sn"] = deps.certificates.platform_sn
    return Response(body, status, headers, media_type)


def _bare(outcome: Done) -> Node:
    """Without v2's `code` and `msg`: here, HTTP's status says that."""
    return {name: value for name, value in outcome.items() if name not in ("code", "msg")}
