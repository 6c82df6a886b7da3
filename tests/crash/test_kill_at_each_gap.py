"""kill -9 of the server, and of PostgreSQL, at each gap between hold, trade, pay and notify.

A man in the middle of rail and the Open Platform kills at a named moment of a real request, and its
answer is lost. Then the installation is started again, the clock is moved past the deadline, and
within a minute the order must be paid and ticketed, or released and refunded. The audit finds
nothing, and the person has exactly the money that goes with the outcome.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.killing import VICTIMS, Victim, audited, kill, revive
from tests.support.proxy import Proxy, When
from tests.support.server import Server, served
from tests.support.story import TOP_UP_FEN, Phone

END = ("issued", "lapsed", "cancelled", "refunded")
CREATE = "alipay.trade.create"
CONVERGES_WITHIN_S = 180


class Installation:
    """A server whose rail talks to the Open Platform through the man in the middle."""

    def __init__(self, server: Server, proxy: Proxy, phone: Phone) -> None:
        self.server, self.proxy, self.phone = server, proxy, phone

    def past_the_deadline(self) -> None:
        self.move_clock(timedelta(minutes=21))

    def hold(self) -> dict[str, Any]:
        """Hold a seat for tomorrow, a day on which this person doesn't travel yet."""
        self.move_clock(timedelta(days=1))
        return dict(self.phone.hold(self.phone.today() + timedelta(days=1)))

    def move_clock(self, delta: timedelta) -> None:
        deadline = time.monotonic() + 120
        while True:
            try:
                self.phone.move_clock(delta)
                return
            except (httpx.HTTPError, AssertionError):
                assert time.monotonic() < deadline
                time.sleep(0.2)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    proxy = Proxy()
    with (
        proxy.running(),
        served(
            FAREWAVE_RAIL_GATEWAY_URL=f"{proxy.url}/gateway.do",
            FAREWAVE_RAIL_NOTIFY_URL=f"{proxy.url}/rail/alipay/notify",
        ) as server,
    ):
        proxy.target = server.url
        phone = Phone(server.url)
        phone.sign_in()
        phone.top_up(10 * TOP_UP_FEN)
        yield Installation(server, proxy, phone)
        phone.close()


def the_order_that_was_held(phone: Phone, before: set[str]) -> dict[str, object] | None:
    new = [order for order in phone.get("/rail/orders") if order["order_id"] not in before]
    assert len(new) <= 1, "asking once makes one order"
    return new[0] if new else None


@VICTIMS
@pytest.mark.parametrize(
    ("subject", "when"),
    [(CREATE, "before"), (CREATE, "after")],
    ids=["hold-trade", "trade-answer"],
)
def test_killed_while_the_trade_is_made_the_order_is_released_by_itself(
    installation: Installation, victim: Victim, subject: str, when: When
) -> None:
    phone = installation.phone
    before = {order["order_id"] for order in phone.get("/rail/orders")}
    balance = phone.balance_fen()
    trap = installation.proxy.trap(subject, when, lambda: kill(installation.server, victim))
    with suppress(httpx.HTTPError, AssertionError):
        installation.hold()
    _until(lambda: trap.sprung)
    revive(installation.server, victim)
    installation.past_the_deadline()
    order = the_order_that_was_held(phone, before)
    if order is not None:
        phone.wait_for(str(order["order_id"]), *END, timeout_s=CONVERGES_WITHIN_S)
    assert phone.balance_fen() == balance
    audited(installation.server)


@VICTIMS
def test_killed_between_trade_and_pay_the_order_is_released_by_itself(
    installation: Installation, victim: Victim
) -> None:
    phone = installation.phone
    balance = phone.balance_fen()
    order = installation.hold()
    kill(installation.server, victim)
    revive(installation.server, victim)
    installation.past_the_deadline()
    ended = phone.wait_for(order["order_id"], *END, timeout_s=CONVERGES_WITHIN_S)
    assert ended["status"] == "lapsed"
    assert phone.balance_fen() == balance
    audited(installation.server)


@VICTIMS
def test_killed_between_trade_and_pay_the_order_can_still_be_paid(
    installation: Installation, victim: Victim
) -> None:
    phone = installation.phone
    balance = phone.balance_fen()
    order = installation.hold()
    kill(installation.server, victim)
    revive(installation.server, victim)
    held = _with_trade(phone, order["order_id"])
    _paid(phone, held["trade_no"])
    phone.wait_for(order["order_id"], "issued", timeout_s=CONVERGES_WITHIN_S)
    assert phone.balance_fen() == balance - order["total_fen"]
    audited(installation.server)


@VICTIMS
@pytest.mark.parametrize("when", ["before", "after"], ids=["pay-notify", "notify-answer"])
def test_killed_around_the_notification_the_ticket_is_issued(
    installation: Installation, victim: Victim, when: When
) -> None:
    phone = installation.phone
    balance = phone.balance_fen()
    order = _with_trade(phone, installation.hold()["order_id"])
    trap = installation.proxy.trap("notify", when, lambda: kill(installation.server, victim))
    with suppress(httpx.HTTPError, AssertionError):
        phone.pay(order["trade_no"])
    _until(lambda: trap.sprung)
    revive(installation.server, victim)
    installation.past_the_deadline()
    phone.wait_for(order["order_id"], "issued", timeout_s=CONVERGES_WITHIN_S)
    assert phone.balance_fen() == balance - order["total_fen"]
    audited(installation.server)


@pytest.mark.long
@VICTIMS
def test_killed_while_the_payment_commits_it_is_done_or_not_done_at_all(
    installation: Installation, victim: Victim
) -> None:
    """The kill comes at another moment of the payment each time; one key, asked until answered."""

    phone = installation.phone
    for delay_ms in (0, 5, 20, 60, 120):
        balance = phone.balance_fen()
        order = _with_trade(phone, installation.hold()["order_id"])
        killer = threading.Timer(delay_ms / 1000, lambda: kill(installation.server, victim))
        killer.start()
        answered = True
        try:
            phone.pay(order["trade_no"], once=f"payment-{order['order_id'][-20:]}")
        except (httpx.HTTPError, AssertionError):
            answered = False
        killer.join()
        revive(installation.server, victim)
        installation.past_the_deadline()
        ended = phone.wait_for(order["order_id"], *END, timeout_s=CONVERGES_WITHIN_S)
        assert ended["status"] == "issued" or not answered, "an answered payment is never lost"
        spent = order["total_fen"] if ended["status"] == "issued" else 0
        assert phone.balance_fen() == balance - spent
        audited(installation.server)


def _with_trade(phone: Phone, order_id: str) -> dict[str, str]:
    deadline = time.monotonic() + CONVERGES_WITHIN_S
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError, AssertionError):
            order = phone.order(order_id)
            if order["trade_no"]:
                return dict(order)
        time.sleep(0.1)
    raise AssertionError("no trade was made")


def _paid(phone: Phone, trade_no: str) -> None:
    deadline = time.monotonic() + CONVERGES_WITHIN_S
    while True:
        try:
            phone.pay(trade_no)
            return
        except (httpx.HTTPError, AssertionError):
            assert time.monotonic() < deadline
            time.sleep(0.2)


def _until(condition: object, timeout_s: float = 120) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "the trap was never sprung"
        time.sleep(0.02)
