"""Letting an application know who somebody is: what is asked, shown, and decided. Pure.

An application sends a browser here with its number, a scope and an address that it registered. The
person agrees on our page; the browser goes back with a code, which the application exchanges, once,
for tokens by a signed call.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from farewave.gateway import problems
from farewave.gateway.errors import GatewayRefusal
from farewave.gateway.problems import Problem
from farewave.kit.outcome import Refused

STATE_CHARS_MAX = 512
CODE_LASTS = timedelta(minutes=10)
"""RFC 6749, 4.1.2: ten minutes at most are recommended."""
ACCESS_LASTS = timedelta(days=15)
REFRESH_LASTS = timedelta(days=30)
CONSENT_LASTS = timedelta(minutes=30)
"""How long somebody may look at the page before deciding."""
KEPT_FOR = timedelta(days=1)
"""After its end a login is still known, so that its application is told what is wrong."""
_RETURNED = frozenset(
    {"app_id", "auth_code", "error", "error_description", "scope", "source", "state"}
    | {"app_auth_code"}
)
_SHARD_DIGITS = 3
_SECRET_DIGITS = 29
_CODE = re.compile(r"[0-9a-f]{32}")
_TOKEN_STARTS = {"access": "authusrB", "refresh": "authusrR"}


class Scope(StrEnum):
    """What an application gets: who somebody is; and their name and standing, too."""

    BASE = "auth_base"
    USER = "auth_user"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser was sent here with, judged."""

    app_id: str
    scope: Scope
    redirect_uri: str
    state: str | None

    def with_code(self, code: str) -> str:
        """Where the browser goes once the person has agreed."""
        told = {"app_id": self.app_id, "source": "alipay_wallet", "scope": self.scope.value}
        return self._back({**told, "auth_code": code})

    @property
    def declined(self) -> str:
        """Where the browser goes otherwise (RFC 6749, 4.1.2.1)."""
        return self._back({"app_id": self.app_id, "error": "access_denied"})

    def _back(self, told: dict[str, str]) -> str:
        state = {} if self.state is None else {"state": self.state}
        parts = urlsplit(self.redirect_uri)
        query = "&".join(filter(None, (parts.query, urlencode({**told, **state}))))
        return urlunsplit(parts._replace(query=query))


@dataclass(frozen=True, slots=True)
class Consent:
    """What one person was shown, and agrees to by handing it back. Its id becomes the login's."""

    login_id: UUID
    session_id: UUID
    asked: Asked
    expires_at: datetime

    def text(self) -> str:
        """To be sealed."""
        return json.dumps(
            {
                "login_id": str(self.login_id),
                "session_id": str(self.session_id),
                "asked": asdict(self.asked),
                "expires_at": self.expires_at.isoformat(),
            }
        )

    @classmethod
    def of(cls, text: str) -> "Consent":
        """What `text` was made from."""
        parts = json.loads(text)
        asked = parts["asked"]
        return cls(
            UUID(parts["login_id"]),
            UUID(parts["session_id"]),
            Asked(**{**asked, "scope": Scope(asked["scope"])}),
            datetime.fromisoformat(parts["expires_at"]),
        )


@dataclass(frozen=True, slots=True)
class Login:
    """A row of `gateway.login`, without what is secret."""

    shard: int
    login_id: UUID
    person_id: UUID
    user_no: str
    app_id: str
    scope: Scope
    code_expires_at: datetime
    started_at: datetime | None
    access_expires_at: datetime | None
    refresh_expires_at: datetime | None
    ended_at: datetime | None
    """The person took it back."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """An application that knows who somebody is: what it may know, and since when it could."""

    app_id: str
    app_name: str
    scope: Scope
    since: datetime
    last_at: datetime
    """Of the last agreement to it."""


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """A new pair; known to the application alone."""

    access: str
    refresh: str


def judge_address(redirect_uri: str) -> bool:
    """Whether an address may be registered: nothing in it that we say ourselves, no fragment."""
    parts = urlsplit(redirect_uri)
    given = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return not parts.fragment and "#" not in redirect_uri and not given & _RETURNED


def judge_asked(
    query: Mapping[str, str], *, app_known: bool, registered: frozenset[str]
) -> Asked | Refused:
    """What a browser may be asked about. `registered`: the application's own addresses."""
    if not app_known:
        return Refused(GatewayRefusal.APP_NOT_FOUND)
    redirect_uri = query.get("redirect_uri", "")
    # As it was registered, to the letter: what is only alike may be somebody else's.
    if redirect_uri not in registered:
        return Refused(GatewayRefusal.REDIRECT_NOT_REGISTERED)
    scope = _scope_of(query.get("scope", ""))
    if scope is None:
        return Refused(GatewayRefusal.SCOPE_INVALID)
    state = query.get("state") or None
    if state is not None and len(state) > STATE_CHARS_MAX:
        return Refused(GatewayRefusal.STATE_INVALID)
    return Asked(query["app_id"], scope, redirect_uri, state)


