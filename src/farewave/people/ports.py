"""What people need of the outside; `app` fills it."""

from typing import Protocol

from farewave.people.model import PhoneNumber


class SmsSender(Protocol):
    """A way to a phone."""

    async def send(self, phone: PhoneNumber, text: str) -> None:
        """Hand `text` over for `phone`. May be called twice with the same text.

        Raises whatever went wrong; it is then tried again until the code in `text` is too old.
        """
        ...
