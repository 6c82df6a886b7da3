"""A merchant's applications: their keys and certificates."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from farewave.console.deps import ConsoleDeps, console_of
from farewave.console.session import MerchantActor
from farewave.db.edge import answer, answer_read
from farewave.gateway import upkeep
from farewave.gateway.model import KeptApp

router = APIRouter()
AppId = Annotated[str, Path(max_length=32, examples=["2021000000000000"])]
_PEM_CHARS_MAX = 8192


class PublicKeyBody(BaseModel):
    """An RSA public key, as PEM or only its base64."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    public_key: Annotated[str, Field(max_length=_PEM_CHARS_MAX)]


class CertificateBody(BaseModel):
    """`request` is a CSR in PEM; without it the application's key is certified."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request: Annotated[str | None, Field(max_length=_PEM_CHARS_MAX)] = None


class ConsoleCertificates(BaseModel):
    """What an SDK is set to in certificate mode: three files in PEM, and their numbers."""

    app_certificate: str
    platform_certificate: str
    root_certificate: str
    app_cert_sn: str
    alipay_cert_sn: str
    alipay_root_cert_sn: str
    expires_at: datetime


class ConsoleApp(BaseModel):
    """An application, with what its software is set to. Keys are base64 without PEM's lines."""

    app_id: str
    name: str
    created_at: datetime
    gateway_url: str
    public_key: str
    platform_public_key: str
    certificates: ConsoleCertificates | None


@router.get("/apps", response_model=list[ConsoleApp], operation_id="listConsoleApps")
async def list_apps(request: Request, actor: MerchantActor) -> Response:
    """The merchant's applications, the oldest first."""
    assert actor.merchant_id is not None
    merchant_id, deps = actor.merchant_id, console_of(request)
    return await answer_read(
        request,
        lambda tx: upkeep.apps_of(tx, merchant_id),
        lambda apps: [_app_out(app, deps) for app in apps],
    )


@router.put(
    "/apps/{app_id}/public-key", response_model=ConsoleApp, operation_id="replaceAppPublicKey"
)
async def replace_public_key(
    request: Request, actor: MerchantActor, app_id: AppId, body: PublicKeyBody
) -> Response:
    """Put another key in the place of the application's; calls signed by the old one fail then.

    In certificate mode a new certificate comes with it.
    """
    assert actor.merchant_id is not None
    merchant_id, deps = actor.merchant_id, console_of(request)
    return await answer(
        request,
        lambda tx: upkeep.replace_key(tx, merchant_id, app_id, body.public_key, deps.authority),
        lambda app: _app_out(app, deps),
    )


@router.put("/apps/{app_id}/certificate", response_model=ConsoleApp, operation_id="certifyApp")
async def certify(
    request: Request, actor: MerchantActor, app_id: AppId, body: CertificateBody
) -> Response:
    """A certificate for the application, which is called in certificate mode alone from then on."""
    assert actor.merchant_id is not None
    merchant_id, deps = actor.merchant_id, console_of(request)
    return await answer(
        request,
        lambda tx: upkeep.certify(tx, merchant_id, app_id, body.request, deps.authority),
        lambda app: _app_out(app, deps),
    )


def _app_out(app: KeptApp, deps: ConsoleDeps) -> ConsoleApp:
    certificates = None
    if app.certificate is not None:
        platform = deps.certificates
        certificates = ConsoleCertificates(
            app_certificate=app.certificate.pem,
            platform_certificate=platform.platform_pem,
            root_certificate=platform.root_pem,
            app_cert_sn=app.certificate.number,
            alipay_cert_sn=platform.platform_sn,
            alipay_root_cert_sn=platform.root_sn,
            expires_at=app.certificate.expires_at,
        )
    return ConsoleApp(
        app_id=app.app_id,
        name=app.name,
        created_at=app.created_at,
        gateway_url=f"{deps.base_url}/gateway.do",
        public_key=app.public_key,
        platform_public_key=deps.platform_public_key,
        certificates=certificates,
    )
