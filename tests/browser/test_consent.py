"""The page where somebody lets an application know who they are."""

import json
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Opening, People
from tests.browser.gallery import Gallery
from tests.browser.pages.people import SignInPage
from tests.browser.pages.screen import Screen
from tests.support.browser import IN_BOTH_LANGUAGES, Language, until
from tests.support.server import Server

BACK = "https://shop.test/back?order=7"
_FRAME = """url => new Promise((loaded) => {
    const frame = document.createElement("iframe");
    frame.onload = loaded;
    frame.src = url;
    document.body.append(frame);
}).then(() => undefined)"""
DOOR = "/oauth2/publicAppAuthorize.htm"


@pytest.fixture(scope="module")
def app_id(farewave: Server) -> str:
    made = farewave.run("app", "create", "--name", "青鱼书店", "--redirect-uri", BACK, "--json")
    assert made.returncode == 0, made.stderr
    return str(json.loads(made.stdout)["app_id"])


def door(app_id: str, **changed: str) -> str:
    asked = {"app_id": app_id, "scope": "auth_user", "redirect_uri": BACK, "state": "s 1"}
    return f"{DOOR}?{urlencode({**asked, **changed})}"


async def with_the_shops_site(page: Page) -> None:
    async def answer(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<h1>shop</h1>")

    await page.route("https://shop.test/**", answer)


async def returned(page: Page) -> dict[str, str]:
    """What the browser is back at the shop with."""
    await page.wait_for_url("https://shop.test/**")
    return dict(parse_qsl(urlsplit(page.url).query))


@IN_BOTH_LANGUAGES
async def test_somebody_signs_in_agrees_and_goes_back_with_a_code(
    window: Opening, people: People, app_id: str, language: Language
) -> None:
    seen = await window(language)
    await with_the_shops_site(seen.page)
    await seen.open(door(app_id))
    await SignInPage(seen.page, seen.say).here()
    await people.somebody().hand_over_to(seen.context)
    await seen.page.reload()
    page = await Screen(seen.page, seen.say).headed("login:title")
    await page.expect_text("青鱼书店")
    await page.expect_text(page.say("login:gets.name"))
    gallery = Gallery(seen)
    await gallery.show("consent")
    await page.button("login:agree").click()
    told = await returned(seen.page)
    assert (told["order"], told["state"], told["scope"]) == ("7", "s 1", "auth_user")
    assert len(told["auth_code"]) == 32

    await seen.open("/me")
    me = await page.headed("people:me.title")
    await seen.page.get_by_role("link", name=seen.say("login:allowed.title")).click()
    mine = await me.headed("login:allowed.title")
    await mine.expect_text("青鱼书店")
    await gallery.show("allowed-apps")
    await mine.button("login:allowed.endOne", app="青鱼书店").click()
    await mine.button("login:allowed.yes").click()
    await mine.expect_text(mine.say("login:allowed.none"))
    await gallery.show("allowed-apps-none")

    await seen.open(door(app_id, scope="auth_base"))
    await page.headed("login:title")
    await expect(page.page.get_by_text(page.say("login:gets.name"))).to_have_count(0)
    await page.button("login:decline").click()
    told = await returned(seen.page)
    assert (told["error"], told["state"]) == ("access_denied", "s 1")
    assert "auth_code" not in told
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_an_address_that_isnt_registered_is_told_and_not_followed(
    window: Opening, app_id: str, language: Language
) -> None:
    seen = await window(language)
    await seen.open(door(app_id, redirect_uri="https://evil.test/back"))
    assert DOOR in seen.page.url
    await expect(seen.page.get_by_text("gateway.redirect_not_registered")).to_be_visible()
    seen.errors.clear()  # the console tells of the page's status
    gallery = Gallery(seen)
    await gallery.show("consent-refused")
    gallery.close()


async def test_no_other_site_may_frame_the_page(
    window: Opening, people: People, app_id: str
) -> None:
    seen = await window("en", people.somebody())
    url = people.phone().url

    # Another origin on this machine: from further away a browser lets nobody frame a local page.
    await seen.page.goto(f"{url.replace('127.0.0.1', 'localhost')}/healthz")

    async def framed(path: str) -> str:
        """What a page of that site shows in a frame."""
        await seen.page.evaluate(_FRAME, url + path)
        frame = seen.page.main_frame.child_frames[-1]
        # The page hears that the frame is there before whoever drives the browser hears of where.
        await until(lambda: frame.url not in {"", "about:blank"})
        return frame.url

    assert await framed("/healthz") == f"{url}/healthz"  # of what may be framed
    for path in (door(app_id), door(app_id, redirect_uri="https://evil.test/back")):
        assert (await framed(path)).startswith("chrome-error://")
    seen.errors.clear()  # the refusal to frame is one of them
