"""Berths: wished for by their level, and given where they are free."""

from datetime import timedelta

from playwright.async_api import expect

from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery
from tests.browser.pages.order import BookPage
from tests.support.browser import IN_BOTH_LANGUAGES, Language
from tests.support.people import some_identity_number

HARD_SLEEPER = "3"


@IN_BOTH_LANGUAGES
async def test_two_who_wish_for_lower_berths_get_them(
    window: Opening, people: People, language: Language
) -> None:
    person = people.somebody()
    day = person.phone.today() + timedelta(days=1)
    offer = next(
        each
        for each in person.phone.offers(day, "BJP", "SHH")
        if HARD_SLEEPER in {found["class_code"] for found in each["classes"]}
    )
    journey = f"from={offer['from']['telecode']}&to={offer['to']['telecode']}&date={day}"
    seen = await window(language, person)
    gallery = Gallery(seen)
    await gallery.show("train-sleeper", f"/tickets/trains/{offer['train_no']}?{journey}")
    await seen.open(f"/tickets/book/{offer['train_no']}?{journey}&class={HARD_SLEEPER}")
    book = await BookPage(seen.page, seen.say).here()
    await book.wish_berth("middle")
    await book.wish_berth("lower")
    fewer = book.button("rail:wish.less", name=seen.say("rail:wish.berth.middle"))
    await expect(fewer).to_be_disabled()  # one traveller has one wish: the newer one
    await book.add_passenger("王小满", some_identity_number())
    await book.wish_berth("lower")
    await gallery.show("book-berths")
    order = await book.place()
    held = person.phone.order(order.order_id)
    assert [seat["seat"][-1] for seat in held["seats"]] == ["下", "下"]
    await gallery.show("order-held-berths")
    gallery.close()
