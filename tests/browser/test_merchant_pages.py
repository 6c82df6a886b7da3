"""A merchant's page or QR code, and the cashier that it leads to: on a desktop and on a phone."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from farewave.gateway.signing import notification_verified
from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery, photograph
from tests.browser.pages.order import CashierPage
from tests.browser.pages.people import SignInPage
from tests.browser.pages.screen import Screen
from tests.support.browser import DESKTOP_SCREEN, IN_BOTH_LANGUAGES, PAY_PASSWORD, Language
from tests.support.server import Server
from tests.support.till import Till

SHOP = "青鱼书店"
BACK = "https://shop.test/done?order=7"
ORDER = {"subject": "《远行》一册", "total_amount": "39.80"}


@pytest.fixture(scope="module")
def till(farewave: Server) -> Till:
    return Till.opened(farewave, SHOP)


async def with_the_shops_site(page: Page) -> None:
    async def answer(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<h1>shop</h1>")

    await page.route("https://shop.test/**", answer)


async def expect_return(page: Page, till: Till, method: str) -> None:
    """The browser is back at the shop, with what the platform signed."""
    await page.wait_for_url("https://shop.test/**")
    params = dict(parse_qsl(urlsplit(page.url).query))
    assert params["method"] == method
    assert (params["order"], params["total_amount"]) == ("7", ORDER["total_amount"])
    assert notification_verified(params, till.platform_key)


@IN_BOTH_LANGUAGES
async def test_a_desktop_shows_a_code_and_goes_back_once_the_phone_has_paid(
    window: Opening, people: People, till: Till, language: Language
) -> None:
    number = f"PAGE{language}"
    desktop = await window(language, screen=DESKTOP_SCREEN)
    await with_the_shops_site(desktop.page)
    address = till.page("alipay.trade.page.pay", BACK, out_trade_no=number, **ORDER)
    await desktop.open(address)
    shown = await Screen(desktop.page, desktop.say).headed("payments:title")
    await shown.expect_text(shown.say("payments:link.scan"))
    gallery = Gallery(desktop)
    await gallery.show("merchant-scan")
    query = till.call("alipay.trade.query", out_trade_no=number)
    assert query["sub_code"] == "ACQ.TRADE_NOT_EXIST"

    phone = await window(language, people.moneyed(100_00))
    await phone.open(desktop.page.url.replace("/pay/", "/q/"))
    cashier = await CashierPage(phone.page, phone.say).here()
    await expect(cashier.button("payments:pay", amount="39.80")).to_be_visible()
    await shown.expect_text(shown.say("payments:link.scanned"))
    await gallery.show("merchant-scanned")
    await cashier.pay("39.80", PAY_PASSWORD)
    await expect_return(desktop.page, till, "alipay.trade.page.pay.return")
    assert till.call("alipay.trade.query", out_trade_no=number)["trade_status"] == "TRADE_SUCCESS"

    await phone.page.reload()
    assert "/cashier/" in phone.page.url
    await cashier.link("payments:back").click()
    after = Gallery(phone)
    await cashier.headed("payments:paid.title")
    await after.show("merchant-paid")
    gallery.close()
    after.close()


@IN_BOTH_LANGUAGES
async def test_a_phone_signs_in_pays_and_comes_back(
    window: Opening, people: People, till: Till, language: Language
) -> None:
    seen = await window(language)
    await with_the_shops_site(seen.page)
    order = {**ORDER, "out_trade_no": f"WAP{language}", "quit_url": "https://shop.test/cart"}
    await seen.open(till.page("alipay.trade.wap.pay", BACK, **order))
    await SignInPage(seen.page, seen.say).here()
    person = people.moneyed(100_00)
    await person.hand_over_to(seen.context)
    await seen.page.reload()
    cashier = await CashierPage(seen.page, seen.say).here()
    await expect(cashier.button("payments:pay", amount="39.80")).to_be_visible()

    await cashier.back()
    left = await Screen(seen.page, seen.say).headed("payments:link.left")
    gallery = Gallery(seen)
    await gallery.show("merchant-left")
    quit_link = left.link("payments:link.quit")
    await expect(quit_link).to_have_attribute("href", "https://shop.test/cart")
    await left.link("payments:link.continue").click()
    await cashier.here()
    await cashier.pay("39.80", PAY_PASSWORD)
    await cashier.link("payments:link.toMerchant").click()
    await expect_return(seen.page, till, "alipay.trade.wap.pay.return")
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_money_is_kept_ready_by_the_pay_password(
    window: Opening, people: People, till: Till, language: Language
) -> None:
    number = f"AUTH{language}"
    voucher = till.call(
        "alipay.fund.auth.order.voucher.create",
        out_order_no=number,
        out_request_no=f"{number}-1",
        order_title="租车押金",
        amount="60",
    )
    seen = await window(language, people.moneyed(100_00))
    picture = await seen.context.request.get(voucher["code_url"])
    assert picture.headers["content-type"].startswith("image/svg+xml")
    await seen.open(voucher["code_value"])
    page = await Screen(seen.page, seen.say).headed("payments:link.authorize")
    gallery = Gallery(seen)
    await gallery.show("merchant-authorize")
    await page.button("payments:link.keep", amount="60.00").click()
    await page.pay_password(PAY_PASSWORD)
    await page.headed("payments:code.frozen")
    await gallery.show("merchant-frozen")
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_an_order_that_was_cancelled_says_so(
    window: Opening, till: Till, language: Language
) -> None:
    number = f"OVER{language}"
    code = till.call("alipay.trade.precreate", out_trade_no=number, **ORDER)["qr_code"]
    assert re.fullmatch(rf"{till.server.url}/q/[0-9a-f]{{48}}", code)
    assert till.call("alipay.trade.cancel", out_trade_no=number)["code"] == "10000"
    seen = await window(language)
    await seen.open(code)
    page = await Screen(seen.page, seen.say).headed("payments:closed.title")
    await page.expect_text(page.say("payments:link.over"))
    gallery = Gallery(seen)
    await gallery.show("merchant-over")
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_a_request_that_isnt_right_shows_a_page_about_it(
    window: Opening, till: Till, language: Language
) -> None:
    seen = await window(language)
    address = till.page("alipay.trade.page.pay", out_trade_no="BAD", **ORDER)
    answer = await seen.page.goto(address.replace("39.80", "0.01"))
    assert answer is not None
    assert answer.status == 400
    await expect(seen.page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))
    await expect(seen.page.get_by_text("isv.invalid-signature")).to_be_visible()
    await photograph(seen.page, f"merchant-wrong-{language}")
    seen.errors.clear()  # the console tells of the 400
