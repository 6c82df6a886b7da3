"""Getting in: links, codes of an authenticator app, sessions."""

from dataclasses import dataclass
from uuid import UUID

from farewave.console import rules, store, totp
from farewave.console.errors import ConsoleRefusal
from farewave.console.model import (
    OPERATOR_ID,
    Account,
    ConsoleActor,
    Entered,
    Passkey,
    ProvedBy,
    Token,
)
from farewave.db import ReadTx, Tx
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import service as payments
from farewave.payments import statements
from farewave.payments.model import Merchant

TOTP_KIND = "console.totp"
"""The kind of what is sealed."""
OPERATOR = "operator"
"""What the operator types where merchants type their seller number."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An account as its owner sees it. `merchant` None: the operator's."""

    actor: ConsoleActor
    merchant: Merchant | None
    has_totp: bool
    passkeys: list[Passkey]


@dataclass(frozen=True, slots=True, repr=False)
class TotpOffer:
    """A secret to put into an authenticator app: by hand, or by its address as a QR code."""

    secret: str
    address: str


async def make_link(tx: Tx, merchant_id: UUID | None) -> Token:
    """A link into the console of a merchant, or of the operator (None).

    It is good once, for a day; one that was made before is good no more.
    """
    account_id = merchant_id or OPERATOR_ID
    await store.ensure_account(tx, account_id, merchant_id)
    token = Token.make(tx.chance)
    await store.put_link(tx, account_id, token.sha256, tx.now + rules.LINK_LASTS)
    return token


async def enter_by_link(tx: Tx, text: str) -> Entered | Refused:
    """Use a link up. Refused: LINK_INVALID."""
    token = Token.parse(text)
    account_id = await store.take_link(tx, token.sha256) if token else None
    if account_id is None:
        return Refused(ConsoleRefusal.LINK_INVALID)
    return await enter(tx, account_id, ProvedBy.LINK)


async def enter(tx: Tx, account_id: UUID, proved_by: ProvedBy) -> Entered:
    """A session for somebody who proved to be this account's owner."""
    token = Token.make(tx.chance)
    expires_at = tx.now + rules.SESSION_LASTS[proved_by]
    await store.add_session(tx, account_id, token.sha256, proved_by, expires_at)
    return Entered(token, expires_at, account_id)


async def actor_of_token(tx: ReadTx, token: Token) -> ConsoleActor | None:
    """Who is signed in by this token; None when the session ended, or never was."""
    return await store.session(tx, token.sha256)


async def sign_out(tx: Tx, token: Token) -> None:
    """End the session of `token`, if there is one."""
    await store.delete_session(tx, token.sha256)


async def whole(tx: ReadTx, actor: ConsoleActor) -> Whole:
    """The account of whoever is signed in."""
    account = await _own(tx, actor)
    merchant = None if actor.merchant_id is None else await payments.merchant(tx, actor.merchant_id)
    return Whole(
        actor,
        merchant,
        account.totp_secret is not None,
        await store.passkeys(tx, actor.account_id),
    )


async def offer_totp(tx: Tx, actor: ConsoleActor, sealer: Sealer) -> TotpOffer:
    """A new secret; the one in use stays until this one is confirmed."""
    account = await whole(tx, actor)
    secret = tx.chance.octets(totp.SECRET_OCTETS)
    await store.set_totp_waiting(
        tx, actor.account_id, sealer.seal(TOTP_KIND, secret.hex(), tx.chance)
    )
    name = OPERATOR if account.merchant is None else account.merchant.seller_id
    return TotpOffer(totp.base32_of(secret), totp.address_of(secret, name))


async def confirm_totp(tx: Tx, actor: ConsoleActor, sealer: Sealer, code: str) -> Whole | Refused:
    """The owner proves to have the secret. Refused: NO_CODE_TO_CONFIRM, CODE_WRONG."""
    account = await store.lock_account(tx, actor.account_id)
    assert account is not None, "a session has its account"
    if account.totp_waiting is None:
        return Refused(ConsoleRefusal.NO_CODE_TO_CONFIRM)
    secret = _opened(account.totp_waiting, sealer)
    step = totp.matching_step(secret, code, tx.now, after=0)
    if step is None:
        return Refused(ConsoleRefusal.CODE_WRONG)
    await store.confirm_totp(tx, actor.account_id, step)
    return await whole(tx, actor)


async def enter_by_code(tx: Tx, sealer: Sealer, name: str, code: str) -> Entered | Refused:
    """By a code of an authenticator app. Refused: LOCKED, CODE_WRONG (which is counted).

    An account that there isn't, or that has no app, is refused as a wrong code is. Two with the
    same code at once: the second waits for the first, and is refused.
    """
    account_id = await _id_of(tx, name)
    account = None if account_id is None else await store.lock_account(tx, account_id)
    if account is None or account.totp_secret is None:
        return Refused(ConsoleRefusal.CODE_WRONG)
    tries = rules.judge_code(account, _opened(account.totp_secret, sealer), code, tx.now)
    if isinstance(tries, Refused):
        return tries
    await store.write_tries(tx, account.account_id, tries)
    if tries.wrong_codes:
        return Refused(ConsoleRefusal.CODE_WRONG, keep_changes=True)
    return await enter(tx, account.account_id, ProvedBy.TOTP)


async def _id_of(tx: ReadTx, name: str) -> UUID | None:
    if name == OPERATOR:
        return OPERATOR_ID
    merchant = await statements.merchant_of(tx, name)
    return None if merchant is None else merchant.merchant_id


async def _own(tx: ReadTx, actor: ConsoleActor) -> Account:
    account = await store.account(tx, actor.account_id)
    assert account is not None, "a session has its account"
    return account


def _opened(sealed: bytes, sealer: Sealer) -> bytes:
    return bytes.fromhex(sealer.unseal(TOTP_KIND, sealed))
