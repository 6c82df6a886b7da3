"""A shop that splits what its trades bring with people and with another merchant."""

from farewave.db import Database
from farewave.gateway.model import AppCreated
from farewave.wallet import service as wallet
from tests.gateway.shop import Node, Shop
from tests.support.people import Someone

SETTLE = "alipay.trade.order.settle"
BIND = "alipay.trade.royalty.relation.bind"


class Split(Shop):
    """A shop that sold something for 40 yuan, people on several shards, and another merchant."""

    trade_no: str
    people: list[Someone]
    other: AppCreated

    async def bind(self, *accounts: str, **changed: str) -> Node:
        listed = [{"type": "userId", "account": each, **changed} for each in accounts]
        return await self.call(BIND, out_request_no="B1", receiver_list=listed)

    async def settle(
        self, *shares: tuple[str, str], number: str = "S1", finish: bool = False, **extra: str
    ) -> Node:
        listed = [{"trans_in": to, "amount": amount, **extra} for to, amount in shares]
        content: dict[str, object] = {
            "out_request_no": number,
            "trade_no": self.trade_no,
            "royalty_parameters": listed,
        }
        if finish:
            content["extend_params"] = {"royalty_finish": "true"}
        return await self.call(SETTLE, **content)


def numbers_of(people: list[Someone]) -> list[str]:
    return [each.person.user_no for each in people]


async def balance_fen(database: Database, someone: Someone) -> int:
    async with database.reading() as tx:
        view = await wallet.balance(tx, someone.actor.shard, someone.actor.person_id)
    return view.available_fen
