"""Applications of the Open Platform."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.kit.sealing import Sealer


@dataclass(frozen=True, slots=True)
class RegisteredApp:
    """A row of `gateway.app`; `public_key` is base64 of SubjectPublicKeyInfo.

    With a certificate (`cert_sn`) it is called in certificate mode alone. `content_key` is sealed.
    `faulty` are the methods that a sandbox's switchboard has something in hand for.
    """

    app_id: str
    merchant_id: UUID
    name: str
    public_key: str
    cert_sn: str | None = None
    cert_expired: bool = False
    content_key: bytes | None = None
    faulty: frozenset[str] = frozenset()


class CallFault(StrEnum):
    """What goes wrong with a call on purpose."""

    UNAVAILABLE = "unavailable"
    """It isn't carried out, and is answered `20000`."""
    HANG = "hang"
    """It waits before it is carried out and answered: longer than a caller has patience for."""
    LOST_ANSWER = "lost_answer"
    """It takes effect; then the connection breaks instead of an answer."""
    NOTIFY_TWICE = "notify_twice"
    """What it is told about afterwards is posted twice."""


@dataclass(frozen=True, slots=True)
class ArmedFault:
    """What happens to the next `calls_left` calls of a method of an application.

    `hang_s` counts for `HANG` alone. `orders` are those of whose next notification is posted twice.
    """

    app_id: str
    method: str
    fault: CallFault
    hang_s: int
    calls_left: int
    orders: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Nothing is left of it to happen."""
        return self.calls_left == 0 and not self.orders


@dataclass(frozen=True, slots=True)
class AppCertificate:
    """The certificate of an application: PEM, its number, and its end."""

    pem: str
    number: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KeptApp:
    """An application as its merchant looks after it; `public_key` as in `RegisteredApp`."""

    app_id: str
    merchant_id: UUID
    name: str
    public_key: str
    created_at: datetime
    certificate: AppCertificate | None


@dataclass(frozen=True, slots=True, repr=False)
class Platform:
    """What methods need of the installation.

    Where phones reach it, what opens logon ids, and the key that signs addresses.
    """

    base_url: str
    sealer: Sealer
    key: rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class App:
    """An application and whom it sells for."""

    app_id: str
    seller_id: str
    merchant_id: UUID


@dataclass(frozen=True, slots=True)
class AppCreated:
    """A new application. The private key is here once, and only if it was made here.

    `content_key` is what contents are encrypted with: 16 octets in base64.

    Keys are base64 without PEM's lines around them, the form the SDKs take: the public one
    SubjectPublicKeyInfo, the private one both as PKCS#1 (Python, PHP, Node) and PKCS#8 (Java).
    """

    app_id: str
    seller_id: str
    merchant_id: UUID
    public_key: str
    private_key_pkcs1: str | None
    private_key_pkcs8: str | None
    certificate: AppCertificate | None = None
    content_key: str | None = None

    def __repr__(self) -> str:
        """Without any key."""
        return f"AppCreated(app_id={self.app_id!r}, seller_id={self.seller_id!r})"
