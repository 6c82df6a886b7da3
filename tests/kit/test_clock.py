"""The clock: UTC inside, China's calendar outside."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.kit.clock import (
    epoch_ms,
    from_shanghai,
    require_utc,
    shanghai_day,
    shanghai_text,
)

# China has kept one offset since 1992; before that it knew summer time.
instants = st.datetimes(datetime(1992, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))
days = st.dates(date(1992, 1, 2), date(2200, 1, 1))


@given(days, st.integers(0, 1439))
def test_a_minute_of_a_day_in_china_lies_on_that_day(day, minutes):
    instant = from_shanghai(day, minutes)
    assert shanghai_day(instant) == day
    assert shanghai_text(instant) == f"{day} {minutes // 60:02d}:{minutes % 60:02d}:00"


@given(days, st.integers(0, 5 * 1440))
def test_minutes_may_pass_midnight(day, minutes):
    assert from_shanghai(day, minutes) == from_shanghai(day) + timedelta(minutes=minutes)
    assert shanghai_day(from_shanghai(day, minutes)) == day + timedelta(days=minutes // 1440)


@given(instants)
def test_china_is_eight_hours_ahead(instant):
    assert shanghai_day(instant) == (instant + timedelta(hours=8)).date()


@given(instants)
def test_milliseconds_read_back(instant):
    again = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=epoch_ms(instant))
    assert timedelta(0) <= instant - again <= timedelta(milliseconds=1)


def test_a_day_in_china_begins_at_sixteen_hours_utc_of_the_day_before():
    assert from_shanghai(date(2026, 11, 11)) == datetime(2026, 11, 10, 16, tzinfo=UTC)


def test_only_aware_utc_passes():
    utc = datetime(2026, 11, 11, tzinfo=UTC)
    assert require_utc(utc) is utc
    assert require_utc(utc.replace(tzinfo=timezone(timedelta(0)))) == utc
    for wrong in (utc.replace(tzinfo=None), utc.astimezone(timezone(timedelta(hours=8)))):
        with pytest.raises(ValueError, match="UTC"):
            require_utc(wrong)