def _scope_of(text: str) -> Scope | None:
    """The widest of those named, which may be several with commas."""
    named = set(text.split(","))
    if not text or not named <= set(Scope):
        return None
    return Scope.USER if Scope.USER in named else Scope.BASE


def judge_consent(
    consent: Consent, session_id: UUID, registered: frozenset[str], now: datetime
) -> Refused | None:
    """Whether what is handed back still counts, and by who was shown it."""
    if consent.session_id != session_id or now >= consent.expires_at:
        return Refused(GatewayRefusal.CONSENT_OVER)
    if consent.asked.redirect_uri not in registered:
        return Refused(GatewayRefusal.REDIRECT_NOT_REGISTERED)
    return None


def judge_code(login: Login | None, app_id: str, now: datetime) -> Problem | None:
    """Whether a code can be exchanged by this application."""
    if login is None:
        return problems.INVALID_CODE
    if login.app_id != app_id:
        return problems.UNMATCHED_APP_ID
    if login.ended_at or login.started_at is not None or now >= login.code_expires_at:
        return problems.INVALID_CODE
    return None


def judge_refresh(login: Login | None, app_id: str, now: datetime) -> Problem | None:
    """Whether a login can be carried on by this application."""
    if login is None or login.ended_at or login.refresh_expires_at is None:
        return problems.INVALID_REFRESH_TOKEN
    if login.app_id != app_id:
        return problems.UNMATCHED_APP_ID
    return problems.REFRESH_TOKEN_OVER if now >= login.refresh_expires_at else None


def judge_share(login: Login | None, app_id: str, now: datetime) -> Problem | None:
    """Whether an application may ask about whom a token was given for."""
    if login is None or login.ended_at or login.app_id != app_id:
        return problems.INVALID_AUTH_TOKEN
    if login.access_expires_at is None:
        return problems.INVALID_AUTH_TOKEN
    if now >= login.access_expires_at:
        return problems.AUTH_TOKEN_OVER
    return None if login.scope is Scope.USER else problems.INSUFFICIENT_USER_PERMISSIONS


def code_text(shard: int, secret: bytes) -> str:
    """32 hexadecimal digits; the first three say where it is looked up."""
    return f"{shard:0{_SHARD_DIGITS}x}{secret.hex()[:_SECRET_DIGITS]}"


def tokens_of(shard: int, access: bytes, refresh: bytes) -> Tokens:
    """40 characters each."""
    return Tokens(
        _TOKEN_STARTS["access"] + code_text(shard, access),
        _TOKEN_STARTS["refresh"] + code_text(shard, refresh),
    )


def shard_of_code(text: str, shards: int) -> int | None:
    """Where a code is looked up, or None when it can't be one."""
    if _CODE.fullmatch(text) is None:
        return None
    shard = int(text[:_SHARD_DIGITS], 16)
    return shard if shard < shards else None


def shard_of_token(text: str, kind: str, shards: int) -> int | None:
    """Where a token of `kind` (`access`, `refresh`) is looked up, or None when it can't be one."""
    start = _TOKEN_STARTS[kind]
    return shard_of_code(text[len(start) :], shards) if text.startswith(start) else None


def sha256_of(secret: str) -> bytes:
    """What the table knows of a code or a token."""
    return hashlib.sha256(secret.encode()).digest()
