"""The decisions of banks, pure: whose card it is, who may bind it, when a code is worth a try."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from farewave.banks.errors import BanksRefusal
from farewave.banks.model import BankInfo, Binding, BindingQuota, BindingStatus, CardNumber
from farewave.kit.outcome import Refused
from farewave.people.errors import PeopleRefusal
from farewave.people.model import PhoneNumber

BINDING_VALID = timedelta(minutes=10)
CODE_TRIES_MAX = 5
CARDS_MAX = 20
BINDINGS_PER_DAY_MAX = 20
_CODE = re.compile(r"[0-9]{6}")

BANKS = (
    # 9 is the range for national use, 156 is China (ISO/IEC 7812-1): no real card begins so.
    BankInfo("FWB", "远帆银行", "Farewave Demo Bank", "#1f6f8b", frozenset({"915601"})),
    BankInfo("ICBC", "中国工商银行", "ICBC", "#b3202c", frozenset({"915602"})),
    BankInfo("ABC", "中国农业银行", "Agricultural Bank of China", "#0b7a6b", frozenset({"915603"})),
    BankInfo("BOC", "中国银行", "Bank of China", "#9c1f3f", frozenset({"915604"})),
    BankInfo("CCB", "中国建设银行", "China Construction Bank", "#1b4f9c", frozenset({"915605"})),
    BankInfo("CMB", "招商银行", "China Merchants Bank", "#a3262a", frozenset({"915606"})),
)
"""Every bank that can be told by its cards. Which of them are offered is the installation's."""


def bank_info(bank_code: str) -> BankInfo | None:
    """The bank of this code, or None."""
    return next((bank for bank in BANKS if bank.bank_code == bank_code), None)


def bank_of_card(card_number: CardNumber) -> BankInfo | None:
    """The bank that issued the card, or None when its first digits are nobody's we know."""
    return next((bank for bank in BANKS if card_number.bin in bank.bins), None)


@dataclass(frozen=True, slots=True, repr=False)
class BindingWish:
    """What was asked for, read into types that hold no nonsense."""

    bank: BankInfo
    card_number: CardNumber
    phone: PhoneNumber


def read_wish(card_number: str, phone: str, offered: Collection[str]) -> BindingWish | Refused:
    """The card, its bank and the phone, or why they can't be."""
    card = CardNumber.parse(card_number)
    if card is None:
        return Refused(BanksRefusal.CARD_NUMBER_INVALID)
    number = PhoneNumber.parse(phone)
    if number is None:
        return Refused(PeopleRefusal.PHONE_INVALID)
    bank = bank_of_card(card)
    if bank is None or bank.bank_code not in offered:
        return Refused(BanksRefusal.BANK_UNSUPPORTED)
    return BindingWish(bank, card, number)


def may_bind(
    quota: BindingQuota, today: date, *, has_real_name: bool, bound_already: bool, cards: int
) -> BindingQuota | Refused:
    """The quota with this binding counted, or why it isn't begun."""
    if not has_real_name:
        return Refused(BanksRefusal.REAL_NAME_NEEDED)
    if bound_already:
        return Refused(BanksRefusal.CARD_BOUND_ALREADY)
    if cards >= CARDS_MAX:
        return Refused(BanksRefusal.CARDS_TOO_MANY, {"max": CARDS_MAX})
    begun = quota.begun if quota.day == today else 0
    if begun >= BINDINGS_PER_DAY_MAX:
        return Refused(BanksRefusal.BINDINGS_TOO_MANY)
    return BindingQuota(today, begun + 1)


def may_try_code(binding: Binding, code: str, now: datetime) -> Refused | None:
    """Why the bank isn't asked whether `code` is right; None when it is."""
    if binding.status is not BindingStatus.SENT:
        return Refused(BanksRefusal.BINDING_UNKNOWN)
    if _CODE.fullmatch(code) is None:
        return Refused(BanksRefusal.CODE_FORM)
    if now >= binding.expires_at:
        return Refused(BanksRefusal.BINDING_EXPIRED)
    if binding.code_tries >= CODE_TRIES_MAX:
        return Refused(BanksRefusal.BINDING_DEAD)
    return None


def after_wrong_code(code_tries: int) -> Refused:
    """What a person is told after the bank's no to a code; this try is counted in `code_tries`."""
    tries_left = CODE_TRIES_MAX - code_tries
    if tries_left <= 0:
        return Refused(BanksRefusal.BINDING_DEAD)
    return Refused(BanksRefusal.CODE_WRONG, {"tries_left": tries_left})
