"""Every statement on the schema `demo_bank`."""

from uuid import UUID

import asyncpg

from farewave.banks.demo.model import Account, Agreement, DebitEntry, Fault
from farewave.db.transaction import ReadTx, Tx

_ACCOUNT = (
    "SELECT card_index, holder_index, identity_index, phone_index, balance_fen"
    " FROM demo_bank.account WHERE card_index = $1"
)
_AGREEMENT = (
    "SELECT request_id, reference, card_index, code, expires_at, wrong_tries, token, ended_at"
    " FROM demo_bank.agreement WHERE"
)
_DEBIT = (
    "SELECT instruction_id, token, card_index, amount_fen, memo, refusal, at FROM demo_bank.debit"
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
        "INSERT INTO demo_bank.account (card_index, holder_index, identity_index, phone_index,"
        " card_sealed, opening_fen, balance_fen, opened_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $6, $7)"
        " ON CONFLICT (card_index) DO NOTHING RETURNING true",
        account.card_index,
        account.holder_index,
        account.identity_index,
        account.phone_index,
        card_sealed,
        account.balance_fen,
        tx.now,
    )
    return inserted is not None


async def load_account(tx: ReadTx, card_index: bytes) -> Account | None:
    row = await tx.fetchrow(_ACCOUNT, card_index)
    return Account(**dict(row)) if row else None


async def lock_account(tx: Tx, card_index: bytes) -> Account | None:
    row = await tx.fetchrow(f"{_ACCOUNT} FOR UPDATE", card_index)
    return Account(**dict(row)) if row else None


async def count_accounts(tx: ReadTx, identity_index: bytes) -> int:
    """How many accounts the bank opened for one identity number."""
    counted: int = await tx.fetchval(
        "SELECT count(*) FROM demo_bank.account WHERE identity_index = $1", identity_index
    )
    return counted


async def has_accounts(tx: ReadTx) -> bool:
    return bool(await tx.fetchval("SELECT EXISTS (SELECT FROM demo_bank.account)"))


async def write_balance(tx: Tx, card_index: bytes, balance_fen: int) -> None:
    await tx.execute(
        "UPDATE demo_bank.account SET balance_fen = $2 WHERE card_index = $1",
        card_index,
        balance_fen,
    )


async def insert_agreement(tx: Tx, agreement: Agreement) -> bool:
    """Write a new agreement; False when the request was known. Waits for one in flight."""
    inserted = await tx.fetchval(
        "INSERT INTO demo_bank.agreement (request_id, reference, card_index, code, expires_at,"
        " wrong_tries) VALUES ($1, $2, $3, $4, $5, 0)"
        " ON CONFLICT (request_id) DO NOTHING RETURNING true",
        agreement.request_id,
        agreement.reference,
        agreement.card_index,
        agreement.code,
        agreement.expires_at,
    )
    return inserted is not None


async def lock_agreement_of_request(tx: Tx, request_id: UUID) -> Agreement | None:
    return _agreement(await tx.fetchrow(f"{_AGREEMENT} request_id = $1 FOR UPDATE", request_id))


async def lock_agreement(tx: Tx, reference: UUID) -> Agreement | None:
    return _agreement(await tx.fetchrow(f"{_AGREEMENT} reference = $1 FOR UPDATE", reference))


async def agreement_of_token(tx: ReadTx, token: str) -> Agreement | None:
    return _agreement(await tx.fetchrow(f"{_AGREEMENT} token = $1", token))


def _agreement(row: asyncpg.Record | None) -> Agreement | None:
    return Agreement(**dict(row)) if row else None


async def count_wrong_try(tx: Tx, reference: UUID) -> None:
    await tx.execute(
        "UPDATE demo_bank.agreement SET wrong_tries = wrong_tries + 1 WHERE reference = $1",
        reference,
    )


async def confirm_agreement(tx: Tx, reference: UUID, token: str) -> None:
    await tx.execute(
        "UPDATE demo_bank.agreement SET token = $2, confirmed_at = $3 WHERE reference = $1",
        reference,
        token,
        tx.now,
    )


async def end_agreement(tx: Tx, token: str) -> None:
    await tx.execute(
        "UPDATE demo_bank.agreement SET ended_at = $2 WHERE token = $1 AND ended_at IS NULL",
        token,
        tx.now,
    )


async def insert_debit(tx: Tx, entry: DebitEntry) -> bool:
    """Write an instruction with its answer; False when the id was known. Waits for one in flight.

    Whoever inserts it first decides; so it is written before any balance is looked at.
    """
    inserted = await tx.fetchval(
        "INSERT INTO demo_bank.debit (instruction_id, token, card_index, amount_fen, memo,"
        " refusal, at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (instruction_id) DO NOTHING RETURNING true",
        entry.instruction_id,
        entry.token,
        entry.card_index,
        entry.amount_fen,
        entry.memo,
        entry.refusal,
        entry.at,
    )
    return inserted is not None


async def load_debit(tx: ReadTx, instruction_id: UUID) -> DebitEntry | None:
    row = await tx.fetchrow(f"{_DEBIT} WHERE instruction_id = $1", instruction_id)
    return DebitEntry(**dict(row)) if row else None


async def debits_after(tx: ReadTx, instruction_id: UUID | None, limit: int) -> list[DebitEntry]:
    """The debits that moved money, in order of their ids, `limit` at a time."""
    rows = await tx.fetch(
        f"{_DEBIT} WHERE refusal IS NULL AND ($1::uuid IS NULL OR instruction_id > $1)"
        " ORDER BY instruction_id LIMIT $2",
        instruction_id,
        limit,
    )
    return [DebitEntry(**dict(row)) for row in rows]


async def accounts_unlike_debits(tx: ReadTx) -> list[asyncpg.Record]:
    """Accounts whose balance isn't their opening less their debits."""
    return await tx.fetch(
        "SELECT a.card_index, a.opening_fen, a.balance_fen, coalesce(d.debited, 0) AS debited"
        " FROM demo_bank.account AS a LEFT JOIN ("
        "  SELECT card_index, sum(amount_fen)::bigint AS debited FROM demo_bank.debit"
        "  WHERE refusal IS NULL GROUP BY card_index) AS d USING (card_index)"
        " WHERE a.balance_fen <> a.opening_fen - coalesce(d.debited, 0)"
    )
