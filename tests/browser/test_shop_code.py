"""A shop's own code: who scans it says how much, and pays in the cashier."""

import json

from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery
from tests.browser.pages.screen import Screen
from tests.support.browser import PAY_PASSWORD
from tests.support.server import Server
from tests.support.till import Till


async def test_who_scans_a_shops_code_types_an_amount_and_pays(
    window: Opening, people: People, farewave: Server
) -> None:
    till = Till.opened(farewave, "青鱼早点")
    asked = ("--app-id", till.app_id, "--label", "前台", "--json")
    made = farewave.run("app", "shop-code", *asked)
    assert made.returncode == 0, made.stderr
    person = people.moneyed(100_00)
    seen = await window("zh", person)
    gallery = Gallery(seen)
    await seen.open(f"/s/{json.loads(made.stdout)['token']}")
    page = await Screen(seen.page, seen.say).headed("payments:shop.title")
    await page.expect_text("青鱼早点")
    await page.expect_text("前台")
    await page.field("payments:shop.amount").fill("8.88")
    await gallery.show("shop-code")
    await page.button("payments:shop.pay", amount="8.88").click()
    await page.headed("payments:title")
    await page.button("payments:pay", amount="8.88").click()
    await page.pay_password(PAY_PASSWORD)
    await page.expect_text(seen.say("payments:paid.title"))
    assert person.phone.balance_fen() == 100_00 - 8_88
    gallery.close()
