"""The codes that phones make: what proves them, and what never does. Pure."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.chance import SeededChance
from farewave.payments import device_code, paycode
from farewave.payments.device_code import SLOT_S, code_of, proves, slot_at

KEYS = st.binary(min_size=32, max_size=32)
TICKETS = st.from_regex(r"28[0-9]{12}", fullmatch=True)
SLOTS = st.integers(2, 200_000_000)


def instant(slot: int, second: int = 0) -> datetime:
    return datetime.fromtimestamp(slot * SLOT_S + second, UTC)


@pytest.mark.parametrize(
    ("key", "ticket", "slot", "code"),
    [
        (bytes(range(32)), "28000123456789", 59_000_000, "280001234567891115726305"),
        (bytes(range(32)), "28000123456789", 59_000_001, "280001234567899219023071"),
        (b"\xff" * 32, "28003000000001", 1, "280030000000019927325202"),
    ],
)
def test_codes_are_those_that_a_browser_computes(
    key: bytes, ticket: str, slot: int, code: str
) -> None:
    """The right sides are what `tests/support/phones.mjs` computed with Node's WebCrypto."""
    assert code_of(key, ticket, slot) == code


@given(KEYS, TICKETS, SLOTS, st.integers(0, SLOT_S - 1), st.integers(-1, 1))
def test_a_code_is_good_in_its_slot_and_the_ones_beside_it(
    key: bytes, ticket: str, slot: int, second: int, off: int
) -> None:
    code = code_of(key, ticket, slot)
    assert len(code) == 24
    assert code.isdigit()
    assert code.startswith("28")
    assert proves(key, code, instant(slot + off, second))
    assert paycode.kept_as(code) == ticket
    assert paycode.shard_of_code(code) == int(ticket[2:5])


@given(KEYS, TICKETS, SLOTS, st.integers(2, 100_000), st.booleans())
def test_an_old_code_and_one_of_the_future_are_none(
    key: bytes, ticket: str, slot: int, away: int, later: bool
) -> None:
    code = code_of(key, ticket, slot)
    # By chance alone one in three thousand million would be.
    assert not proves(key, code, instant(slot + away if later else max(slot - away, 0)))


@given(KEYS, KEYS, TICKETS, SLOTS)
def test_another_devices_code_proves_nothing(
    key: bytes, other: bytes, ticket: str, slot: int
) -> None:
    assert proves(key, code_of(other, ticket, slot), instant(slot)) is (key == other)


@given(KEYS, TICKETS, SLOTS, st.integers(0, 23), st.integers(1, 9))
def test_a_code_with_one_digit_changed_is_none(
    key: bytes, ticket: str, slot: int, place: int, step: int
) -> None:
    code = code_of(key, ticket, slot)
    changed = code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :]
    assert not proves(key, changed, instant(slot))


@given(KEYS, TICKETS, SLOTS, st.binary(min_size=32, max_size=32))
def test_what_is_bound_to_something_is_good_for_nothing_else(
    key: bytes, ticket: str, slot: int, binding: bytes
) -> None:
    bound = code_of(key, ticket, slot, binding)
    assert proves(key, bound, instant(slot), binding)
    assert not proves(key, bound, instant(slot))
    assert not proves(key, code_of(key, ticket, slot), instant(slot), binding)


def test_both_sides_come_to_one_key_and_a_point_beside_the_curve_to_none() -> None:
    phone, server = (device_code.new_server_key(SeededChance(seed)) for seed in (1, 2))
    ours, theirs = device_code.public_octets(phone), device_code.public_octets(server)
    both = {
        device_code.agreed_key(phone, theirs, device=ours, server=theirs),
        device_code.agreed_key(server, ours, device=ours, server=theirs),
    }
    assert len(both) == 1
    assert None not in both
    other = device_code.public_octets(ec.generate_private_key(ec.SECP256R1()))
    assert device_code.agreed_key(phone, other, device=ours, server=other) not in both
    beside = theirs[:-1] + bytes([theirs[-1] ^ 1])
    for bad in (b"", b"\x04", bytes(65), beside, theirs[1:]):
        assert device_code.agreed_key(phone, bad, device=ours, server=bad) is None


def test_slots_are_half_minutes() -> None:
    start = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    assert slot_at(start + timedelta(seconds=29.9)) == slot_at(start)
    assert slot_at(start + timedelta(seconds=30)) == slot_at(start) + 1
