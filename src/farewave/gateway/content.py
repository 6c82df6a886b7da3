"""Encrypted contents: AES-128, CBC, PKCS#7, sixteen zero octets before the first block. Pure.

The protocol is what it is: equal contents have equal ciphertexts, and only the request's signature
keeps a ciphertext from being changed. So it is opened after the signature held, never before.
"""

import base64
import binascii

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

ENCRYPT_TYPE = "AES"
KEY_OCTETS = 16
_BLOCK_OCTETS = 16
_NOTHING_BEFORE = bytes(_BLOCK_OCTETS)


def encrypted(plain: bytes, key: bytes) -> bytes:
    """The ciphertext, in base64."""
    padder = PKCS7(_BLOCK_OCTETS * 8).padder()
    worker = _cipher(key).encryptor()
    padded = padder.update(plain) + padder.finalize()
    return base64.b64encode(worker.update(padded) + worker.finalize())


def decrypted(text: str, key: bytes) -> bytes | None:
    """What `text` was made from, or None when it can't have been made with this key."""
    try:
        octets = base64.b64decode(text, validate=True)
        worker = _cipher(key).decryptor()
        padded = worker.update(octets) + worker.finalize()
        unpadder = PKCS7(_BLOCK_OCTETS * 8).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except (ValueError, binascii.Error):
        return None


def is_ciphertext(text: str) -> bool:
    """Whether `text` has the form of one."""
    try:
        octets = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return False
    return bool(octets) and len(octets) % _BLOCK_OCTETS == 0


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES128(key), modes.CBC(_NOTHING_BEFORE))
