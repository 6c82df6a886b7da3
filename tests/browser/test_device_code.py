"""Codes that a phone makes without a network, and what it is asked when a till wants more."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, Route, expect

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

CHANGED = """(change) => new Promise((resolve, reject) => {
    const opening = indexedDB.open("farewave-pay", 1);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const done = opening.result.transaction("device", "readwrite");
        const store = done.objectStore("device");
        const found = store.get("mine");
        found.onsuccess = () => store.put({...found.result, ...change});
        done.oncomplete = () => { opening.result.close(); resolve(null); };
    };
})"""
EMPTY = "**/empty"
TICKETS = "**/api/v1/pay-code-devices/mine/tickets"
SLOT_MS = 30_000


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
        return await self.digits()

    async def digits(self) -> str:
        """Those of the code on the screen, once they were asked for."""
        shown = self.page.get_by_role("region", name=self.say("payments:code.title"))
        digits = shown.get_by_text(re.compile(r"^28\d\d( \d{4}){5}$"))
        return (await digits.inner_text()).replace(" ", "")

    def qr(self) -> Locator:
        return self.page.get_by_role("img", name=self.say("payments:code.qr"))


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
    await expect(page.qr()).to_be_visible()
    return page


async def change_kept(seen: Window, change: dict[str, object]) -> None:
    """Changes what the phone keeps, from a page of its origin in which no app runs meanwhile."""
    body = '<link rel="icon" href="data:,">'
    await seen.page.route(EMPTY, lambda route: route.fulfill(content_type="text/html", body=body))
    await seen.open("/empty")
    await seen.page.evaluate(CHANGED, change)


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


async def test_without_a_network_each_half_minute_has_its_code(
    window: Opening, people: People
) -> None:
    seen = await window("zh", people.moneyed(100_00))
    await seen.page.clock.install()
    page = await turned_on(seen)
    await seen.context.set_offline(True)
    shown = [await page.code()]

    async def another() -> bool:
        return await page.digits() != shown[-1]

    for _ in range(3):
        await seen.page.clock.run_for(SLOT_MS)
        await until(another)
        shown.append(await page.digits())
    assert len({code[:14] for code in shown}) == len(shown)
    await seen.context.set_offline(False)


class Held:
    """Tickets that are on their way until they are let go."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.free = asyncio.Event()

    async def __call__(self, route: Route) -> None:
        answer = await route.fetch()
        self.asked.set()
        await self.free.wait()
        await route.fulfill(response=answer)


async def test_a_phone_that_was_offline_for_days_goes_on_when_its_tickets_come(
    window: Opening, people: People, till: Till
) -> None:
    seen = await window("zh", people.moneyed(100_00))
    page = await turned_on(seen)
    await change_kept(seen, {"expiresAt": "2020-01-01T00:00:00Z"})
    held = Held()
    await seen.page.route(TICKETS, held)
    await seen.open("/pay-code")
    await page.expect_text(seen.say("payments:device.none"))
    await held.asked.wait()
    held.free.set()
    assert till.scan(await page.code(), "1.00")["code"] == "10000"
    await page.expect_text(seen.say("payments:code.paidTo", merchant=SHOP))


async def test_tickets_that_come_after_signing_out_bring_no_key_back(
    window: Opening, people: People
) -> None:
    seen = await window("zh", people.moneyed(100_00))
    page = await turned_on(seen)
    await change_kept(seen, {"tickets": []})
    held = Held()
    await seen.page.route(TICKETS, held)
    await seen.open("/me")
    await held.asked.wait()
    await page.button("people:me.signOut").click()
    asks = seen.page.get_by_role("dialog")
    await asks.get_by_role("button", name=seen.say("people:me.signOut")).click()
    await page.headed("people:signIn")

    async def gone() -> bool:
        return await seen.page.evaluate(KEPT) is None

    await until(gone)
    async with seen.page.expect_response(TICKETS):
        held.free.set()
    for _ in range(20):  # longer than the page takes to store something
        assert await seen.page.evaluate(KEPT) is None


async def test_a_phone_turned_off_elsewhere_says_so_and_shows_no_more_codes(
    window: Opening, people: People
) -> None:
    person = people.moneyed(100_00)
    seen = await window("zh", person)
    gallery = Gallery(seen)
    page = await turned_on(seen)
    (device,) = person.phone.get("/pay-code-devices")
    person.phone.send("DELETE", f"/pay-code-devices/{device['device_id']}")
    await page.expect_text(seen.say("payments:device.turnedOff"))
    await expect(page.qr()).to_have_count(0)
    await gallery.show("device-code-turned-off")
    assert await seen.page.evaluate(KEPT) is None
    gallery.close()


async def test_what_another_person_left_on_the_phone_is_neither_shown_nor_used(
    window: Opening, people: People
) -> None:
    seen = await window("zh", people.moneyed(100_00))
    page = await turned_on(seen)
    await seen.open("/")
    await page.headed("wallet:home")
    await seen.page.evaluate(CHANGED, {"owner": "2088000000000000"})
    # By its links, without asking anew who is signed in: what tidies up has had no reason to.
    await seen.page.get_by_role("link", name=seen.say("wallet:quick.payCode")).click()
    await page.headed("payments:code.title")
    asks = seen.page.get_by_role("dialog", name=seen.say("payPassword.title"))
    await expect(asks).to_be_visible()
    await expect(page.qr()).to_have_count(0)
