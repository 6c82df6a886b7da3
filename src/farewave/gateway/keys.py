"""RSA keys as text: PEM, or only its base64, as consoles and SDKs pass them around."""

import base64
import binascii
from functools import lru_cache
from typing import TypeGuard

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

BITS_MIN, BITS_MAX = 2048, 4096
_CHARS_MAX = 4096


def public_key_of(text: str) -> rsa.RSAPublicKey | None:
    """The key in `text` (SubjectPublicKeyInfo or PKCS#1), or None when it is no fit RSA key."""
    if len(text) > _CHARS_MAX:
        return None
    lines = [line.strip() for line in text.strip().splitlines() if not line.startswith("-----")]
    try:
        octets = base64.b64decode("".join(lines), validate=True)
        key = serialization.load_der_public_key(octets)
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return None
    return key if is_fit(key) else None


def is_fit(key: object) -> TypeGuard[rsa.RSAPublicKey]:
    """Whether an application may have this key."""
    return isinstance(key, rsa.RSAPublicKey) and BITS_MIN <= key.key_size <= BITS_MAX


def requested_key(text: str) -> rsa.RSAPublicKey | None:
    """The key of a certificate request in PEM whose signature holds, or None.

    Who it says to be doesn't count: that is known already.
    """
    if len(text) > _CHARS_MAX:
        return None
    try:
        asked = x509.load_pem_x509_csr(text.encode())
        key = asked.public_key()
        whole = is_fit(key) and asked.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if whole and is_fit(key) else None


@lru_cache(maxsize=1024)
def stored_key(text: str) -> rsa.RSAPublicKey:
    """The key of an application, from the form `public_key_text` made."""
    key = public_key_of(text)
    assert key is not None, "only fit keys are stored"
    return key


def public_key_text(key: rsa.RSAPublicKey) -> str:
    """Base64 of SubjectPublicKeyInfo, on one line."""
    return _text(
        key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


def private_key_texts(key: rsa.RSAPrivateKey) -> tuple[str, str]:
    """Base64 of PKCS#1 and of PKCS#8, each on one line."""
    formats = (serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8)
    pkcs1, pkcs8 = (
        _text(key.private_bytes(serialization.Encoding.DER, form, serialization.NoEncryption()))
        for form in formats
    )
    return pkcs1, pkcs8


def new_private_key() -> rsa.RSAPrivateKey:
    """A fresh key of 2048 bits; takes some 100 ms."""
    return rsa.generate_private_key(65_537, BITS_MIN)


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
