"""A merchant's till on a running server: its signed calls of the Open Platform, over HTTP."""

import json
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.gateway.client import cut_answer
from farewave.gateway.keys import public_key_text, stored_key
from farewave.gateway.signing import verified
from tests.gateway.calls import encoded, public_params, signed
from tests.support.server import Server

_FORM = {"content-type": "application/x-www-form-urlencoded;charset=utf-8"}
_numbers = count(1)


@dataclass(frozen=True)
class Till:
    """An application of a merchant of its own, and the key that it signs with."""

    server: Server
    app_id: str
    key: rsa.RSAPrivateKey
    platform_key: rsa.RSAPublicKey

    @classmethod
    def opened(cls, server: Server, name: str) -> "Till":
        key = rsa.generate_private_key(65_537, 2048)
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            Path(file.name).write_text(public_key_text(key.public_key()))
            made = server.run("app", "create", "--name", name, "--public-key", file.name, "--json")
        assert made.returncode == 0, made.stderr
        told = json.loads(made.stdout)
        return cls(server, told["app_id"], key, stored_key(told["platform_public_key"]))

    def call(self, method: str, **content: object) -> dict[str, Any]:
        """What the platform answers."""
        params = public_params(self.app_id, method)
        params["biz_content"] = json.dumps(content, ensure_ascii=False)
        body = encoded(signed(params, key=self.key))
        answer = httpx.post(
            f"{self.server.url}/gateway.do", content=body, headers=_FORM, timeout=60
        )
        cut = cut_answer(method, answer.content)
        assert cut is not None, answer.content
        node, octets, signature = cut
        assert verified(octets, signature, self.platform_key, "RSA2")
        return dict(node)

    def page(self, method: str, return_url: str | None = None, **content: object) -> str:
        """The address that a merchant's own page sends a browser to."""
        params = public_params(self.app_id, method)
        params["biz_content"] = json.dumps(content, ensure_ascii=False)
        if return_url is not None:
            params["return_url"] = return_url
        return f"{self.server.url}/gateway.do?{encoded(signed(params, key=self.key))}"

    def scan(self, code: str, amount: str, subject: str = "一杯咖啡") -> dict[str, Any]:
        """Takes a pay code."""
        return self.call(
            "alipay.trade.pay",
            scene="bar_code",
            auth_code=code,
            out_trade_no=f"TILL{next(_numbers):08d}",
            subject=subject,
            total_amount=amount,
        )
