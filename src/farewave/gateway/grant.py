"""A merchant's grant: an application of somebody else may act for one of its own. Pure.

The other application (its agent: a service provider's software) sends the merchant's browser here,
the merchant agrees on a page of its console, and the browser goes back with a code, which the agent
exchanges, once, for a pair of tokens by a signed call. With the token a call of the agent's counts
as the merchant's own.

Codes and tokens aren't kept: each names its grant and proves itself by what only this installation
can compute. So an answer that was lost can be given again.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

from farewave.gateway import problems
from farewave.gateway.errors import GatewayRefusal
from farewave.gateway.oauth import STATE_CHARS_MAX
from farewave.gateway.problems import Problem
from farewave.kit.outcome import Refused

CODE_LASTS = timedelta(days=1)
TOKEN_LASTS = timedelta(days=365)
REFRESH_LASTS = timedelta(days=372)
FORMER_LASTS = timedelta(days=1)
"""How long the pair before stays good after a refresh, as the Open Platform has it."""
KEPT_FOR = timedelta(days=30)
"""After its end a grant is still known, so that its agent is told what has become of it."""
CONSENT_LASTS = timedelta(minutes=30)
NUMBER_OCTETS = 8
_PROOF_DIGITS = 16
_DIGITS = re.compile(r"([0-9a-f]{16})([0-9a-f]{16})")


class Kind(StrEnum):
    """What a grant is proved by, and how its text begins: 32 characters of a code, 40 of others."""

    CODE = ""
    TOKEN = "appauthB"  # noqa: S105
    REFRESH = "appauthR"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser was sent here with, judged. `agent_app_id` is who wants to act."""

    agent_app_id: str
    redirect_uri: str
    state: str | None

    def with_code(self, code: str) -> str:
        """Where the browser goes once the merchant has agreed."""
        told = {"app_id": self.agent_app_id, "source": "alipay_app_auth"}
        return self._back({**told, "app_auth_code": code})

    @property
    def declined(self) -> str:
        """Where the browser goes otherwise (RFC 6749, 4.1.2.1)."""
        return self._back({"app_id": self.agent_app_id, "error": "access_denied"})

    def _back(self, told: dict[str, str]) -> str:
        state = {} if self.state is None else {"state": self.state}
        parts = urlsplit(self.redirect_uri)
        query = "&".join(filter(None, (parts.query, urlencode({**told, **state}))))
        return urlunsplit(parts._replace(query=query))


@dataclass(frozen=True, slots=True)
class Consent:
    """What a merchant was shown, and agrees to by handing it back: its number becomes the grant's.

    `app_id` is the merchant's own application.
    """

    number: str
    merchant_id: UUID
    app_id: str
    asked: Asked
    expires_at: datetime

    def text(self) -> str:
        """To be sealed."""
        told = asdict(self)
        return json.dumps(
            {
                **told,
                "merchant_id": str(self.merchant_id),
                "expires_at": self.expires_at.isoformat(),
            }
        )

    @classmethod
    def of(cls, text: str) -> "Consent":
        """What `text` was made from."""
        parts = json.loads(text)
        return cls(
            parts["number"],
            UUID(parts["merchant_id"]),
            parts["app_id"],
            Asked(**parts["asked"]),
            datetime.fromisoformat(parts["expires_at"]),
        )


@dataclass(frozen=True, slots=True)
class Grant:
    """A row of `gateway.app_grant`.

    `pair` counts the pairs of tokens that were given; the last one at `renewed_at`. Several may be
    waiting for their code's exchange; in force is one at most between two applications.
    """

    number: str
    agent_app_id: str
    app_id: str
    created_at: datetime
    code_expires_at: datetime
    started_at: datetime | None = None
    renewed_at: datetime | None = None
    pair: int = 0
    ended_at: datetime | None = None

    def renewed(self, now: datetime) -> "Grant":
        """With another pair of tokens."""
        started = self.started_at or now
        return replace(self, started_at=started, renewed_at=now, pair=self.pair + 1)

    def is_in_force(self, now: datetime) -> bool:
        """Whether an agent may act by it, or get to by its code or by refreshing."""
        if self.ended_at is not None:
            return False
        if self.renewed_at is None:
            return now < self.code_expires_at
        return now < self.renewed_at + REFRESH_LASTS


