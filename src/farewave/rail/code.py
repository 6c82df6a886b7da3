"""The code on a ticket: a short text that a gate can check without asking anyone.

    FW1:<base45 of payload and signature>

The payload is UTF-8, its fields separated by `|`:

    1|ticket no|train no|service day yyyymmdd|from|to|coach|seat|identity tail|valid until

The order's number is the first ten characters of the ticket's. The identity tail is the first
eight hexadecimal digits of SHA-256 over ticket number, `|` and the last four characters of the
passenger's identity number: who has the card in hand can compare, the code alone doesn't tell it.
`valid until` is in seconds since 1970. The 64 octets after the payload are an Ed25519 signature of
it. Base45 (RFC 9285) and the prefix use only characters of a QR code's alphanumeric mode.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from farewave.kit.clock import epoch_ms
from farewave.kit.sealing import Sealer
from farewave.rail.model import Order, Ticket
from farewave.rail.ports import TicketSigner
from farewave.rail.rules.gates import code_valid_until

PREFIX = "FW1:"
CODE_CHARS_MAX = 600
_VERSION = "1"
_SIGNATURE_OCTETS = 64
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE_OF = {character: value for value, character in enumerate(_BASE45)}
_DAY = re.compile(r"[0-9]{8}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class Ed25519TicketSigner:
    """A `TicketSigner` with the installation's ticket key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, octets: bytes) -> bytes:
        return self._key.sign(octets)

    def verifies(self, signature: bytes, octets: bytes) -> bool:
        try:
            self._key.public_key().verify(signature, octets)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class TicketCode:
    """What a code says."""

    ticket_no: str
    train_no: str
    service_day: date
    origin: str
    destination: str
    coach: str
    seat: str
    identity_tail: str
    valid_until: datetime


def identity_tail(ticket_no: str, identity_number: str) -> str:
    """Eight hexadecimal digits that fit one ticket and one identity card."""
    return hashlib.sha256(f"{ticket_no}|{identity_number[-4:]}".encode()).hexdigest()[:8]


def code_of(order: Order, ticket: Ticket, sealer: Sealer) -> TicketCode:
    """What the code of `ticket` says."""
    return TicketCode(
        ticket_no=ticket.ticket_no,
        train_no=order.train_no,
        service_day=order.service_day,
        origin=order.from_telecode,
        destination=order.to_telecode,
        coach=ticket.coach,
        seat=ticket.seat,
        identity_tail=identity_tail(ticket.ticket_no, ticket.identity.reveal(sealer)),
        valid_until=code_valid_until(order.arrive_at),
    )


def write_code(code: TicketCode, signer: TicketSigner) -> str:
    """The signed text; equal codes give equal texts."""
    payload = "|".join(
        (
            _VERSION,
            code.ticket_no,
            code.train_no,
            code.service_day.strftime("%Y%m%d"),
            code.origin,
            code.destination,
            code.coach,
            code.seat,
            code.identity_tail,
            str(epoch_ms(code.valid_until) // 1000),
        )
    ).encode()
    return PREFIX + base45(payload + signer.sign(payload))


def read_code(text: str, signer: TicketSigner) -> TicketCode | None:
    """What a text says if it is ours, or None."""
    if not text.startswith(PREFIX) or len(text) > CODE_CHARS_MAX:
        return None
    octets = from_base45(text[len(PREFIX) :])
    if octets is None or len(octets) <= _SIGNATURE_OCTETS:
        return None
    payload, signature = octets[:-_SIGNATURE_OCTETS], octets[-_SIGNATURE_OCTETS:]
    if not signer.verifies(signature, payload):
        return None
    fields = payload.decode().split("|")
    if len(fields) != 10 or fields[0] != _VERSION:
        return None
    _, ticket_no, train_no, day, origin, destination, coach, seat, tail, until = fields
    if _DAY.fullmatch(day) is None or _SECONDS.fullmatch(until) is None:
        return None
    return TicketCode(
        ticket_no=ticket_no,
        train_no=train_no,
        service_day=date(int(day[:4]), int(day[4:6]), int(day[6:])),
        origin=origin,
        destination=destination,
        coach=coach,
        seat=seat,
        identity_tail=tail,
        valid_until=datetime.fromtimestamp(int(until), UTC),
    )


def base45(octets: bytes) -> str:
    """RFC 9285."""
    characters: list[str] = []
    for start in range(0, len(octets), 2):
        pair = octets[start : start + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, 45)
            characters.append(_BASE45[digit])
    return "".join(characters)


def from_base45(text: str) -> bytes | None:
    """The octets, or None when `text` is not base45."""
    if len(text) % 3 == 1 or any(character not in _VALUE_OF for character in text):
        return None
    octets = bytearray()
    for start in range(0, len(text), 3):
        digits = [_VALUE_OF[character] for character in text[start : start + 3]]
        value = sum(digit * 45**place for place, digit in enumerate(digits))
        width = len(digits) - 1
        if value >> (8 * width):
            return None
        octets += value.to_bytes(width, "big")
    return bytes(octets)
