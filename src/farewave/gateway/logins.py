"""Letting applications know who somebody is: the page's steps, then the application's."""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag

from farewave.db import ReadTx, Tx
from farewave.db.events import record_event
from farewave.gateway import oauth, store
from farewave.gateway.errors import GatewayRefusal
from farewave.gateway.model import RegisteredApp
from farewave.gateway.oauth import Allowed, Asked, Consent, Login, Tokens
from farewave.gateway.problems import Problem
from farewave.kit.ids import new_id
from farewave.kit.limits import JOB_BATCH_MAX
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people import service as people
from farewave.people.model import Actor, Person

_CONSENT = "gateway.consent"
_CODE = "gateway.auth_code"
_SECRET_OCTETS = 16
OPEN_ID = "gateway.open_id"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says: who asks for what, of whom; and what agreeing hands back."""

    app: RegisteredApp
    asked: Asked
    person: Person
    consent: str


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A login with its new tokens."""

    login: Login
    tokens: Tokens


async def asked_by(tx: ReadTx, query: Mapping[str, str]) -> tuple[RegisteredApp, Asked] | Refused:
    """What a browser was sent here with, if it may be answered at all."""
    app_id = query.get("app_id", "")
    app = await store.load_app(tx, app_id)
    registered = await store.redirects_of(tx, app_id)
    asked = oauth.judge_asked(query, app_known=app is not None, registered=registered)
    if isinstance(asked, Refused):
        return asked
    assert app is not None, "judged"
    return app, asked


async def show(
    tx: ReadTx, sealer: Sealer, actor: Actor, query: Mapping[str, str]
) -> Shown | Refused:
    """What somebody who is signed in is asked. Nothing is written."""
    found = await asked_by(tx, query)
    if isinstance(found, Refused):
        return found
    app, asked = found
    consent = Consent(
        login_id=new_id(actor.shard, tx.now, tx.chance),
        session_id=actor.session_id,
        asked=asked,
        expires_at=tx.now + oauth.CONSENT_LASTS,
    )
    sealed = sealer.seal(_CONSENT, consent.text(), tx.chance).hex()
    return Shown(app, asked, await people.person(tx, actor.shard, actor.person_id), sealed)


async def agree(tx: Tx, sealer: Sealer, actor: Actor, sealed: str) -> str | Refused:
    """Let the application know. The answer is where the browser goes, with the code.

    The consent is the key of the command: handed in again, it gives the same code.
    """
    try:
        consent = Consent.of(sealer.unseal(_CONSENT, bytes.fromhex(sealed)))
    except (ValueError, InvalidTag):
        return Refused(GatewayRefusal.CONSENT_OVER)
    asked = consent.asked
    registered = await store.redirects_of(tx, asked.app_id)
    refused = oauth.judge_consent(consent, actor.session_id, registered, tx.now)
    if refused is not None:
        return refused
    code = oauth.code_text(actor.shard, sealer.blind_index(_CODE, str(consent.login_id)))
    added = await store.add_login(
        tx,
        actor,
        consent,
        code_sha256=oauth.sha256_of(code),
        code_expires_at=tx.now + oauth.CODE_LASTS,
    )
    if added:
        await record_event(
            tx,
            shard=actor.shard,
            name="gateway.login_allowed",
            actor_id=actor.person_id,
            attributes={"app_id": asked.app_id, "scope": asked.scope.value},
        )
    return asked.with_code(code)


async def exchange(tx: Tx, app_id: str, code: str) -> LoggedIn | Problem:
    """Tokens for a code, once."""
    shard = oauth.shard_of_code(code, tx.shards)
    login = None
    if shard is not None:
        login = await store.lock_login_by_code(tx, shard, oauth.sha256_of(code))
    problem = oauth.judge_code(login, app_id, tx.now)
    if problem is not None:
        return problem
    assert login is not None, "judged"
    return await _with_tokens(tx, login)


async def refresh(tx: Tx, app_id: str, token: str) -> LoggedIn | Problem:
    """New tokens for a refresh token; both old ones are over with that."""
    shard = oauth.shard_of_token(token, "refresh", tx.shards)
    login = None
    if shard is not None:
        login = await store.lock_login_by_refresh(tx, shard, oauth.sha256_of(token))
    problem = oauth.judge_refresh(login, app_id, tx.now)
    if problem is not None:
        return problem
    assert login is not None, "judged"
    return await _with_tokens(tx, login)


async def _with_tokens(tx: Tx, login: Login) -> LoggedIn:
    tokens = oauth.tokens_of(
        login.shard, tx.chance.octets(_SECRET_OCTETS), tx.chance.octets(_SECRET_OCTETS)
    )
    after = await store.set_tokens(
        tx,
        login,
        access_sha256=oauth.sha256_of(tokens.access),
        access_expires_at=tx.now + oauth.ACCESS_LASTS,
        refresh_sha256=oauth.sha256_of(tokens.refresh),
        refresh_expires_at=tx.now + oauth.REFRESH_LASTS,
    )
    return LoggedIn(after, tokens)


async def share(tx: ReadTx, app_id: str, token: str) -> Person | Problem:
    """Whom an access token was given for."""
    shard = oauth.shard_of_token(token, "access", tx.shards)
    login = None
    if shard is not None:
        login = await store.load_login_by_access(tx, shard, oauth.sha256_of(token))
    problem = oauth.judge_share(login, app_id, tx.now)
    if problem is not None:
        return problem
    assert login is not None, "judged"
    return await people.person(tx, login.shard, login.person_id)


async def allowed(tx: ReadTx, actor: Actor) -> list[Allowed]:
    """The applications that know who the actor is, the one agreed to last first."""
    return await store.allowed_apps(tx, actor.shard, actor.person_id)


async def take_back(tx: Tx, actor: Actor, app_id: str) -> None:
    """End what the actor agreed to with an application: codes and tokens of it are void.

    Again, or with an application that knows nothing of them, is nothing.
    """
    if await store.end_logins(tx, actor.shard, actor.person_id, app_id):
        await record_event(
            tx,
            shard=actor.shard,
            name="gateway.login_taken_back",
            actor_id=actor.person_id,
            attributes={"app_id": app_id},
        )


def open_id_of(sealer: Sealer, app_id: str, user_no: str) -> str:
    """Who somebody is to one application alone: two of them can't compare."""
    return sealer.blind_index(OPEN_ID, f"{app_id}\x00{user_no}").hex()


async def forget(tx: Tx, shard: int) -> int:
    """Delete the logins of a shard that have long been over; how many."""
    return await store.delete_logins_over(tx, shard, tx.now - oauth.KEPT_FOR, JOB_BATCH_MAX)
