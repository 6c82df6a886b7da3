"""alipay.open.auth.token.app and its query: an agent's tokens, and what they stand for."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from farewave.db import ReadTx, Tx
from farewave.gateway import grants, problems
from farewave.gateway import service as gateway
from farewave.gateway.grant import REFRESH_LASTS, TOKEN_LASTS, Grant, Proved
from farewave.gateway.methods.family import AnyMethod, Caller, Content, Done, Method
from farewave.gateway.methods.fields import Fields
from farewave.gateway.problems import Problem
from farewave.kit.clock import shanghai_text
from farewave.payments import service as payments

_TOKEN_CHARS_MAX = 64


@dataclass(frozen=True, slots=True, repr=False)
class GetTokens:
    """A code to be exchanged, or a pair to be followed by another."""

    code: str | None
    refresh_token: str | None


def read_get_tokens(content: Content) -> GetTokens | Problem:
    """`grant_type` says which of the two counts."""
    fields = Fields(content)
    grant_type = fields.optional_text("grant_type", _TOKEN_CHARS_MAX)
    if grant_type == "authorization_code":
        code = fields.optional_text("code", _TOKEN_CHARS_MAX)
        return GetTokens(code, None) if code else problems.INVALID_CODE
    if grant_type == "refresh_token":
        refresh_token = fields.optional_text("refresh_token", _TOKEN_CHARS_MAX)
        if not refresh_token:
            return problems.INVALID_REFRESH_TOKEN
        return GetTokens(None, refresh_token)
    return problems.INVALID_GRANT_TYPE


async def get_tokens(tx: Tx, caller: Caller, command: GetTokens) -> Done | Problem:
    """The pair, and whose application it is for; once more in a list, which may hold several."""
    sealer, agent_app_id = caller.platform.sealer, caller.app.app_id
    if command.code is not None:
        given = await grants.exchange(tx, sealer, agent_app_id, command.code)
    else:
        assert command.refresh_token is not None, "one of the two"
        given = await grants.refresh(tx, sealer, agent_app_id, command.refresh_token)
    if isinstance(given, Problem):
        return given
    now, proved = tx.now, Proved(given.grant)
    told = {
        "app_auth_token": given.token,
        "app_refresh_token": given.refresh,
        "auth_app_id": given.grant.app_id,
        "expires_in": str(_seconds(proved.ends_at(TOKEN_LASTS) - now)),
        "re_expires_in": str(_seconds(proved.ends_at(REFRESH_LASTS) - now)),
        "user_id": await _seller_id_of(tx, given.grant),
    }
    return {**told, "tokens": [told]}


def read_query(content: Content) -> str | Problem:
    """The token."""
    token = Fields(content).optional_text("app_auth_token", _TOKEN_CHARS_MAX)
    return token or problems.INVALID_APP_AUTH_TOKEN


def query_of(methods: Sequence[str]) -> Callable[[Tx, Caller, str], Awaitable[Done | Problem]]:
    """What answers the query; `methods` are all that an agent may call."""

    async def query(tx: Tx, caller: Caller, token: str) -> Done | Problem:
        """What a token of the caller's is good for, and until when; also one that is over."""
        proved = await grants.grant_of(tx, caller.platform.sealer, token)
        if proved is None or proved.grant.agent_app_id != caller.app.app_id:
            return problems.INVALID_APP_AUTH_TOKEN
        found, ends_at = proved.grant, proved.ends_at(TOKEN_LASTS)
        assert found.started_at is not None, "there are tokens"
        valid = found.ended_at is None and tx.now < ends_at
        return {
            "auth_app_id": found.app_id,
            "auth_end": shanghai_text(found.ended_at or ends_at),
            "auth_methods": list(methods),
            "auth_start": shanghai_text(found.started_at),
            "expires_in": _seconds(ends_at - tx.now) if valid else 0,
            "status": "valid" if valid else "invalid",
            "user_id": await _seller_id_of(tx, found),
        }

    return query


def _seconds(lasts: timedelta) -> int:
    return int(lasts.total_seconds())


async def _seller_id_of(tx: ReadTx, of: Grant) -> str:
    app = await gateway.app_by_id(tx, of.app_id)
    assert app is not None, "a grant is for an application"
    merchant = await payments.merchant(tx, app.merchant_id)
    assert merchant is not None, "an application is a merchant's"
    return merchant.seller_id


def methods(of_others: Sequence[str]) -> tuple[AnyMethod, ...]:
    """This family. `of_others`: what an agent may call in a merchant's name."""
    return (
        Method("alipay.open.auth.token.app", read_get_tokens, get_tokens),
        Method("alipay.open.auth.token.app.query", read_query, query_of(of_others)),
    )
