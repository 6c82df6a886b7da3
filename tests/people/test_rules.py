"""The decisions of people: codes, locks, passwords, real names, devices."""

import string
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.invariant import InvariantBroken
from farewave.kit.outcome import Refused
from farewave.people import rules
from farewave.people.errors import PeopleRefusal as R
from farewave.people.model import IdentityNumber, PhoneNumber, check_character
from farewave.people.proofs import Quota, SmsCode, Tries

NOW = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 11)
PHONE = PhoneNumber("13800138246")


def code(**changes):
    fields = {
        "code_hash": bytes(32),
        "sent_at": NOW,
        "expires_at": NOW + rules.CODE_VALID,
        "wrong_tries": 0,
        "used_at": None,
    }
    return SmsCode(**{**fields, **changes})


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", R)
def test_every_refusal_can_be_said_in_both_languages(reason):
    names = {
        name for text in (reason.zh, reason.en) for _, name, _, _ in string.Formatter().parse(text)
    } - {None}
    refused = Refused(reason, dict.fromkeys(names, 3))
    assert refused.sentence("zh").endswith("。")
    assert refused.sentence("en").endswith(".")
    assert 400 <= reason.http_status < 500
    assert reason.code.startswith("people.")


def test_codes_of_refusals_are_never_used_twice():
    assert len({reason.code for reason in R}) == len(R)


# --- SMS codes ---------------------------------------------------------------------------------


def test_the_first_code_of_a_day_is_counted_as_one():
    assert rules.may_send_code(Quota(TODAY, 0), None, NOW) == Quota(TODAY, 1)
    assert rules.may_send_code(Quota(date(2026, 11, 10), 10), None, NOW) == Quota(TODAY, 1)


def test_the_eleventh_code_of_a_day_is_refused_until_midnight_in_china():
    full = Quota(TODAY, rules.CODES_PER_DAY)
    assert rules.may_send_code(full, None, NOW) == Refused(R.CODE_DAILY_LIMIT)
    last_moment = datetime(2026, 11, 11, 15, 59, 59, tzinfo=UTC)
    assert rules.may_send_code(full, None, last_moment) == Refused(R.CODE_DAILY_LIMIT)
    midnight = datetime(2026, 11, 11, 16, tzinfo=UTC)
    assert rules.may_send_code(full, None, midnight) == Quota(date(2026, 11, 12), 1)


@pytest.mark.parametrize(("after_s", "wait_s"), [(0, 60), (0.5, 60), (1, 59), (59, 1), (59.999, 1)])
def test_a_code_is_not_sent_again_within_a_minute(after_s, wait_s):
    asked = NOW + timedelta(seconds=after_s)
    refused = rules.may_send_code(Quota(TODAY, 1), code(), asked)
    assert refused == Refused(R.CODE_TOO_SOON, {"seconds": wait_s})


def test_after_a_minute_a_code_is_sent_again():
    asked = NOW + timedelta(seconds=60)
    assert rules.may_send_code(Quota(TODAY, 1), code(), asked) == Quota(TODAY, 2)


def test_a_right_code_is_used_up():
    assert rules.judge_code(code(), True, NOW) == code(used_at=NOW)
    again = rules.judge_code(code(used_at=NOW), True, NOW)
    assert again == Refused(R.CODE_EXPIRED)


@pytest.mark.parametrize("matches", [True, False])
def test_an_old_code_and_none_at_all_are_refused_alike(matches):
    assert rules.judge_code(None, matches, NOW) == Refused(R.CODE_EXPIRED)
    late = NOW + rules.CODE_VALID
    assert rules.judge_code(code(), matches, late) == Refused(R.CODE_EXPIRED)
    in_time = late - timedelta(microseconds=1)
    assert rules.judge_code(code(), True, in_time) == code(used_at=in_time)


@pytest.mark.parametrize(("before", "left"), [(0, 4), (1, 3), (2, 2), (3, 1)])
def test_a_wrong_code_tells_the_tries_left_and_is_counted(before, left):
    refused = rules.judge_code(code(wrong_tries=before), False, NOW)
    assert refused == Refused(R.CODE_WRONG, {"tries_left": left}, keep_changes=True)


def test_the_fifth_wrong_try_kills_a_code_for_the_right_one_too():
    killed = rules.judge_code(code(wrong_tries=4), False, NOW)
    assert killed == Refused(R.CODE_DEAD, keep_changes=True)
    assert rules.judge_code(code(wrong_tries=5), True, NOW) == Refused(R.CODE_DEAD)


# --- wrong tries and locks ---------------------------------------------------------------------

policies = st.sampled_from([rules.SIGN_IN_POLICY, rules.PAY_POLICY])


@given(policies, st.lists(st.integers(0, 7200), max_size=60))
def test_no_more_than_five_wrong_tries_pass_before_each_lock(policy, pauses_s):
    now, tries, since_lock = NOW, Tries(), 0
    for pause_s in pauses_s:
        now += timedelta(seconds=pause_s)
        tries = rules.remembered(policy, tries, now)
        if rules.locked_minutes(tries, now):
            continue
        tries = rules.after_wrong(policy, tries, now)
        since_lock += 1
        assert since_lock <= policy.tries
        if rules.locked_minutes(tries, now):
            assert since_lock == policy.tries
            since_lock = 0


