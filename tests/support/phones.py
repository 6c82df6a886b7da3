"""Phones that make pay codes: in JavaScript with WebCrypto alone, and quick ones in Python."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from farewave.db import Database
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import code_devices, device_code
from farewave.people.model import Actor
from tests.support.people import PAY_PASSWORD

ROOT = Path(__file__).parents[2]


class ScriptedPhones:
    """As many phones as wanted, in one Node of their own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, what: str, **given: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"ask": what, **given}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def keys(self, count: int) -> list[bytes]:
        """The public keys of so many new phones."""
        return [base64.urlsafe_b64decode(each + "=") for each in self.ask("phones", count=count)]


@contextmanager
def scripted_phones() -> Iterator[ScriptedPhones]:
    """They are gone afterwards."""
    node = shutil.which("node", path=f"{ROOT / '.venv' / 'bin'}:{os.environ.get('PATH', '')}")
    assert node is not None
    command = [node, str(Path(__file__).with_name("phones.mjs"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield ScriptedPhones(process)
        assert process.stdin is not None
        process.stdin.close()


@dataclass
class Device:
    """A phone of `actor`'s that makes codes."""

    actor: Actor
    key: bytes
    tickets: list[str]

    def code(self, slot: int) -> str:
        """The next one, for the half minute `slot`."""
        return device_code.code_of(self.key, self.tickets.pop(0), slot)


async def enrolled(database: Database, sealer: Sealer, actor: Actor) -> Device:
    """A phone with its tickets."""
    private = ec.generate_private_key(ec.SECP256R1())
    own = device_code.public_octets(private)
    theirs = await database.run(lambda tx: code_devices.enrol(tx, sealer, actor, own, PAY_PASSWORD))
    assert not isinstance(theirs, Refused), theirs
    key = device_code.agreed_key(private, theirs, device=own, server=theirs)
    assert key is not None
    return Device(actor, key, await tickets_of(database, actor))


async def tickets_of(database: Database, actor: Actor) -> list[str]:
    """Freshly fetched."""
    fetched = await database.run(lambda tx: code_devices.fetch_tickets(tx, actor))
    assert not isinstance(fetched, Refused), fetched
    return [each.code for each in fetched]


async def slot_now(database: Database) -> int:
    """By the server's clock."""
    async with database.reading() as tx:
        return device_code.slot_at(tx.now)


def base64_of(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def codes_of(device: Device, slots: Sequence[int]) -> list[str]:
    """One for each slot."""
    return [device.code(slot) for slot in slots]
