"""Every fault of a bank during binding, top-up, withdrawal and payment, over the whole application.

What the person is told at each moment is true, nobody's money is made or lost, and in the end our
books agree with the bank's.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from farewave.app.audit import audit_everything
from farewave.app.compose import build
from farewave.app.fill import fill
from farewave.app.keys import create_keys, load_keys
from farewave.app.parts import parts_of, simulated_banks
from farewave.app.settings import Settings
from farewave.app.workers import CONCLUSIONS
from farewave.banks import jobs
from farewave.banks import service as banks
from farewave.banks.demo import audit as demo_audit
from farewave.banks.demo import server
from farewave.banks.demo.model import OPENING_FEN
from farewave.banks.model import Moved
from farewave.db import Database
from farewave.kit.chance import SystemChance
from farewave.ledger import service as ledger
from farewave.payments.model import merchant_account_id
from tests.support.database import move_clock
from tests.support.payments import Shop
from tests.support.people import PAY_PASSWORD, Someone, signed_in_client

BANK = "CMB"
HAS_FEN = 100_00
AMOUNT_FEN = 30_00


class World:
    """Somebody with a card and a balance, on a phone; the bank; a shop."""

    def __init__(
        self, app: FastAPI, database: Database, client: httpx.AsyncClient, someone: Someone
    ) -> None:
        self.app = app
        self.database = database
        self.client = client
        self.someone = someone
        self._count = 0
        self.card_id = ""

    async def ask(self, method: str, path: str, key: str | None = None, **body: object) -> Any:
        self._count += 1
        headers = {"idempotency-key": key or f"bank-faults-{self._count}"}
        given: dict[str, Any] = {} if method == "GET" else {"json": body, "headers": headers}
        return await self.client.request(method, f"/api/v1{path}", **given)

    async def said(self, method: str, path: str, **body: object) -> Any:
        answer = await self.ask(method, path, **body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def fault(self, fault: str) -> None:
        await self.said("PUT", "/sandbox/bank-faults", bank_code=BANK, fault=fault)

    async def new_card(self) -> dict[str, str]:
        opened = await self.said("POST", "/sandbox/bank-accounts", bank_code=BANK)
        return {"card_number": opened["card_number"], "phone": opened["phone"]}

    async def bind(self) -> str:
        binding = await self.said("POST", "/banks/card-bindings", **await self.new_card())
        path = f"/banks/card-bindings/{binding['binding_id']}/confirm"
        card = await self.said("POST", path, code=binding["sandbox_code"])
        return str(card["card_id"])

    async def move(self, kind: str, amount_fen: int) -> Any:
        return await self.said(
            "POST",
            f"/wallet/{kind}",
            card_id=self.card_id,
            amount_fen=amount_fen,
            pay_password=PAY_PASSWORD,
        )

    async def work(self) -> None:
        """What the job does over the next minutes."""
        for _ in range(3):
            await move_clock(self.database, timedelta(minutes=2))
            await jobs.settle_due(self.database, self.app.state.banks, CONCLUSIONS)

    async def answers_again(self) -> None:
        """The bank says once more what it said of each instruction that moved money."""
        async with self.database.reading() as tx:
            shard = self.someone.actor.shard
            ended = await banks.instructions_after(tx, shard, None, 100)
        for each in ended:
            if each.bank_serial is not None:
                conclude, answer = CONCLUSIONS[each.purpose], Moved(each.bank_serial)
                async with self.database.transaction() as tx:
                    await conclude(tx, each, answer)

    async def on_card_fen(self) -> int:
        async with self.database.reading() as tx:
            fen: int = await tx.fetchval(
                "SELECT sum(balance_fen)::bigint FROM demo_bank.account WHERE bank_code = $1", BANK
            )
        return fen

    async def wallet(self) -> Any:
        return await self.said("GET", "/wallet/")

    async def assert_agreed(self) -> None:
        """Our books contradict neither themselves nor the bank's, and nothing is on its way."""
        assert await audit_everything(self.database) == []
        async with self.database.reading() as tx:
            compared = await demo_audit.reconcile(tx)
        assert (compared.findings, compared.in_flight) == ([], {})
        wallet = await self.wallet()
        assert (wallet["incoming_fen"], wallet["outgoing_fen"]) == (0, 0)


