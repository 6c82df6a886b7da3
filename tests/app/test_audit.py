"""The audit that only all tables together can do, over a real purchase."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from farewave.app.audit import audit_everything
from farewave.app.compose import build
from farewave.app.fill import fill
from farewave.app.keys import create_keys, load_keys
from farewave.app.parts import parts_of
from farewave.app.settings import Settings
from farewave.app.workers import handlers
from farewave.db import Database
from farewave.db.outbox import Courier
from farewave.kit.chance import SystemChance
from farewave.kit.clock import shanghai_day
from farewave.rail.timetable import ensure_shipped_timetable
from tests.support.people import PAY_PASSWORD, signed_in_client
from tests.support.wallet import with_balance


@asynccontextmanager
async def composed(database: Database, folder: object) -> AsyncIterator[FastAPI]:
    """The whole application over `database`, as `farewave serve` composes it."""
    create_keys(folder, SystemChance())  # type: ignore[arg-type]
    settings = Settings(profile="sandbox")
    app = build(settings)
    async with httpx.AsyncClient() as outside, httpx.AsyncClient() as banks:
        keys = load_keys(folder)  # type: ignore[arg-type]
        parts = parts_of(settings, database, keys, outside, banks)
        async with await fill(app, parts):
            async with database.transaction() as tx:
                await ensure_shipped_timetable(tx)
            yield app


async def buy_a_ticket(app: FastAPI, database: Database) -> str:
    """Search, hold, pay and be issued a ticket over HTTP; the order's number."""
    client, somebody = await signed_in_client(app)
    await with_balance(database, somebody.actor, 200_000)
    async with database.reading() as tx:
        day = (shanghai_day(tx.now) + timedelta(days=2)).isoformat()
    query = {"from": "VNP", "to": "AOH", "date": day}
    offers = (await client.get("/api/v1/rail/trains", params=query)).json()["items"]
    me = (await client.get("/api/v1/rail/passengers")).json()[0]
    held = await client.post(
        "/api/v1/rail/orders",
        json={
            "train_no": offers[0]["train_no"],
            "from": "VNP",
            "to": "AOH",
            "date": day,
            "class_code": "O",
            "passenger_ids": [me["passenger_id"]],
            "seat_wishes": ["window"],
        },
        headers={"idempotency-key": "audit-hold-0001"},
    )
    order = held.json()
    paid = await client.post(
        f"/api/v1/cashier/{order['trade_no']}/payments",
        json={"fund": "balance", "pay_password": PAY_PASSWORD},
        headers={"idempotency-key": "audit-pay-00001"},
    )
    assert paid.status_code == 200, paid.text
    await Courier(database, handlers(app)).deliver_due()
    issued = (await client.get(f"/api/v1/rail/orders/{order['order_id']}")).json()
    await client.aclose()
    assert issued["status"] == "issued"
    return str(order["order_no"])


TAMPERINGS = [
    ("ticket_has_its_payment", "UPDATE rail.payment SET amount_fen = amount_fen - 1"),
    ("ticket_has_its_payment", "UPDATE rail.payment SET trade_no = repeat('1', 28)"),
    (
        "ticket_has_its_payment",
        "UPDATE payments.trade SET status = 'WAIT_BUYER_PAY', paid_at = NULL, fund = NULL",
    ),
    ("bills_agree", "UPDATE wallet.bill SET amount_fen = 1 WHERE kind = 'payment'"),
    ("bills_agree", "DELETE FROM wallet.bill WHERE kind = 'payment'"),
]


@pytest.mark.parametrize(("check", "statement"), TAMPERINGS)
async def test_a_bought_ticket_agrees_with_its_money_until_a_row_is_changed_by_hand(
    database: Database, tmp_path_factory: pytest.TempPathFactory, check: str, statement: str
) -> None:
    async with composed(database, tmp_path_factory.mktemp("keys")) as app:
        await buy_a_ticket(app, database)
    assert await audit_everything(database) == []
    async with database.transaction() as tx:
        await tx.execute(statement)
    assert check in {finding.check for finding in await audit_everything(database)}
