"""kill -9 of the server, and of PostgreSQL, in the middle of a stream of payments by code.

Tills pay without pause, each payment with a code and an order number of its own; at a random moment
(of a seed) the victim dies. What was acknowledged must be there; what was not is asked again with
the same number and must end once, paid or refused; the audit finds nothing.
"""

import asyncio
import json
import random
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.app.keys import load_keys
from farewave.bench.payers import funded_payers, new_codes
from farewave.db import Database
from farewave.gateway.client import cut_answer
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import AppCreated
from farewave.gateway.service import create_app
from farewave.payments import service as payments
from farewave.people.model import Actor
from tests.gateway.calls import encoded, public_params, signed
from tests.support.killing import (
    VICTIMS,
    Victim,
    audited,
    client_of,
    database_of,
    killed_amid,
)
from tests.support.server import Server

METHOD = "alipay.trade.pay"
TILLS = 16
CODES = 600
PAYERS = 20
FORM = {"content-type": "application/x-www-form-urlencoded;charset=utf-8"}
_numbers = count(1)


@dataclass
class Shop:
    """A merchant of a running server, and what it was told."""

    server: Server
    database: Database
    key: rsa.RSAPrivateKey
    app: AppCreated
    payers: list[Actor]
    acknowledged: set[str] = field(default_factory=set)

    async def pay(self, client: httpx.AsyncClient, number: str, code: str) -> str:
        """The sub_code, or `paid`, or `unknown`."""
        params = public_params(self.app.app_id, METHOD)
        asked = {"out_trade_no": number, "auth_code": code, "subject": "x", "total_amount": "0.01"}
        params["biz_content"] = json.dumps(asked)
        body = encoded(signed(params, key=self.key))
        try:
            answer = await client.post("/gateway.do", content=body, headers=FORM)
            cut = cut_answer(METHOD, answer.content)
        except httpx.HTTPError:
            return "unknown"
        if cut is None or cut[0]["code"] == "20000":
            return "unknown"
        if cut[0]["code"] == "10000":
            self.acknowledged.add(number)
            return "paid"
        return str(cut[0]["sub_code"])

    async def is_paid(self, number: str) -> bool:
        async with self.database.reading() as tx:
            trade = await payments.find_trade(
                tx, self.app.merchant_id, trade_no=None, out_trade_no=number
            )
        return trade is not None and trade.was_paid


async def killed_while_paying(server: Server, victim: Victim, seed: int) -> None:
    async with database_of(server) as database:
        shop = await opened(server, database)
        codes = await new_codes(database, shop.payers, CODES)
        unknown: dict[str, str] = {}

        async def till(client: httpx.AsyncClient, sale: tuple[str, str]) -> None:
            number, code = sale
            said = await shop.pay(client, number, code)
            if said == "unknown":
                unknown[number] = code
            else:
                assert said == "paid", said

        await killed_amid(
            server,
            victim,
            [(f"K{next(_numbers):08d}", code) for code in codes],
            till,
            callers=TILLS,
            begun=lambda: bool(shop.acknowledged),
            after_s=random.Random(seed).uniform(0.02, 0.4),
        )
        await check(shop, unknown)


async def opened(server: Server, database: Database) -> Shop:
    key = rsa.generate_private_key(65_537, 2048)
    async with database.transaction() as tx:
        app = await create_app(tx, name="Till", public_key=public_key_text(key.public_key()))
    assert isinstance(app, AppCreated)
    sealer = load_keys(Path(server.data / "farewave" / "keys")).sealer
    payers = await funded_payers(database, sealer, PAYERS)
    return Shop(server, database, key, app, payers)


async def check(shop: Shop, unknown: dict[str, str]) -> None:
    assert shop.acknowledged, "something was paid before the kill"
    for number in shop.acknowledged:
        assert await shop.is_paid(number), f"{number} was acknowledged and is lost"
    async with client_of(shop.server) as client:
        for number, code in unknown.items():
            was_paid = await shop.is_paid(number)
            said = await shop.pay(client, number, code)
            # A number and its code were used together or not at all.
            assert said == ("ACQ.TRADE_HAS_SUCCESS" if was_paid else "paid")
            assert await shop.is_paid(number)
    await asyncio.to_thread(audited, shop.server)


@VICTIMS
async def test_killed_while_tills_pay_nothing_acknowledged_is_lost(
    server: Server, victim: Victim
) -> None:
    await killed_while_paying(server, victim, seed=1)


@VICTIMS
@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 11))
async def test_killed_at_random_moments_nothing_acknowledged_is_lost(
    server: Server, victim: Victim, seed: int
) -> None:
    await killed_while_paying(server, victim, seed)
