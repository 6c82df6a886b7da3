"""kill -9 of the server, of PostgreSQL and of the banks, while people move money at their banks.

Phones top up, withdraw and pay from their cards without pause over real HTTP; at a random moment
(of a seed) the victim dies. Whoever heard "succeeded" has it; whoever heard nothing asks again with
the same key and it is one and the same; whoever heard "pending" sees it end by itself. Then each
balance and each card has exactly the money that goes with what people were told, our books agree
with the banks', and the audit finds nothing.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

from farewave.app.keys import load_keys
from farewave.banks.demo import audit as demo_audit
from farewave.banks.demo.bank import DemoBank
from farewave.banks.demo.model import OPENING_FEN
from farewave.db import Database, DatabaseAway
from farewave.kit.ids import id_text
from farewave.people.session import COOKIE
from farewave.wallet import service as wallet
from tests.support.banks import bound_card
from tests.support.database import move_clock
from tests.support.killing import (
    AND_BANKS,
    Victim,
    audited,
    client_of,
    database_of,
    killed_amid,
)
from tests.support.payments import Shop
from tests.support.people import PAY_PASSWORD, Someone, signed_up_person, some_identity_number
from tests.support.server import Server

PEOPLE = 6
EACH = 4
PHONES = 8
FIRST_FEN = 300_00
"""What everybody topped up before anything dies."""
SETTLED_WITHIN_S = 90
Kind = Literal["top-ups", "withdrawals", "payments"]
_keys = count(1)


@dataclass(frozen=True, eq=False)
class Wish:
    """What one phone asks for, always under the same key."""

    kind: Kind
    key: str
    owner: "Owner"
    path: str
    body: dict[str, Any]
    amount_fen: int


@dataclass(eq=False)
class Owner:
    """Somebody with a card, and what they were last told of each wish."""

    someone: Someone
    card_id: str
    told: dict[Wish, tuple[str, str]] = field(default_factory=dict)
    """By wish: the id of what it became, and its status."""


@dataclass
class Town:
    """A running server with people who have money in their wallets and on their cards."""

    server: Server
    database: Database
    people: list[Owner]

    async def ask(self, client: httpx.AsyncClient, wish: Wish) -> tuple[str, str] | None:
        """What was told, or None when nobody knows what became of it."""
        try:
            answer = await self._send(client, wish.owner, "POST", wish.path, wish.key, wish.body)
        except httpx.HTTPError:
            return None
        if answer.status_code == 503:
            return None
        assert answer.is_success, f"{answer.text}\n{self.server.tail()}"
        told = _read(wish.kind, answer.json())
        before = wish.owner.told.get(wish)
        if before is not None:
            assert told[0] == before[0], "one key stands for one move"
            assert before[1] in ("pending", told[1]), "what has ended stays so"
        wish.owner.told[wish] = told
        return told

    async def ask_until_told(self, client: httpx.AsyncClient, wish: Wish) -> tuple[str, str]:
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while (told := await self.ask(client, wish)) is None:
                await asyncio.sleep(0.2)
        return told

    async def _send(
        self,
        client: httpx.AsyncClient,
        owner: Owner,
        method: str,
        path: str,
        key: str,
        body: dict[str, Any] | None,
    ) -> httpx.Response:
        headers = {
            "idempotency-key": key,
            "cookie": f"{COOKIE}={owner.someone.token.text}",
            "origin": self.server.url,
        }
        return await client.request(method, f"/api/v1{path}", json=body, headers=headers)

    async def has_fen(self, owner: Owner) -> tuple[int, int]:
        """In the wallet, by our books; on the card, by the bank's."""
        actor = owner.someone.actor
        async with self.database.reading() as tx:
            view = await wallet.balance(tx, actor.shard, actor.person_id)
            return view.balance_fen, await tx.fetchval(
                "SELECT a.balance_fen FROM demo_bank.account AS a"
                " JOIN demo_bank.agreement AS g USING (bank_code, card_index)"
                " JOIN banks.binding AS b ON b.bank_reference = g.reference::text"
                " WHERE b.person_id = $1",
                actor.person_id,
            )

    async def in_flight(self) -> int:
        """How many instructions the banks haven't answered about; a database on its way back is
        waited for."""
        while True:
            try:
                async with self.database.reading() as tx:
                    compared = await demo_audit.reconcile(tx)
                    pending: int = await tx.fetchval(
                        "SELECT count(*) FROM banks.instruction WHERE status = 'pending'"
                    )
                assert compared.findings == []
                return pending
            except DatabaseAway:
                await asyncio.sleep(0.2)


