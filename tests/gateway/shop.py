"""A merchant's software at the gateway, and a buyer with money."""

from dataclasses import dataclass
from typing import Any

from farewave.db import Database
from farewave.gateway.client import Answered, OpenPlatformClient
from farewave.gateway.model import App
from farewave.kit.ids import SYSTEM_ID, derived_id, new_id
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.ledger.model import (
    AccountKind,
    NewAccount,
    Reason,
    TransferResult,
    posted,
)
from farewave.payments import service as payments
from farewave.payments.model import Fund, Trade
from farewave.wallet import service as wallet
from tests.support.people import PAY_PASSWORD, Someone

Node = dict[str, Any]
CREATE = "alipay.trade.create"


@dataclass
class Shop:
    """A merchant's software, and a buyer."""

    database: Database
    app: App
    client: OpenPlatformClient
    buyer: Someone

    async def call(self, method: str, **content: object) -> Node:
        async with self.database.reading() as tx:
            now = tx.now
        answer = await self.client.call(method, content, now=now)
        assert isinstance(answer, Answered), answer
        return answer.node

    async def create(self, out_trade_no: str = "T 1.a", **changed: object) -> Node:
        content = {
            "out_trade_no": out_trade_no,
            "subject": "D301 {北京}",
            "total_amount": "9.50",
            "buyer_id": self.buyer.person.user_no,
        }
        given = {name: value for name, value in {**content, **changed}.items() if value is not None}
        return await self.call(CREATE, **given)

    async def pay(self, trade_no: str) -> None:
        async with self.database.transaction() as tx:
            paid = await payments.pay(tx, self.buyer.actor, trade_no, Fund.BALANCE, PAY_PASSWORD)
            assert not isinstance(paid, Refused), paid

    async def trade(self, trade_no: str) -> Trade:
        async with self.database.reading() as tx:
            found = await payments.find_trade(
                tx, self.app.merchant_id, trade_no=trade_no, out_trade_no=None
            )
        assert found is not None
        return found


async def endow(database: Database, someone: Someone, amount_fen: int) -> None:
    """Money from a bank into somebody's balance."""
    shard = someone.actor.shard
    bank = derived_id(SYSTEM_ID, shard, "banks.settlement.TEST")
    async with database.transaction() as tx:
        account_id = await wallet.ensure_account(tx, someone.actor)
        await ledger.open_accounts(
            tx, [NewAccount(bank, shard, AccountKind.BANK_SETTLEMENT, SYSTEM_ID)]
        )
        transfer = posted(
            new_id(shard, tx.now, tx.chance),
            shard,
            debit=bank,
            credit=account_id,
            amount_fen=amount_fen,
            reason=Reason.ADJUSTMENT,
            business="test:endow",
        )
        assert await ledger.submit(tx, [transfer]) == [TransferResult.CREATED]
