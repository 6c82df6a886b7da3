"""Signed calls for the gateway's tests, in every form that SDKs send them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette

from farewave.db import Database
from farewave.gateway.certificates import (
    APP_VALID,
    Authority,
    PlatformCertificates,
    issued,
    new_authority,
)
from farewave.gateway.client import cut_answer
from farewave.gateway.deps import GatewayDeps
from farewave.gateway.downloads import download_routes
from farewave.gateway.endpoints import gateway_routes
from farewave.gateway.model import Platform
from farewave.gateway.registry import Registry
from farewave.gateway.rest_door import rest_routes
from farewave.gateway.signing import SignType, request_octets, sign, verified
from farewave.kit.chance import SystemChance
from farewave.kit.sealing import Sealer
from farewave.payments.desk import PayDesk


def authority() -> Authority:
    """One of its own."""
    key = rsa.generate_private_key(65_537, 2048)
    return Authority(new_authority(key, NOW, SystemChance()), key)


def certificate_of(key: rsa.RSAPrivateKey, by: Authority) -> x509.Certificate:
    """For `key`, for five years from now."""
    return issued(
        by,
        to="Somebody",
        public_key=key.public_key(),
        valid=APP_VALID,
        now=NOW,
        chance=SystemChance(),
    )


NOW = datetime(2026, 7, 1, tzinfo=UTC)
APP_KEY = rsa.generate_private_key(65_537, 2048)
PLATFORM_KEY = rsa.generate_private_key(65_537, 2048)
AUTHORITY = authority()
CERTIFICATES = PlatformCertificates.of(certificate_of(PLATFORM_KEY, AUTHORITY), AUTHORITY.root)
SEALER = Sealer(data_key=bytes(range(32)), index_key=bytes(range(32, 64)))
GATEWAY_URL = "http://gateway.test/gateway.do"


def gateway_app(database: Database) -> Starlette:
    """Nothing but the gateway's doors."""
    app = Starlette(routes=[*gateway_routes(), *download_routes(), *rest_routes()])
    app.state.database = database
    app.state.gateway = GatewayDeps(
        PLATFORM_KEY,
        PayDesk(database, SEALER),
        Registry(database),
        Platform("http://pay.test", SEALER, PLATFORM_KEY),
        CERTIFICATES,
        now=lambda: NOW,
        chance=SystemChance(),
    )
    return app


def client_of(app: Starlette) -> httpx.AsyncClient:
    """A client of `app` in this process."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway.test")


def public_params(app_id: str, method: str = "alipay.trade.query") -> dict[str, str]:
    """A call's parameters, complete but for `sign`."""
    return {
        "app_id": app_id,
        "method": method,
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": "2026-07-01 09:00:00",
        "version": "1.0",
        "biz_content": json.dumps({"out_trade_no": "没有 这笔"}, ensure_ascii=False),
    }


def signed(
    params: Mapping[str, str], *, key: rsa.RSAPrivateKey = APP_KEY, charset: str = "utf-8"
) -> dict[str, str]:
    """`params` with their `sign`, by the rules written down here once more, apart from ours."""
    octets = {name.encode(charset): value.encode(charset) for name, value in params.items()}
    sign_type: SignType = "RSA" if params.get("sign_type") == "RSA" else "RSA2"
    return {**params, "sign": sign(request_octets(octets), key, sign_type)}


def encoded(params: Mapping[str, str], charset: str = "utf-8") -> str:
    """A form's text in `charset`."""
    return "&".join(
        f"{quote_plus(name, encoding=charset)}={quote_plus(value, encoding=charset)}"
        for name, value in params.items()
    )


def node_of(
    response: httpx.Response,
    method: str = "alipay.trade.query",
    *,
    charset: str = "utf-8",
    sign_type: SignType = "RSA2",
) -> dict[str, Any]:
    """The answer's node, after proving that it is 200, well-formed and signed by the platform."""
    assert response.status_code == 200
    cut = cut_answer(method, response.content.decode(charset).encode())
    assert cut is not None, response.content
    node, octets, signature = cut
    as_sent = octets.decode().encode(charset)
    assert as_sent in response.content
    assert verified(as_sent, signature, PLATFORM_KEY.public_key(), sign_type)
    return node


def problem_of(response: httpx.Response, method: str = "alipay.trade.query") -> tuple[str, str]:
    """`code` and `sub_code`."""
    node = node_of(response, method)
    return node["code"], node["sub_code"]
