"""Time: stored in UTC, judged and shown in Asia/Shanghai.

Nobody asks the machine for the time. `db.Tx.now` is the one clock of all processes (the database's,
plus the sandbox's offset); pure rules get `now` as an argument.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_MIN = 1440


def require_utc(instant: datetime) -> datetime:
    """Return `instant` if it is timezone-aware UTC; raise ValueError otherwise."""
    if instant.tzinfo is None or instant.utcoffset() != timedelta(0):
        raise ValueError(f"an instant must be aware and in UTC, got {instant!r}")
    return instant


@lru_cache(maxsize=256)
def shanghai_day(instant: datetime) -> date:
    """The calendar day in China at `instant`."""
    return instant.astimezone(SHANGHAI).date()


def from_shanghai(day: date, minutes: int = 0) -> datetime:
    """The UTC instant `minutes` after midnight of `day` in China (`minutes` may pass 1,440)."""
    midnight = datetime.combine(day, time(), tzinfo=SHANGHAI).astimezone(UTC)
    return midnight + timedelta(minutes=minutes)


@lru_cache(maxsize=256)  # the payments of a batch are of one instant
def shanghai_text(instant: datetime) -> str:
    """`yyyy-MM-dd HH:mm:ss` in China's time, the Open Platform's form."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def epoch_ms(instant: datetime) -> int:
    """Milliseconds since 1970, from an aware instant."""
    return int(instant.timestamp() * 1000)
