"""One call, from its parameters to its answer's node: who is it, what is asked, do it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from farewave.db import Database, DatabaseAway
from farewave.db.bugs import facts_of
from farewave.gateway import faults, grants, problems
from farewave.gateway.content import decrypted, is_ciphertext
from farewave.gateway.deps import GatewayDeps
from farewave.gateway.envelope import Encrypted, Node
from farewave.gateway.faults import AnswerLost
from farewave.gateway.keys import stored_key
from farewave.gateway.methods import METHODS, OF_SIGNERS
from farewave.gateway.methods.family import (
    AnyMethod,
    BareDone,
    Caller,
    DeskMethod,
    Done,
    ParametersMethod,
    PlatformMethod,
    SteppedMethod,
)
from farewave.gateway.methods.fields import read_object
from farewave.gateway.methods.refusals import problem_of
from farewave.gateway.model import CallFault, RegisteredApp
from farewave.gateway.parameters import Received
from farewave.gateway.problems import Problem
from farewave.gateway.rules import certificate_problem, public_problem
from farewave.gateway.service import content_key_of
from farewave.gateway.signing import request_octets, request_verified, sign_type_of
from farewave.kit.outcome import Refused

log = structlog.get_logger("farewave.gateway")


async def answer_call(
    database: Database, deps: GatewayDeps, received: Received
) -> Node | Encrypted:
    """The node that answers `received`: an outage or a bug is an answer too.

    Raises AnswerLost alone, where a sandbox was asked for it.
    """
    try:
        outcome = await _outcome(database, deps, received)
    except AnswerLost:
        raise
    except Exception as fault:
        outcome = fault_problem(fault, received.text.get("method"))
    return outcome if isinstance(outcome, Encrypted) else _node(outcome)


def fault_problem(fault: Exception, method: str | None) -> Problem:
    """What is told of an outage or a bug; a bug is logged, without anything that was sent."""
    if not isinstance(fault, DatabaseAway):
        log.error("gateway.bug", method=method if method in METHODS else None, **facts_of(fault))
    return problems.UNAVAILABLE


def _node(outcome: Done | Problem) -> Node:
    if isinstance(outcome, Problem):
        return outcome.node()
    return (
        outcome if isinstance(outcome, BareDone) else {"code": "10000", "msg": "Success", **outcome}
    )


async def _outcome(
    database: Database, deps: GatewayDeps, received: Received
) -> Done | Problem | Encrypted:
    problem = received.problem or public_problem(received.text)
    if problem is not None:
        return problem
    app = await deps.registry.app(received.text["app_id"])
    if app is None:
        return problems.INVALID_APP_ID
    problem = certificate_problem(
        app, received.text, deps.certificates.root_sn
    ) or _signature_problem(app, received)
    if problem is not None:
        return problem
    method = METHODS.get(received.text["method"])
    if method is None:
        return problems.INVALID_METHOD
    caller = await caller_of(
        database,
        deps,
        app,
        method,
        token=received.text.get("app_auth_token") or None,
        notify_url=received.text.get("notify_url") or None,
        return_url=received.text.get("return_url") or None,
    )
    if isinstance(caller, Problem):
        return caller
    text, key = received.text.get("biz_content", ""), None
    if received.text.get("encrypt_type"):
        opened = opened_content(deps, app, text, received.charset)
        if isinstance(opened, Problem):
            return opened
        text, key = opened.text, opened.content_key
    content = content_of(method, text)
    if isinstance(method, ParametersMethod):
        content = {**received.text, **(content or {})}
    if content is None:
        outcome: Done | Problem = content_problem(app, text, "biz_content")
    else:
        outcome = await done_by(database, deps, method, caller, content)
    return outcome if key is None else Encrypted(_node(outcome), key)


async def caller_of(
    database: Database,
    deps: GatewayDeps,
    signer: RegisteredApp,
    method: AnyMethod,
    *,
    token: str | None,
    notify_url: str | None,
    return_url: str | None = None,
) -> Caller | Problem:
    """For whom a call is: its signer's own merchant, or the one that granted `token`."""
    # Some SDKs send the token they have with every call, also with the one that asks about it.
    if token is None or method.name in OF_SIGNERS:
        return Caller(signer, notify_url, return_url, deps.platform)
    # A call for another merchant must never be carried out for one's own.
    async with database.reading() as tx:
        found = await grants.acted_for(tx, deps.platform.sealer, signer.app_id, token)
    if isinstance(found, Problem):
        return found
    app = await deps.registry.app(found)
    assert app is not None, "a grant is for an application"
    return Caller(app, notify_url, return_url, deps.platform, agent=signer)


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A content in clear, and the key that it came and that its answer leaves with."""

    text: str
    content_key: bytes


def opened_content(
    deps: GatewayDeps, app: RegisteredApp, text: str, charset: str
) -> Opened | Problem:
    """What an application encrypted; only after its signature held."""
    key = content_key_of(app, deps.platform.sealer)
    if key is None:
        return problems.INVALID_ENCRYPT_KEY
    plain = decrypted(text, key)
    try:
        return problems.DECRYPTION_FAILED if plain is None else Opened(plain.decode(charset), key)
    except UnicodeDecodeError:
        return problems.DECRYPTION_FAILED


def content_of(method: AnyMethod, text: str) -> Mapping[str, object] | None:
    """The content in `text`, or None when it's no JSON object.

    To a method that asks for nothing, none at all is an empty one: so some SDKs call it.
    """
    content = read_object(text)
    if content is None and not text and not isinstance(method.read({}), Problem):
        return {}
    return content


def content_problem(app: RegisteredApp, text: str, what: str) -> Problem:
    """Why a content that is no JSON object isn't taken; `what` it is called in the protocol."""
    if app.content_key is not None and is_ciphertext(text):
        return problems.MISSING_ENCRYPT_TYPE
    return problems.INVALID_PARAMETER.about(what)


