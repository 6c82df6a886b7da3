"""Money taken out of the balance in the app: how much, to which card, the pay password, the end."""

from collections.abc import Callable

from playwright.async_api import expect

from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery
from tests.browser.pages.wallet import WithdrawPage
from tests.support.browser import IN_BOTH_LANGUAGES, PAY_PASSWORD, Language
from tests.support.story import key


@IN_BOTH_LANGUAGES
async def test_money_is_withdrawn_to_the_card(
    window: Opening, people: People, bank: Callable[[str], None], language: Language
) -> None:
    person = people.moneyed(100_00)
    seen = await window(language, person)
    gallery = Gallery(seen)
    await seen.open("/withdraw")
    page = await WithdrawPage(seen.page, seen.say).here()
    await page.field("wallet:withdrawPage.amount").fill("100.01")
    await page.expect_text(seen.say("wallet:withdrawPage.tooMuch"))
    await expect(page.button("wallet:topUpPage.next")).to_be_disabled()
    await gallery.show("withdraw-too-much")
    await page.field("wallet:withdrawPage.amount").fill("40")
    await page.confirm(PAY_PASSWORD)
    await page.expect_outcome("succeeded", "40.00")
    await gallery.show("withdraw-succeeded")
    assert person.phone.balance_fen() == 60_00
    bank("refuse")
    await seen.open("/withdraw")
    await page.button("wallet:withdrawPage.all").click()
    await page.confirm(PAY_PASSWORD)
    await page.expect_outcome("failed", "60.00")
    await gallery.show("withdraw-failed")
    assert person.phone.balance_fen() == 60_00
    bill = person.phone.get("/wallet/bills", kind="withdrawal")["items"][-1]
    await gallery.show("bill-withdrawal", f"/bills/{bill['bill_id']}")
    where_to = page.page.get_by_role("term").filter(has_text=seen.say("wallet:fact.toCard"))
    await expect(where_to).to_be_visible()
    await expect(page.page.get_by_text(seen.say("wallet:fact.fund"), exact=True)).to_have_count(0)
    gallery.close()


async def test_who_binds_another_card_on_the_way_finds_the_amount_again(
    window: Opening, people: People
) -> None:
    person = people.moneyed(100_00)
    (first,) = person.phone.get("/banks/cards")
    seen = await window("zh", person)
    await seen.open("/withdraw")
    page = await WithdrawPage(seen.page, seen.say).here()
    await page.field("wallet:withdrawPage.amount").fill("12.34")
    binding = await page.bind_another_card()
    await binding.back()
    await page.here()
    await page.expect_chosen("12.34", first["last4"])
    binding = await page.bind_another_card()
    number = await binding.open_demonstration_account()
    await binding.ask_for_code()
    await binding.confirm()
    await page.here()
    await page.expect_chosen("12.34", number[-4:])


async def test_what_is_confirmed_is_what_was_asked_for_whatever_becomes_of_the_balance_meanwhile(
    window: Opening, people: People
) -> None:
    person = people.moneyed(100_00)
    (card,) = person.phone.get("/banks/cards")
    seen = await window("zh", person)
    await seen.page.clock.install()
    await seen.open("/withdraw")
    page = await WithdrawPage(seen.page, seen.say).here()
    await page.field("wallet:withdrawPage.amount").fill("40")
    await page.button("wallet:topUpPage.next").click()
    sheet = seen.page.get_by_role("dialog", name=seen.say("payPassword.title"))
    await expect(sheet).to_contain_text("40.00")
    elsewhere = {"card_id": card["card_id"], "amount_fen": 70_00, "pay_password": PAY_PASSWORD}
    person.phone.post("/wallet/withdrawals", elsewhere, once=key())
    await seen.page.clock.fast_forward("01:00")
    await seen.page.evaluate("() => dispatchEvent(new Event('visibilitychange'))")
    await expect(seen.page.get_by_text(seen.say("wallet:withdrawPage.tooMuch"))).to_have_count(1)
    await expect(sheet).to_contain_text("40.00")
    await page.pay_password(PAY_PASSWORD)
    await expect(sheet.get_by_role("alert")).not_to_be_empty()
