"""Codes of an authenticator app against the RFC's own, and how long wrong ones lock."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.console import rules, totp
from farewave.console.deps import link_address, origin_of
from farewave.console.errors import ConsoleRefusal
from farewave.console.model import Account, Tries
from farewave.kit.outcome import Refused

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 28, 6, 0, 10, tzinfo=UTC)
STEP = totp.step_at(NOW)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert totp.code_of(SECRET, totp.step_at(at)) == code


@pytest.mark.parametrize(
    ("off", "found"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_phone_may_be_one_step_off(off: int, found: bool) -> None:
    code = totp.code_of(SECRET, STEP + off)
    assert totp.matching_step(SECRET, code, NOW, after=0) == (STEP + off if found else None)


def test_a_step_that_opened_the_door_opens_it_no_more_and_no_earlier_one_does() -> None:
    for step in (STEP - 1, STEP):
        assert totp.matching_step(SECRET, totp.code_of(SECRET, step), NOW, after=STEP) is None
    after = totp.code_of(SECRET, STEP + 1)
    assert totp.matching_step(SECRET, after, NOW, after=STEP) == STEP + 1


def account(**changed: object) -> Account:
    fields = {
        "account_id": UUID(int=1),
        "merchant_id": UUID(int=1),
        "totp_secret": b"",
        "totp_waiting": None,
        "totp_step": 0,
        "wrong_codes": 0,
        "locked_until": None,
    }
    return Account(**{**fields, **changed})  # type: ignore[arg-type]


def wrong() -> str:
    right = {totp.code_of(SECRET, STEP + off) for off in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)


@pytest.mark.parametrize(
    ("before", "lock_min"),
    [(0, None), (3, None), (4, 15), (5, 30), (6, 60), (12, 1440), (90, 1440)],
)
def test_wrong_codes_lock_for_longer_and_longer(before: int, lock_min: int | None) -> None:
    until = None if lock_min is None else NOW + timedelta(minutes=lock_min)
    judged = rules.judge_code(account(wrong_codes=before), SECRET, wrong(), NOW)
    assert judged == Tries(before + 1, until, 0)


def test_a_locked_account_takes_no_code_not_even_the_right_one() -> None:
    locked = account(wrong_codes=5, locked_until=NOW + timedelta(seconds=61))
    judged = rules.judge_code(locked, SECRET, totp.code_of(SECRET, STEP), NOW)
    assert judged == Refused(ConsoleRefusal.LOCKED, {"wait_min": 2})


def test_a_right_code_clears_what_was_counted() -> None:
    judged = rules.judge_code(account(wrong_codes=4), SECRET, totp.code_of(SECRET, STEP), NOW)
    assert judged == Tries(0, None, STEP)


@given(st.integers(0, 10**6))
def test_no_lock_is_longer_than_a_day_or_shorter_than_the_one_before(wrong_codes: int) -> None:
    lock, following = rules.lock_of(wrong_codes), rules.lock_of(wrong_codes + 1)
    assert following is None or timedelta(0) < following <= timedelta(days=1)
    assert lock is None or (following is not None and following >= lock)


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("http://127.0.0.1:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://localhost:8000"),
        ("http://127.0.0.1", "http://localhost"),
        ("https://pay.example.com", "https://pay.example.com"),
        ("https://192.168.1.5:8000", "https://192.168.1.5:8000"),
        ("https://pay.example.com/under", "https://pay.example.com"),
    ],
)
def test_the_console_is_opened_by_a_name_where_there_is_one(base_url: str, origin: str) -> None:
    assert origin_of(base_url) == origin
    assert link_address(base_url, "T") == f"{origin}/console/enter#T"
