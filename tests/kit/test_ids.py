"""Ids: version 7, ordered by time, the shard readable, a text form that round-trips."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.chance import SeededChance
from farewave.kit.ids import (
    SHARDS_MAX,
    SYSTEM_ID,
    derived_id,
    id_text,
    new_id,
    parse_id,
    shard_of,
)

shards = st.integers(0, SHARDS_MAX - 1)
instants = st.datetimes(datetime(2013, 11, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
seeds = st.integers(0, 2**32)


@given(shards, instants, seeds)
def test_an_id_holds_its_shard_and_is_a_uuid_of_version_7(shard, now, seed):
    made = new_id(shard, now, SeededChance(seed))
    assert (shard_of(made), made.version, made.variant) == (shard, 7, "specified in RFC 4122")


@given(shards, shards, instants, st.integers(1, 10**9), seeds)
def test_an_id_of_a_later_millisecond_sorts_after(shard, other, now, later_ms, seed):
    chance = SeededChance(seed)
    first = new_id(shard, now, chance)
    second = new_id(other, now + timedelta(milliseconds=later_ms), chance)
    assert first < second
    assert id_text("ord", first) < id_text("ord", second)


@given(shards, instants, seeds)
def test_the_text_of_an_id_reads_back_as_that_id(shard, now, seed):
    made = new_id(shard, now, SeededChance(seed))
    text = id_text("ord", made)
    assert len(text) == 30
    assert text.startswith("ord_")
    assert parse_id("ord", text) == made


@given(shards, instants, seeds, st.integers(0, 25), st.characters())
def test_a_changed_character_never_reads_as_the_same_id(shard, now, seed, place, character):
    made = new_id(shard, now, SeededChance(seed))
    text = id_text("per", made)
    changed = text[: 4 + place] + character + text[5 + place :]
    assert changed == text or parse_id("per", changed) != made


@given(st.text())
def test_no_text_breaks_the_parser(text):
    parsed = parse_id("per", text)
    assert parsed is None or id_text("per", parsed) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "per_",
        "ord_01h455vb4pex5vsknk084sn02q",
        "per_01h455vb4pex5vsknk084sn02",
        "per_01h455vb4pex5vsknk084sn02qq",
        "per_01H455VB4PEX5VSKNK084SN02Q",
        "per_01h455vb4pexuvsknk084sn02q",
        "per_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        "per_00000000000000000000000000",
        "per01h455vb4pex5vsknk084sn02q",
    ],
)
def test_what_is_not_such_an_id_is_none(text):
    assert parse_id("per", text) is None


def test_the_largest_id_has_a_text_form():
    largest = UUID(int=(1 << 128) - 1 - (0x8 << 76) - (1 << 62))
    assert parse_id("a_b", id_text("a_b", largest)) == largest


@given(shards, instants, seeds, shards)
def test_a_derived_id_is_the_same_each_time_and_stays_apart(shard, now, seed, other):
    base = new_id(shard, now, SeededChance(seed))
    made = derived_id(base, shard, "wallet.balance")
    assert made == derived_id(base, shard, "wallet.balance")
    assert (shard_of(made), made.version) == (shard, 7)
    assert made not in {base, derived_id(base, shard, "wallet.other")}
    if other != shard:
        assert made != derived_id(base, other, "wallet.balance")


def test_the_system_owns_an_account_in_every_shard():
    made = {derived_id(SYSTEM_ID, shard, "banks.settlement.FWB") for shard in range(SHARDS_MAX)}
    assert len(made) == SHARDS_MAX


@pytest.mark.parametrize("shard", [-1, SHARDS_MAX])
def test_a_shard_outside_is_refused(shard):
    with pytest.raises(ValueError, match="outside"):
        new_id(shard, datetime(2026, 1, 1, tzinfo=UTC), SeededChance(1))
    with pytest.raises(ValueError, match="outside"):
        derived_id(SYSTEM_ID, shard, "x")
