"""The keys of an installation, as files in one folder that only their owner can read.

`data.key` and `index.key` seal identity and card numbers; `ticket.pem` (Ed25519) signs tickets;
`platform.pem` (RSA-2048) signs the Open Platform's answers and notifications; `authority.pem`
(RSA-2048) the certificates of its certificate mode, `authority.crt` and `platform.crt` among them;
`rail.pem` (RSA-2048) signs rail's requests as a merchant; `gate.token` lets a gate check tickets;
`banks.key` is what the wallet and the simulated banks sign their messages with (sandbox only).
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from farewave.app.certificate import machine_now
from farewave.gateway.certificates import (
    AUTHORITY_VALID,
    Authority,
    issued,
    new_authority,
    pem_of,
)
from farewave.kit.chance import Chance
from farewave.kit.sealing import KEY_BYTES, Sealer

_RSA_BITS = 2048


class KeysMissing(Exception):  # noqa: N818 - reads as the sentence it is
    """A key file isn't there or isn't a key; the text names it."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """All keys, loaded. The repr shows none of them."""

    sealer: Sealer
    ticket: ed25519.Ed25519PrivateKey
    platform: rsa.RSAPrivateKey
    platform_certificate: x509.Certificate
    authority: Authority
    rail: rsa.RSAPrivateKey
    gate_token: str
    banks_secret: bytes | None
    """None where the folder has none: production needs none."""


def create_keys(folder: Path, chance: Chance) -> None:
    """Make every key and certificate that isn't in `folder` yet; what is there stays.

    Safe when two processes do it at once: each file appears whole, and the first one wins.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    makers = {
        "data.key": lambda: chance.octets(KEY_BYTES).hex().encode(),
        "index.key": lambda: chance.octets(KEY_BYTES).hex().encode(),
        "gate.token": lambda: chance.octets(24).hex().encode(),
        "banks.key": lambda: chance.octets(KEY_BYTES).hex().encode(),
        "ticket.pem": lambda: _pem(ed25519.Ed25519PrivateKey.generate()),
        "platform.pem": lambda: _pem(rsa.generate_private_key(65_537, _RSA_BITS)),
        "rail.pem": lambda: _pem(rsa.generate_private_key(65_537, _RSA_BITS)),
        # These are made of what is there by then, be it another process's.
        "authority.pem": lambda: _pem(rsa.generate_private_key(65_537, _RSA_BITS)),
        "authority.crt": lambda: _root_certificate(folder, chance),
        "platform.crt": lambda: _platform_certificate(folder, chance),
    }
    for name, make in makers.items():
        path = folder / name
        if not path.exists():
            _write_once(path, make())


def load_keys(folder: Path) -> Keys:
    """The keys in `folder`. Raises KeysMissing with the name of the file that is wrong."""
    return Keys(
        sealer=Sealer(
            data_key=_octets(folder / "data.key"), index_key=_octets(folder / "index.key")
        ),
        ticket=_ticket_key(folder / "ticket.pem"),
        platform=_rsa_key(folder / "platform.pem"),
        platform_certificate=_certificate(folder / "platform.crt", folder / "platform.pem"),
        authority=_authority(folder),
        rail=_rsa_key(folder / "rail.pem"),
        gate_token=_read(folder / "gate.token").decode(),
        banks_secret=_octets(folder / "banks.key") if (folder / "banks.key").exists() else None,
    )


def _authority(folder: Path) -> Authority:
    key = folder / "authority.pem"
    return Authority(_certificate(folder / "authority.crt", key), _rsa_key(key))


def _root_certificate(folder: Path, chance: Chance) -> bytes:
    key = _rsa_key(folder / "authority.pem")
    return pem_of(new_authority(key, machine_now(), chance)).encode()


def _platform_certificate(folder: Path, chance: Chance) -> bytes:
    made = issued(
        _authority(folder),
        to="Farewave Open Platform",
        public_key=_rsa_key(folder / "platform.pem").public_key(),
        valid=AUTHORITY_VALID,
        now=machine_now(),
        chance=chance,
    )
    return pem_of(made).encode()


def _certificate(path: Path, key: Path) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(_read(path))
    except ValueError as error:
        raise KeysMissing(f"{path} doesn't hold a certificate in PEM") from error
    if certificate.public_key() != _rsa_key(key).public_key():
        raise KeysMissing(f"{path} isn't a certificate for {key}")
    return certificate


def _pem(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_once(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    # A hard link fails where the name exists: whoever comes second keeps the first one's key.
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes().strip()
    except OSError as error:
        raise KeysMissing(f"{path} can't be read: {error.strerror}") from error


def _octets(path: Path) -> bytes:
    try:
        octets = bytes.fromhex(_read(path).decode("ascii"))
    except ValueError as error:
        raise KeysMissing(f"{path} doesn't hold a key in hexadecimal") from error
    if len(octets) != KEY_BYTES:
        raise KeysMissing(f"{path} doesn't hold {KEY_BYTES} bytes")
    return octets


def _ticket_key(path: Path) -> ed25519.Ed25519PrivateKey:
    key = _private(path)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise KeysMissing(f"{path} doesn't hold an Ed25519 key")
    return key


def _rsa_key(path: Path) -> rsa.RSAPrivateKey:
    key = _private(path)
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _RSA_BITS:
        raise KeysMissing(f"{path} doesn't hold an RSA key of {_RSA_BITS} bits or more")
    return key


def _private(path: Path) -> object:
    try:
        return serialization.load_pem_private_key(_read(path), password=None)
    except ValueError as error:
        raise KeysMissing(f"{path} doesn't hold a private key in PEM") from error
