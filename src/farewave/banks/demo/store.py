"""Every statement on the schema `demo_bank`. Each names its bank: what is there is one bank's."""

from uuid import UUID

import asyncpg

from farewave.banks.demo.model import Account, Agreement, BookEntry, Fault
from farewave.banks.model import InstructionKind
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import FIRST_ID

_ACCOUNT = (
    "SELECT bank_code, card_index, holder_index, identity_index, phone_index, balance_fen"
    " FROM demo_bank.account WHERE bank_code = $1 AND card_index = $2"
)
_AGREEMENT = (
    "SELECT bank_code, request_id, reference, card_index, code, expires_at, wrong_tries, token,"
    " ended_at FROM demo_bank.agreement WHERE bank_code = $1 AND"
)
_ENTRY = (
    "SELECT bank_code, instruction_id, kind, token, debit_id, card_index, amount_fen, memo,"
    " refusal, at FROM demo_bank.instruction WHERE bank_code = $1"
)


async def fault(tx: ReadTx, bank_code: str) -> Fault:
    """What is wrong with the bank now."""
    value = await tx.fetchval("SELECT fault FROM demo_bank.fault WHERE bank_code = $1", bank_code)
    return Fault(value) if value is not None else Fault.NONE


async def set_fault(tx: Tx, bank_code: str, value: Fault) -> None:
    await tx.execute(
        "INSERT INTO demo_bank.fault (bank_code, fault) VALUES ($1, $2)"
        " ON CONFLICT (bank_code) DO UPDATE SET fault = excluded.fault",
        bank_code,
        value.value,
    )


async def insert_account(tx: Tx, account: Account, card_sealed: bytes) -> bool:
    """Open an account; False when the card number is taken. Waits for one in flight."""
    inserted = await tx.fetchval(
        "INSERT INTO demo_bank.account (bank_code, card_index, holder_index, identity_index,"
        " phone_index, card_sealed, opening_fen, balance_fen, opened_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)"
        " ON CONFLICT (card_index) DO NOTHING RETURNING true",
        account.bank_code,
        account.card_index,
        account.holder_index,
        account.identity_index,
        account.phone_index,
        card_sealed,
        account.balance_fen,
        tx.now,
    )
    return inserted is not None


async def load_account(tx: ReadTx, bank_code: str, card_index: bytes) -> Account | None:
    row = await tx.fetchrow(_ACCOUNT, bank_code, card_index)
    return Account(**dict(row)) if row else None


async def lock_account(tx: Tx, bank_code: str, card_index: bytes) -> Account | None:
    row = await tx.fetchrow(f"{_ACCOUNT} FOR UPDATE", bank_code, card_index)
    return Account(**dict(row)) if row else None


async def count_accounts(tx: ReadTx, bank_code: str, identity_index: bytes) -> int:
    """How many accounts the bank opened for one identity number."""
    counted: int = await tx.fetchval(
        "SELECT count(*) FROM demo_bank.account WHERE bank_code = $1 AND identity_index = $2",
        bank_code,
        identity_index,
    )
    return counted


async def has_accounts(tx: ReadTx) -> bool:
    return bool(await tx.fetchval("SELECT EXISTS (SELECT FROM demo_bank.account)"))


async def write_balance(tx: Tx, account: Account, balance_fen: int) -> None:
    await tx.execute(
        "UPDATE demo_bank.account SET balance_fen = $3 WHERE bank_code = $1 AND card_index = $2",
        account.bank_code,
        account.card_index,
        balance_fen,
    )


async def insert_agreement(tx: Tx, agreement: Agreement) -> bool:
    """Write a new agreement; False when the request was known. Waits for one in flight."""
    inserted = await tx.fetchval(
        "INSERT INTO demo_bank.agreement (bank_code, request_id, reference, card_index, code,"
        " expires_at, wrong_tries) VALUES ($1, $2, $3, $4, $5, $6, 0)"
        " ON CONFLICT (request_id) DO NOTHING RETURNING true",
        agreement.bank_code,
        agreement.request_id,
        agreement.reference,
        agreement.card_index,
        agreement.code,
        agreement.expires_at,
    )
    return inserted is not None


async def lock_agreement_of_request(tx: Tx, bank_code: str, request_id: UUID) -> Agreement | None:
    row = await tx.fetchrow(f"{_AGREEMENT} request_id = $2 FOR UPDATE", bank_code, request_id)
    return _agreement(row)


