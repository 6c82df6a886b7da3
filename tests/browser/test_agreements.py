"""The agreement's page, on a desktop and a phone, and ending one in the app."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from farewave.gateway.signing import notification_verified
from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery
from tests.browser.pages.order import CashierPage
from tests.browser.pages.people import SignInPage
from tests.browser.pages.screen import Screen
from tests.support.browser import (
    DESKTOP_SCREEN,
    IN_BOTH_LANGUAGES,
    PAY_PASSWORD,
    Language,
    Somebody,
)
from tests.support.server import Server
from tests.support.till import Till

BACK = "https://shop.test/member?level=7"


@pytest.fixture(scope="module")
def till(farewave: Server) -> Till:
    return Till.opened(farewave, "青鱼音乐")


async def with_the_shops_site(page: Page) -> None:
    async def answer(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<h1>shop</h1>")

    await page.route("https://shop.test/**", answer)


def first_tomorrow(person: Somebody) -> dict[str, object]:
    """Fifteen yuan every thirty days, from tomorrow on."""
    first_on = person.phone.today() + timedelta(days=1)
    return {
        "period_type": "DAY",
        "period": 30,
        "execute_time": first_on.isoformat(),
        "single_amount": "15.00",
        "total_amount": "180.00",
        "total_payments": 12,
    }


def signing(number: str, person: Somebody) -> dict[str, object]:
    """What a merchant's page asks to have signed."""
    return {
        "personal_product_code": "CYCLE_PAY_AUTH_P",
        "product_code": "CYCLE_PAY_AUTH",
        "sign_scene": "INDUSTRY|DIGITAL_MEDIA",
        "external_agreement_no": number,
        "period_rule_params": first_tomorrow(person),
    }


def page_of(till: Till, number: str, person: Somebody, *, back: str | None = BACK) -> str:
    """Where the merchant's page sends a browser."""
    return till.page("alipay.user.agreement.page.sign", back, **signing(number, person))


def agreement(till: Till, person: Somebody, number: str) -> dict[str, str]:
    user_no = person.phone.get("/people/me")["user_no"]
    asked = {"alipay_user_id": user_no, "external_agreement_no": number}
    return till.call("alipay.user.agreement.query", **asked)


@IN_BOTH_LANGUAGES
async def test_a_phone_signs_comes_back_and_ends_it_in_the_app(
    window: Opening, people: People, till: Till, language: Language
) -> None:
    person, number = people.moneyed(100_00), f"PHONE{language}"
    seen = await window(language)
    await with_the_shops_site(seen.page)
    await seen.open(page_of(till, number, person))
    await SignInPage(seen.page, seen.say).here()
    await person.hand_over_to(seen.context)
    await seen.page.reload()
    page = await Screen(seen.page, seen.say).headed("agreements:title")
    await page.expect_text("¥15.00")
    await page.expect_text("青鱼音乐")
    gallery = Gallery(seen)
    await gallery.show("agreement")
    await page.button("agreements:sign").click()
    await page.pay_password(PAY_PASSWORD)
    await seen.page.wait_for_url("https://shop.test/**")
    told = dict(parse_qsl(urlsplit(seen.page.url).query))
    assert (told["level"], told["status"]) == ("7", "NORMAL")
    assert notification_verified(told, till.platform_key)
    assert agreement(till, person, number)["status"] == "NORMAL"

    await seen.open("/me")
    me = await Screen(seen.page, seen.say).headed("people:me.title")
    await seen.page.get_by_role("link", name=seen.say("agreements:list")).click()
    mine = await me.headed("agreements:list")
    await mine.expect_text("青鱼音乐")
    await gallery.show("agreements")
    await mine.button("agreements:endOne", merchant="青鱼音乐").click()
    await mine.button("agreements:endYes").click()
    await mine.expect_text(mine.say("agreements:none"))
    await gallery.show("agreements-none")
    assert agreement(till, person, number)["status"] == "STOP"
    await gallery.show_waiting_and_failing("agreements", "/me/agreements", "**/api/v1/agreements")
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_a_desktop_shows_a_code_and_hears_that_the_phone_has_signed(
    window: Opening, people: People, till: Till, language: Language
) -> None:
    person, number = people.moneyed(0), f"DESK{language}"
    desktop = await window(language, screen=DESKTOP_SCREEN)
    await desktop.open(page_of(till, number, person, back=None))
    shown = await Screen(desktop.page, desktop.say).headed("agreements:title")
    await shown.expect_text(shown.say("agreements:scan"))
    gallery = Gallery(desktop)
    await gallery.show("agreement-scan")

    phone = await window(language, person)
    await phone.open(desktop.page.url)
    page = await Screen(phone.page, phone.say).headed("agreements:title")
    await page.button("agreements:sign").click()
    await page.pay_password(PAY_PASSWORD)
    await page.headed("agreements:signed")
    await shown.headed("agreements:signed")
    await gallery.show("agreement-signed")
    assert agreement(till, person, number)["status"] == "NORMAL"
    gallery.close()


async def test_terms_that_change_while_somebody_reads_are_read_again(
    window: Opening, people: People, till: Till
) -> None:
    person, number = people.moneyed(0), "CHANGED"
    seen = await window("en", person)
    await seen.open(page_of(till, number, person))
    page = await Screen(seen.page, seen.say).headed("agreements:title")
    await page.button("agreements:sign").click()
    await expect(page.page.get_by_role("dialog")).to_be_visible()
    general = {"personal_product_code": "GENERAL_WITHHOLDING_P", "external_agreement_no": number}
    async with seen.page.expect_response("**/agreement-offers/*"):
        address = till.page("alipay.user.agreement.page.sign", None, **general)
        changed = await seen.context.request.get(address, max_redirects=0)
    assert changed.status == 303
    await page.pay_password(PAY_PASSWORD)
    await page.expect_refusal("The merchant has just changed the terms")
    assert agreement(till, person, number)["sub_code"] == "USER_AGREEMENT_NOT_EXIST"


async def test_a_phone_pays_and_signs_in_one(window: Opening, people: People, till: Till) -> None:
    person, number = people.moneyed(100_00), "BOTH"
    seen = await window("en", person)
    await with_the_shops_site(seen.page)
    order = {"out_trade_no": number, "subject": "首月会员", "total_amount": "1.00"}
    order |= {"agreement_sign_params": signing(number, person)}
    await seen.open(till.page("alipay.trade.wap.pay", BACK, **order))
    cashier = await CashierPage(seen.page, seen.say).here()
    await cashier.expect_text(seen.say("payments:signs.title"))
    await cashier.expect_text("¥15.00")
    gallery = Gallery(seen)
    await gallery.show("cashier-signs")
    await cashier.button("payments:signs.pay", amount="1.00").click()
    await gallery.show("cashier-signs-password")
    await cashier.pay_password(PAY_PASSWORD)
    await cashier.headed("payments:paid.title")
    await cashier.expect_text(seen.say("payments:signs.done"))
    await gallery.show("cashier-signed")
    assert agreement(till, person, number)["status"] == "NORMAL"

    again = {**order, "out_trade_no": f"{number} again"}
    await seen.open(till.page("alipay.trade.wap.pay", BACK, **again))
    await cashier.here()
    await cashier.expect_text(seen.say("payments:signs.already"))
    await gallery.show("cashier-signed-before")
    await cashier.pay("1.00", PAY_PASSWORD)
    gallery.close()