def _read(kind: Kind, said: dict[str, Any]) -> tuple[str, str]:
    if kind == "payments":
        status = {"paid": "succeeded"}.get(said["card_payment"]["status"], "")
        return said["trade_no"], status or said["card_payment"]["status"]
    return said["top_up_id" if kind == "top-ups" else "withdrawal_id"], said["status"]


@asynccontextmanager
async def town_of(server: Server) -> AsyncIterator[Town]:
    keys = load_keys(Path(server.data / "farewave" / "keys"))
    assert keys.banks_secret is not None
    async with (
        database_of(server) as database,
        httpx.AsyncClient(base_url=server.banks_url, timeout=20) as banks_http,
        client_of(server) as client,
    ):
        town = Town(server, database, [])
        for number in range(PEOPLE):
            someone = await signed_up_person(
                database,
                keys.sealer,
                phone=f"136{next(_keys):08d}",
                identity_number=some_identity_number("19800101"),
            )
            bank = DemoBank(banks_http, ("FWB", "CMB", "ICBC")[number % 3], keys.banks_secret)
            card = await bound_card(database, keys.sealer, bank, someone)
            owner = Owner(someone, id_text("crd", card.card_id))
            town.people.append(owner)
            first = _move(owner, "top-ups", FIRST_FEN)
            assert (await town.ask_until_told(client, first))[1] == "succeeded"
        yield town


def _move(owner: Owner, kind: Kind, amount_fen: int) -> Wish:
    body = {"card_id": owner.card_id, "amount_fen": amount_fen, "pay_password": PAY_PASSWORD}
    return Wish(kind, f"bank-move-{next(_keys):06d}", owner, f"/wallet/{kind}", body, amount_fen)


async def wishes_of(town: Town) -> list[Wish]:
    shop = await Shop.opened(town.database)
    wishes: list[Wish] = []
    for _ in range(EACH):
        for owner in town.people:
            wishes += [_move(owner, "top-ups", 11_00), _move(owner, "withdrawals", 7_00)]
            trade = await shop.trade(owner.someone, 5_00, notify_url=None)
            body = {"fund": "card", "card_id": owner.card_id, "pay_password": PAY_PASSWORD}
            path = f"/cashier/{trade.trade_no}/payments"
            key = f"bank-move-{next(_keys):06d}"
            wishes.append(Wish("payments", key, owner, path, body, 5_00))
    return wishes


async def killed_while_money_moves(server: Server, victim: Victim, seed: int) -> None:
    async with town_of(server) as town:
        unknown: list[Wish] = []
        answered: list[Wish] = []

        async def phone(client: httpx.AsyncClient, wish: Wish) -> None:
            told = await town.ask(client, wish)
            (unknown if told is None else answered).append(wish)

        await killed_amid(
            server,
            victim,
            await wishes_of(town),
            phone,
            callers=PHONES,
            begun=lambda: bool(answered),
            after_s=random.Random(seed).uniform(0, 0.6),
        )
        await check(town, answered, unknown)


async def check(town: Town, answered: list[Wish], unknown: list[Wish]) -> None:
    assert answered, "somebody was answered before the kill"
    await asyncio.to_thread(audited, town.server)
    async with client_of(town.server) as client:
        for wish in unknown:
            await town.ask_until_told(client, wish)
        await settled(town)
        for wish in answered + unknown:
            _, status = await town.ask_until_told(client, wish)
            assert status == "succeeded", "no bank refused anything: it all comes to a good end"
    for owner in town.people:
        assert await town.has_fen(owner) == ought_to_have(owner)
    await asyncio.to_thread(audited, town.server)


async def settled(town: Town) -> None:
    """The job asks the banks; the clock runs ahead, so that it soon does."""
    async with asyncio.timeout(SETTLED_WITHIN_S):
        while await town.in_flight():
            await move_clock(town.database, timedelta(minutes=1))
            await asyncio.sleep(1)


def ought_to_have(owner: Owner) -> tuple[int, int]:
    in_wallet, on_card = 0, OPENING_FEN
    for wish in owner.told:
        sign = -1 if wish.kind == "withdrawals" else 1
        on_card -= sign * wish.amount_fen
        in_wallet += 0 if wish.kind == "payments" else sign * wish.amount_fen
    return in_wallet, on_card


@AND_BANKS
async def test_killed_while_money_moves_at_banks_everybody_was_told_the_truth(
    server: Server, victim: Victim
) -> None:
    await killed_while_money_moves(server, victim, seed=1)


@AND_BANKS
@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 11))
async def test_killed_at_random_moments_everybody_was_told_the_truth(
    server: Server, victim: Victim, seed: int
) -> None:
    await killed_while_money_moves(server, victim, seed)
