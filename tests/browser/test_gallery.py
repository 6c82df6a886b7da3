"""Every page in both languages, on a phone and on a desktop: photographed and inspected."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery
from tests.browser.inspection import layout_complaints, missing_letters
from tests.browser.pages.banks import BindCardPage, CardsPage
from tests.browser.pages.order import BookPage, CashierPage
from tests.browser.pages.people import PayPasswordPage, SignInPage, SignUpPage
from tests.browser.pages.search import SearchPage
from tests.browser.pages.wallet import TopUpPage, TopUpResultPage
from tests.support.browser import LANGUAGES, PAY_PASSWORD, Language
from tests.support.people import some_identity_number, some_phone

IN_BOTH_LANGUAGES = pytest.mark.parametrize("language", LANGUAGES)


@IN_BOTH_LANGUAGES
async def test_pages_before_signing_in(window: Opening, language: Language) -> None:
    seen = await window(language)
    gallery = Gallery(seen)
    await gallery.show("sign-in", "/")
    sign_in = SignInPage(seen.page, seen.say)
    await seen.page.get_by_text(seen.say("people:byCode")).click()
    await gallery.show("sign-in-by-code")
    await sign_in.field("people:phone").fill("13900000000")
    await seen.page.get_by_text(seen.say("people:byPassword")).click()
    await sign_in.field("people:password").fill("not the password 1")
    await sign_in.page.get_by_role("main").locator("form button[type=submit]").click()
    await expect(seen.page.get_by_role("alert")).to_be_visible()
    await gallery.show("sign-in-refused")
    await gallery.show("sign-up", "/sign-up")
    sign_up = SignUpPage(seen.page, seen.say)
    await sign_up.ask_for_code(some_phone().digits)
    await gallery.show("sign-up-code")
    await gallery.show("reset-password", "/reset-password")
    await gallery.show("not-found", "/no/such/page")
    await gallery.show("tickets-signed-out", "/tickets")
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_pages_of_somebody_new(window: Opening, people: People, language: Language) -> None:
    person = people.somebody(named=False, pay_password=False)
    seen = await window(language, person)
    gallery = Gallery(seen)
    await gallery.show("home-new", "/")
    await gallery.show("me-new", "/me")
    await gallery.show("bills-empty", "/bills")
    await gallery.show("cards-empty", "/cards")
    await gallery.show("bind-needs-name", "/cards/bind")
    await gallery.show("top-up-without-card", "/top-up")
    await gallery.show("orders-empty", "/tickets/orders")
    await gallery.show("real-name", "/me/real-name?welcome=1")
    await gallery.show("pay-password-prove", "/me/pay-password")
    page = PayPasswordPage(seen.page, seen.say)
    await page.field("people:payPassword.prove").fill(person.password)
    await page.button("people:continue").click()
    await gallery.show("pay-password-choose")
    person.phone.send(
        "PUT",
        "/people/me/real-name",
        {"name": "欧阳雨晴", "identity_number": some_identity_number()},
    )
    await gallery.show("real-name-set", "/me/real-name")
    await gallery.show("bind-card", "/cards/bind")
    binding = BindCardPage(seen.page, seen.say)
    await binding.open_demonstration_account()
    await gallery.show("bind-card-given")
    await binding.ask_for_code()
    await gallery.show("bind-card-code")
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_pages_of_the_wallet(
    window: Opening, people: People, bank: Callable[[str], None], language: Language
) -> None:
    person = people.moneyed(2_345_67)
    held = person.phone.hold(person.phone.today() + timedelta(days=1))
    person.phone.pay(held["trade_no"])
    person.phone.wait_for(held["order_id"], "issued")
    bank("refuse")
    failed = person.phone.top_up(88_00)
    bank("silent")
    pending = person.phone.top_up(1_234_567_89 // 1000)
    seen = await window(language, person)
    gallery = Gallery(seen)
    await gallery.show("top-up-pending", f"/top-up/{pending['top_up_id']}")
    await gallery.show("home", "/")
    await gallery.show("bills", "/bills")
    await gallery.show("top-up-failed", f"/top-up/{failed['top_up_id']}")
    bank("none")
    for kind in ("payment", "top_up"):
        bills = person.phone.get("/wallet/bills")["items"]
        bill = next(each for each in bills if each["kind"] == kind)
        await gallery.show(f"bill-{kind}", f"/bills/{bill['bill_id']}")
    await gallery.show("cards", "/cards")
    await (
        CardsPage(seen.page, seen.say)
        .page.get_by_role("main")
        .get_by_role("button", name=seen.say("banks:unbind"))
        .click()
    )
    await gallery.show("cards-unbind")
    await gallery.show("top-up", "/top-up")
    top_up = TopUpPage(seen.page, seen.say)
    await top_up.field("wallet:topUpPage.amount").fill("0.001")
    await gallery.show("top-up-not-an-amount")
    await top_up.choose("300")
    await gallery.show("top-up-confirm")
    result = await top_up.confirm(PAY_PASSWORD)
    await result.expect_outcome("succeeded", "300.00")
    await gallery.show("top-up-succeeded")
    await gallery.show("me", "/me")
    await TopUpResultPage(seen.page, seen.say).button("people:me.signOut").click()
    await gallery.show("me-sign-out")
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_pages_from_search_to_order(
    window: Opening, people: People, language: Language
) -> None:
    person = people.moneyed(100_00)
    day = person.phone.today() + timedelta(days=1)
    journey = f"from=VNP&to=AOH&date={day}"
    seen = await window(language, person)
    gallery = Gallery(seen)
    await gallery.show("tickets", "/tickets")
    search = SearchPage(seen.page, seen.say)
    await search.open_calendar()
    await gallery.show("tickets-calendar")
    await gallery.show("stations", "/tickets/stations?end=from")
    await seen.page.get_by_role("combobox").fill("sh")
    await gallery.show("stations-found")
    await seen.page.get_by_role("combobox").fill("zzz")
    await gallery.show("stations-none")
    await gallery.show("trains", f"/tickets/trains?{journey}")
    await gallery.show("trains-none", f"/tickets/trains?from=AOH&to=CWQ&date={day}")
    offers = person.phone.offers(day)
    offer = next(each for each in offers if each["train_code"] == "G1")
    longest = max(offers, key=lambda each: int(each["duration_min"]))
    await gallery.show("train", f"/tickets/trains/{longest['train_no']}?{journey}")
    await gallery.show("book", f"/tickets/book/{offer['train_no']}?{journey}&class=O")
    book = BookPage(seen.page, seen.say)
    await book.wish("A", "window")
    await book.button("rail:passengers.add").click()
    await gallery.show("book-add-passenger")
    await book.page.keyboard.press("Escape")
    await book.add_passenger("阿卜杜拉·买买提", some_identity_number())
    await gallery.show("book-two")
    order = await book.place()
    await order.expect_stage("unpaid")
    await gallery.show("order-held")
    await order.button("rail:order.cancel").click()
    await gallery.show("order-cancel")
    await gallery.show(
        "cashier-short", f"/cashier/{person.phone.order(order.order_id)['trade_no']}"
    )
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_pages_from_order_to_ticket(
    window: Opening, people: People, language: Language
) -> None:
    person = people.moneyed(5_000_00)
    phone = person.phone
    cancelled = phone.hold(phone.today() + timedelta(days=1))
    phone.post(f"/rail/orders/{cancelled['order_id']}/cancel")
    lapsing = phone.hold(phone.today() + timedelta(days=1))
    phone.move_clock(timedelta(minutes=21))
    phone.wait_for(lapsing["order_id"], "lapsed")
    held = phone.hold(phone.today() + timedelta(days=2))
    seen = await window(language, person)
    gallery = Gallery(seen)
    await gallery.show("order-lapsed", f"/tickets/orders/{lapsing['order_id']}")
    await gallery.show("order-cancelled", f"/tickets/orders/{cancelled['order_id']}")
    await gallery.show("cashier-closed", f"/cashier/{lapsing['trade_no']}")
    order_path = f"/tickets/orders/{held['order_id']}"
    await gallery.show("cashier", f"/cashier/{held['trade_no']}?next={order_path}")
    amount = f"{held['total_fen'] // 100}.{held['total_fen'] % 100:02}"
    cashier = CashierPage(seen.page, seen.say)
    await cashier.ask_to_pay(amount)
    await gallery.show("cashier-confirm")
    await cashier.pay_password("999999")
    await expect(seen.page.get_by_role("dialog").get_by_role("alert")).not_to_be_empty()
    await gallery.show("cashier-wrong-password")
    await cashier.pay_password(PAY_PASSWORD)
    await cashier.headed("payments:paid.title")
    await gallery.show("cashier-paid")
    phone.wait_for(held["order_id"], "issued")
    await gallery.show("order-issued", order_path)
    ticket_id = phone.order(held["order_id"])["seats"][0]["ticket_id"]
    await gallery.show("ticket", f"/tickets/e/{ticket_id}")
    phone.hold(phone.today() + timedelta(days=3))
    await gallery.show("orders", "/tickets/orders")
    await gallery.show("tickets-next-trip", "/tickets")
    await gallery.show("order-unknown", "/tickets/orders/ord_nonsense")
    await gallery.show("ticket-unknown", "/tickets/e/tkt_nonsense")
    gallery.close()


async def test_the_inspection_sees_a_letter_without_a_glyph(window: Opening) -> None:
    seen = await window("zh")
    await seen.open("/")
    assert await missing_letters(seen.page, "上海\U0010fffe") == "\U0010fffe"


SPOILT = """() => {
    const spoil = (css, text, inside) => {
        const box = document.createElement(inside ? "button" : "p");
        box.style.cssText = css;
        box.textContent = text;
        document.querySelector("main").append(box);
    };
    spoil("position: absolute; top: 300px; left: 40px", "first layer");
    spoil("position: absolute; top: 300px; left: 40px", "second layer");
    spoil("width: 60px; overflow: hidden; white-space: nowrap", "too long for its box");
    spoil("width: 900px", "wider than a phone");
    spoil("font-size: 8px", "fine print");
    spoil("color: #1677ff", "out of the box");
    spoil("width: 12px; height: 12px; overflow: visible; white-space: nowrap", "tap me", true);
    document.documentElement.lang = "fr";
    document.title = "Farewave";
    document.querySelector("main").append(document.createElement("h1"));
}"""


async def test_the_inspection_sees_what_is_wrong_with_a_page(window: Opening) -> None:
    seen = await window("en")
    await seen.open("/")
    await expect(seen.page.get_by_role("main")).to_be_visible()
    # The page's own title comes after its first picture, and after that of the wait for its code.
    await expect(seen.page).to_have_title(re.compile(r"^(?!Loading ).+ · Farewave$"))
    assert await layout_complaints(seen.page, "en") == []
    await seen.page.evaluate(SPOILT)
    found = "\n".join(await layout_complaints(seen.page, "en"))
    for complaint in (
        '"first layer" lies over "second layer"',
        '"too long for its box" runs out of its p sideways',
        "px wide on 390",
        '"fine print" is 8px small',
        'the library\'s blue on p "out of the box"',
        '"tap me" is a target of 12 × 12 px',
        '"tap me" runs out of its button sideways',
        'its language is "fr"',
        'titled "Farewave"',
        "2 headings of the first level",
    ):
        assert complaint in found
