"""alipay.system.oauth.token and alipay.user.info.share: who somebody is, with their consent."""

from dataclasses import dataclass

from farewave.db import Tx
from farewave.gateway import logins, problems
from farewave.gateway.methods.family import (
    AnyMethod,
    BareDone,
    Caller,
    Content,
    Done,
    ParametersMethod,
)
from farewave.gateway.methods.fields import Fields
from farewave.gateway.oauth import ACCESS_LASTS, REFRESH_LASTS
from farewave.gateway.problems import Problem
from farewave.kit.clock import shanghai_text

_TOKEN_CHARS_MAX = 64
_NO = "F"
_YES = "T"
_A_PERSON = "2"


@dataclass(frozen=True, slots=True, repr=False)
class GetTokens:
    """A code to be exchanged, or a login to be carried on."""

    code: str | None
    refresh_token: str | None


def read_get_tokens(content: Content) -> GetTokens | Problem:
    """`grant_type` says which of the two counts."""
    fields = Fields(content)
    grant_type = fields.optional_text("grant_type", _TOKEN_CHARS_MAX)
    code = fields.optional_text("code", _TOKEN_CHARS_MAX)
    refresh_token = fields.optional_text("refresh_token", _TOKEN_CHARS_MAX)
    if grant_type == "authorization_code":
        return GetTokens(code, None) if code else problems.INVALID_CODE
    if grant_type == "refresh_token":
        if not refresh_token:
            return problems.INVALID_REFRESH_TOKEN
        return GetTokens(None, refresh_token)
    return problems.INVALID_GRANT_TYPE


async def get_tokens(tx: Tx, caller: Caller, command: GetTokens) -> Done | Problem:
    """The tokens, and whom they were given for."""
    app_id = caller.app.app_id
    if command.code is not None:
        done = await logins.exchange(tx, app_id, command.code)
    else:
        assert command.refresh_token is not None, "one of the two"
        done = await logins.refresh(tx, app_id, command.refresh_token)
    if isinstance(done, Problem):
        return done
    login, tokens = done.login, done.tokens
    assert login.started_at is not None, "a login with tokens has begun"
    return BareDone(
        access_token=tokens.access,
        alipay_user_id=login.user_no,
        auth_start=shanghai_text(login.started_at),
        expires_in=str(int(ACCESS_LASTS.total_seconds())),
        open_id=logins.open_id_of(caller.platform.sealer, app_id, login.user_no),
        re_expires_in=str(int(REFRESH_LASTS.total_seconds())),
        refresh_token=tokens.refresh,
        user_id=login.user_no,
    )


def read_share(content: Content) -> str | Problem:
    """The token."""
    fields = Fields(content)
    return fields.optional_text("auth_token", _TOKEN_CHARS_MAX) or problems.INVALID_AUTH_TOKEN


async def share(tx: Tx, caller: Caller, token: str) -> Done | Problem:
    """Name and standing. The name is shortened as everywhere: nobody agreed to more."""
    person = await logins.share(tx, caller.app.app_id, token)
    if isinstance(person, Problem):
        return person
    return {
        "user_id": person.user_no,
        "open_id": logins.open_id_of(caller.platform.sealer, caller.app.app_id, person.user_no),
        "nick_name": person.name_masked,
        "user_type": _A_PERSON,
        "user_status": _YES,
        "is_certified": _YES if person.real_name_level else _NO,
    }


METHODS: tuple[AnyMethod, ...] = (
    ParametersMethod("alipay.system.oauth.token", read_get_tokens, get_tokens),
    ParametersMethod("alipay.user.info.share", read_share, share),
    ParametersMethod("alipay.user.userinfo.share", read_share, share),
)
