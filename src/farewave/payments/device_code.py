"""Pay codes that a phone makes by itself, with a key that never leaves it. Pure.

24 digits, the Open Platform's longest `auth_code`: a ticket of 14 (`28`, the shard in three digits,
nine random ones), and ten that prove it: HMAC-SHA-256 over the ticket, the time in slots of half a
minute, and what the code is bound to. The slot isn't sent: the server tries its own and its two
neighbours. Bars, QR and sound carry the same digits.

The key is agreed on once (ECDH on P-256, HKDF-SHA-256); see docs/decisions/0025.
"""

import hmac
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from farewave.kit.chance import Chance

SLOT_S = 30
DRIFT_SLOTS = 1
"""How far a phone's clock may be off, either way."""
TICKET_LENGTH = 14
PROOF_LENGTH = 10
CODE_LENGTH = TICKET_LENGTH + PROOF_LENGTH
KEY_OCTETS = 32
_PURPOSE = b"farewave.pay-code.1"
_CURVE = ec.SECP256R1()
# NIST P-256: how many points there are, and so private keys (FIPS 186-5).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def slot_at(now: datetime) -> int:
    """Half minutes since 1970."""
    return int(now.timestamp()) // SLOT_S


def proof_of(key: bytes, ticket: str, slot: int, binding: bytes = b"") -> str:
    """Ten digits: the HMAC's first eight octets, as a number, without what is above ten digits.

    `binding`: what the code is good for only, as 32 octets; nothing: for anything.
    """
    message = _PURPOSE + ticket.encode("ascii") + slot.to_bytes(8, "big") + binding
    number = int.from_bytes(hmac.digest(key, message, "sha256")[:8], "big")
    return f"{number % 10**PROOF_LENGTH:0{PROOF_LENGTH}d}"


def code_of(key: bytes, ticket: str, slot: int, binding: bytes = b"") -> str:
    """The code that a device shows in `slot`."""
    return ticket + proof_of(key, ticket, slot, binding)


def proves(key: bytes, code: str, now: datetime, binding: bytes = b"") -> bool:
    """Whether the device of `key` made `code` in this slot or in one beside it."""
    ticket, proof = code[:TICKET_LENGTH], code[TICKET_LENGTH:]
    here = slot_at(now)
    slots = range(max(here - DRIFT_SLOTS, 0), here + DRIFT_SLOTS + 1)
    # All are compared, each in constant time: the time it takes tells nothing of the digits.
    same = [hmac.compare_digest(proof_of(key, ticket, slot, binding), proof) for slot in slots]
    return any(same)


def new_server_key(chance: Chance) -> ec.EllipticCurvePrivateKey:
    """The server's half of one agreement; forgotten when the key is made."""
    # 64 bits more than the order has: no private key is likelier than another that one could tell.
    number = int.from_bytes(chance.octets(40), "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, _CURVE)


def public_octets(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A public key as it is sent: the point, uncompressed, 65 octets."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def agreed_key(
    private: ec.EllipticCurvePrivateKey, theirs: bytes, *, device: bytes, server: bytes
) -> bytes | None:
    """The 32 octets that both sides come to; None when `theirs` is no point of the curve.

    `device` and `server` are both public keys, `theirs` is that of the other side.
    """
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs)
    except ValueError:
        return None
    shared = private.exchange(ec.ECDH(), point)
    info = _PURPOSE + device + server
    return HKDF(hashes.SHA256(), KEY_OCTETS, salt=b"", info=info).derive(shared)
