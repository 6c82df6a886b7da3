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
    if isinstance(outcome, Refused):
        return refusal_response(outcome, language_of(request))
    return _made(outcome, present, 200, headers)


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
    key = command_key(request.headers.get("idempotency-key"))
    if key is None:
        return refusal_response(Refused(KitRefusal.KEY_MISSING), language_of(request))
    digest = digest_of(request.method, request.scope["path"], body)
    command = Command(shard, actor_id, key, operation, digest)

    async def text(tx: Tx) -> Done | Refused:
        outcome = await work(tx)
        if isinstance(outcome, Refused):
            return outcome
        made = _json(present(outcome))
        return Done(status if made is not None else _empty(status), made)

    async def once(tx: Tx) -> Response | Refused:
        done = await carry_out_once(tx, command, text)
        if isinstance(done, Refused):
            return done
        return _response(done, {"idempotency-replayed": "true"} if done.repeated else None)

    return _sent(request, await database_of(request).run(once))


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
