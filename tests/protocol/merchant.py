"""A merchant of a running server, and what each SDK is set to for its application."""

import base64
import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.gateway.keys import public_key_text
from tests.support.server import Server

_numbers = count(1)
TIMEOUT_S = 60
"""For machines that are busy; the SDKs' own are shorter."""


@dataclass(frozen=True)
class Merchant:
    """`told` is what `farewave app create` printed."""

    server: Server
    told: dict[str, str]

    @classmethod
    def opened(cls, server: Server, name: str, *options: str) -> "Merchant":
        made = server.run("app", "create", "--name", name, "--json", *options)
        assert made.returncode == 0, made.stderr
        return cls(server, json.loads(made.stdout))

    @property
    def app_id(self) -> str:
        return self.told["app_id"]

    @property
    def gateway(self) -> str:
        return f"{self.server.url}/gateway.do"

    @property
    def app_public_key(self) -> str:
        """Base64 of SubjectPublicKeyInfo."""
        key = serialization.load_der_private_key(
            base64.b64decode(self.told["private_key_pkcs8"]), None
        )
        assert isinstance(key, rsa.RSAPrivateKey)
        return public_key_text(key.public_key())

    def number(self) -> str:
        """An order's number that was never used; as shops have them, with a dot and a blank."""
        return f"O.{next(_numbers):06d} {self.app_id[-4:]}"

    def official(self, **changed: object) -> dict[str, Any]:
        """The official Python SDK's settings."""
        return {
            "server_url": f"http://{self.server.host}/gateway.do",
            "app_id": self.app_id,
            "app_private_key": self.told["private_key_pkcs1"],
            "alipay_public_key": self.told["platform_public_key"],
            "timeout": TIMEOUT_S,
            **changed,
        }

    def fzlee(self, **changed: object) -> dict[str, Any]:
        """fzlee's settings."""
        return {
            "gateway": self.gateway,
            "appid": self.app_id,
            "app_private_key_string": pem("PRIVATE KEY", self.told["private_key_pkcs8"]),
            "alipay_public_key_string": pem("PUBLIC KEY", self.told["platform_public_key"]),
            **changed,
        }

    def fzlee_certified(self, **changed: object) -> dict[str, Any]:
        """fzlee's settings in certificate mode."""
        settings = self.fzlee(
            app_public_key_cert_string=self.told["app_certificate"],
            alipay_public_key_cert_string=self.told["platform_certificate"],
            alipay_root_cert_string=self.told["root_certificate"],
        )
        del settings["alipay_public_key_string"]
        return {**settings, **changed}

    def node_certified(self, **changed: object) -> dict[str, Any]:
        """The official Node SDK's settings in certificate mode."""
        settings = self.node(
            appCertContent=self.told["app_certificate"],
            alipayPublicCertContent=self.told["platform_certificate"],
            alipayRootCertContent=self.told["root_certificate"],
        )
        del settings["alipayPublicKey"]
        return {**settings, **changed}

    def node(self, **changed: object) -> dict[str, Any]:
        """The official Node SDK's settings."""
        return {
            "gateway": self.gateway,
            "endpoint": self.server.url,
            "appId": self.app_id,
            "privateKey": self.told["private_key_pkcs1"],
            "alipayPublicKey": self.told["platform_public_key"],
            "camelcase": False,
            "timeout": TIMEOUT_S * 1000,
            **changed,
        }


def pem(label: str, text: str) -> str:
    """Base64 on one line as PEM."""
    lines = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"