@pytest.fixture
async def world(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("keys")
    create_keys(folder, SystemChance())
    keys, settings = load_keys(folder), Settings(profile="sandbox")
    service = server.build()
    service.state.banks = simulated_banks(database, keys)
    service.state.banks.slow_s, service.state.banks.silence_s = 0.2, 0.0
    transport = httpx.ASGITransport(app=service)
    app = build(settings)
    async with (
        httpx.AsyncClient() as outside,
        httpx.AsyncClient(transport=transport, base_url="http://banks.test") as banks_http,
        await fill(app, parts_of(settings, database, keys, outside, banks_http)),
    ):
        client, someone = await signed_in_client(app)
        made = World(app, database, client, someone)
        made.card_id = await made.bind()
        await made.move("top-ups", HAS_FEN)
        assert await made.on_card_fen() == OPENING_FEN - HAS_FEN
        yield made
        await made.fault("none")
        await made.work()
        await made.answers_again()
        await made.assert_agreed()
        await client.aclose()


MONEY = [
    # the fault, the one after it, what is told at once, what is told in the end
    pytest.param("slow", "none", "succeeded", "succeeded", id="slow"),
    pytest.param("silent", "none", "pending", "succeeded", id="no answer after the money moved"),
    pytest.param("duplicate", "none", "succeeded", "succeeded", id="everything twice"),
    pytest.param("refuse", "none", "failed", "failed", id="refused"),
    pytest.param("down", "none", "pending", "succeeded", id="down before it heard of it"),
    pytest.param("down", "refuse", "pending", "failed", id="down, and refuses when it is back"),
    pytest.param("down", "duplicate", "pending", "succeeded", id="down, then everything twice"),
    pytest.param("silent", "down", "pending", "pending", id="no answer, and then down"),
]


@pytest.mark.parametrize(("fault", "then", "at_once", "in_the_end"), MONEY)
async def test_a_top_up(world: World, fault: str, then: str, at_once: str, in_the_end: str) -> None:
    await world.fault(fault)
    told = await world.move("top-ups", AMOUNT_FEN)
    assert told["status"] == at_once
    assert (told["note"] is not None) == (at_once != "succeeded")
    wallet = await world.wallet()
    arrived = AMOUNT_FEN if at_once == "succeeded" else 0
    assert wallet["available_fen"] == HAS_FEN + arrived
    assert wallet["incoming_fen"] == (AMOUNT_FEN if at_once == "pending" else 0)
    await world.fault(then)
    await world.work()
    path = f"/wallet/top-ups/{told['top_up_id']}"
    assert (await world.said("GET", path))["status"] == in_the_end
    if in_the_end == "pending":
        await world.fault("none")
        await world.work()
        assert (await world.said("GET", path))["status"] == "succeeded"
    moved = 0 if in_the_end == "failed" else AMOUNT_FEN
    assert (await world.wallet())["balance_fen"] == HAS_FEN + moved
    assert await world.on_card_fen() == OPENING_FEN - HAS_FEN - moved


@pytest.mark.parametrize(("fault", "then", "at_once", "in_the_end"), MONEY)
async def test_a_withdrawal(
    world: World, fault: str, then: str, at_once: str, in_the_end: str
) -> None:
    await world.fault(fault)
    told = await world.move("withdrawals", AMOUNT_FEN)
    assert told["status"] == at_once
    assert (told["note"] is not None) == (at_once != "succeeded")
    wallet = await world.wallet()
    gone = 0 if at_once == "failed" else AMOUNT_FEN
    assert wallet["available_fen"] == HAS_FEN - gone
    assert wallet["outgoing_fen"] == (AMOUNT_FEN if at_once == "pending" else 0)
    await world.fault(then)
    await world.work()
    path = f"/wallet/withdrawals/{told['withdrawal_id']}"
    assert (await world.said("GET", path))["status"] == in_the_end
    if in_the_end == "pending":
        await world.fault("none")
        await world.work()
        assert (await world.said("GET", path))["status"] == "succeeded"
    moved = 0 if in_the_end == "failed" else AMOUNT_FEN
    assert (await world.wallet())["balance_fen"] == HAS_FEN - moved
    assert await world.on_card_fen() == OPENING_FEN - HAS_FEN + moved


@pytest.mark.parametrize(("fault", "then", "at_once", "in_the_end"), MONEY)
async def test_a_card_payment(
    world: World, fault: str, then: str, at_once: str, in_the_end: str
) -> None:
    told_as = {"succeeded": "paid", "pending": "pending", "failed": "failed"}
    shop = await Shop.opened(world.database)
    trade = await shop.trade(world.someone, AMOUNT_FEN)
    await world.fault(fault)
    told = await world.said(
        "POST",
        f"/cashier/{trade.trade_no}/payments",
        fund="card",
        card_id=world.card_id,
        pay_password=PAY_PASSWORD,
    )
    assert told["card_payment"]["status"] == told_as[at_once]
    assert told["status"] == ("TRADE_SUCCESS" if at_once == "succeeded" else "WAIT_BUYER_PAY")
    # Other ways to pay are offered again as soon as the bank said no, and not a moment earlier.
    assert bool(told["funds"]) == (at_once == "failed")
    await world.fault(then)
    await world.work()
    path = f"/cashier/{trade.trade_no}"
    seen = await world.said("GET", path)
    assert seen["card_payment"]["status"] == told_as[in_the_end]
    if in_the_end == "pending":
        await world.fault("none")
        await world.work()
        seen = await world.said("GET", path)
        assert seen["card_payment"]["status"] == "paid"
    moved = 0 if in_the_end == "failed" else AMOUNT_FEN
    assert seen["status"] == ("TRADE_SUCCESS" if moved else "WAIT_BUYER_PAY")
    assert (await world.wallet())["balance_fen"] == HAS_FEN
    assert await world.on_card_fen() == OPENING_FEN - HAS_FEN - moved
    seller = merchant_account_id(trade.merchant_id, trade.shard)
    async with world.database.reading() as tx:
        has = (await ledger.balances(tx, trade.shard, [seller])).get(seller)
    assert (has.posted_fen if has else 0) == moved


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("slow", 201, None),
        ("silent", 424, "banks.bank_silent"),
        ("duplicate", 201, None),
        ("refuse", 403, "banks.bank_refused"),
        ("down", 424, "banks.bank_silent"),
    ],
)
async def test_a_binding(world: World, fault: str, status: int, code: str | None) -> None:
    wish = await world.new_card()
    await world.fault(fault)
    begun = await world.ask("POST", "/banks/card-bindings", key="the-binding", **wish)
    assert (begun.status_code, begun.json().get("code")) == (status, code)
    if code is not None:
        await world.fault("none")
        begun = await world.ask("POST", "/banks/card-bindings", key="the-binding", **wish)
        assert begun.status_code == 201
        await world.fault(fault)
    binding = begun.json()
    path = f"/banks/card-bindings/{binding['binding_id']}/confirm"
    confirmed = await world.ask("POST", path, code=binding["sandbox_code"])
    assert confirmed.json().get("code") == code
    # Nobody is told of a card that the bank hasn't said yes to.
    listed = await world.said("GET", "/banks/cards")
    assert len(listed) == (2 if code is None else 1)
    await world.fault("none")
    confirmed = await world.ask("POST", path, code=binding["sandbox_code"])
    assert confirmed.status_code == 200
    world.card_id = confirmed.json()["card_id"]
    assert (await world.move("top-ups", 1))["status"] == "succeeded"
