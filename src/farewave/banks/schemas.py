"""The wire types of banks. Lengths are bounded here, meaning is judged by the service."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from farewave.banks import model
from farewave.kit.ids import id_text
from farewave.kit.outcome import Language

BINDING_PREFIX = "bnd"

# Wider than what is right, so that a wrong number gets its own refusal and not a general one.
CardNumberText = Annotated[str, Field(max_length=40, examples=["9156010000000000016"])]
PhoneText = Annotated[str, Field(max_length=32, examples=["13800138000"])]


class CardBindingWish(BaseModel):
    """Which card, and the phone number that its bank knows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    card_number: CardNumberText
    phone: PhoneText


class BindingConfirmation(BaseModel):
    """The code that the bank sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[SecretStr, Field(max_length=16, examples=["246810"])]


class Bank(BaseModel):
    """A bank whose cards can be bound."""

    bank_code: str
    name: str
    name_en: str
    color: str


class Card(BaseModel):
    """A bound card, for its owner's eyes."""

    card_id: str
    bank_code: str
    bank_name: str
    last4: str
    holder_masked: str
    bound_at: datetime
    is_default: bool


class CardBinding(BaseModel):
    """A card that waits for its code. `sandbox_code` is null in production, always."""

    binding_id: str
    bank_code: str
    bank_name: str
    last4: str
    expires_at: datetime
    sandbox_code: str | None


def bank_out(bank: model.BankInfo) -> Bank:
    return Bank(bank_code=bank.bank_code, name=bank.name_zh, name_en=bank.name_en, color=bank.color)


def card_out(card: model.Card, bank: model.BankInfo, language: Language) -> Card:
    return Card(
        card_id=id_text(model.CARD_PREFIX, card.card_id),
        bank_code=card.bank_code,
        bank_name=bank.name(language),
        last4=card.last4,
        holder_masked=card.holder_masked,
        bound_at=card.bound_at,
        is_default=card.is_default,
    )


def binding_out(
    binding: model.Binding, bank: model.BankInfo, language: Language, *, sandbox: bool
) -> CardBinding:
    return CardBinding(
        binding_id=id_text(BINDING_PREFIX, binding.binding_id),
        bank_code=binding.bank_code,
        bank_name=bank.name(language),
        last4=binding.last4,
        expires_at=binding.expires_at,
        sandbox_code=binding.sandbox_code if sandbox else None,
    )
