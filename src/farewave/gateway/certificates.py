"""Certificates of the certificate mode: a private CA, the platform's own, one for an application.

Pure but for what is handed in. SDKs name a certificate by a number of their own making: the MD5 of
its issuer, from the common name outwards, and the serial number in decimals. One SDK writes the
issuer down as CN, OU, O, C whatever it is, another turns round what is there: so every name here
has exactly C, O, OU and CN, in this order.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from farewave.kit.chance import Chance

AUTHORITY_VALID = timedelta(days=20 * 365)
"""Also the platform's own certificate: nothing renews it yet."""
APP_VALID = timedelta(days=5 * 365)
_EARLY = timedelta(days=1)
"""Certificates hold a little earlier, for clocks that are behind."""
_SERIAL_OCTETS = 16
_COMMON_NAME_OCTETS_MAX = 64
_COUNTRY, _ORGANISATION, _UNIT = "CN", "Farewave", "Open Platform"
_SHORT = {
    NameOID.COUNTRY_NAME: "C",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.COMMON_NAME: "CN",
}
_RSA_SIGNATURES = "1.2.840.113549.1.1."


@dataclass(frozen=True, slots=True, repr=False)
class Authority:
    """What issues certificates. Its repr shows no key."""

    root: x509.Certificate
    key: rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class PlatformCertificates:
    """What callers are told of the platform's certificates: numbers, and PEM."""

    platform_sn: str
    platform_pem: str
    root_sn: str
    root_pem: str

    @classmethod
    def of(cls, platform: x509.Certificate, root: x509.Certificate) -> "PlatformCertificates":
        """Those of these two."""
        return cls(
            certificate_number(platform), pem_of(platform), root_number([root]), pem_of(root)
        )


def certificate_number(certificate: x509.Certificate) -> str:
    """`app_cert_sn` and `alipay_cert_sn`: 32 hexadecimal digits."""
    issuer = ",".join(
        f"{_SHORT.get(attribute.oid, attribute.oid.dotted_string)}={attribute.value!s}"
        for attribute in reversed(list(certificate.issuer))
    )
    named = f"{issuer}{certificate.serial_number}".encode()
    return hashlib.md5(named, usedforsecurity=False).hexdigest()


def root_number(bundle: Iterable[x509.Certificate]) -> str:
    """`alipay_root_cert_sn`: the numbers of those in the bundle that RSA signed, joined by `_`."""
    return "_".join(
        certificate_number(each)
        for each in bundle
        if each.signature_algorithm_oid.dotted_string.startswith(_RSA_SIGNATURES)
    )


def new_authority(key: rsa.RSAPrivateKey, now: datetime, chance: Chance) -> x509.Certificate:
    """A root certificate that signs itself."""
    name = _name("Farewave Root CA")
    return (
        _begun(name, key.public_key(), now, AUTHORITY_VALID, chance)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )


def issued(
    authority: Authority,
    *,
    to: str,
    public_key: rsa.RSAPublicKey,
    valid: timedelta,
    now: datetime,
    chance: Chance,
) -> x509.Certificate:
    """A certificate for `public_key`, whose common name is `to` (cut to 64 octets)."""
    common_name = to.encode()[:_COMMON_NAME_OCTETS_MAX].decode(errors="ignore")
    return (
        _begun(_name(common_name), public_key, now, valid, chance)
        .issuer_name(authority.root.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(authority.key, hashes.SHA256())
    )


def pem_of(certificate: x509.Certificate) -> str:
    """As PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _begun(
    subject: x509.Name,
    public_key: rsa.RSAPublicKey,
    now: datetime,
    valid: timedelta,
    chance: Chance,
) -> x509.CertificateBuilder:
    # RFC 5280 allows 20 octets and wants a positive number.
    serial = int.from_bytes(chance.octets(_SERIAL_OCTETS)) | 1
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(now - _EARLY)
        .not_valid_after(now + valid)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, _COUNTRY),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _UNIT),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
