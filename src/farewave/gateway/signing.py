"""What is signed, and how: PKCS#1 v1.5 with SHA-256 (RSA2) or SHA-1 (RSA). Pure.

A request is signed over all its parameters but `sign`, sorted by name and joined as `name=value`
with `&`, percent-decoded, in the caller's charset. A notification also leaves out `sign_type`. An
answer is signed over the octets of its node, exactly as sent.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Literal, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SignType = Literal["RSA2", "RSA"]
SIGN_TYPES: frozenset[str] = frozenset(get_args(SignType))
_SIGNATURE_CHARS_MAX = 1024


def sign_type_of(text: str | None) -> SignType | None:
    """`RSA2` or `RSA`, or None for anything else."""
    if text == "RSA2":
        return "RSA2"
    return "RSA" if text == "RSA" else None


def signed_octets(
    params: Mapping[bytes, bytes], *, without: frozenset[bytes], keep_empty: bool = False
) -> bytes:
    """The octets that `params` are signed over, `without` some of them."""
    return b"&".join(
        name + b"=" + value
        for name, value in sorted(params.items())
        if name not in without and (value or keep_empty)
    )


_REQUEST_WITHOUT = frozenset({b"sign"})
_NOTIFICATION_WITHOUT = frozenset({b"sign", b"sign_type"})


def request_octets(params: Mapping[bytes, bytes], *, keep_empty: bool = False) -> bytes:
    """What a request is signed over. SDKs differ in whether empty values count."""
    return signed_octets(params, without=_REQUEST_WITHOUT, keep_empty=keep_empty)


def notification_octets(params: Mapping[str, str]) -> bytes:
    """What a notification is signed over; nothing empty is ever sent in one."""
    return signed_octets(_encoded(params), without=_NOTIFICATION_WITHOUT)


def sign(octets: bytes, key: rsa.RSAPrivateKey, sign_type: SignType) -> str:
    """The signature, in base64."""
    return base64.b64encode(key.sign(octets, padding.PKCS1v15(), _hash(sign_type))).decode()


def verified(octets: bytes, signature: str, key: rsa.RSAPublicKey, sign_type: SignType) -> bool:
    """Whether `signature` (base64) is that of `octets`."""
    if len(signature) > _SIGNATURE_CHARS_MAX:
        return False
    try:
        key.verify(
            base64.b64decode(signature, validate=True), octets, padding.PKCS1v15(), _hash(sign_type)
        )
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def request_verified(
    params: Mapping[bytes, bytes], signature: str, key: rsa.RSAPublicKey, sign_type: SignType
) -> bool:
    """Whether a request's signature holds, over its parameters with or without empty ones."""
    if verified(request_octets(params), signature, key, sign_type):
        return True
    return not all(params.values()) and verified(
        request_octets(params, keep_empty=True), signature, key, sign_type
    )


def signed_request(params: Mapping[str, str], key: rsa.RSAPrivateKey) -> dict[str, str]:
    """`params` (with `sign_type` RSA2 among them) and their `sign`, in UTF-8."""
    assert params["sign_type"] == "RSA2"
    return {**params, "sign": sign(request_octets(_encoded(params)), key, "RSA2")}


def signed_notification(params: Mapping[str, str], key: rsa.RSAPrivateKey) -> dict[str, str]:
    """What is posted: `params` without empty ones, with charset, version, sign_type and sign."""
    full = {name: value for name, value in params.items() if value}
    full |= {"charset": "utf-8", "version": "1.0", "sign_type": "RSA2"}
    return {**full, "sign": sign(notification_octets(full), key, "RSA2")}


def notification_verified(params: Mapping[str, str], key: rsa.RSAPublicKey) -> bool:
    """Whether a notification is the platform's own."""
    sign_type = sign_type_of(params.get("sign_type"))
    if sign_type is None:
        return False
    try:
        octets = notification_octets(params)
    except UnicodeEncodeError:
        return False
    return verified(octets, params.get("sign", ""), key, sign_type)


def _encoded(params: Mapping[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode() for name, value in params.items()}


def _hash(sign_type: SignType) -> hashes.HashAlgorithm:
    # SHA-1 is what old merchants' keys are set to; the protocol keeps it for them.
    return hashes.SHA256() if sign_type == "RSA2" else hashes.SHA1()  # noqa: S303
