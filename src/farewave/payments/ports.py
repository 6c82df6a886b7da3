"""What payments need of the outside; only `app` fills it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class NotificationAnswer:
    """`accepted`: the merchant answered exactly `success`. Else `why`, without personal data."""

    accepted: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing left yet: the merchant has enough in hand. To be asked again after `away`."""

    away: timedelta


class NotificationSender(Protocol):
    """Signs a notification and posts it to a merchant."""

    async def send(self, url: str, params: Mapping[str, str]) -> NotificationAnswer | NotSent:
        """Never raises for what the network or the merchant can do."""
        ...