@dataclass(frozen=True, slots=True)
class Presented:
    """A code or token, taken apart."""

    number: str
    proof: str


@dataclass(frozen=True, slots=True)
class Proved:
    """A grant whose code or token was right. `former`: it is of the pair before the last."""

    grant: Grant
    former: bool = False

    def ends_at(self, lasts: timedelta) -> datetime:
        """When what was presented ends: a token of the last pair `lasts` so long."""
        assert self.grant.renewed_at is not None, "there are tokens"
        return self.grant.renewed_at + (FORMER_LASTS if self.former else lasts)


def presented(text: str, kind: Kind) -> Presented | None:
    """The parts of a code or token, or None when it can't be one."""
    if not text.startswith(kind.value):
        return None
    match = _DIGITS.fullmatch(text[len(kind.value) :])
    return None if match is None else Presented(match[1], match[2])


def text_of(kind: Kind, number: str, proof: bytes) -> str:
    """A code or token."""
    return f"{kind.value}{number}{proof_digits(proof)}"


def proof_digits(proof: bytes) -> str:
    """As much of a proof as stands in a code or token."""
    return proof.hex()[:_PROOF_DIGITS]


def judge_asked(
    query: Mapping[str, str], *, agent_known: bool, registered: frozenset[str]
) -> Asked | Refused:
    """What a browser may be asked about. `registered`: the agent's own addresses."""
    if not agent_known:
        return Refused(GatewayRefusal.APP_NOT_FOUND)
    redirect_uri = query.get("redirect_uri", "")
    # As it was registered, to the letter: what is only alike may be somebody else's.
    if redirect_uri not in registered:
        return Refused(GatewayRefusal.REDIRECT_NOT_REGISTERED)
    state = query.get("state") or None
    if state is not None and len(state) > STATE_CHARS_MAX:
        return Refused(GatewayRefusal.STATE_INVALID)
    return Asked(query["app_id"], redirect_uri, state)


def judge_consent(
    consent: Consent, merchant_id: UUID, registered: frozenset[str], now: datetime
) -> Refused | None:
    """Whether what is handed back still counts, and by the merchant that was shown it."""
    if consent.merchant_id != merchant_id or now >= consent.expires_at:
        return Refused(GatewayRefusal.CONSENT_OVER)
    if consent.asked.redirect_uri not in registered:
        return Refused(GatewayRefusal.REDIRECT_NOT_REGISTERED)
    return None


def judge_code(grant: Grant | None, agent_app_id: str, now: datetime) -> Problem | None:
    """Whether a code, whose proof is right, can be exchanged by this application."""
    if grant is None:
        return problems.INVALID_CODE
    if grant.agent_app_id != agent_app_id:
        return problems.UNMATCHED_APP_ID
    fresh = grant.started_at is None and grant.is_in_force(now)
    return None if fresh else problems.INVALID_CODE


def judge_refresh(proved: Proved | None, agent_app_id: str, now: datetime) -> Problem | None:
    """Whether a refresh token is good for a pair, and this application's."""
    if proved is None:
        return problems.INVALID_REFRESH_TOKEN
    if proved.grant.agent_app_id != agent_app_id:
        return problems.UNMATCHED_APP_ID
    if proved.grant.ended_at is not None:
        return problems.INVALID_REFRESH_TOKEN
    return problems.REFRESH_TOKEN_OVER if now >= proved.ends_at(REFRESH_LASTS) else None


def judge_token(proved: Proved | None, agent_app_id: str, now: datetime) -> Problem | None:
    """Whether a call of this application's with a token counts as the merchant's."""
    if proved is None or proved.grant.agent_app_id != agent_app_id:
        return problems.INVALID_APP_AUTH_TOKEN
    if proved.grant.ended_at is not None:
        return problems.INVALID_APP_AUTH_TOKEN
    return problems.APP_AUTH_TOKEN_OVER if now >= proved.ends_at(TOKEN_LASTS) else None
