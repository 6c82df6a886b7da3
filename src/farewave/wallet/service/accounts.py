"""The balance: an account of the ledger, opened when it is first needed."""

from uuid import UUID

from farewave.banks import service as banks
from farewave.banks.instruction import Purpose
from farewave.db.transaction import ReadTx, Tx
from farewave.ledger import service as ledger
from farewave.ledger.model import AccountKind, NewAccount
from farewave.wallet.model import Holder, WalletView, balance_account_id


async def ensure_account(tx: Tx, holder: Holder) -> UUID:
    """The ledger account of `holder`'s balance, opened when it isn't yet. It can't be overdrawn."""
    account_id = balance_account_id(holder.person_id, holder.shard)
    account = NewAccount(
        account_id=account_id,
        shard=holder.shard,
        kind=AccountKind.WALLET_BALANCE,
        owner_id=holder.person_id,
        debits_must_not_exceed_credits=True,
    )
    await ledger.ensure_accounts(tx, [account])
    return account_id


async def balance(tx: ReadTx, shard: int, person_id: UUID) -> WalletView:
    """What a person has, and what of it is with a bank that hasn't answered."""
    account_id = balance_account_id(person_id, shard)
    found = (await ledger.balances(tx, shard, [account_id])).get(account_id)
    under_way = await banks.under_way_fen(tx, shard, person_id)
    return WalletView(
        balance_fen=found.posted_fen if found else 0,
        available_fen=found.available_fen if found else 0,
        incoming_fen=under_way.get(Purpose.TOP_UP, 0),
        outgoing_fen=under_way.get(Purpose.WITHDRAWAL, 0),
    )
