"""What a merchant has, over all its sub-accounts and what is between two of them."""

from typing import NamedTuple
from uuid import UUID

from farewave.db import ReadTx
from farewave.ledger import service as ledger
from farewave.payments import store
from farewave.payments.model import merchant_account_id


class MerchantMoney(NamedTuple):
    """In fen. What is under way between two shards counts as available: it is there in a moment."""

    available_fen: int
    frozen_fen: int

    @property
    def total_fen(self) -> int:
        return self.available_fen + self.frozen_fen


async def money_of(tx: ReadTx, merchant_id: UUID) -> MerchantMoney:
    """What the merchant has now; `tx` reads on one snapshot, or a sweep counts twice or never."""
    available_fen = frozen_fen = 0
    for shard in range(tx.shards):
        account_id = merchant_account_id(merchant_id, shard)
        has = (await ledger.balances(tx, shard, [account_id])).get(account_id)
        available_fen += await _under_way_fen(tx, shard, merchant_id)
        if has is not None:
            available_fen += has.available_fen
            frozen_fen += has.debits_pending
    return MerchantMoney(available_fen, frozen_fen)


async def _under_way_fen(tx: ReadTx, shard: int, merchant_id: UUID) -> int:
    """What left `shard` and isn't there yet: the books know, it is written down a moment later."""
    under_way_fen = 0
    for each in await store.sweeps_not_concluded(tx, shard, merchant_id):
        arriving_id = each.crossing.arriving_id
        if not await ledger.transfers_by_id(tx, each.to_shard, [arriving_id]):
            under_way_fen += each.amount_fen
    return under_way_fen
