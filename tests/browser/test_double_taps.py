"""Two taps before the page can draw anything in between do what one does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.async_api import Request

from tests.browser.conftest import Opening, People, Window
from tests.browser.pages.banks import BindCardPage, CardsPage
from tests.browser.pages.order import BookPage, CashierPage, OrderPage
from tests.browser.pages.people import RealNamePage, SignUpPage
from tests.browser.pages.wallet import TopUpPage
from tests.support.browser import PAY_PASSWORD, Somebody, tap_twice
from tests.support.people import some_identity_number, some_phone
from tests.support.story import Phone


def count_commands(window: Window, path: str) -> Callable[[], int]:
    """How often the page has sent a command to `path` by then; the browser's side of one effect."""
    sent: list[Request] = []

    def look(request: Request) -> None:
        if request.method in {"POST", "PUT", "DELETE"} and path in request.url:
            sent.append(request)

    window.page.on("request", look)
    return lambda: len(sent)


def booking_path(phone: Phone) -> str:
    """The address of the page that books second class on tomorrow's first train to Shanghai."""
    day = phone.today() + timedelta(days=1)
    offer = next(each for each in phone.offers(day) if each["bookable"])
    return (
        f"/tickets/book/{offer['train_no']}"
        f"?from={offer['from']['telecode']}&to={offer['to']['telecode']}&date={day}&class=O"
    )


@pytest.fixture
def rich(people: People) -> Somebody:
    return people.moneyed()


async def test_a_top_up_confirmed_twice_moves_money_once(window: Opening, rich: Somebody) -> None:
    seen = await window("zh", rich)
    sent = count_commands(seen, "/wallet/top-ups")
    await seen.open("/top-up")
    top_up = await TopUpPage(seen.page, seen.say).here()
    await top_up.field("wallet:topUpPage.amount").fill("250")
    await tap_twice(top_up.button("wallet:topUpPage.next"))
    result = await top_up.confirm(PAY_PASSWORD, twice=True)
    await result.expect_outcome("succeeded", "250.00")
    assert sent() == 1
    assert rich.phone.balance_fen() == 1_250_00
    assert len(rich.phone.get("/wallet/bills")["items"]) == 2


async def test_an_order_placed_and_paid_twice_is_one(window: Opening, rich: Somebody) -> None:
    seen = await window("zh", rich)
    placed, paid = count_commands(seen, "/rail/orders"), count_commands(seen, "/cashier/")
    await seen.open(booking_path(rich.phone))
    order = await (await BookPage(seen.page, seen.say).here()).place(twice=True)
    (held,) = rich.phone.get("/rail/orders")
    assert placed() == 1
    await tap_twice(order.link("rail:order.pay"))
    cashier = await CashierPage(seen.page, seen.say).here()
    await tap_twice(cashier.button("payments:pay", amount="553.00"))
    await cashier.pay_password(PAY_PASSWORD, twice=True)
    await cashier.headed("payments:paid.title")
    assert paid() == 1
    assert rich.phone.balance_fen() == 1_000_00 - 553_00
    assert rich.phone.wait_for(held["order_id"], "issued")["seats"][0]["ticket_id"]


async def test_an_order_cancelled_twice_counts_as_one_cancellation(
    window: Opening, rich: Somebody
) -> None:
    held = rich.phone.hold(rich.phone.today() + timedelta(days=1))
    seen = await window("zh", rich)
    sent = count_commands(seen, "/cancel")
    await seen.open(f"/tickets/orders/{held['order_id']}")
    await (await OrderPage(seen.page, seen.say).here()).cancel(twice=True)
    assert sent() == 1
    assert rich.phone.order(held["order_id"])["status"] == "cancelled"
    for _ in range(2):  # three cancelled orders are the day's last: so the first was one
        again = rich.phone.hold(rich.phone.today() + timedelta(days=1))
        rich.phone.post(f"/rail/orders/{again['order_id']}/cancel")
    assert rich.phone.balance_fen() == 1_000_00


async def test_a_card_bound_and_unbound_twice_is_one(window: Opening, people: People) -> None:
    person = people.somebody()
    seen = await window("zh", person)
    opened = count_commands(seen, "/sandbox/bank-accounts")
    begun, ended = count_commands(seen, "/card-bindings"), count_commands(seen, "/banks/cards/")
    await seen.open("/cards/bind")
    binding = await BindCardPage(seen.page, seen.say).here()
    await tap_twice(binding.button("banks:demo.give"))
    await binding.expect_given()
    await tap_twice(binding.button("banks:sendCode"))
    await binding.field("banks:code").fill(await binding.code_on_screen())
    await tap_twice(binding.button("banks:confirm"))
    cards = await CardsPage(seen.page, seen.say).here()
    (card,) = person.phone.get("/banks/cards")
    assert (opened(), begun()) == (1, 2), "one account; one binding begun, and confirmed"
    await cards.unbind(card["last4"], twice=True)
    assert ended() == 1
    assert person.phone.get("/banks/cards") == []


async def test_signing_up_and_naming_oneself_twice_is_one(window: Opening, people: People) -> None:
    seen = await window("zh")
    sent, named = count_commands(seen, "/people/"), count_commands(seen, "/me/real-name")
    number = some_phone().digits
    await seen.open("/sign-up")
    page = await SignUpPage(seen.page, seen.say).here()
    await page.field("people:phone").fill(number)
    await tap_twice(page.button("people:sendCode"))
    await page.field("people:code").fill(await page.code_on_screen())
    await page.field("people:newPassword").fill("river4crossing")
    await tap_twice(page.button("people:signUp.submit"))
    real_name = await RealNamePage(seen.page, seen.say).here()
    assert sent() == 2, "one code, one account"
    await real_name.field("people:realName.name").fill("王小满")
    await real_name.field("people:realName.identity").fill(some_identity_number())
    await tap_twice(real_name.button("people:realName.submit"))
    await real_name.headed("people:payPassword.set")
    assert named() == 1


async def test_a_passenger_saved_twice_is_one(window: Opening, rich: Somebody) -> None:
    seen = await window("zh", rich)
    sent = count_commands(seen, "/rail/passengers")
    await seen.open(booking_path(rich.phone))
    book = await BookPage(seen.page, seen.say).here()
    await book.add_passenger("陈安", some_identity_number(), twice=True)
    assert sent() == 1
    assert len(rich.phone.get("/rail/passengers")) == 2
