"""Somebody who uses a bank that misbehaves, over the whole application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
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
from farewave.banks.instruction import Instruction, Purpose
from farewave.banks.model import MoneyAnswer, Moved
from farewave.banks.service import calls
from farewave.db import Database
from farewave.kit.chance import SystemChance
from tests.support.database import move_clock
from tests.support.payments import Shop
from tests.support.people import PAY_PASSWORD, Someone, signed_in_client

BANK = "CMB"
LATE = "late"
HAS_FEN = 100_00
AMOUNT_FEN = 30_00


class OfItsOwn(httpx.AsyncBaseTransport):
    """A bank is a process of its own: it goes on with a call whose caller has given up."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._calls: list[asyncio.Task[httpx.Response]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        call = asyncio.create_task(self._inner.handle_async_request(request))
        self._calls.append(call)
        return await asyncio.shield(call)

    async def finish(self) -> None:
        """Wait until the bank has done all that it was ever asked."""
        await asyncio.gather(*self._calls)


class World:
    """Somebody with a card and a balance, on a phone; the bank; a shop."""

    def __init__(
        self,
        app: FastAPI,
        database: Database,
        client: httpx.AsyncClient,
        someone: Someone,
        patience: pytest.MonkeyPatch,
    ) -> None:
        self._patience = patience
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
        """A fault of the switchboard, or LATE: slower than we wait for it."""
        slow = "slow" if fault == LATE else fault
        await self.said("PUT", "/sandbox/bank-faults", bank_code=BANK, fault=slow)
        self._patience.setattr(calls, "CALL_TIMEOUT_S", 0.05 if fault == LATE else 8.0)

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

    async def moved(self, purpose: Purpose) -> Instruction:
        """Money moved as a person asks for it, and how it ended."""
        if purpose is Purpose.PAYMENT:
            shop = await Shop.opened(self.database)
            trade = await shop.trade(self.someone, AMOUNT_FEN)
            await self.said(
                "POST",
                f"/cashier/{trade.trade_no}/payments",
                fund="card",
                card_id=self.card_id,
                pay_password=PAY_PASSWORD,
            )
        else:
            await self.move("top-ups" if purpose is Purpose.TOP_UP else "withdrawals", AMOUNT_FEN)
        return await self.instruction(purpose)

    async def instruction(self, purpose: Purpose) -> Instruction:
        """The last one of this purpose."""
        async with self.database.reading() as tx:
            shard = self.someone.actor.shard
            all_of_them = await banks.instructions_after(tx, shard, None, 100)
        return [each for each in all_of_them if each.purpose is purpose][-1]

    async def conclude(self, instruction: Instruction, said: MoneyAnswer) -> None:
        conclude = CONCLUSIONS[instruction.purpose]
        await self.database.run(lambda tx: conclude(tx, instruction, said))

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


@asynccontextmanager
async def bank_world(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """Such a world, its keys in `folder`; in the end everything agrees."""
    create_keys(folder, SystemChance())
    keys, settings = load_keys(folder), Settings(profile="sandbox")
    service = server.build()
    service.state.banks = simulated_banks(database, keys)
    service.state.banks.slow_s, service.state.banks.silence_s = 0.2, 0.0
    transport = OfItsOwn(httpx.ASGITransport(app=service))
    app = build(settings)
    async with (
        httpx.AsyncClient() as outside,
        httpx.AsyncClient(transport=transport, base_url="http://banks.test") as banks_http,
        await fill(app, parts_of(settings, database, keys, outside, banks_http)),
    ):
        client, someone = await signed_in_client(app)
        made = World(app, database, client, someone, monkeypatch)
        made.card_id = await made.bind()
        await made.move("top-ups", HAS_FEN)
        assert await made.on_card_fen() == OPENING_FEN - HAS_FEN
        yield made
        await transport.finish()
        await made.fault("none")
        await made.work()
        await made.answers_again()
        await made.assert_agreed()
        await client.aclose()
