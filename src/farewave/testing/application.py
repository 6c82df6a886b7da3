"""An application on the gateway, with its keys in every form that SDKs take them in."""

import json
from dataclasses import dataclass

from farewave.testing.gateway import Gateway

_LINE_CHARS = 64


@dataclass(frozen=True, repr=False)
class Application:
    """What `farewave app create` printed. Keys are base64 without PEM's lines unless they say so.

    With `certificates`, it is in certificate mode: PEM of `app_certificate`,
    `platform_certificate`, `root_certificate` is in `told`.
    """

    gateway: Gateway
    told: dict[str, str]

    @property
    def app_id(self) -> str:
        return self.told["app_id"]

    @property
    def seller_id(self) -> str:
        return self.told["seller_id"]

    @property
    def private_key(self) -> str:
        """PKCS#1: for the official SDKs of Python, PHP and Node."""
        return self.told["private_key_pkcs1"]

    @property
    def private_key_pkcs8(self) -> str:
        """PKCS#8: for Java."""
        return self.told["private_key_pkcs8"]

    @property
    def private_key_pem(self) -> str:
        """PKCS#8 with PEM's lines: for fzlee's SDK and most libraries."""
        return _pem("PRIVATE KEY", self.private_key_pkcs8)

    @property
    def platform_public_key(self) -> str:
        """What SDKs call the Alipay public key."""
        return self.told["platform_public_key"]

    @property
    def platform_public_key_pem(self) -> str:
        """The same with PEM's lines."""
        return _pem("PUBLIC KEY", self.platform_public_key)

    def __repr__(self) -> str:
        """Without any key."""
        return f"Application(app_id={self.app_id!r}, seller_id={self.seller_id!r})"


def new_application(gateway: Gateway, name: str, *, certificates: bool = False) -> Application:
    """A merchant of this name, and its application."""
    more = ["--certificate"] if certificates else []
    made = gateway.run("app", "create", "--name", name, "--json", *more)
    return Application(gateway, json.loads(made))


def _pem(label: str, text: str) -> str:
    starts = range(0, len(text), _LINE_CHARS)
    lines = "\n".join(text[start : start + _LINE_CHARS] for start in starts)
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"
