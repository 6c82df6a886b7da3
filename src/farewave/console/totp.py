"""Codes of an authenticator app: RFC 6238 with SHA-1, six digits, steps of 30 s. Pure."""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

SECRET_OCTETS = 20
STEP_S = 30
DIGITS = 6
DRIFT_STEPS = 1
"""How far a phone's clock may be off, either way."""


def step_at(now: datetime) -> int:
    """The number of the step that `now` is in."""
    return int(now.timestamp()) // STEP_S


def code_of(secret: bytes, step: int) -> str:
    """The code of one step (RFC 4226, 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """The step whose code this is, later than step `after`; None when there is none.

    Every candidate is compared, each in constant time: how long it takes tells nothing.
    """
    here = step_at(now)
    found = None
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        same = hmac.compare_digest(code_of(secret, step).encode(), code.encode())
        if same and step > after:
            found = step
    return found


def base32_of(secret: bytes) -> str:
    """As authenticator apps take it by hand."""
    return base64.b32encode(secret).decode().rstrip("=")


def address_of(secret: bytes, account: str) -> str:
    """What the QR code says (Google's key URI format)."""
    issuer = "Farewave"
    label = quote(f"{issuer}:{account}", safe=":")
    parts = {
        "secret": base32_of(secret),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": STEP_S,
    }
    return f"otpauth://totp/{label}?{urlencode(parts)}"
