"""A certificate for phones on the same network, made by ourselves and kept with the data.

Phones will warn that nobody vouches for it; its fingerprint is printed for a person to compare.
"""

import ipaddress
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_VALID = timedelta(days=397)  # what phones accept at most
_RENEW_BEFORE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Paths of certificate and key, and the SHA-256 fingerprint as pairs of hex digits."""

    certificate: Path
    key: Path
    fingerprint: str


def own_addresses() -> list[str]:
    """The addresses under which this machine may be reached, loopback first."""
    found = ["127.0.0.1", "::1"]
    for family, probe in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        # Connecting a datagram socket sends nothing; it only asks which address would be used.
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            try:
                asked.connect((probe, 9))
            except OSError:
                continue
            address = asked.getsockname()[0]
            if address not in found:
                found.append(address)
    return found


def ensure_certificate(folder: Path, hosts: list[str], now: datetime) -> Certificate:
    """The certificate in `folder` if it still holds for every one of `hosts`, else a new one."""
    certificate_path, key_path = folder / "certificate.pem", folder / "certificate.key"
    if certificate_path.exists() and key_path.exists():
        current = x509.load_pem_x509_certificate(certificate_path.read_bytes())
        if current.not_valid_after_utc > now + _RENEW_BEFORE and _names(current) >= set(hosts):
            return Certificate(certificate_path, key_path, _fingerprint(current))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    made = _sign(key, hosts, now)
    _write(
        key_path,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    _write(certificate_path, made.public_bytes(serialization.Encoding.PEM))
    return Certificate(certificate_path, key_path, _fingerprint(made))


def _sign(key: ec.EllipticCurvePrivateKey, hosts: list[str], now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Farewave on this network")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .sign(key, hashes.SHA256())
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _names(certificate: x509.Certificate) -> set[str]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {
        *names.get_values_for_type(x509.DNSName),
        *(str(address) for address in names.get_values_for_type(x509.IPAddress)),
    }


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _write(path: Path, content: bytes) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)


def machine_now() -> datetime:
    """A certificate is judged by other machines' clocks, not by the sandbox's."""
    return datetime.now(UTC)  # noqa: TID251
