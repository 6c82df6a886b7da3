"""Sealing: read back by the key and kind alone, found by an index that tells nothing."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.chance import SeededChance
from farewave.kit.invariant import InvariantBroken
from farewave.kit.sealing import Sealer, masked

SEALER = Sealer(data_key=bytes(range(32)), index_key=bytes(range(32, 64)))
OTHER = Sealer(data_key=bytes(range(1, 33)), index_key=bytes(range(33, 65)))
kinds = st.sampled_from(["identity", "card", "phone", "name"])
plains = st.text(st.characters(codec="utf-8"), max_size=60)
seeds = st.integers(0, 2**32)


@given(kinds, plains, seeds)
def test_what_was_sealed_reads_back(kind, plain, seed):
    assert SEALER.unseal(kind, SEALER.seal(kind, plain, SeededChance(seed))) == plain


@given(kinds, plains, seeds)
def test_another_key_reads_nothing(kind, plain, seed):
    sealed = SEALER.seal(kind, plain, SeededChance(seed))
    with pytest.raises(InvalidTag):
        OTHER.unseal(kind, sealed)


@given(plains, seeds)
def test_another_kind_reads_nothing(plain, seed):
    sealed = SEALER.seal("identity", plain, SeededChance(seed))
    with pytest.raises(InvalidTag):
        SEALER.unseal("card", sealed)


@given(plains, seeds, st.data())
def test_a_changed_bit_is_noticed(plain, seed, data):
    sealed = bytearray(SEALER.seal("card", plain, SeededChance(seed)))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << (place % 8)
    with pytest.raises(InvalidTag):
        SEALER.unseal("card", bytes(sealed))


@given(plains)
def test_the_same_text_is_sealed_differently_each_time(plain):
    chance = SeededChance(7)
    assert SEALER.seal("card", plain, chance) != SEALER.seal("card", plain, chance)


@given(kinds, plains, kinds, plains)
def test_indexes_are_equal_exactly_for_the_same_text_of_the_same_kind(kind, plain, other, text):
    equal = SEALER.blind_index(kind, plain) == SEALER.blind_index(other, text)
    assert equal == ((kind, plain) == (other, text))


@given(kinds, plains)
def test_an_index_depends_on_its_key(kind, plain):
    assert SEALER.blind_index(kind, plain) != OTHER.blind_index(kind, plain)
    assert len(SEALER.blind_index(kind, plain)) == 32


def test_a_sealer_shows_no_key():
    shown = f"{SEALER} {SEALER!r}"
    assert repr(SEALER.data_key) not in shown
    assert SEALER.data_key.hex() not in shown


@pytest.mark.parametrize(
    ("data_key", "index_key"),
    [(bytes(31), bytes(32)), (bytes(32), bytes(33)), (bytes(32), bytes(32))],
)
def test_keys_out_of_rule_are_refused(data_key, index_key):
    with pytest.raises(InvariantBroken):
        Sealer(data_key=data_key, index_key=index_key)


@given(st.text(max_size=30), st.integers(0, 8), st.integers(0, 8))
def test_a_mask_keeps_the_length_and_shows_no_more_than_head_and_tail(plain, head, tail):
    shown = masked(plain, head, tail)
    assert len(shown) == len(plain)
    if len(plain) > head + tail:
        assert shown[:head] == plain[:head]
        assert shown[len(plain) - tail :] == plain[len(plain) - tail :]
        assert set(shown[head : len(plain) - tail]) == {"*"}
    else:
        assert set(shown) <= {"*"}
