"""What the demonstration bank decides, each in a transaction of its own.

Every answer is kept under the id that it was asked with, and given again to the same question.
"""

import hmac
from datetime import timedelta
from uuid import UUID

from farewave.banks.demo import store
from farewave.banks.demo.model import (
    ACCOUNTS_MAX,
    BIN,
    Account,
    Agreement,
    DebitEntry,
    Holder,
    OpenedAccount,
)
from farewave.banks.errors import BanksRefusal
from farewave.banks.model import (
    BankRefused,
    BankUnknown,
    BindingRequest,
    BindingStarted,
    Bound,
    CardNumber,
    Debited,
    NeverHeard,
    luhn_digit,
)
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.chance import digits
from farewave.kit.ids import id_text, new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer

CODE_VALID = timedelta(minutes=10)
CODE_TRIES_MAX = 5
_SERIAL_DIGITS = 12
_TOKEN_BYTES = 24
_CARD_KIND = "demo_bank.card"


def card_number(serial: int) -> CardNumber:
    """The bank's card of this serial number: 19 digits with a valid check digit."""
    payload = f"{BIN}{serial:0{_SERIAL_DIGITS}d}"
    invariant(len(payload) == 18, "a serial number has at most twelve digits")
    return CardNumber(payload + luhn_digit(payload))


def _account(sealer: Sealer, card: CardNumber, holder: Holder, balance_fen: int) -> Account:
    return Account(
        card_index=_card_index(sealer, card),
        holder_index=sealer.blind_index("demo_bank.holder", holder.name),
        identity_index=sealer.blind_index("demo_bank.identity", holder.identity_number),
        phone_index=sealer.blind_index("demo_bank.phone", holder.phone.digits),
        balance_fen=balance_fen,
    )


def _card_index(sealer: Sealer, card: CardNumber) -> bytes:
    return sealer.blind_index(_CARD_KIND, card.digits)


async def open_account(
    tx: Tx, sealer: Sealer, holder: Holder, balance_fen: int, card: CardNumber | None
) -> OpenedAccount | Refused:
    """Open an account with money in it; with a given `card` once, whoever asks how often."""
    chosen = card or card_number(int(digits(tx.chance, _SERIAL_DIGITS)))
    account = _account(sealer, chosen, holder, balance_fen)
    if await store.count_accounts(tx, account.identity_index) >= ACCOUNTS_MAX:
        return Refused(BanksRefusal.ACCOUNTS_TOO_MANY, {"max": ACCOUNTS_MAX})
    sealed = sealer.seal(_CARD_KIND, chosen.digits, tx.chance)
    if await store.insert_account(tx, account, sealed):
        return OpenedAccount(chosen, balance_fen)
    there = await store.load_account(tx, account.card_index)
    assert there is not None
    if card is None:
        return await open_account(tx, sealer, holder, balance_fen, None)  # drawn before: again
    invariant(there.identity_index == account.identity_index, "a given card is one holder's")
    return OpenedAccount(chosen, there.balance_fen)


async def start(
    tx: Tx, sealer: Sealer, request: BindingRequest, *, refuse: bool
) -> BindingStarted | BankRefused:
    """Check whose card it is and make a code for it."""
    known = await store.lock_agreement_of_request(tx, request.binding_id)
    if known is not None:
        return BindingStarted(str(known.reference), known.code)
    if refuse:
        return BankRefused(BanksRefusal.BANK_REFUSED, "refused by the switchboard")
    holder = Holder(request.holder_name, request.identity_number, request.phone)
    said = _account(sealer, request.card_number, holder, 0)
    account = await store.load_account(tx, said.card_index)
    if account is None or (
        (account.holder_index, account.identity_index, account.phone_index)
        != (said.holder_index, said.identity_index, said.phone_index)
    ):
        return BankRefused(BanksRefusal.HOLDER_MISMATCH, "no such card, or another holder's")
    agreement = Agreement(
        request_id=request.binding_id,
        reference=new_id(0, tx.now, tx.chance),
        card_index=account.card_index,
        code=digits(tx.chance, 6),
        expires_at=tx.now + CODE_VALID,
        wrong_tries=0,
        token=None,
        ended_at=None,
    )
    if not await store.insert_agreement(tx, agreement):  # the same request, a moment earlier
        return await start(tx, sealer, request, refuse=refuse)
    return BindingStarted(str(agreement.reference), agreement.code)


