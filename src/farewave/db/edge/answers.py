"""How an endpoint answers: open the transaction, call the service, present the outcome.

What is presented is made before the commit (a bug in it rolls back) and sent after it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from farewave.db.edge.refusals import language_of, refusal_response
from farewave.db.idempotency import Command, Done, carry_out_once, command_key, digest_of
from farewave.db.pool import Database
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.outcome import KitRefusal, Refused

T = TypeVar("T")
Presented = BaseModel | Sequence[BaseModel] | None
Headers = Mapping[str, str] | None


def database_of(request: Request) -> Database:
    """The application's database."""
    database: Database = request.app.state.database
    return database


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

    async def presented(tx: Tx) -> Response | Refused:
        outcome = await work(tx)
        return outcome if isinstance(outcome, Refused) else _made(outcome, present, status, headers)

    return _sent(request, await database_of(request).run(presented))


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
    return answer_outcome(request, outcome, present, headers=headers)


def answer_outcome(
    request: Request,
    outcome: T | Refused,
    present: Callable[[T], Presented],
    *,
    status: int = 200,
    headers: Headers | Callable[[T], Headers] = None,
) -> Response:
    """As `answer`, with what was carried out before, in transactions of its own or in none."""
    if isinstance(outcome, Refused):
        return refusal_response(outcome, language_of(request))
    return _made(outcome, present, status, headers)


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
    """As `answer`, once for each Idempotency-Key of `actor_id` (8 to 64 of A-Z a-z 0-9 _ -).

    A success is stored in the same transaction and repeated verbatim, marked with the header
    `Idempotency-Replayed`. The key with another operation, path or body is 409. A refusal isn't
    stored and may be tried again. Two at once: the second waits for the first.
    """
    command = command_of(request, shard=shard, actor_id=actor_id, operation=operation, body=body)
    if isinstance(command, Refused):
        return refusal_response(command, language_of(request))

    async def text(tx: Tx) -> Done | Refused:
        outcome = await work(tx)
        if isinstance(outcome, Refused):
            return outcome
        made = _json(present(outcome))
        return Done(status if made is not None else _empty(status), made)

    return answer_done(
        request, await database_of(request).run(lambda tx: carry_out_once(tx, command, text))
    )


def command_of(
    request: Request, *, shard: int, actor_id: UUID, operation: str, body: BaseModel
) -> Command | Refused:
    """The command of a request with an Idempotency-Key: what a desk tells a repeat by."""
    key = command_key(request.headers.get("idempotency-key"))
    if key is None:
        return Refused(KitRefusal.KEY_MISSING)
    digest = digest_of(request.method, request.scope["path"], body)
    return Command(shard, actor_id, key, operation, digest)


def answer_done(request: Request, outcome: Done | Refused) -> Response:
    """The answer to a command, marked when it was given before; or the refusal."""
    if isinstance(outcome, Refused):
        return refusal_response(outcome, language_of(request))
    return _response(outcome, {"idempotency-replayed": "true"} if outcome.repeated else None)


def _sent(request: Request, outcome: Response | Refused) -> Response:
    if isinstance(outcome, Refused):
        return refusal_response(outcome, language_of(request))
    return outcome


def _made(
    result: T,
    present: Callable[[T], Presented],
    status: int,
    headers: Headers | Callable[[T], Headers],
) -> Response:
    made = _json(present(result))
    done = Done(status if made is not None else _empty(status), made)
    return _response(done, headers(result) if callable(headers) else headers)


def _empty(status: int) -> int:
    return 204 if status == 200 else status


def _json(presented: Presented) -> str | None:
    if presented is None:
        return None
    if isinstance(presented, BaseModel):
        return presented.model_dump_json(by_alias=True)
    return f"[{','.join(item.model_dump_json(by_alias=True) for item in presented)}]"


def _response(done: Done, headers: Headers) -> Response:
    all_headers = {"cache-control": "no-store", **(headers or {})}
    if done.response is None:
        return Response(status_code=done.status, headers=all_headers)
    return Response(done.response, done.status, all_headers, media_type="application/json")
