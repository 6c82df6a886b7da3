"""What payments need of the outside; only `app` fills it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class NotificationAnswer:
    """`accepted`: the merchant answered exactly `success`. Else `why`, without personal data."""

    accepted: bool
    why: str = ""


class NotificationSender(Protocol):
    """Signs a notification and posts it to a merchant."""

    async def send(self, url: str, params: Mapping[str, str]) -> NotificationAnswer:
        """Never raises for what the network or the merchant can do."""
        ...
