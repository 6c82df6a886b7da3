"""Applications as their merchants look after them: another key, a certificate."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.gateway import store
from farewave.gateway.certificates import Authority
from farewave.gateway.errors import GatewayRefusal
from farewave.gateway.keys import public_key_of, public_key_text, requested_key, stored_key
from farewave.gateway.model import KeptApp
from farewave.gateway.service import certified
from farewave.kit.outcome import Refused

_RENEWED_WITHIN = timedelta(days=30)


async def apps_of(tx: ReadTx, merchant_id: UUID) -> list[KeptApp]:
    """A merchant's applications, the oldest first."""
    return await store.apps_of(tx, merchant_id)


async def replace_key(
    tx: Tx, merchant_id: UUID, app_id: str, public_key: str, authority: Authority
) -> KeptApp | Refused:
    """Put another key (base64 or PEM) in the place of the application's. Again is the same.

    In certificate mode the key gets a new certificate with it: the old one is of the old key.
    Refusals: APP_NOT_FOUND (also another merchant's), PUBLIC_KEY_INVALID.
    """
    app = await _own(tx, merchant_id, app_id)
    if isinstance(app, Refused):
        return app
    key = public_key_of(public_key)
    if key is None:
        return Refused(GatewayRefusal.PUBLIC_KEY_INVALID)
    text = public_key_text(key)
    if text == app.public_key:
        return app
    await store.set_public_key(tx, app_id, text)
    changed = replace(app, public_key=text)
    if app.certificate is None:
        return changed
    return replace(changed, certificate=await certified(tx, app_id, app.name, key, authority))


async def certify(
    tx: Tx, merchant_id: UUID, app_id: str, request: str | None, authority: Authority
) -> KeptApp | Refused:
    """A certificate for the application's key, or for the one of a certificate request (PEM).

    Again for the same key is the same certificate, until its last month. From then on the
    application is called in certificate mode alone.
    Refusals: APP_NOT_FOUND (also another merchant's), REQUEST_INVALID.
    """
    app = await _own(tx, merchant_id, app_id)
    if isinstance(app, Refused):
        return app
    key = stored_key(app.public_key) if request is None else requested_key(request)
    if key is None:
        return Refused(GatewayRefusal.REQUEST_INVALID)
    text = public_key_text(key)
    there = app.certificate
    if there is not None and text == app.public_key and there.expires_at - tx.now > _RENEWED_WITHIN:
        return app
    await store.set_public_key(tx, app_id, text)
    certificate = await certified(tx, app_id, app.name, key, authority)
    return replace(app, public_key=text, certificate=certificate)


async def _own(tx: Tx, merchant_id: UUID, app_id: str) -> KeptApp | Refused:
    app = await store.lock_app(tx, app_id)
    if app is None or app.merchant_id != merchant_id:
        return Refused(GatewayRefusal.APP_NOT_FOUND)
    return app
