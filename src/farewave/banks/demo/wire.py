"""What the simulated banks and their adapter agree on: signed requests, signed answers.

A request is `POST /banks/CODE/CALL` with JSON, signed by HMAC-SHA-256 with the secret that both
sides keep; the answer is signed together with its request's signature, so that no other request's
answer passes for it. Nothing tells when a request was made: each is idempotent by the id in it, so
one that is sent again does nothing again.
"""

import hmac
from typing import Any

from farewave.banks.errors import BanksRefusal
from farewave.banks.model import (
    BankRefused,
    BankUnknown,
    BindingStarted,
    Bound,
    Moved,
    NeverHeard,
    Released,
)

SIGNATURE = "x-bank-signature"
Answer = BindingStarted | Bound | Released | Moved | NeverHeard | BankRefused | BankUnknown


def path_of(bank_code: str, call: str) -> str:
    """The door of a call."""
    return f"/banks/{bank_code}/{call}"


def request_signature(secret: bytes, path: str, body: bytes) -> str:
    """What proves that a request comes from somebody with the secret."""
    return _hmac(secret, b"request", path.encode(), body)


def answer_signature(secret: bytes, request: str, body: bytes) -> str:
    """What proves that `body` is the bank's answer to the request with that signature."""
    return _hmac(secret, b"answer", request.encode(), body)


def is_signed(expected: str, given: str) -> bool:
    """Whether a signature is the right one, in constant time."""
    return hmac.compare_digest(expected.encode(), given.encode())


def _hmac(secret: bytes, *parts: bytes) -> str:
    # Each part with its length: else what ends one could begin the next.
    text = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.new(secret, text, "sha256").hexdigest()


def answer_out(answer: Answer) -> dict[str, Any]:
    """A bank's answer as JSON."""
    match answer:
        case BindingStarted(reference, code):
            return {"is": "started", "bank_reference": reference, "sandbox_code": code}
        case Bound(token):
            return {"is": "bound", "token": token}
        case Released():
            return {"is": "released"}
        case Moved(serial):
            return {"is": "moved", "bank_serial": serial}
        case NeverHeard():
            return {"is": "never_heard"}
        case BankRefused(reason, sentence):
            return {"is": "refused", "code": reason.code, "sentence": sentence}
        case BankUnknown(why):
            return {"is": "unknown", "why": why}


def answer_in(said: dict[str, Any]) -> Answer:
    """The answer in JSON. Raises KeyError or ValueError for anything that is none."""
    match said["is"]:
        case "started":
            return BindingStarted(said["bank_reference"], said["sandbox_code"])
        case "bound":
            return Bound(said["token"])
        case "released":
            return Released()
        case "moved":
            return Moved(said["bank_serial"])
        case "never_heard":
            return NeverHeard()
        case "refused":
            return BankRefused(BanksRefusal.of_code(said["code"]), said["sentence"])
        case "unknown":
            return BankUnknown(said["why"])
    raise ValueError("no answer of a bank")
