"""Whom a merchant believes to be paid, and to pay. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from farewave.kit.outcome import Refused
from farewave.payments.errors import PaymentsRefusal


@dataclass(frozen=True, slots=True)
class Parties:
    """What a merchant says of both beside what shows them; what it doesn't name may be anybody.

    `is_buyer` is asked with a person's number: an application may know people by other names.
    """

    seller_id: str | None = None
    is_buyer: Callable[[str], bool] | None = None

    def judge(self, seller_id: str, buyer_user_no: str) -> Refused | None:
        """Whether they are who they really are: SELLER_NOT_FOUND, NOT_YOUR_TRADE."""
        if self.seller_id not in (None, seller_id):
            return Refused(PaymentsRefusal.SELLER_NOT_FOUND)
        if self.is_buyer is not None and not self.is_buyer(buyer_user_no):
            return Refused(PaymentsRefusal.NOT_YOUR_TRADE)
        return None


ANYBODY = Parties()
