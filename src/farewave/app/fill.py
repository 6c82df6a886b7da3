"""Where ports meet adapters: what each context's endpoints and jobs are handed."""

from functools import partial

import httpx
from fastapi import FastAPI

from farewave.app.certificate import machine_now
from farewave.app.parts import Parts
from farewave.app.rail_payments import RailNotificationCheck, RailPayments
from farewave.banks.deps import BanksDeps
from farewave.console.deps import ConsoleDeps, origin_of
from farewave.console.passkeys import Site
from farewave.gateway import service as gateway
from farewave.gateway.certificates import PlatformCertificates
from farewave.gateway.client import OpenPlatformClient
from farewave.gateway.deps import GatewayDeps
from farewave.gateway.faulty_notifier import FaultyNotifier
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import Platform
from farewave.gateway.notifier import HttpNotifier
from farewave.gateway.posting import post_form
from farewave.gateway.registry import Registry
from farewave.kit.chance import SystemChance
from farewave.payments.bell import Bell
from farewave.payments.deps import PaymentsDeps
from farewave.payments.desk import PayDesk
from farewave.people.deps import PeopleDeps
from farewave.rail.board import Board
from farewave.rail.code import Ed25519TicketSigner
from farewave.rail.deps import RailDeps
from farewave.rail.desk import BookingDesk
from farewave.wallet.deps import WalletDeps

INSIDE = "http://farewave.internal"
"""The name of this very application for its own requests: they stay in the process."""
NOTIFY_PATH = "/rail/alipay/notify"
RAIL_NAME, RAIL_NAME_EN = "中国铁路", "China Railway"


async def fill(app: FastAPI, parts: Parts) -> httpx.AsyncClient:
    """Give the endpoints what they stand on. The client for requests to ourselves comes back."""
    inside = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url=INSIDE
    )
    settings, keys = parts.settings, parts.keys
    app.state.parts = parts
    app.state.database = parts.database
    app.state.people = PeopleDeps(
        sealer=keys.sealer,
        sms=parts.sms,
        sandbox=settings.sandbox,
        cookie_secure=True if settings.tls else None,
    )
    app.state.banks = BanksDeps(keys.sealer, parts.banks, settings.sandbox)
    app.state.wallet = WalletDeps(keys.sealer, parts.banks)
    app.state.payments = PaymentsDeps(keys.sealer, Bell(parts.database), settings.base_url)
    app.state.gateway = GatewayDeps(
        platform_key=keys.platform,
        pay_desk=PayDesk(parts.database, keys.sealer),
        registry=Registry(parts.database),
        platform=Platform(settings.base_url, keys.sealer, keys.platform),
        certificates=PlatformCertificates.of(keys.platform_certificate, keys.authority.root),
        now=machine_now,
        chance=SystemChance(),
        faults=settings.sandbox,
    )
    app.state.console = ConsoleDeps(
        base_url=settings.base_url,
        site=Site(origin_of(settings.base_url), keys.sealer),
        authority=keys.authority,
        certificates=app.state.gateway.certificates,
        platform_public_key=public_key_text(keys.platform.public_key()),
        cookie_secure=True if settings.tls else None,
    )
    app.state.notifier = notifier = HttpNotifier(
        lambda url: partial(post_form, inside) if _is_inside(url) else parts.merchants.post_form,
        keys.platform,
    )
    if settings.sandbox:
        app.state.notifier = FaultyNotifier(notifier, parts.database, app.state.gateway.registry)
    app.state.rail = await _rail(parts, inside)
    return inside


def _is_inside(url: str) -> bool:
    """Rail's own door alone: no merchant may have us post to the others from within."""
    return url == f"{INSIDE}{NOTIFY_PATH}"


async def _rail(parts: Parts, inside: httpx.AsyncClient) -> RailDeps:
    """Rail as a merchant: of this platform, in process or over HTTP."""
    settings, keys = parts.settings, parts.keys
    public_key = public_key_text(keys.rail.public_key())
    async with parts.database.transaction() as tx:
        app = await gateway.ensure_app(
            tx, name=RAIL_NAME, name_en=RAIL_NAME_EN, public_key=public_key
        )
    away = settings.rail_gateway_url
    client = OpenPlatformClient(
        http=parts.outside if away else inside,
        gateway_url=away or f"{INSIDE}/gateway.do",
        app_id=app.app_id,
        private_key=keys.rail,
        platform_public_key=keys.platform.public_key(),
    )
    notify_url = f"{settings.base_url if away else INSIDE}{NOTIFY_PATH}"
    return RailDeps(
        sealer=keys.sealer,
        board=Board(parts.database),
        desk=BookingDesk(parts.database, keys.sealer),
        platform=RailPayments(
            parts.database, client, notify_url=settings.rail_notify_url or notify_url
        ),
        check=RailNotificationCheck(keys.platform.public_key()),
        signer=Ed25519TicketSigner(keys.ticket),
        app_id=app.app_id,
        seller_id=app.seller_id,
        gate_token=keys.gate_token,
        sandbox=settings.sandbox,
    )
