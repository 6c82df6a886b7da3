"""The ledger's doors, each call in a transaction of its own."""

from uuid import UUID

from farewave.db import Database
from farewave.kit.ids import SYSTEM_ID
from farewave.ledger import service
from farewave.ledger.audit import audit
from farewave.ledger.model import AccountKind, NewAccount, Transfer, TransferResult
from tests.ledger.shapes import ANN, BANK, BEN, FLOAT, SHARD


def new_account(account_id: UUID, **limits: bool) -> NewAccount:
    return NewAccount(account_id, SHARD, AccountKind.WALLET_BALANCE, SYSTEM_ID, **limits)


NEW = [
    new_account(BANK),
    new_account(ANN, debits_must_not_exceed_credits=True),
    new_account(BEN, debits_must_not_exceed_credits=True),
    new_account(FLOAT, credits_must_not_exceed_debits=True),
]


async def submit(database: Database, *transfers: Transfer) -> list[TransferResult]:
    async with database.transaction() as tx:
        return await service.submit(tx, transfers)


async def available(database: Database, account_id: UUID) -> int:
    async with database.reading() as tx:
        return (await service.balances(tx, SHARD, [account_id]))[account_id].available_fen


async def findings(database: Database) -> list[str]:
    """The names of the checks that found something."""
    async with database.reading() as tx:
        found = await audit(tx)
    assert all(finding.context == "ledger" for finding in found)
    return sorted({finding.check for finding in found})
