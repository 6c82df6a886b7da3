"""Without a network: the app starts, tickets are shown, and they are gone with who is signed in."""

import asyncio
from datetime import UTC, datetime, timedelta

from playwright.async_api import Route, expect

from tests.browser.conftest import Opening, People, Window
from tests.browser.gallery import Gallery
from tests.browser.pages.order import TicketPage
from tests.browser.pages.screen import Screen
from tests.browser.pages.wallet import BillsPage
from tests.support.browser import IN_BOTH_LANGUAGES, Language, Somebody, until

WHOLE_APP_MS = 60_000
"""How long fetching all files of the app may take on a machine that has much else to do."""
KEPT = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("farewave", 1);
    opening.onerror = () => reject(opening.error);
    opening.onupgradeneeded = () => opening.result.createObjectStore("tickets", {
        keyPath: "ticket.ticket_id" });
    opening.onsuccess = () => {
        const all = opening.result.transaction("tickets").objectStore("tickets").getAllKeys();
        all.onsuccess = () => { opening.result.close(); resolve(all.result); };
    };
})"""
STORED = """async () => {
    const stored = {};
    for (const name of await caches.keys()) {
        const keys = await (await caches.open(name)).keys();
        stored[name] = keys.map((request) => new URL(request.url).pathname);
    }
    return stored;
}"""

SESSION = "**/api/v1/session"
A_MOMENT = "() => new Promise((resolve) => setTimeout(resolve, 500))"
OLDER_VERSION = """if (!localStorage.seen) {
    localStorage.seen = "yes";
    caches.open("farewave-shell-older");
}"""


async def issued_ticket(person: Somebody) -> str:
    """A ticket for tomorrow; its id."""
    held = person.phone.hold(person.phone.today() + timedelta(days=1))
    # On a machine that has much else to do, the trade comes a moment after the hold.
    await until(lambda: bool(person.phone.order(held["order_id"])["trade_no"]))
    person.phone.pay(person.phone.order(held["order_id"])["trade_no"])
    order = person.phone.wait_for(held["order_id"], "issued")
    return str(order["seats"][0]["ticket_id"])


async def expect_kept(seen: Window, *ticket_ids: str) -> None:
    """The tickets in this browser's own storage, once it has come to that."""

    async def as_they_should_be() -> bool:
        kept: list[str] = await seen.page.evaluate(KEPT)
        return kept == sorted(ticket_ids)

    await until(as_they_should_be)


async def online_once(window: Opening, language: Language, person: Somebody) -> Window:
    """The wallet was opened with a network, and the service worker has all it needs."""
    seen = await window(language, person, workers=True)
    await seen.context.add_init_script(OLDER_VERSION)
    await seen.open("/")
    in_charge = "() => navigator.serviceWorker.controller !== null"
    await seen.page.wait_for_function(in_charge, timeout=WHOLE_APP_MS)
    await expect(seen.page.locator("h1")).to_have_text(seen.say("wallet:home"))
    return seen


@IN_BOTH_LANGUAGES
async def test_a_ticket_is_shown_without_a_network_and_gone_after_signing_out(
    window: Opening, people: People, language: Language
) -> None:
    person = people.moneyed()
    ticket_id = await issued_ticket(person)
    seen = await online_once(window, language, person)
    gallery = Gallery(seen)
    await expect_kept(seen, ticket_id)

    await seen.context.set_offline(True)
    await gallery.show("offline", "/")
    screen = Screen(seen.page, seen.say)
    await screen.headed("rail:offline.title")
    await seen.page.get_by_role("main").get_by_role("link").click()
    ticket = await TicketPage(seen.page, seen.say).here()
    assert ticket.ticket_id == ticket_id
    await gallery.show("ticket-offline", f"/tickets/e/{ticket_id}")
    await ticket.expect_shown("李明", "553.00")
    await ticket.expect_code()
    mark = seen.page.get_by_role("status").filter(has_text=seen.say("rail:offline.asOf", at=""))
    await expect(mark).to_contain_text(":")

    stored = await seen.page.evaluate(STORED)
    (files,) = stored.values()  # the older version's are gone
    assert "/" in files
    assert [path for path in files if path.startswith("/api")] == []

    await seen.context.set_offline(False)
    await seen.open("/me")
    await screen.button("people:me.signOut").click()
    sheet = seen.page.get_by_role("dialog")
    await sheet.get_by_role("button", name=seen.say("people:me.signOut"), exact=True).click()
    await screen.headed("people:signIn")
    await expect_kept(seen)
    await seen.context.set_offline(True)
    await gallery.show("offline-nothing-kept", f"/tickets/e/{ticket_id}")
    await screen.headed("rail:offline.title")
    await screen.expect_text(seen.say("rail:offline.none"))
    gallery.close()


async def test_tickets_go_when_another_device_signs_this_one_out_or_somebody_else_signs_in(
    window: Opening, people: People
) -> None:
    person = people.moneyed()
    ticket_id = await issued_ticket(person)
    other_device = people.phone()
    other_device.sign_in(person.number, person.password)
    seen = await online_once(window, "en", person)
    await expect_kept(seen, ticket_id)
    stranger = people.somebody()
    await stranger.hand_over_to(seen.context)
    await seen.open("/")
    await expect_kept(seen)

    await person.hand_over_to(seen.context)
    await seen.open(f"/tickets/e/{ticket_id}")
    await expect_kept(seen, ticket_id)
    other_device.post("/people/me/devices/sign-out-others")
    await seen.open("/tickets/orders")
    await Screen(seen.page, seen.say).headed("people:signIn")
    await expect_kept(seen)


