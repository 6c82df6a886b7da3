"""Letting others' applications act for a merchant: the page's steps, the agent's, the console's."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag

from farewave.db import ReadTx, Tx
from farewave.db.events import record_event
from farewave.gateway import grant as rules
from farewave.gateway import store
from farewave.gateway.errors import GatewayRefusal
from farewave.gateway.grant import Asked, Consent, Grant, Kind, Proved
from farewave.gateway.model import KeptApp, RegisteredApp
from farewave.gateway.problems import Problem
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer

_CONSENT = "gateway.app_consent"
_MERCHANTS_SHARD = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says: who wants to act for which application; and what agreeing hands back."""

    agent: RegisteredApp
    own: KeptApp
    asked: Asked
    consent: str


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """A grant with its pair of tokens."""

    grant: Grant
    token: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Agent:
    """Who may act for a merchant's application. `since` None: the code isn't exchanged yet."""

    agent_app_id: str
    name: str
    app_id: str
    grant: Grant


async def asked_by(tx: ReadTx, query: Mapping[str, str]) -> tuple[RegisteredApp, Asked] | Refused:
    """What a browser was sent here with, if it may be answered at all."""
    app_id = query.get("app_id", "")
    agent = await store.load_app(tx, app_id)
    registered = await store.redirects_of(tx, app_id)
    asked = rules.judge_asked(query, agent_known=agent is not None, registered=registered)
    if isinstance(asked, Refused):
        return asked
    assert agent is not None, "judged"
    return agent, asked


async def show(
    tx: ReadTx, sealer: Sealer, merchant_id: UUID, query: Mapping[str, str]
) -> Shown | Refused:
    """What a merchant who is signed in is asked. Nothing is written.

    It is for the merchant's oldest application. Refusals: those of `grant.judge_asked`,
    OWN_APPLICATION, APP_NOT_FOUND.
    """
    found = await asked_by(tx, query)
    if isinstance(found, Refused):
        return found
    agent, asked = found
    if agent.merchant_id == merchant_id:
        return Refused(GatewayRefusal.OWN_APPLICATION)
    own = await store.apps_of(tx, merchant_id)
    if not own:
        return Refused(GatewayRefusal.APP_NOT_FOUND)
    consent = Consent(
        number=tx.chance.octets(rules.NUMBER_OCTETS).hex(),
        merchant_id=merchant_id,
        app_id=own[0].app_id,
        asked=asked,
        expires_at=tx.now + rules.CONSENT_LASTS,
    )
    sealed = sealer.seal(_CONSENT, consent.text(), tx.chance).hex()
    return Shown(agent, own[0], asked, sealed)


async def agree(tx: Tx, sealer: Sealer, merchant_id: UUID, sealed: str) -> str | Refused:
    """Grant it. The answer is where the browser goes, with the code.

    The consent is the key of the command: handed in again, it gives the same code.
    """
    try:
        consent = Consent.of(sealer.unseal(_CONSENT, bytes.fromhex(sealed)))
    except (ValueError, InvalidTag):
        return Refused(GatewayRefusal.CONSENT_OVER)
    asked = consent.asked
    registered = await store.redirects_of(tx, asked.agent_app_id)
    refused = rules.judge_consent(consent, merchant_id, registered, tx.now)
    if refused is not None:
        return refused
    made = Grant(
        number=consent.number,
        agent_app_id=asked.agent_app_id,
        app_id=consent.app_id,
        created_at=tx.now,
        code_expires_at=tx.now + rules.CODE_LASTS,
    )
    if await store.add_grant(tx, made):
        await _record(tx, merchant_id, "gateway.agent_allowed", asked.agent_app_id)
    code = rules.text_of(Kind.CODE, made.number, _proof(sealer, Kind.CODE, made.number, 0))
    return asked.with_code(code)


async def exchange(tx: Tx, sealer: Sealer, agent_app_id: str, code: str) -> Given | Problem:
    """Tokens for a code, once. What was granted between the two applications before is over."""
    given = rules.presented(code, Kind.CODE)
    found = None if given is None else await store.load_grant(tx, given.number)
    if found is not None and given is not None:
        # Of two codes at once, one after the other; and before whoever takes the grant back.
        await store.lock_app(tx, found.app_id)
        found = await store.lock_grant(tx, given.number)
        if not _fits(sealer, Kind.CODE, given, 0):
            found = None
    problem = rules.judge_code(found, agent_app_id, tx.now)
    if problem is not None:
        return problem
    assert found is not None, "judged"
    await store.end_grants(tx, found.app_id, agent_app_id, started=True)
    return await _with_another_pair(tx, sealer, found)