def _signature_problem(app: RegisteredApp, received: Received) -> Problem | None:
    sign_type = sign_type_of(received.text["sign_type"])
    assert sign_type is not None, "judged with the public parameters"
    # A base64 `+` that wasn't percent-encoded arrives as a blank.
    signature = received.text["sign"].replace(" ", "+")
    if request_verified(received.octets, signature, stored_key(app.public_key), sign_type):
        return None
    return problems.invalid_signature(request_octets(received.octets), received.charset)


async def done_by(
    database: Database,
    deps: GatewayDeps,
    method: AnyMethod,
    caller: Caller,
    content: Mapping[str, object],
) -> Done | Problem:
    """What a method answers to a caller who proved who it is. Raises AnswerLost on purpose."""
    fault = None
    if deps.faults and method.name in caller.signer.faulty:
        app_id = caller.signer.app_id
        async with database.transaction() as tx:
            found = await faults.next_fault(tx, app_id, method.name, content)
        fault = None if found is None else found.fault
        if found is not None and fault is CallFault.HANG:
            await asyncio.sleep(found.hang_s)
        if fault is CallFault.UNAVAILABLE:
            return problems.UNAVAILABLE
    done = await _done(database, deps, method, caller, content)
    if fault is CallFault.LOST_ANSWER:
        raise AnswerLost
    return done


async def _done(
    database: Database,
    deps: GatewayDeps,
    method: AnyMethod,
    caller: Caller,
    content: Mapping[str, object],
) -> Done | Problem:
    command = method.read(content)
    if isinstance(command, Problem):
        return command
    outcome: Done | Problem | Refused
    if isinstance(method, DeskMethod):
        outcome = await method.ask(deps.pay_desk, caller, command)
    elif isinstance(method, SteppedMethod):
        outcome = await method.carry_out(database, caller, command)
    elif isinstance(method, PlatformMethod):
        outcome = method.tell(deps.certificates, command)
    else:  # what a browser asks for, too
        # A method that answers with a problem of its own has written nothing before.
        outcome = await database.run(lambda tx: method.carry_out(tx, caller, command))
    return problem_of(outcome) if isinstance(outcome, Refused) else outcome
