"""Devices: seen, photographed, signed out one by one and all at once."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery
from tests.browser.pages.people import DevicesPage
from tests.support.browser import IN_BOTH_LANGUAGES, Language, Somebody
from tests.support.story import Phone

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Gecko/20100101 Firefox/140.0"


def also_signed_in(people: People, person: Somebody, user_agent: str) -> Phone:
    """Another device of `person`'s."""
    phone = people.phone()
    phone.client.headers["user-agent"] = user_agent
    phone.sign_in(person.number, person.password)
    return phone


@IN_BOTH_LANGUAGES
async def test_the_page_of_devices(window: Opening, people: People, language: Language) -> None:
    person = people.somebody()
    seen = await window(language, person)
    gallery = Gallery(seen)
    await gallery.show("devices-one", "/me/devices")
    for agent in (IPHONE, MAC):
        also_signed_in(people, person, agent)
    await gallery.show("devices", "/me/devices")
    await DevicesPage(seen.page, seen.say).button("people:devices.signOutOthers").click()
    await gallery.show("devices-sign-out")
    await gallery.show_waiting_and_failing("devices", "/me/devices", "**/people/me/devices")
    gallery.close()


async def test_a_lost_phone_is_signed_out_and_then_everything_else(
    window: Opening, people: People
) -> None:
    person = people.somebody()
    iphone, mac, other_mac = (also_signed_in(people, person, each) for each in (IPHONE, MAC, MAC))
    seen = await window("zh", person)
    await seen.open("/me")
    await seen.page.get_by_role("link", name=seen.say("people:devices.title")).click()
    page = await DevicesPage(seen.page, seen.say).here()
    await page.expect_devices(4)
    await page.sign_out("iPhone · Safari")
    await page.expect_devices(3)
    assert iphone.client.get("/api/v1/people/me").status_code == 401
    assert mac.get("/people/me")["user_no"]
    await page.sign_out_others()
    await page.expect_devices(1)
    for gone in (mac, other_mac):
        assert gone.client.get("/api/v1/people/me").status_code == 401
    assert person.phone.get("/people/me")["user_no"]
    await expect(page.button("people:devices.signOutOthers")).to_have_count(0)


async def test_a_device_that_was_signed_out_elsewhere_is_led_to_sign_in(
    window: Opening, people: People
) -> None:
    person = people.somebody()
    other = also_signed_in(people, person, MAC)
    seen = await window("en", person)
    await seen.open("/me")
    to_devices = seen.page.get_by_role("link", name=seen.say("people:devices.title"))
    await expect(to_devices).to_be_visible()
    other.post("/people/me/devices/sign-out-others")
    await to_devices.click()
    await expect(seen.page).to_have_url(re.compile(r"/sign-in\?next=%2Fme%2Fdevices$"))
