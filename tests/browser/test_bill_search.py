"""Bills looked for in the app: by words, month, kind and direction; refunds beside payments."""

from datetime import timedelta

from playwright.async_api import expect

from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery
from tests.browser.pages.wallet import BillsPage
from tests.support.browser import IN_BOTH_LANGUAGES, Language

API = "**/api/v1/wallet/bills?*"


@IN_BOTH_LANGUAGES
async def test_the_pages_of_a_search(window: Opening, people: People, language: Language) -> None:
    person = people.moneyed(2_000_00)
    held = person.phone.hold(person.phone.today() + timedelta(days=1))
    person.phone.pay(held["trade_no"])
    seen = await window(language, person)
    gallery = Gallery(seen)
    await gallery.show("bills-kind", "/bills?kind=payment&direction=out")
    await gallery.show("bills-no-match", "/bills?text=nothing%20is%20called%20this")
    await gallery.show_waiting_and_failing("bills", "/bills", API)
    gallery.close()


async def test_a_bill_is_found_by_words_month_kind_and_order_number(
    window: Opening, people: People
) -> None:
    person = people.moneyed(2_000_00)
    held = person.phone.hold(person.phone.today() + timedelta(days=1))
    person.phone.pay(held["trade_no"])
    seen = await window("zh", person)
    await seen.open("/bills")
    page = await BillsPage(seen.page, seen.say).here()
    await page.expect_bills(2)
    await expect(page.month()).to_contain_text("支出 ¥553.00")
    await expect(page.month()).to_contain_text("收入 ¥2,000.00")
    await page.field("wallet:find.text").fill(held["order_no"])
    await page.expect_bills(1)
    await expect(page.month()).to_contain_text("收入 ¥0.00")
    bill = await page.open("−¥553.00")
    await bill.expect_fact(held["order_no"])
    await bill.back()
    await expect(page.field("wallet:find.text")).to_have_value(held["order_no"])
    await page.expect_bills(1)
    await page.button("wallet:find.empty").click()
    await page.expect_bills(2)
    await page.button("wallet:billKind.top_up").click()
    await page.expect_bill("+¥2,000.00")
    await page.expect_bills(1)
    await page.button("wallet:billKind.refund").click()
    await page.expect_text("没有符合条件的账单")
    await page.button("wallet:find.clear").click()
    await page.expect_bills(2)
    await page.field("wallet:find.month").select_option(index=2)
    await page.expect_text("没有符合条件的账单")
