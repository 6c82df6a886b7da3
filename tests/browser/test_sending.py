"""Money sent to a phone number in the app: who that is, how much, the pay password, the end."""

from playwright.async_api import expect

from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery
from tests.browser.pages.wallet import SendPage
from tests.support.browser import IN_BOTH_LANGUAGES, PAY_PASSWORD, Language
from tests.support.people import some_phone


@IN_BOTH_LANGUAGES
async def test_money_is_sent_to_a_friend(
    window: Opening, people: People, language: Language
) -> None:
    person, friend = people.moneyed(100_00), people.somebody()
    seen = await window(language, person)
    gallery = Gallery(seen)
    await gallery.show("send", "/send")
    page = await SendPage(seen.page, seen.say).here()
    await page.find(some_phone().digits)
    await expect(seen.page.get_by_role("alert")).to_be_visible()
    await gallery.show("send-unknown")
    await page.find(person.number)
    await expect(seen.page.get_by_role("alert")).to_be_visible()
    await page.find(friend.number)
    await page.expect_text("*明")
    await page.field("wallet:send.amount").fill("30.5")
    await page.field("wallet:send.note").fill("午饭")
    await gallery.show("send-how-much")
    await page.button("wallet:send.next").click()
    await gallery.show("send-password")
    await page.pay_password(PAY_PASSWORD, twice=True)
    await seen.page.wait_for_url("**/send/snd_*")
    await expect(
        seen.page.get_by_role("heading", name=seen.say("wallet:send.arrived"))
    ).to_be_visible()
    await gallery.show("send-arrived")
    assert (person.phone.balance_fen(), friend.phone.balance_fen()) == (69_50, 30_50)
    (bill,) = friend.phone.get("/wallet/bills")["items"]
    assert (bill["kind"], bill["direction"], bill["note"]) == ("transfer", "in", "午饭")
    sent = person.phone.get("/wallet/bills", kind="transfer")["items"][0]
    await gallery.show("bill-transfer", f"/bills/{sent['bill_id']}")
    await gallery.show("send-result-unknown", "/send/snd_nonsense")
    await gallery.show_waiting_and_failing(
        "send-result", f"/send/{sent['reference']['id']}", "**/api/v1/wallet/transfers/*"
    )
    gallery.close()