async def refresh(tx: Tx, sealer: Sealer, agent_app_id: str, token: str) -> Given | Problem:
    """Another pair of tokens.

    The token that was used is the key of the command: used again, soon, it gives the same pair.
    """
    given = rules.presented(token, Kind.REFRESH)
    found = None if given is None else await store.lock_grant(tx, given.number)
    proved = None
    if found is not None and given is not None:
        proved = _proved(sealer, Kind.REFRESH, given, found)
    problem = rules.judge_refresh(proved, agent_app_id, tx.now)
    if problem is not None:
        return problem
    assert proved is not None, "judged"
    if proved.former:
        return _given(sealer, proved.grant)
    return await _with_another_pair(tx, sealer, proved.grant)


async def grant_of(tx: ReadTx, sealer: Sealer, token: str) -> Proved | None:
    """The grant that a token was given for, as it is now, be it over or not."""
    given = rules.presented(token, Kind.TOKEN)
    found = None if given is None else await store.load_grant(tx, given.number)
    if found is None or given is None:
        return None
    return _proved(sealer, Kind.TOKEN, given, found)


async def acted_for(tx: ReadTx, sealer: Sealer, agent_app_id: str, token: str) -> str | Problem:
    """The number of the application that a call with this token counts as one of."""
    proved = await grant_of(tx, sealer, token)
    problem = rules.judge_token(proved, agent_app_id, tx.now)
    if problem is not None:
        return problem
    assert proved is not None, "judged"
    return proved.grant.app_id


async def agents_of(tx: ReadTx, merchant_id: UUID) -> list[Agent]:
    """Who may act for a merchant, or soon will, the latest first; each once."""
    agents: dict[tuple[str, str], Agent] = {}
    for each, name in await store.grants_of(tx, merchant_id):
        if each.is_in_force(tx.now):
            # One that is in force says since when, whatever waits beside it.
            agents.setdefault(
                (each.app_id, each.agent_app_id), Agent(each.agent_app_id, name, each.app_id, each)
            )
    return sorted(agents.values(), key=lambda agent: agent.grant.created_at, reverse=True)


async def revoke(tx: Tx, merchant_id: UUID, agent_app_id: str) -> list[Agent]:
    """Let an application act no more, from the next call on. One that doesn't is away already."""
    ended = 0
    for own in await store.apps_of(tx, merchant_id):
        await store.lock_app(tx, own.app_id)
        ended += await store.end_grants(tx, own.app_id, agent_app_id, started=False)
    if ended:
        await _record(tx, merchant_id, "gateway.agent_revoked", agent_app_id)
    return await agents_of(tx, merchant_id)


async def forget(tx: Tx, limit: int) -> int:
    """Delete grants that have long been over, at most so many; how many."""
    over = tx.now - rules.KEPT_FOR
    return await store.delete_grants_over(tx, over, over - rules.REFRESH_LASTS, limit)


async def _with_another_pair(tx: Tx, sealer: Sealer, before: Grant) -> Given:
    after = before.renewed(tx.now)
    await store.set_renewed(tx, after)
    return _given(sealer, after)


def _given(sealer: Sealer, of: Grant) -> Given:
    token, refresh = (
        rules.text_of(kind, of.number, _proof(sealer, kind, of.number, of.pair))
        for kind in (Kind.TOKEN, Kind.REFRESH)
    )
    return Given(of, token, refresh)


def _proved(sealer: Sealer, kind: Kind, given: rules.Presented, found: Grant) -> Proved | None:
    if found.pair and _fits(sealer, kind, given, found.pair):
        return Proved(found)
    if found.pair > 1 and _fits(sealer, kind, given, found.pair - 1):
        return Proved(found, former=True)
    return None


def _fits(sealer: Sealer, kind: Kind, given: rules.Presented, pair: int) -> bool:
    right = rules.proof_digits(_proof(sealer, kind, given.number, pair))
    return hmac.compare_digest(right, given.proof)


def _proof(sealer: Sealer, kind: Kind, number: str, pair: int) -> bytes:
    return sealer.blind_index(f"gateway.app_grant.{kind.name.lower()}", f"{number}\x00{pair}")


async def _record(tx: Tx, merchant_id: UUID, name: str, agent_app_id: str) -> None:
    await record_event(
        tx,
        shard=_MERCHANTS_SHARD,
        name=name,
        actor_id=merchant_id,
        attributes={"app_id": agent_app_id},
    )
