"""Applications: made on demand, or once for each name for our own contexts."""

import asyncio
import base64
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.db import ReadTx, Tx
from farewave.gateway import oauth, store
from farewave.gateway.certificates import (
    APP_VALID,
    Authority,
    certificate_number,
    issued,
    pem_of,
)
from farewave.gateway.content import KEY_OCTETS
from farewave.gateway.errors import GatewayRefusal
from farewave.gateway.keys import (
    new_private_key,
    private_key_texts,
    public_key_of,
    public_key_text,
)
from farewave.gateway.model import App, AppCertificate, AppCreated, RegisteredApp
from farewave.gateway.rules import is_http_address
from farewave.kit.chance import digits
from farewave.kit.ids import SYSTEM_ID, derived_id, new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import service as payments

NAME_CHARS_MAX = 64
LISTED_MAX = 200
CONTENT_KEY = "gateway.content_key"
"""The kind of what is sealed."""
_PREFIX = "2021"
_DIGITS = 12
_MERCHANTS_SHARD = 0  # merchants and apps are the same on every shard


async def app_by_id(tx: ReadTx, app_id: str) -> RegisteredApp | None:
    """The application of this number."""
    return await store.load_app(tx, app_id)


async def newest_apps(tx: ReadTx, at_most: int = LISTED_MAX) -> list[RegisteredApp]:
    """The applications that were made last, newest first."""
    return await store.newest_apps(tx, at_most)


async def create_app(
    tx: Tx,
    *,
    name: str,
    public_key: str | None,
    authority: Authority | None = None,
    sealer: Sealer | None = None,
    redirect_uris: Sequence[str] = (),
) -> AppCreated | Refused:
    """A new application with a merchant of its own, and where browsers may be sent back to it.

    Without `public_key` (base64 or PEM) a pair is made, and the private one is in the answer only.
    With `authority` it gets a certificate, and with `sealer` a key for its contents, kept sealed.
    """
    if not _is_name(name):
        return Refused(GatewayRefusal.NAME_INVALID)
    pkcs1 = pkcs8 = None
    if public_key is None:
        made = await asyncio.to_thread(new_private_key)
        key = made.public_key()
        pkcs1, pkcs8 = private_key_texts(made)
    else:
        given = public_key_of(public_key)
        if given is None:
            return Refused(GatewayRefusal.PUBLIC_KEY_INVALID)
        key = given
    if not all(map(_is_redirect, redirect_uris)):
        return Refused(GatewayRefusal.REDIRECT_INVALID)
    merchant = await payments.ensure_merchant(
        tx, merchant_id=new_id(_MERCHANTS_SHARD, tx.now, tx.chance), name=name, name_en=name
    )
    while True:
        app_id = _PREFIX + digits(tx.chance, _DIGITS)
        app = RegisteredApp(app_id, merchant.merchant_id, name, public_key_text(key))
        if await store.add_app(tx, app):
            break
    await store.add_redirects(tx, app_id, redirect_uris)
    certificate = None
    if authority is not None:
        certificate = await certified(tx, app_id, app.name, key, authority)
    content_key = None if sealer is None else await _with_content_key(tx, app, sealer)
    return AppCreated(
        app_id=app_id,
        seller_id=merchant.seller_id,
        merchant_id=merchant.merchant_id,
        public_key=app.public_key,
        private_key_pkcs1=pkcs1,
        private_key_pkcs8=pkcs8,
        certificate=certificate,
        content_key=content_key,
    )


async def certified(
    tx: Tx, app_id: str, name: str, key: rsa.RSAPublicKey, authority: Authority
) -> AppCertificate:
    """A certificate for the application's key, in the place of the one it has."""
    made = await asyncio.to_thread(
        issued,
        authority,
        to=name,
        public_key=key,
        valid=APP_VALID,
        now=tx.now,
        chance=tx.chance,
    )
    certificate = AppCertificate(pem_of(made), certificate_number(made), made.not_valid_after_utc)
    await store.set_certificate(tx, app_id, certificate)
    return certificate


async def _with_content_key(tx: Tx, app: RegisteredApp, sealer: Sealer) -> str:
    made = base64.b64encode(tx.chance.octets(KEY_OCTETS)).decode()
    await store.set_content_key(tx, app.app_id, sealer.seal(CONTENT_KEY, made, tx.chance))
    return made


def content_key_of(app: RegisteredApp, sealer: Sealer) -> bytes | None:
    """The key of an application's contents: 16 octets, or None when it has none."""
    if app.content_key is None:
        return None
    return base64.b64decode(sealer.unseal(CONTENT_KEY, app.content_key))


async def ensure_app(tx: Tx, *, name: str, name_en: str, public_key: str) -> App:
    """The application of `name` with this key, made when it isn't there: for our own contexts.

    Its numbers follow from the name, so processes that do this at once make the same one.
    """
    key = public_key_of(public_key)
    invariant(key is not None and _is_name(name), "our own applications have fit names and keys")
    assert key is not None
    merchant = await payments.ensure_merchant(
        tx,
        merchant_id=derived_id(SYSTEM_ID, _MERCHANTS_SHARD, f"gateway.merchant:{name}"),
        name=name,
        name_en=name_en,
    )
    number = derived_id(SYSTEM_ID, _MERCHANTS_SHARD, f"gateway.app:{name}").int % 10**_DIGITS
    app_id = f"{_PREFIX}{number:0{_DIGITS}d}"
    text = public_key_text(key)
    if not await store.add_app(tx, RegisteredApp(app_id, merchant.merchant_id, name, text)):
        await store.set_public_key(tx, app_id, text)
    there = await store.load_app(tx, app_id)
    invariant(
        there is not None and there.merchant_id == merchant.merchant_id,
        "an application's number belongs to one merchant",
    )
    return App(app_id, merchant.seller_id, merchant.merchant_id)


def _is_redirect(address: str) -> bool:
    return is_http_address(address) and oauth.judge_address(address)


def _is_name(name: str) -> bool:
    return 1 <= len(name) <= NAME_CHARS_MAX and name.isprintable() and bool(name.strip())
