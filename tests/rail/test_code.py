"""The code on a ticket: what is signed comes back, whatever was touched doesn't."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.qr import qr_svg
from farewave.rail.code import (
    Ed25519TicketSigner,
    TicketCode,
    base45,
    from_base45,
    identity_tail,
    read_code,
    write_code,
)

SIGNER = Ed25519TicketSigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
CODE = TicketCode(
    ticket_no="E12345678901",
    train_no="24000000Z10D",
    service_day=date(2026, 12, 1),
    origin="BXP",
    destination="CSQ",
    coach="07",
    seat="12上",
    identity_tail=identity_tail("E12345678901", "11010519491231002X"),
    valid_until=datetime(2026, 12, 2, 12, 2, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("plain", "encoded"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"ietf!", "QED8WEX0")]
)
def test_base45_gives_the_examples_of_its_rfc(plain: bytes, encoded: str) -> None:
    assert base45(plain) == encoded
    assert from_base45(encoded) == plain


@given(st.binary(max_size=200))
def test_base45_comes_back(octets: bytes) -> None:
    assert from_base45(base45(octets)) == octets


@pytest.mark.parametrize("text", ["A", "::::", ":::", "abc", "GGW", "ÄÄÄ", "AAAA"])
def test_what_is_not_base45_is_nothing(text: str) -> None:
    assert from_base45(text) is None


def test_a_code_reads_back_and_is_the_same_each_time() -> None:
    text = write_code(CODE, SIGNER)
    assert read_code(text, SIGNER) == CODE
    assert write_code(CODE, SIGNER) == text
    assert len(text) < 300


@given(st.integers(0, 10**6), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
def test_a_code_with_one_character_changed_is_forged(place: int, character: str) -> None:
    text = write_code(CODE, SIGNER)
    at = place % len(text)
    changed = text[:at] + character + text[at + 1 :]
    assert (read_code(changed, SIGNER) is None) == (changed != text)


@given(st.text(max_size=700))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert read_code(text, SIGNER) is None
    assert read_code("FW1:" + text, SIGNER) is None


def test_another_key_signs_nothing_here() -> None:
    other = Ed25519TicketSigner(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert read_code(write_code(CODE, other), SIGNER) is None


def test_the_tail_fits_one_identity_card_and_one_ticket() -> None:
    assert len(CODE.identity_tail) == 8
    assert CODE.identity_tail != identity_tail("E12345678901", "110105194912310038")
    assert CODE.identity_tail != identity_tail("E12345678902", "11010519491231002X")


def test_the_svg_stands_alone_with_its_quiet_zone() -> None:
    drawn = ElementTree.fromstring(qr_svg(write_code(CODE, SIGNER)))
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    modules = int(drawn.attrib["viewBox"].split()[2])
    assert (modules - 8 - 17) % 4 == 0  # a QR code of any version, with four modules around it
    shorter = qr_svg(write_code(replace(CODE, seat="12A"), SIGNER))
    assert shorter != qr_svg(write_code(CODE, SIGNER))
