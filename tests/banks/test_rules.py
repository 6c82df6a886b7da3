"""The rules of banks: card numbers, whose card it is, when a code is worth a try."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.banks import rules
from farewave.banks.demo.books import card_number
from farewave.banks.errors import BanksRefusal
from farewave.banks.model import (
    Binding,
    BindingQuota,
    BindingStatus,
    CardNumber,
    luhn_digit,
)
from farewave.kit.chance import SeededChance
from farewave.kit.ids import new_id
from farewave.kit.invariant import InvariantBroken
from farewave.kit.outcome import Refused
from farewave.people.errors import PeopleRefusal
from farewave.people.model import SealedText

NOW = datetime(2013, 11, 11, tzinfo=UTC)
TODAY = date(2013, 11, 11)
PHONE = "13800138000"
numbers = st.text("0123456789", min_size=12, max_size=18).map(lambda p: p + luhn_digit(p))


def binding(**changes) -> Binding:
    made = Binding(
        shard=0,
        binding_id=new_id(0, NOW, SeededChance(1)),
        person_id=new_id(0, NOW, SeededChance(2)),
        bank_code="FWB",
        card_index=bytes(32),
        card=SealedText("card", b""),
        phone=SealedText("phone", b""),
        last4="0016",
        status=BindingStatus.SENT,
        bank_reference="reference",
        sandbox_code=None,
        code_tries=0,
        created_at=NOW,
        expires_at=NOW + rules.BINDING_VALID,
    )
    return replace(made, **changes)


# The worked example that every text on the formula uses, and published test numbers of schemes.
@pytest.mark.parametrize("text", ["79927398713", "4111111111111111", "6200000000000005"])
def test_published_numbers_pass_luhn(text):
    assert luhn_digit(text[:-1]) == text[-1]


@given(numbers)
def test_a_number_with_its_check_digit_is_read_however_it_is_spaced(number):
    spaced = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    read = CardNumber.parse(f" {spaced} ")
    assert read == CardNumber.parse(number.replace("", "-").strip("-")) == CardNumber(number)
    assert (read.bin, read.last4) == (number[:6], number[-4:])
    assert number not in repr(read)


@given(numbers, st.data())
def test_one_wrong_digit_is_always_noticed(number, data):
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from(sorted(set("0123456789") - {number[place]})))
    wrong = number[:place] + other + number[place + 1 :]
    assert CardNumber.parse(wrong) is None
    with pytest.raises(InvariantBroken):
        CardNumber(wrong)


@given(numbers, st.data())
def test_two_neighbours_swapped_are_noticed_but_for_09_and_90(number, data):
    place = data.draw(st.integers(0, len(number) - 2))
    pair = number[place : place + 2]
    swapped = number[:place] + pair[::-1] + number[place + 2 :]
    if swapped != number and pair not in ("09", "90"):
        assert CardNumber.parse(swapped) is None


@given(st.text(max_size=40))
def test_anything_else_is_no_card_number_and_breaks_nothing(text):
    read = CardNumber.parse(text)
    assert read is None or 13 <= len(read.digits) <= 19


@pytest.mark.parametrize("text", ["", "0", "٤١١١١١١١١١١١١١١١", "4111 1111 1111 111a", "-" * 40])
def test_odd_texts_are_no_card_numbers(text):
    assert CardNumber.parse(text) is None


@given(st.integers(0, 10**12 - 1))
def test_a_card_of_the_demonstration_bank_has_19_digits_and_is_told_by_them(serial):
    number = card_number(serial)
    assert len(number.digits) == 19
    bank = rules.bank_of_card(number)
    assert bank is not None
    assert bank.bank_code == "FWB"


def test_no_two_banks_share_their_first_digits():
    bins = [each for bank in rules.BANKS for each in bank.bins]
    assert len(bins) == len(set(bins))
    assert all(len(each) == 6 for each in bins)
    assert rules.bank_info("FWB") is rules.BANKS[0]
    assert rules.bank_info("NOPE") is None


@pytest.mark.parametrize(
    ("card", "phone", "offered", "reason"),
    [
        ("4111111111111112", PHONE, {"FWB"}, BanksRefusal.CARD_NUMBER_INVALID),
        ("", "", set(), BanksRefusal.CARD_NUMBER_INVALID),
        (card_number(1).digits, "1380013800", {"FWB"}, PeopleRefusal.PHONE_INVALID),
        (card_number(1).digits, PHONE, set(), BanksRefusal.BANK_UNSUPPORTED),
        ("4111111111111111", PHONE, {"FWB"}, BanksRefusal.BANK_UNSUPPORTED),
    ],
)
def test_what_cannot_be_bound_is_refused_by_name(card, phone, offered, reason):
    assert rules.read_wish(card, phone, offered) == Refused(reason)


def test_a_wish_is_read_into_bank_card_and_phone():
    wish = rules.read_wish(f" {card_number(16).digits} ", f"+86 {PHONE}", {"FWB"})
    assert isinstance(wish, rules.BindingWish)
    assert (wish.bank.bank_code, wish.phone.digits) == ("FWB", PHONE)
    assert wish.card_number == card_number(16)


@given(st.integers(0, 40), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 40))
def test_bindings_are_refused_in_order_of_precedence(begun, today, named, bound, cards):
    quota = BindingQuota(TODAY if today else TODAY - timedelta(days=1), begun)
    judged = rules.may_bind(quota, TODAY, has_real_name=named, bound_already=bound, cards=cards)
    if not named:
        assert judged.reason is BanksRefusal.REAL_NAME_NEEDED
    elif bound:
        assert judged.reason is BanksRefusal.CARD_BOUND_ALREADY
    elif cards >= rules.CARDS_MAX:
        assert judged.reason is BanksRefusal.CARDS_TOO_MANY
    elif today and begun >= rules.BINDINGS_PER_DAY_MAX:
        assert judged.reason is BanksRefusal.BINDINGS_TOO_MANY
    else:
        assert judged == BindingQuota(TODAY, (begun if today else 0) + 1)


def test_a_code_is_tried_while_it_was_sent_is_fresh_and_tries_are_left():
    assert rules.may_try_code(binding(), "000000", NOW) is None
    last = NOW + rules.BINDING_VALID - timedelta(microseconds=1)
    assert rules.may_try_code(binding(code_tries=4), "000000", last) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５６", " 12345"])
def test_what_is_no_code_costs_no_try(code):
    assert rules.may_try_code(binding(), code, NOW) == Refused(BanksRefusal.CODE_FORM)


@pytest.mark.parametrize(
    ("changes", "after", "reason"),
    [
        ({"status": BindingStatus.ASKED}, timedelta(0), BanksRefusal.BINDING_UNKNOWN),
        ({"status": BindingStatus.REFUSED}, timedelta(0), BanksRefusal.BINDING_UNKNOWN),
        ({}, rules.BINDING_VALID, BanksRefusal.BINDING_EXPIRED),
        ({"code_tries": 5}, timedelta(0), BanksRefusal.BINDING_DEAD),
    ],
)
def test_a_code_that_can_be_right_no_more_is_not_asked_about(changes, after, reason):
    assert rules.may_try_code(binding(**changes), "123456", NOW + after) == Refused(reason)


def test_wrong_codes_count_down_to_a_dead_binding():
    said = [rules.after_wrong_code(tries) for tries in (1, 4, 5, 6)]
    assert said[0] == Refused(BanksRefusal.CODE_WRONG, {"tries_left": 4})
    assert said[1] == Refused(BanksRefusal.CODE_WRONG, {"tries_left": 1})
    assert said[2] == said[3] == Refused(BanksRefusal.BINDING_DEAD)


def test_a_refusal_is_found_by_its_code():
    for refusal in BanksRefusal:
        assert BanksRefusal.of_code(refusal.code) is refusal
    with pytest.raises(KeyError):
        BanksRefusal.of_code("banks.nothing")
