"""Every fault of a bank during binding, top-up, withdrawal and payment, over the whole application.

What the person is told at each moment is true, nobody's money is made or lost, and in the end our
books agree with the bank's.
"""

import pytest

from farewave.banks.demo.model import OPENING_FEN
from farewave.ledger import service as ledger
from farewave.payments.model import merchant_account_id
from tests.app.bank_world import AMOUNT_FEN, HAS_FEN, LATE, World
from tests.support.payments import Shop
from tests.support.people import PAY_PASSWORD

MONEY = [
    # the fault, the one after it, what is told at once, what is told in the end
    pytest.param("slow", "none", "succeeded", "succeeded", id="slow"),
    pytest.param(LATE, "none", "pending", "succeeded", id="slow beyond our patience"),
    pytest.param(LATE, LATE, "pending", "pending", id="slow beyond our patience, again and again"),
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
        (LATE, 424, "banks.bank_silent"),
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
