"""The balance: an account of the ledger, opened when it is first needed."""

from uuid import UUID

from farewave.db.transaction import ReadTx, Tx
from farewave.kit.invariant import invariant
from farewave.ledger import service as ledger
from farewave.ledger.model import AccountKind, AccountResult, NewAccount
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
    (result,) = await ledger.open_accounts(tx, [account])
    invariant(
        result is not AccountResult.EXISTS_WITH_DIFFERENT_FIELDS,
        "a balance is opened by the wallet only",
    )
    return account_id


async def wallet(tx: ReadTx, holder: Holder) -> WalletView:
    """What `holder` has; nothing while no account was needed."""
    account_id = balance_account_id(holder.person_id, holder.shard)
    found = await ledger.balances(tx, holder.shard, [account_id])
    balance = found.get(account_id)
    if balance is None:
        return WalletView()
    return WalletView(
        balance_fen=balance.posted_fen,
        available_fen=balance.available_fen,
        incoming_fen=balance.credits_pending,
    )