async def ticket_kept(window: Opening, people: People) -> tuple[Window, str]:
    """A browser that shows its person's ticket and has kept it; the ticket's id."""
    person = people.moneyed()
    ticket_id = await issued_ticket(person)
    seen = await window("zh", person)
    await seen.open(f"/tickets/e/{ticket_id}")
    await expect_kept(seen, ticket_id)
    return seen, ticket_id


async def test_the_network_that_goes_while_a_ticket_is_on_show_is_told_on_it(
    window: Opening, people: People
) -> None:
    seen, _ = await ticket_kept(window, people)
    ticket = await TicketPage(seen.page, seen.say).here()
    await ticket.expect_code()
    await seen.context.set_offline(True)
    mark = seen.page.get_by_text(seen.say("rail:offline.asOf", at=""))
    await expect(mark).to_be_visible(timeout=30_000)
    await ticket.expect_code()
    await seen.context.set_offline(False)
    await expect(mark).to_have_count(0, timeout=30_000)


async def without_an_answer(seen: Window, ticket_id: str) -> TicketPage:
    """The ticket as this browser kept it, since nobody says who is signed in."""
    await seen.page.route(SESSION, lambda route: route.abort("internetdisconnected"))
    await seen.open(f"/tickets/e/{ticket_id}")
    await seen.page.get_by_text(seen.say("rail:offline.asOf", at="")).wait_for()
    return await TicketPage(seen.page, seen.say).here()


async def test_a_kept_ticket_stays_on_show_while_a_stalled_network_is_asked_again(
    window: Opening, people: People
) -> None:
    seen, ticket_id = await ticket_kept(window, people)
    ticket = await without_an_answer(seen, ticket_id)
    await ticket.expect_code()
    await seen.page.unroute(SESSION)
    asked: asyncio.Queue[Route] = asyncio.Queue()
    await seen.page.route(SESSION, asked.put)
    await seen.page.evaluate("() => dispatchEvent(new Event('visibilitychange'))")
    stalled = await asked.get()
    await seen.page.evaluate(A_MOMENT)
    await expect(seen.page.locator('[aria-busy="true"]')).to_have_count(0)
    await ticket.expect_code()
    await stalled.continue_()
    mark = seen.page.get_by_text(seen.say("rail:offline.asOf", at=""))
    await expect(mark).to_have_count(0)


async def test_a_network_that_never_answers_is_none_after_a_while(
    window: Opening, people: People
) -> None:
    seen, ticket_id = await ticket_kept(window, people)
    asked: asyncio.Queue[Route] = asyncio.Queue()
    await seen.page.route(SESSION, asked.put)
    await seen.page.clock.install()
    await seen.open(f"/tickets/e/{ticket_id}")
    await asked.get()
    await seen.page.clock.fast_forward(15_000)
    await expect(seen.page.get_by_text(seen.say("rail:offline.asOf", at=""))).to_be_visible()
    assert asked.empty(), "who has waited so long isn't made to wait again"


async def test_bills_that_may_be_old_say_that_nobody_could_be_asked_for_newer_ones(
    window: Opening, people: People
) -> None:
    seen = await window("zh", people.moneyed())
    await seen.page.clock.install()
    await seen.open("/bills")
    page = await BillsPage(seen.page, seen.say).here()
    await page.expect_bills(1)
    await seen.context.set_offline(True)
    await seen.page.clock.fast_forward("01:00")
    await seen.page.evaluate("() => dispatchEvent(new Event('visibilitychange'))")
    await page.expect_refusal(seen.say("error.offline"))
    await page.expect_bills(1)


async def test_a_kept_ticket_of_a_trip_long_over_is_not_shown_as_one(
    window: Opening, people: People
) -> None:
    seen, ticket_id = await ticket_kept(window, people)
    await without_an_answer(seen, ticket_id)
    await seen.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=3))
    await seen.open(f"/tickets/e/{ticket_id}")
    await Screen(seen.page, seen.say).expect_text(seen.say("rail:offline.none"))
    await expect_kept(seen, ticket_id)


OFFER = """() => {
    const offered = new Event("beforeinstallprompt", { cancelable: true });
    offered.prompt = async () => { window.asked = true; };
    dispatchEvent(offered);
}"""
IPHONE = """Object.defineProperty(navigator, "userAgent", { get: () => "Mozilla/5.0 (iPhone)" })"""


async def test_the_app_is_put_on_the_home_screen_from_me(window: Opening, people: People) -> None:
    seen = await window("zh", people.somebody())
    await seen.open("/me")
    page = await Screen(seen.page, seen.say).headed("people:me.title")
    row = seen.page.get_by_role("button").filter(has_text=seen.say("people:install.title"))
    await expect(row).to_have_count(0)
    await seen.page.evaluate(OFFER)
    gallery = Gallery(seen)
    await gallery.show("me-install")
    await row.click()
    await expect(row).to_have_count(0)
    assert await seen.page.evaluate("() => window.asked")
    await seen.context.add_init_script(IPHONE)
    await gallery.show("me-install-iphone", "/me")
    await page.expect_text(seen.say("people:install.hint"))
    gallery.close()