async def lock_agreement(tx: Tx, bank_code: str, reference: UUID) -> Agreement | None:
    row = await tx.fetchrow(f"{_AGREEMENT} reference = $2 FOR UPDATE", bank_code, reference)
    return _agreement(row)


async def agreement_of_token(tx: ReadTx, bank_code: str, token: str) -> Agreement | None:
    return _agreement(await tx.fetchrow(f"{_AGREEMENT} token = $2", bank_code, token))


def _agreement(row: asyncpg.Record | None) -> Agreement | None:
    return Agreement(**dict(row)) if row else None


async def count_wrong_try(tx: Tx, agreement: Agreement) -> None:
    await tx.execute(
        "UPDATE demo_bank.agreement SET wrong_tries = wrong_tries + 1"
        " WHERE bank_code = $1 AND reference = $2",
        agreement.bank_code,
        agreement.reference,
    )


async def confirm_agreement(tx: Tx, agreement: Agreement, token: str) -> None:
    await tx.execute(
        "UPDATE demo_bank.agreement SET token = $3, confirmed_at = $4"
        " WHERE bank_code = $1 AND reference = $2",
        agreement.bank_code,
        agreement.reference,
        token,
        tx.now,
    )


async def end_agreement(tx: Tx, bank_code: str, token: str) -> None:
    await tx.execute(
        "UPDATE demo_bank.agreement SET ended_at = $3"
        " WHERE bank_code = $1 AND token = $2 AND ended_at IS NULL",
        bank_code,
        token,
        tx.now,
    )


async def insert_entry(tx: Tx, entry: BookEntry) -> bool:
    """Write an instruction with its answer; False when the id was known. Waits for one in flight.

    Whoever inserts it first decides.
    """
    inserted = await tx.fetchval(
        "INSERT INTO demo_bank.instruction (bank_code, instruction_id, kind, token, debit_id,"
        " card_index, amount_fen, memo, refusal, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (bank_code, instruction_id) DO NOTHING RETURNING true",
        entry.bank_code,
        entry.instruction_id,
        entry.kind.value,
        entry.token,
        entry.debit_id,
        entry.card_index,
        entry.amount_fen,
        entry.memo,
        entry.refusal,
        entry.at,
    )
    return inserted is not None


async def load_entry(tx: ReadTx, bank_code: str, instruction_id: UUID) -> BookEntry | None:
    row = await tx.fetchrow(f"{_ENTRY} AND instruction_id = $2", bank_code, instruction_id)
    return _entry(row) if row else None


def _entry(row: asyncpg.Record) -> BookEntry:
    return BookEntry(**{**dict(row), "kind": InstructionKind(row["kind"])})


async def given_back_fen(tx: ReadTx, bank_code: str, debit_id: UUID) -> int:
    """How much of a debit went back."""
    summed: int = await tx.fetchval(
        "SELECT coalesce(sum(amount_fen), 0)::bigint FROM demo_bank.instruction"
        " WHERE bank_code = $1 AND debit_id = $2 AND kind = 'refund' AND refusal IS NULL",
        bank_code,
        debit_id,
    )
    return summed


async def moved_after(
    tx: ReadTx, bank_code: str, instruction_id: UUID | None, limit: int
) -> list[BookEntry]:
    """The instructions that moved money, in order of their ids, `limit` at a time."""
    rows = await tx.fetch(
        f"{_ENTRY} AND refusal IS NULL AND instruction_id > $2 ORDER BY instruction_id LIMIT $3",
        bank_code,
        instruction_id or FIRST_ID,
        limit,
    )
    return [_entry(row) for row in rows]


async def accounts_unlike_entries(tx: ReadTx) -> list[asyncpg.Record]:
    """Accounts whose balance isn't their opening with what moved since."""
    return await tx.fetch(
        "SELECT a.card_index, a.opening_fen, a.balance_fen, coalesce(m.moved, 0) AS moved"
        " FROM demo_bank.account AS a LEFT JOIN ("
        "  SELECT bank_code, card_index,"
        "   sum(CASE kind WHEN 'debit' THEN -amount_fen ELSE amount_fen END)::bigint AS moved"
        "  FROM demo_bank.instruction WHERE refusal IS NULL GROUP BY bank_code, card_index)"
        " AS m USING (bank_code, card_index)"
        " WHERE a.balance_fen <> a.opening_fen + coalesce(m.moved, 0)"
    )
