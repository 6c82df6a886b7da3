"""A code that a merchant puts up in its shop: who scans it says how much. The noun, pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from farewave.payments import link
from farewave.payments.model import NewTrade

LABEL_CHARS_MAX = 64
PATH = "/s/"
"""Its link: this, and the token."""


@dataclass(frozen=True, slots=True)
class ShopCode:
    """`label`: what is bought where it hangs; `notify_url`: where its payments are told."""

    shard: int
    code_id: UUID
    secret: str
    merchant_id: UUID
    app_id: str
    label: str
    notify_url: str | None
    created_at: datetime

    @property
    def token(self) -> str:
        """What its link carries; nobody can make one up."""
        return link.token_of(self.code_id, self.secret)

    def trade_for(self, buyer_user_no: str, amount_fen: int, number: UUID) -> NewTrade:
        """What somebody who scanned it pays; `number` is this payment's alone."""
        return NewTrade(
            merchant_id=self.merchant_id,
            app_id=self.app_id,
            out_trade_no=f"S{number.hex}",
            subject=self.label,
            amount_fen=amount_fen,
            buyer_user_no=buyer_user_no,
            expires_at=None,
            notify_url=self.notify_url,
        )
