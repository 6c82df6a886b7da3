"""The switchboard's page: a fault is switched on, seen, and cleared; photographed on the way."""

from playwright.async_api import expect

from tests.browser.conftest import Opening
from tests.browser.gallery import Gallery
from tests.browser.pages.screen import Screen
from tests.support.browser import IN_BOTH_LANGUAGES, Language
from tests.support.server import Server
from tests.support.till import Till

QUERY = "alipay.trade.query"


@IN_BOTH_LANGUAGES
async def test_a_fault_is_switched_on_hits_a_call_and_is_cleared(
    window: Opening, farewave: Server, language: Language
) -> None:
    till = Till.opened(farewave, "青鱼书店")
    seen = await window(language)
    gallery = Gallery(seen)
    await gallery.show("gateway-faults-none", "/sandbox")
    page = await Screen(seen.page, seen.say).headed("sandbox:gateway.title")
    await page.field("sandbox:gateway.app").select_option(till.app_id)
    await page.field("sandbox:gateway.method").select_option(QUERY)
    await page.field("sandbox:gateway.calls").fill("2")
    await page.button("sandbox:gateway.arm").click()
    await page.expect_text(page.say("sandbox:gateway.callsLeft", count=2))
    assert till.call(QUERY, out_trade_no="1")["code"] == "20000"
    await page.expect_text(page.say("sandbox:gateway.callsLeft", count=1))
    await gallery.show("gateway-faults")
    await page.button("sandbox:gateway.clear").click()
    await expect(page.button("sandbox:gateway.clear")).to_have_count(0)
    assert till.call(QUERY, out_trade_no="1")["code"] == "40004"
    gallery.close()
