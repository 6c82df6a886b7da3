"""Numbers and names that can't hold nonsense."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from farewave.kit.chance import SeededChance
from farewave.kit.sealing import Sealer
from farewave.people.model import (
    IdentityNumber,
    PhoneNumber,
    RealName,
    check_character,
    new_user_no,
    shard_of_user_no,
)
from farewave.people.token import SessionToken

SEALER = Sealer(data_key=bytes(range(32)), index_key=bytes(range(32, 64)))
provinces = st.sampled_from(["11", "23", "31", "44", "50", "54", "65", "71", "81", "82", "83"])
births = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@st.composite
def identity_numbers(draw):
    region = draw(provinces) + f"{draw(st.integers(0, 9999)):04d}"
    first_17 = region + draw(births).strftime("%Y%m%d") + f"{draw(st.integers(0, 999)):03d}"
    return first_17 + check_character(first_17)


# --- identity numbers --------------------------------------------------------------------------


@given(identity_numbers())
def test_a_number_made_by_the_standard_is_taken_and_holds_its_birth_date(number):
    parsed = IdentityNumber.parse(number)
    assert parsed is not None
    assert parsed.text == number
    assert parsed.birth_date.strftime("%Y%m%d") == number[6:14]


@given(identity_numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_single_changed_character_is_caught(number, place, character):
    assume(number[place] != character)
    assert IdentityNumber.parse(number[:place] + character + number[place + 1 :]) is None


@given(identity_numbers(), st.integers(0, 16))
def test_every_swap_of_two_different_neighbours_is_caught(number, place):
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert IdentityNumber.parse(swapped) is None


@given(st.text("0123456789Xx", min_size=17, max_size=19))
def test_any_digits_are_a_valid_number_or_none(text):
    parsed = IdentityNumber.parse(text)
    assert parsed is None or check_character(parsed.text[:17]) == parsed.text[17]


@given(st.text(max_size=40))
def test_no_text_breaks_a_parser(text):
    for kind in (IdentityNumber, PhoneNumber, RealName, SessionToken):
        kind.parse(text)
    shard_of_user_no(text)


# The standard's own example (GB 11643-1999), as printed and as people type it.
@pytest.mark.parametrize(
    "text", ["11010519491231002X", "11010519491231002x", " 11010519491231002X "]
)
def test_identity_numbers_that_are_right(text):
    assert IdentityNumber.parse(text) is not None


def _with_check(first_17: str) -> str:
    return first_17 + check_character(first_17)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110105491231002",  # the 15 digits of before 1999
        "110105194912310021",  # check digit
        "11010519491231002Y",
        "１１０１０５１９４９１２３１００２X",
        _with_check("99010519491231002"),  # no such province
        _with_check("16010519491231002"),
        _with_check("11010519900230001"),  # 30 February
        _with_check("11010519901301001"),  # month 13
        _with_check("11010519900001001"),  # month 0
        _with_check("11010519910229001"),  # no leap year
        _with_check("44052418800101001"),  # before 1900
        "11010519491231002X0",
        "1101051949 1231002X",
    ],
)
def test_identity_numbers_that_are_wrong(text):
    assert IdentityNumber.parse(text) is None


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("19900307", date(2026, 3, 6), 35),
        ("19900307", date(2026, 3, 7), 36),
        ("20040229", date(2022, 2, 28), 17),
        ("20040229", date(2022, 3, 1), 18),
        ("20100101", date(2010, 1, 1), 0),
    ],
)
def test_age_is_counted_in_full_years(born, day, age):
    identity = IdentityNumber.parse(_with_check(f"110105{born}001"))
    assert identity is not None
    assert identity.age_on(day) == age


def test_a_birth_date_that_has_not_come_is_told_by_the_day():
    identity = IdentityNumber.parse(_with_check("11010520500101001"))
    assert identity is not None
    assert identity.is_born_by(date(2050, 1, 1))
    assert not identity.is_born_by(date(2050, 1, 1) - timedelta(days=1))


# --- phone numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["13800138000", "+8613800138000", "+86 138 0013 8000", " 138 0013 8000\t", "138\u00a000138000"],
)
def test_one_phone_number_in_many_spellings(text):
    assert PhoneNumber.parse(text) == PhoneNumber("13800138000")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12800138000",
        "1380013800",
        "138001380000",
        "8613800138000",
        "+8513800138000",
        "１３８００１３８０００",
        "1380013800a",
        "138-0013-8000",
        "+8612345678901",
    ],
)
def test_what_is_no_mainland_mobile_number_is_none(text):
    assert PhoneNumber.parse(text) is None


# --- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李明", "李明"),
        (" 李明 ", "李明"),
        ("欧阳娜娜", "欧阳娜娜"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("𠮷田", "𠮷田"),
        ("〇二", "〇二"),
        ("张" * 20, "张" * 20),
        ("John  Smith", "John Smith"),
        ("Anne-Marie O'Neil Jr.", "Anne-Marie O'Neil Jr."),
        ("Müller", "Müller"),
        ("Mu\u0308ller", "Müller"),
    ],
)
def test_names_that_are_right(text, name):
    assert RealName.parse(text) == RealName(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "李",
        "A",
        "李 明",
        "李1",
        "·李明",
        "李明·",
        "李··明",
        "张" * 21,
        "李Ming",
        "A" * 51,
        "R2D2",
        "<b>李</b>",
        "李明\u0000",
        "李\u200b明",
        "😀😀",
        "' OR 1=1",
    ],
)
def test_what_is_no_name_is_none(text):
    assert RealName.parse(text) is None


# --- nothing leaks -----------------------------------------------------------------------------


def test_numbers_and_names_show_themselves_masked_only():
    phone, name = PhoneNumber("13800138000"), RealName("欧阳娜娜")
    identity = IdentityNumber("11010519491231002X")
    assert repr(phone) == "PhoneNumber(138****8000)"
    assert repr(identity) == "IdentityNumber(1101***********02X)"
    assert repr(name) == "RealName(***娜)"
    assert RealName("John Smith").masked == "J*********"
    token = SessionToken.make(3, SeededChance(1))
    assert token.text not in f"{token} {token!r}"
    sealed = phone.seal(SEALER, SeededChance(1))
    assert sealed.reveal(SEALER) == "13800138000"
    assert "138" not in f"{sealed!r}"


# --- user numbers and tokens -------------------------------------------------------------------


@given(st.integers(0, 999), st.integers(0, 2**32))
def test_the_shard_is_readable_in_a_user_number_and_in_a_token(shard, seed):
    user_no = new_user_no(shard, SeededChance(seed))
    assert len(user_no) == 16
    assert user_no.startswith("2088")
    assert shard_of_user_no(user_no) == shard
    token = SessionToken.make(shard, SeededChance(seed))
    parsed = SessionToken.parse(token.text)
    assert parsed == token
    assert parsed.shard == shard
    assert parsed.sha256 == token.sha256


@pytest.mark.parametrize(
    "text", ["", "2088", "208800112345678", "20880011234567890", "3088001123456789"]
)
def test_what_is_no_user_number_has_no_shard(text):
    assert shard_of_user_no(text) is None