def test_the_lock_on_sign_in_grows_from_a_quarter_of_an_hour_to_a_day():
    lasts = [rules.SIGN_IN_POLICY.lock_time(locks) for locks in range(12)]
    assert [time.total_seconds() / 60 for time in lasts[:4]] == [15, 30, 60, 120]
    assert all(earlier <= later for earlier, later in pairwise(lasts))
    assert lasts[-1] == timedelta(hours=24)
    assert rules.SIGN_IN_POLICY.lock_time(10**9) == timedelta(hours=24)


@given(st.integers(0, 1000))
def test_the_lock_on_a_pay_password_is_always_three_hours(locks):
    assert rules.PAY_POLICY.lock_time(locks) == timedelta(hours=3)


def test_a_lock_ends_to_the_second_and_is_told_in_whole_minutes():
    tries = Tries(locked_until=NOW + timedelta(minutes=15))
    assert rules.locked_minutes(tries, NOW) == 15
    assert rules.locked_minutes(tries, NOW + timedelta(seconds=1)) == 15
    assert rules.locked_minutes(tries, NOW + timedelta(minutes=14, seconds=59)) == 1
    assert rules.locked_minutes(tries, NOW + timedelta(minutes=15)) == 0


def test_nothing_is_counted_while_a_lock_lasts():
    with pytest.raises(InvariantBroken):
        rules.after_wrong(rules.PAY_POLICY, Tries(locked_until=NOW + timedelta(hours=1)), NOW)


def test_two_quiet_days_make_wrong_passwords_forgotten():
    tries = Tries(wrong=4, locks=3, last_wrong_at=NOW)
    almost = NOW + timedelta(hours=48) - timedelta(microseconds=1)
    assert rules.remembered(rules.SIGN_IN_POLICY, tries, almost) == tries
    assert rules.remembered(rules.SIGN_IN_POLICY, tries, NOW + timedelta(hours=48)) == Tries()


# --- passwords ---------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["abcdefg1", "1" * 63 + "a", "密码密码密码密1", "p4ss word"])
def test_passwords_that_are_strong_enough(password):
    assert rules.is_strong_password(password)


@pytest.mark.parametrize(
    "password", ["", "abcdef1", "abcdefgh", "12345678", "a1" * 33, "abcdefg1\n", "a1b2c3d\x00"]
)
def test_passwords_that_are_too_weak(password):
    assert not rules.is_strong_password(password)


def identity_born(born: str) -> IdentityNumber:
    first_17 = f"110105{born}001"
    return IdentityNumber(first_17 + check_character(first_17))


@pytest.mark.parametrize(
    "text", ["", "12345", "1234567", "12345a", "１２３４５６", "12 456", "-12345"]
)
def test_a_pay_password_has_exactly_six_digits(text):
    assert rules.judge_pay_password(text, PHONE, None) == Refused(R.PAY_PASSWORD_FORM)


@pytest.mark.parametrize(
    "text",
    ["000000", "888888", "123456", "012345", "567890", "890123", "654321", "987654", "210987"],
)
def test_equal_digits_and_runs_are_trivial(text):
    assert rules.judge_pay_password(text, PHONE, None) == Refused(R.PAY_PASSWORD_TRIVIAL)


def test_the_own_birthday_and_phone_number_are_trivial():
    identity = identity_born("19900307")
    trivial = Refused(R.PAY_PASSWORD_TRIVIAL)
    assert rules.judge_pay_password("900307", PHONE, identity) == trivial
    assert rules.judge_pay_password("900307", PHONE, None) is None
    assert rules.judge_pay_password("138246", PHONE, identity) == trivial
    assert rules.judge_pay_password("138247", PHONE, identity) is None


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_nothing_else_is_trivial(text):
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(text)}
    trivial = steps in ({0}, {1}, {9})
    assert (rules.judge_pay_password(text, PhoneNumber("13800000001"), None) is not None) == (
        trivial or text == "000001"
    )


# --- real names --------------------------------------------------------------------------------


def test_a_name_and_a_number_that_are_right_come_back_parsed():
    judged = rules.judge_real_name("李明", "11010519491231002x", TODAY)
    assert not isinstance(judged, Refused)
    assert (judged.name.text, judged.identity.text) == ("李明", "11010519491231002X")


@pytest.mark.parametrize(
    ("name", "number", "refused"),
    [
        ("李", "11010519491231002X", Refused(R.NAME_INVALID)),
        ("李", "wrong", Refused(R.NAME_INVALID)),
        ("李明", "110105194912310021", Refused(R.IDENTITY_INVALID)),
        ("李明", identity_born("20270101").text, Refused(R.IDENTITY_INVALID)),
        ("李明", identity_born("20261112").text, Refused(R.IDENTITY_INVALID)),
        ("李明", identity_born("20261111").text, Refused(R.TOO_YOUNG, {"age": 16})),
        ("李明", identity_born("20101112").text, Refused(R.TOO_YOUNG, {"age": 16})),
    ],
)
def test_names_and_numbers_that_open_no_account(name, number, refused):
    assert rules.judge_real_name(name, number, TODAY) == refused


def test_the_sixteenth_birthday_opens_an_account():
    judged = rules.judge_real_name("李明", identity_born("20101111").text, TODAY)
    assert not isinstance(judged, Refused)


# --- devices -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "iPhone · Safari",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/141.0.0.0 Mobile Safari/537.36",
            "Android · Chrome",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
            "Windows · Edge",
        ),
        ("python-httpx/0.28.1", "unknown"),
        ("", "unknown"),
        ("\x00<script>Linux", "Linux"),
    ],
)
def test_a_device_is_named_in_our_own_words(user_agent, label):
    assert rules.device_label(user_agent) == label
