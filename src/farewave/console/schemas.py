"""What the console's API takes and gives."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from farewave.console.model import PASSKEY_PREFIX, Entered, ProvedBy
from farewave.console.passkeys import LABEL_CHARS_MAX
from farewave.console.service import TotpOffer, Whole
from farewave.kit.ids import id_text
from farewave.kit.qr import qr_svg

Code = Annotated[SecretStr, Field(min_length=6, max_length=6)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LinkBody(_Body):
    """What follows `#` in a one-time link."""

    token: Annotated[SecretStr, Field(max_length=64)]


class CodeBody(_Body):
    """Six digits of an authenticator app."""

    code: Code


class CodeSignInBody(_Body):
    """`account` is a merchant's seller number, or `operator`."""

    account: Annotated[str, Field(max_length=16, examples=["2088999000000000"])]
    code: Code


class PasskeyBody(_Body):
    """A PublicKeyCredential as JSON (WebAuthn, `toJSON`)."""

    credential: dict[str, Any]


class NewPasskeyBody(PasskeyBody):
    """`label` is what its owner tells it by."""

    label: Annotated[str, Field(min_length=1, max_length=LABEL_CHARS_MAX)]


class PasskeyOptions(BaseModel):
    """Options of WebAuthn, as JSON."""

    options: dict[str, Any]


class AuthenticatorOffer(BaseModel):
    """A secret of an authenticator app, once: in base32, as an address, as a QR code of it."""

    secret: str
    address: str
    qr_svg: str


class ConsolePasskey(BaseModel):
    """A passkey of one's own."""

    passkey_id: str
    label: str
    created_at: datetime
    used_at: datetime | None


class ConsoleAccount(BaseModel):
    """Whoever is signed in. Without `seller_id`: the operator."""

    seller_id: str | None
    name: str | None
    proved_by: ProvedBy
    expires_at: datetime
    has_authenticator: bool
    passkeys: list[ConsolePasskey]


class ConsoleSession(BaseModel):
    """`account` is null when nobody is signed in."""

    now: datetime
    passkeys_possible: bool
    account: ConsoleAccount | None


class ConsoleEntered(BaseModel):
    """Signed in until then; the cookie came along."""

    expires_at: datetime


def account_out(whole: Whole) -> ConsoleAccount:
    """The account as its owner sees it."""
    return ConsoleAccount(
        seller_id=whole.merchant.seller_id if whole.merchant else None,
        name=whole.merchant.name if whole.merchant else None,
        proved_by=whole.actor.proved_by,
        expires_at=whole.actor.expires_at,
        has_authenticator=whole.has_totp,
        passkeys=[
            ConsolePasskey(
                passkey_id=id_text(PASSKEY_PREFIX, each.passkey_id),
                label=each.label,
                created_at=each.created_at,
                used_at=each.used_at,
            )
            for each in whole.passkeys
        ],
    )


def entered_out(entered: Entered) -> ConsoleEntered:
    """Without the token, which only the cookie holds."""
    return ConsoleEntered(expires_at=entered.expires_at)


def offer_out(offer: TotpOffer) -> AuthenticatorOffer:
    """With its QR code."""
    return AuthenticatorOffer(
        secret=offer.secret, address=offer.address, qr_svg=qr_svg(offer.address)
    )
