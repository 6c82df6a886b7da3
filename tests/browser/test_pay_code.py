"""The pay code on the phone, and a merchant who takes it with signed calls."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from farewave.payments.codes import DECIDED_AFTER
from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery
from tests.browser.pages.wallet import HomePage, PayCodePage
from tests.support.browser import IN_BOTH_LANGUAGES, PAY_PASSWORD, Language
from tests.support.server import Server
from tests.support.till import Till

SHOP = "青鱼书店"


@pytest.fixture(scope="module")
def till(farewave: Server) -> Till:
    return Till.opened(farewave, SHOP)


@IN_BOTH_LANGUAGES
async def test_a_merchant_takes_the_code_and_the_phone_says_so(
    window: Opening, people: People, till: Till, language: Language
) -> None:
    person = people.moneyed(100_00)
    seen = await window(language, person)
    gallery = Gallery(seen)
    await seen.open("/")
    page = await (await HomePage(seen.page, seen.say).here()).show_pay_code()
    await gallery.show("pay-code-password")
    await page.pay_password(PAY_PASSWORD)
    code = await page.expect_code()
    await gallery.show("pay-code")

    refused = till.scan(code, "60000.00")
    assert refused["sub_code"] == "ACQ.BEYOND_PER_RECEIPT_RESTRICTION"
    told = seen.page.get_by_role("alert")
    await expect(told).to_contain_text(
        seen.say("payments:code.refused", merchant=SHOP, amount="60,000.00")
    )
    await expect(told).to_contain_text("50000.00")
    assert till.scan(code, "100.01")["sub_code"] == "ACQ.BUYER_BALANCE_NOT_ENOUGH"
    await expect(told.get_by_role("link", name=seen.say("payments:code.topUp"))).to_be_visible()
    await gallery.show("pay-code-refused")

    assert till.scan(code, "12.34")["code"] == "10000"
    await page.expect_paid(SHOP, "12.34")
    await gallery.show("pay-code-paid")
    assert person.phone.balance_fen() == 87_66

    await page.button("payments:code.again").click()
    await page.pay_password(PAY_PASSWORD)
    again = await page.expect_code()
    assert again != code
    person.phone.move_clock(timedelta(minutes=5) + DECIDED_AFTER)
    await page.expect_text(seen.say("payments:code.over"))
    await page.expect_text(seen.say("payments:code.overText"))
    await gallery.show("pay-code-over")
    assert till.scan(again, "1.00")["sub_code"] == "ACQ.PAYMENT_AUTH_CODE_INVALID"
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_a_phone_without_a_network_doesnt_say_that_nothing_was_charged(
    window: Opening, people: People, till: Till, language: Language
) -> None:
    person = people.moneyed(100_00)
    seen = await window(language, person)
    gallery = Gallery(seen)
    await seen.page.clock.install()
    await seen.open("/pay-code")
    page = await PayCodePage(seen.page, seen.say).here()
    await page.pay_password(PAY_PASSWORD)
    code = await page.expect_code()
    await seen.context.set_offline(True)
    await page.expect_refusal(seen.say("error.offline"))
    await gallery.show("pay-code-offline")
    assert till.scan(code, "12.34")["code"] == "10000"
    await seen.page.clock.fast_forward("05:01")
    await page.expect_text(seen.say("payments:code.unsure"))
    await expect(seen.page.get_by_text(seen.say("payments:code.overText"))).to_have_count(0)
    await expect(page.link("payments:code.toBills")).to_be_visible()
    await gallery.show("pay-code-unsure")
    await seen.context.set_offline(False)
    await page.expect_paid(SHOP, "12.34")
    gallery.close()


async def test_a_code_taken_while_another_is_asked_for_tells_what_it_paid(
    window: Opening, people: People, till: Till
) -> None:
    person = people.moneyed(100_00)
    seen = await window("zh", person)
    await seen.open("/pay-code")
    page = await PayCodePage(seen.page, seen.say).here()
    await page.pay_password(PAY_PASSWORD)
    code = await page.expect_code()
    await page.button("payments:code.renew").click()
    sheet = seen.page.get_by_role("dialog", name=seen.say("payPassword.title"))
    await expect(sheet).to_be_visible()
    assert till.scan(code, "12.34")["code"] == "10000"
    await page.expect_paid(SHOP, "12.34")
    await expect(sheet).to_have_count(0)
