"""What payments can refuse."""

from farewave.payments.errors.agreements import AgreementRefusal
from farewave.payments.errors.trades import (
    AuthorizationRefusal,
    PaymentsRefusal,
    PayoutRefusal,
    RoyaltyRefusal,
)

__all__ = [
    "AgreementRefusal",
    "AuthorizationRefusal",
    "PaymentsRefusal",
    "PayoutRefusal",
    "RoyaltyRefusal",
]
