"""Refusals and chance: every sentence can be said, every seed repeats."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.chance import SeededChance, SystemChance, digits
from farewave.kit.invariant import InvariantBroken, invariant
from farewave.kit.outcome import KitRefusal, Refused


@pytest.mark.parametrize("reason", KitRefusal)
def test_every_refusal_has_a_code_a_status_and_a_sentence_in_both_languages(reason):
    names = {
        name for text in (reason.zh, reason.en) for _, name, _, _ in string.Formatter().parse(text)
    } - {None}
    refused = Refused(reason, dict.fromkeys(names, "x"))
    assert refused.sentence("zh").endswith("。")
    assert refused.sentence("en").endswith(".")
    door, _, name = reason.code.partition(".")
    assert name
    assert reason.http_status // 100 == {"request": 4, "service": 5}[door]


def test_codes_are_never_used_twice():
    assert len({reason.code for reason in KitRefusal}) == len(KitRefusal)


@given(st.integers(1, 18), st.integers(0, 2**32))
def test_digits_are_as_many_as_asked_for(count, seed):
    drawn = digits(SeededChance(seed), count)
    assert len(drawn) == count
    assert drawn.isascii()
    assert drawn.isdecimal()


@given(st.integers(0, 2**32), st.integers(1, 10**6))
def test_a_seed_repeats_itself(seed, bound):
    first, second = SeededChance(seed), SeededChance(seed)
    assert first.octets(16) == second.octets(16)
    assert first.below(bound) == second.below(bound) < bound


def test_the_systems_chance_keeps_its_bounds():
    chance = SystemChance()
    assert len(chance.octets(16)) == 16
    assert {chance.below(2) for _ in range(100)} == {0, 1}


def test_a_broken_invariant_stops_with_the_rule():
    invariant(True, "all is well")
    with pytest.raises(InvariantBroken, match="books sum to zero"):
        invariant(False, "books sum to zero")