async def confirm(tx: Tx, reference: UUID, code: str, *, refuse: bool) -> Bound | BankRefused:
    """Exchange a code for a token. Wrong codes are counted here as well."""
    agreement = await store.lock_agreement(tx, reference)
    if agreement is None or agreement.ended_at is not None:
        return BankRefused(BanksRefusal.BINDING_EXPIRED, "no such agreement is waiting")
    right = hmac.compare_digest(agreement.code.encode(), code.encode())
    if agreement.token is not None and right:
        return Bound(agreement.token)
    if refuse:
        return BankRefused(BanksRefusal.BANK_REFUSED, "refused by the switchboard")
    if tx.now >= agreement.expires_at:
        return BankRefused(BanksRefusal.BINDING_EXPIRED, "the code has expired")
    if agreement.wrong_tries >= CODE_TRIES_MAX:
        return BankRefused(BanksRefusal.BINDING_DEAD, "too many wrong codes")
    if not right:
        await store.count_wrong_try(tx, reference)
        return BankRefused(BanksRefusal.CODE_WRONG, "another code was sent")
    token = tx.chance.octets(_TOKEN_BYTES).hex()
    await store.confirm_agreement(tx, reference, token)
    return Bound(token)


async def debit(
    tx: Tx, instruction_id: UUID, token: str, amount_fen: int, memo: str, *, refuse: bool
) -> Debited | BankRefused | BankUnknown:
    """Take money from the card behind `token`, at most once for each instruction."""
    agreement = await store.agreement_of_token(tx, token)
    account = await store.lock_account(tx, agreement.card_index) if agreement else None
    # Looked up under the account's lock, so that the same instruction twice at once is seen.
    known = await store.load_debit(tx, instruction_id)
    if known is None:
        refusal = _refusal(agreement, account, amount_fen, refuse=refuse)
        entry = DebitEntry(
            instruction_id=instruction_id,
            token=token,
            card_index=account.card_index if account else None,
            amount_fen=amount_fen,
            memo=memo,
            refusal=refusal.code if refusal else None,
            at=tx.now,
        )
        if await store.insert_debit(tx, entry):
            if refusal is None:
                assert account is not None
                left_fen = account.balance_fen - amount_fen
                invariant(left_fen >= 0, "an account isn't overdrawn")
                await store.write_balance(tx, account.card_index, left_fen)
            return _answer(entry)
        known = await store.load_debit(tx, instruction_id)
        assert known is not None
    if (known.token, known.amount_fen) != (token, amount_fen):
        return BankUnknown("the id stands for another instruction")
    return _answer(known)


def _refusal(
    agreement: Agreement | None, account: Account | None, amount_fen: int, *, refuse: bool
) -> BanksRefusal | None:
    if refuse:
        return BanksRefusal.BANK_REFUSED
    if agreement is None or account is None or agreement.ended_at is not None:
        return BanksRefusal.AGREEMENT_ENDED
    if account.balance_fen < amount_fen:
        return BanksRefusal.INSUFFICIENT_FUNDS
    return None


def _answer(entry: DebitEntry) -> Debited | BankRefused:
    if entry.refusal is None:
        return Debited(id_text("fwb", entry.instruction_id))
    return BankRefused(BanksRefusal.of_code(entry.refusal), "refused, as written in the books")


async def query(tx: ReadTx, instruction_id: UUID) -> Debited | BankRefused | NeverHeard:
    """What became of an instruction."""
    known = await store.load_debit(tx, instruction_id)
    return NeverHeard() if known is None else _answer(known)
