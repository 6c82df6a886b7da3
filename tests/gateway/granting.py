"""A service provider's application, merchants who let it act for them, and a buyer with money."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from farewave.db import Database
from farewave.gateway import grants, service
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import AppCreated
from farewave.kit.outcome import Refused
from farewave.payments import service as payments
from farewave.payments.merchant_money import money_of
from farewave.payments.model import Fund, Trade
from tests.gateway.calls import (
    APP_KEY,
    SEALER,
    client_of,
    encoded,
    gateway_app,
    node_of,
    public_params,
    signed,
)
from tests.support.people import PAY_PASSWORD, Someone

BACK = "https://provider.test/back?from=farewave"
FORM = {"content-type": "application/x-www-form-urlencoded"}
TOKEN, QUERY = "alipay.open.auth.token.app", "alipay.open.auth.token.app.query"
CREATE, FIND = "alipay.trade.create", "alipay.trade.query"
Node = dict[str, Any]


async def opened(database: Database, name: str, *redirect_uris: str) -> AppCreated:
    """An application that signs with `APP_KEY`."""
    async with database.transaction() as tx:
        made = await service.create_app(
            tx,
            name=name,
            public_key=public_key_text(APP_KEY.public_key()),
            redirect_uris=redirect_uris,
        )
    assert isinstance(made, AppCreated)
    return made


@dataclass
class Scene:
    """`agent` acts for `merchant`, if that one agrees."""

    database: Database
    agent: AppCreated
    merchant: AppCreated
    buyer: Someone

    async def code(self, by: AppCreated | None = None, agent: AppCreated | None = None) -> str:
        """What the agent's page is given once the merchant has agreed."""
        query = {"app_id": (agent or self.agent).app_id, "redirect_uri": BACK}
        merchant_id = (by or self.merchant).merchant_id
        async with self.database.reading() as tx:
            shown = await grants.show(tx, SEALER, merchant_id, query)
        assert not isinstance(shown, Refused), shown
        async with self.database.transaction() as tx:
            location = await grants.agree(tx, SEALER, merchant_id, shown.consent)
        assert isinstance(location, str), location
        return dict(parse_qsl(urlsplit(location).query))["app_auth_code"]

    async def granted(self, by: AppCreated | None = None) -> str:
        """A token for a merchant's application."""
        node = await self.exchanged(await self.code(by))
        assert node["code"] == "10000", node
        return str(node["app_auth_token"])

    async def called(
        self,
        method: str,
        content: Mapping[str, object],
        *,
        by: AppCreated | None = None,
        token: str | None = None,
        **public: str,
    ) -> Node:
        """A call of the agent's (or of whoever it is `by`), with a token or without one."""
        params = public_params((by or self.agent).app_id, method)
        params |= {"biz_content": json.dumps(content, ensure_ascii=False), **public}
        if token is not None:
            params["app_auth_token"] = token
        async with client_of(gateway_app(self.database)) as client:
            answer: httpx.Response = await client.post(
                "/gateway.do", content=encoded(signed(params)), headers=FORM
            )
        return node_of(answer, method)

    async def exchanged(self, code: str, by: AppCreated | None = None) -> Node:
        return await self.called(TOKEN, {"grant_type": "authorization_code", "code": code}, by=by)

    async def refreshed(self, token: str, by: AppCreated | None = None) -> Node:
        content = {"grant_type": "refresh_token", "refresh_token": token}
        return await self.called(TOKEN, content, by=by)

    async def created(self, token: str | None, number: str = "T1", **public: str) -> Node:
        """A trade that the agent makes, in a merchant's name with its token."""
        content = {
            "out_trade_no": number,
            "subject": "代下单",
            "total_amount": "9.50",
            "buyer_id": self.buyer.person.user_no,
        }
        return await self.called(CREATE, content, token=token, **public)

    async def paid(self, trade_no: str) -> None:
        async with self.database.transaction() as tx:
            done = await payments.pay(tx, self.buyer.actor, trade_no, Fund.BALANCE, PAY_PASSWORD)
            assert not isinstance(done, Refused), done

    async def found(self, app: AppCreated, trade_no: str) -> Trade | None:
        """The trade, if it is this application's merchant's."""
        async with self.database.reading() as tx:
            return await payments.find_trade(
                tx, app.merchant_id, trade_no=trade_no, out_trade_no=None
            )

    async def has_fen(self, app: AppCreated) -> int:
        async with self.database.reading() as tx:
            return (await money_of(tx, app.merchant_id)).available_fen

    async def news(self) -> list[dict[str, str]]:
        """What is to be told, to whomever."""
        async with self.database.reading() as tx:
            rows = await tx.fetch("SELECT payload FROM db.outbox WHERE topic = 'payments.notify'")
        return [row["payload"]["params"] for row in rows]
