"""What a simulated bank decides, each in a transaction of its own.

Every answer is kept under the id that it was asked with, and given again to the same question.
"""

import hmac
from datetime import timedelta
from uuid import UUID

from farewave.banks import rules
from farewave.banks.demo import store
from farewave.banks.demo.model import (
    ACCOUNTS_MAX,
    BANK_CODE,
    Account,
    Agreement,
    BookEntry,
    Holder,
    OpenedAccount,
    Order,
)
from farewave.banks.errors import BanksRefusal
from farewave.banks.model import (
    BankRefused,
    BankUnknown,
    BindingRequest,
    BindingStarted,
    Bound,
    CardNumber,
    InstructionKind,
    Moved,
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


def card_number(serial: int, bank_code: str = BANK_CODE) -> CardNumber:
    """A bank's card of this serial number: 19 digits with a valid check digit."""
    bank = rules.bank_info(bank_code)
    invariant(bank is not None, "a simulated bank is one of the banks")
    assert bank is not None
    payload = f"{min(bank.bins)}{serial:0{_SERIAL_DIGITS}d}"
    invariant(len(payload) == 18, "a serial number has at most twelve digits")
    return CardNumber(payload + luhn_digit(payload))


def _account(
    sealer: Sealer, bank_code: str, card: CardNumber, holder: Holder, balance_fen: int
) -> Account:
    return Account(
        bank_code=bank_code,
        card_index=sealer.blind_index(_CARD_KIND, card.digits),
        holder_index=sealer.blind_index("demo_bank.holder", holder.name),
        identity_index=sealer.blind_index("demo_bank.identity", holder.identity_number),
        phone_index=sealer.blind_index("demo_bank.phone", holder.phone.digits),
        balance_fen=balance_fen,
    )


async def open_account(
    tx: Tx,
    sealer: Sealer,
    bank_code: str,
    holder: Holder,
    balance_fen: int,
    card: CardNumber | None,
) -> OpenedAccount | Refused:
    """Open an account with money in it; with a given `card` once, whoever asks how often."""
    chosen = card or card_number(int(digits(tx.chance, _SERIAL_DIGITS)), bank_code)
    account = _account(sealer, bank_code, chosen, holder, balance_fen)
    if await store.count_accounts(tx, bank_code, account.identity_index) >= ACCOUNTS_MAX:
        return Refused(BanksRefusal.ACCOUNTS_TOO_MANY, {"max": ACCOUNTS_MAX})
    sealed = sealer.seal(_CARD_KIND, chosen.digits, tx.chance)
    if await store.insert_account(tx, account, sealed):
        return OpenedAccount(chosen, balance_fen)
    there = await store.load_account(tx, bank_code, account.card_index)
    assert there is not None
    if card is None:  # drawn before: again
        return await open_account(tx, sealer, bank_code, holder, balance_fen, None)
    invariant(there.identity_index == account.identity_index, "a given card is one holder's")
    return OpenedAccount(chosen, there.balance_fen)


async def start(
    tx: Tx, sealer: Sealer, bank_code: str, request: BindingRequest, *, refuse: bool
) -> BindingStarted | BankRefused:
    """Check whose card it is and make a code for it."""
    known = await store.lock_agreement_of_request(tx, bank_code, request.binding_id)
    if known is not None:
        return BindingStarted(str(known.reference), known.code)
    if refuse:
        return BankRefused(BanksRefusal.BANK_REFUSED, "refused by the switchboard")
    holder = Holder(request.holder_name, request.identity_number, request.phone)
    said = _account(sealer, bank_code, request.card_number, holder, 0)
    account = await store.load_account(tx, bank_code, said.card_index)
    if account is None or (
        (account.holder_index, account.identity_index, account.phone_index)
        != (said.holder_index, said.identity_index, said.phone_index)
    ):
        return BankRefused(BanksRefusal.HOLDER_MISMATCH, "no such card, or another holder's")
    agreement = Agreement(
        bank_code=bank_code,
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
        return await start(tx, sealer, bank_code, request, refuse=refuse)
    return BindingStarted(str(agreement.reference), agreement.code)


async def confirm(
    tx: Tx, bank_code: str, reference: UUID, code: str, *, refuse: bool
) -> Bound | BankRefused:
    """Exchange a code for a token. Wrong codes are counted here as well."""
    agreement = await store.lock_agreement(tx, bank_code, reference)
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
        await store.count_wrong_try(tx, agreement)
        return BankRefused(BanksRefusal.CODE_WRONG, "another code was sent")
    token = tx.chance.octets(_TOKEN_BYTES).hex()
    await store.confirm_agreement(tx, agreement, token)
    return Bound(token)


async def carry_out(
    tx: Tx, bank_code: str, order: Order, *, refuse: bool
) -> Moved | BankRefused | BankUnknown:
    """Move money as `order` says, at most once for each instruction."""
    account, refusal = await _judge(tx, bank_code, order, refuse=refuse)
    # Looked up under the account's lock, so that the same instruction twice at once is seen.
    known = await store.load_entry(tx, bank_code, order.instruction_id)
    if known is None:
        entry = BookEntry(
            bank_code=bank_code,
            instruction_id=order.instruction_id,
            kind=order.kind,
            token=order.token,
            debit_id=order.debit_id,
            card_index=account.card_index if account else None,
            amount_fen=order.amount_fen,
            memo=order.memo,
            refusal=refusal.code if refusal else None,
            at=tx.now,
        )
        if await store.insert_entry(tx, entry):
            if refusal is None:
                assert account is not None
                taken = order.kind is InstructionKind.DEBIT
                left_fen = account.balance_fen + (-1 if taken else 1) * order.amount_fen
                invariant(left_fen >= 0, "an account isn't overdrawn")
                await store.write_balance(tx, account, left_fen)
            return _answer(entry)
        known = await store.load_entry(tx, bank_code, order.instruction_id)
        assert known is not None
    asked = (order.kind, order.token, order.debit_id, order.amount_fen)
    if (known.kind, known.token, known.debit_id, known.amount_fen) != asked:
        return BankUnknown("the id stands for another instruction")
    return _answer(known)


async def _judge(
    tx: Tx, bank_code: str, order: Order, *, refuse: bool
) -> tuple[Account | None, BanksRefusal | None]:
    """The account that `order` is about, locked, and why the bank refuses; None when it doesn't."""
    if order.kind is InstructionKind.REFUND:
        assert order.debit_id is not None, "a refund names its debit"
        debit = await store.load_entry(tx, bank_code, order.debit_id)
        if debit is None or debit.refusal is not None or debit.card_index is None:
            return None, BanksRefusal.BANK_REFUSED
        account = await store.lock_account(tx, bank_code, debit.card_index)
        given_back_fen = await store.given_back_fen(tx, bank_code, debit.instruction_id)
        over = given_back_fen + order.amount_fen > debit.amount_fen
        return account, BanksRefusal.BANK_REFUSED if refuse or over else None
    assert order.token is not None, "a debit and a credit name a card"
    agreement = await store.agreement_of_token(tx, bank_code, order.token)
    if agreement is None:
        return None, BanksRefusal.BANK_REFUSED if refuse else BanksRefusal.AGREEMENT_ENDED
    account = await store.lock_account(tx, bank_code, agreement.card_index)
    assert account is not None, "an agreement is about an account"
    if refuse:
        return account, BanksRefusal.BANK_REFUSED
    if agreement.ended_at is not None:
        return account, BanksRefusal.AGREEMENT_ENDED
    short = order.kind is InstructionKind.DEBIT and account.balance_fen < order.amount_fen
    return account, BanksRefusal.INSUFFICIENT_FUNDS if short else None


def _answer(entry: BookEntry) -> Moved | BankRefused:
    if entry.refusal is None:
        return Moved(id_text("fwb", entry.instruction_id))
    return BankRefused(BanksRefusal.of_code(entry.refusal), "refused, as written in the books")


async def query(
    tx: ReadTx, bank_code: str, instruction_id: UUID
) -> Moved | BankRefused | NeverHeard:
    """What became of an instruction."""
    known = await store.load_entry(tx, bank_code, instruction_id)
    return NeverHeard() if known is None else _answer(known)
