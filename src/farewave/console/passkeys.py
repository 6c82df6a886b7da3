"""Passkeys (WebAuthn): made by whoever is signed in, and then another way in.

A challenge needs no row: it holds when it ends and an authenticator of ours over what it is for, so
that nobody can fill a table by asking. Only answered ones are kept, until they would end anyway.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from farewave.console import service, store
from farewave.console.errors import ConsoleRefusal
from farewave.console.model import ConsoleActor, Entered, KnownPasskey, ProvedBy, Token
from farewave.console.service import Whole
from farewave.db import ReadTx, Tx
from farewave.kit.chance import Chance
from farewave.kit.clock import epoch_ms
from farewave.kit.ids import new_id
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer

ANSWERED_WITHIN = timedelta(minutes=5)
LABEL_CHARS_MAX = 40
PASSKEYS_MAX = 20
_CREDENTIAL_ID_OCTETS_MAX = 1023
"""As WebAuthn has it (level 2, section 6.5.1)."""
_NOISE_OCTETS, _TIME_OCTETS, _MAC_OCTETS = 16, 8, 32
_BROKEN = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError)
"""What reading a credential that somebody made up ends with."""
_REFUSED = Refused(ConsoleRefusal.PASSKEY_INVALID)
_SIGN_IN = "sign_in"
Credential = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are good: an origin, whose host is no number."""

    origin: str
    sealer: Sealer

    @property
    def host(self) -> str:
        """The relying party's id."""
        return urlsplit(self.origin).hostname or ""


async def registration_options(tx: ReadTx, actor: ConsoleActor, site: Site) -> dict[str, Any]:
    """What the browser is asked to make a passkey by."""
    account = await service.whole(tx, actor)
    name = service.OPERATOR if account.merchant is None else account.merchant.seller_id
    shown = name if account.merchant is None else account.merchant.name
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Farewave",
        user_id=actor.account_id.bytes,
        user_name=name,
        user_display_name=shown,
        challenge=_challenge(site.sealer, str(actor.account_id), tx.now, tx.chance),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=each)
            for each in await store.credential_ids(tx, actor.account_id)
        ],
    )
    return dict(json.loads(options_to_json(options)))


async def register(
    tx: Tx, actor: ConsoleActor, site: Site, label: str, credential: Credential
) -> Whole | Refused:
    """Keep what the browser made. Refused: PASSKEY_INVALID, TOO_MANY_PASSKEYS."""
    await store.lock_account(tx, actor.account_id)  # so that two at once count each other
    if len(await store.credential_ids(tx, actor.account_id)) >= PASSKEYS_MAX:
        return Refused(ConsoleRefusal.TOO_MANY_PASSKEYS, {"most": PASSKEYS_MAX})
    challenge = await _answered(tx, site.sealer, str(actor.account_id), credential)
    if challenge is None:
        return _REFUSED
    try:
        made = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _BROKEN:
        return _REFUSED
    if len(made.credential_id) > _CREDENTIAL_ID_OCTETS_MAX:
        return _REFUSED
    known = KnownPasskey(
        made.credential_id, actor.account_id, made.credential_public_key, made.sign_count
    )
    if not await store.add_passkey(tx, new_id(0, tx.now, tx.chance), label, known):
        return _REFUSED
    return await service.whole(tx, actor)


def sign_in_options(site: Site, now: datetime, chance: Chance) -> dict[str, Any]:
    """What the browser is asked to choose a passkey by; who it is, the passkey says."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=_challenge(site.sealer, _SIGN_IN, now, chance),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(json.loads(options_to_json(options)))


async def enter_by_passkey(tx: Tx, site: Site, credential: Credential) -> Entered | Refused:
    """By a passkey's answer to a challenge, which it answers once. Refused: PASSKEY_INVALID."""
    challenge = await _answered(tx, site.sealer, _SIGN_IN, credential)
    if challenge is None:
        return _REFUSED
    try:
        known = await store.lock_passkey(tx, base64url_to_bytes(credential["rawId"]))
    except _BROKEN:
        return _REFUSED
    if known is None:
        return _REFUSED
    try:
        proved = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except _BROKEN:
        return _REFUSED
    await store.note_passkey_used(tx, known.credential_id, proved.new_sign_count)
    return await service.enter(tx, known.account_id, ProvedBy.PASSKEY)


async def forget(tx: Tx, actor: ConsoleActor, token: Token | None, passkey_id: UUID) -> Whole:
    """Take one of the actor's passkeys away; one that isn't there is away already.

    Every other session of the account ends: whoever has the passkey may be in by it.
    """
    if await store.delete_passkey(tx, actor.account_id, passkey_id):
        await store.delete_other_sessions(tx, actor.account_id, token.sha256 if token else b"")
    return await service.whole(tx, actor)


def _challenge(sealer: Sealer, purpose: str, now: datetime, chance: Chance) -> bytes:
    until = epoch_ms(now + ANSWERED_WITHIN).to_bytes(_TIME_OCTETS, "big")
    body = chance.octets(_NOISE_OCTETS) + until
    return body + _mac(sealer, purpose, body)


def _mac(sealer: Sealer, purpose: str, body: bytes) -> bytes:
    return sealer.blind_index(f"console.challenge.{purpose}", body.hex())


async def _answered(tx: Tx, sealer: Sealer, purpose: str, credential: Credential) -> bytes | None:
    """The challenge that the browser says it answers, when it is ours, in time, and unanswered."""
    try:
        told = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(told["challenge"])
    except (*_BROKEN, RecursionError):
        return None
    if len(challenge) != _NOISE_OCTETS + _TIME_OCTETS + _MAC_OCTETS:
        return None
    body, mac = challenge[:-_MAC_OCTETS], challenge[-_MAC_OCTETS:]
    if not hmac.compare_digest(mac, _mac(sealer, purpose, body)):
        return None
    until_ms = int.from_bytes(body[_NOISE_OCTETS:], "big")
    if epoch_ms(tx.now) >= until_ms:
        return None
    until = datetime.fromtimestamp(until_ms / 1000, UTC)
    taken = await store.take_challenge(tx, hashlib.sha256(challenge).digest(), until)
    return challenge if taken else None
