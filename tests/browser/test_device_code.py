"""Codes that a phone makes without a network, and what it is asked when a till wants more."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Opening, People, Window
from tests.browser.gallery import Gallery
from tests.browser.pages.screen import Screen
from tests.support.browser import IN_BOTH_LANGUAGES, PAY_PASSWORD, Language, until
from tests.support.server import Server
from tests.support.till import Till

SHOP = "青鱼书店"
KEPT = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("farewave-pay", 1);
    opening.onerror = () => reject(opening.error);
    opening.onupgradeneeded = () => opening.result.createObjectStore("device", {keyPath: "id"});
    opening.onsuccess = () => {
        const all = opening.result.transaction("device").objectStore("device").getAll();
        all.onsuccess = async () => {
            opening.result.close();
            const device = all.result[0];
            resolve(device ? {
                tickets: device.tickets.length,
                extractable: device.key.extractable,
                exported: await crypto.subtle.exportKey("raw", device.key).then(
                    () => true, () => false),
            } : null);
        };
    };
})"""


@pytest.fixture(scope="module")
def till(farewave: Server) -> Till:
    return Till.opened(farewave, SHOP)


class DeviceCodePage(Screen):
    """`/pay-code` of a phone that makes codes itself."""

    async def code(self) -> str:
        """The one on the screen, from its digits."""
        shown = self.page.get_by_role("region", name=self.say("payments:code.title"))
        reveal = shown.get_by_role("button", name=self.say("payments:code.reveal"))
        await reveal.click()
        digits = shown.get_by_text(re.compile(r"^28\d\d( \d{4}){5}$"))
        return (await digits.inner_text()).replace(" ", "")


async def turned_on(seen: Window, gallery: Gallery | None = None) -> DeviceCodePage:
    """The phone makes codes from here on."""
    await seen.open("/me/pay-code")
    page = DeviceCodePage(seen.page, seen.say)
    await page.headed("payments:settings.title")
    if gallery:
        await gallery.show("pay-code-settings-off")
    await page.button("payments:settings.turnOn").click()
    await page.pay_password(PAY_PASSWORD)
    await page.headed("payments:code.title")
    await expect(seen.page.get_by_role("img", name=seen.say("payments:code.qr"))).to_be_visible()
    return page


@IN_BOTH_LANGUAGES
async def test_a_code_made_without_a_network_is_charged_over_the_real_gateway(
    window: Opening, people: People, till: Till, language: Language
) -> None:
    person = people.moneyed(300_00)
    seen = await window(language, person, workers=True)
    gallery = Gallery(seen)
    page = await turned_on(seen, gallery)
    await gallery.show("device-code")
    kept = await seen.page.evaluate(KEPT)
    assert (kept["extractable"], kept["exported"]) == (False, False)
    first = await page.code()
    assert till.scan(first, "12.34")["code"] == "10000"
    await page.expect_text(seen.say("payments:code.paidTo", merchant=SHOP))
    assert till.scan(first, "12.34")["sub_code"] == "ACQ.PAYMENT_AUTH_CODE_INVALID"

    # The whole app and this page's part of it must be here before the network goes.
    await seen.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    await seen.context.set_offline(True)
    await seen.open("/pay-code")
    await page.expect_text(seen.say("payments:device.offline"))
    offline = await page.code()
    assert offline[:14] != first[:14]
    await gallery.show("device-code-offline")
    assert till.scan(offline, "20.00")["code"] == "10000"
    assert person.phone.balance_fen() == 300_00 - 12_34 - 20_00
    await seen.context.set_offline(False)
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_above_the_limit_the_phone_asks_at_once_and_the_till_polls(
    window: Opening, people: People, till: Till, language: Language
) -> None:
    person = people.moneyed(2_000_00)
    seen = await window(language, person)
    gallery = Gallery(seen)
    page = await turned_on(seen)
    asked = till.scan(await page.code(), "500.00")
    assert (asked["code"], asked["msg"]) == ("10003", " order success pay inprocess")
    sheet = seen.page.get_by_role("dialog", name=seen.say("payments:question.title"))
    await expect(sheet).to_contain_text(SHOP)
    await expect(sheet).to_contain_text("500.00")
    await gallery.show("pay-question")
    numbers = {"out_trade_no": asked["out_trade_no"]}
    assert till.call("alipay.trade.query", **numbers)["trade_status"] == "WAIT_BUYER_PAY"
    await sheet.get_by_role("button", name=seen.say("payments:question.yes")).click()
    await page.pay_password(PAY_PASSWORD)
    await page.expect_text(seen.say("payments:paid.title"))
    assert till.call("alipay.trade.query", **numbers)["trade_status"] == "TRADE_SUCCESS"

    await seen.open("/pay-code")
    asked = till.scan(await page.code(), "201.00")
    await sheet.get_by_role("button", name=seen.say("payments:question.no")).click()
    await expect(sheet).to_have_count(0)

    def status() -> str:
        return till.call("alipay.trade.query", out_trade_no=asked["out_trade_no"])["trade_status"]

    await until(lambda: status() == "TRADE_CLOSED")
    assert person.phone.balance_fen() == 1_500_00
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_the_person_sets_the_limit_and_turns_a_phone_off(
    window: Opening, people: People, till: Till, language: Language
) -> None:
    seen = await window(language, people.moneyed(2_000_00))
    gallery = Gallery(seen)
    page = await turned_on(seen)
    await seen.open("/me/pay-code")
    await gallery.show("pay-code-settings")
    each = seen.page.get_by_role("group", name=seen.say("payments:settings.payment"))
    await each.get_by_text("¥500", exact=True).click()
    await page.button("payments:settings.save").click()
    await page.pay_password(PAY_PASSWORD)
    await page.expect_text(seen.say("payments:settings.saved"))
    await seen.open("/pay-code")
    assert till.scan(await page.code(), "500.00")["code"] == "10000"
    await seen.open("/pay-code")
    last = await page.code()
    await seen.open("/me/pay-code")
    off = re.compile(seen.say("payments:settings.turnOff"))
    await seen.page.get_by_role("button", name=off).click()
    asks = seen.page.get_by_role("dialog")
    await asks.get_by_role("button", name=seen.say("payments:settings.turnOff")).click()
    await expect(page.button("payments:settings.turnOn")).to_be_visible()
    assert await seen.page.evaluate(KEPT) is None
    assert till.scan(last, "1.00")["sub_code"] == "ACQ.PAYMENT_AUTH_CODE_INVALID"
    gallery.close()


async def test_what_makes_codes_leaves_the_phone_with_who_is_signed_in(
    window: Opening, people: People, till: Till
) -> None:
    seen = await window("zh", people.moneyed(100_00))
    page = await turned_on(seen)
    code = await page.code()
    await seen.open("/me")
    await page.button("people:me.signOut").click()
    asks = seen.page.get_by_role("dialog")
    await asks.get_by_role("button", name=seen.say("people:me.signOut")).click()
    await page.headed("people:signIn")

    async def gone() -> bool:
        return await seen.page.evaluate(KEPT) is None

    await until(gone)
    assert till.scan(code, "1.00")["sub_code"] == "ACQ.PAYMENT_AUTH_CODE_INVALID"
