"""What payments can refuse."""

from farewave.payments.errors.agreements import AgreementRefusal
from farewave.payments.errors.phones import PhoneRefusal
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
    "PhoneRefusal",
    "RoyaltyRefusal",
]
