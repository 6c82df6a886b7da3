"""Walks through pages in one language, inspects each on a phone and a desktop, and photographs it.

Pictures are for people to look at: they are taken where `FAREWAVE_SCREENSHOTS` names their folder.
"""

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Page, Route, TimeoutError, expect

from tests.browser.conftest import Window
from tests.browser.inspection import axe_complaints, layout_complaints, letter_complaints
from tests.support.browser import DESKTOP_SCREEN, PHONE_SCREEN

_SCROLL_TO_END = """() => {
    if (document.querySelector("dialog[open]")) return false;
    scrollTo(0, document.documentElement.scrollHeight);
    return scrollY > 0;
}"""
_SHOT_MS = 20_000
_PICTURES = Path(named) if (named := os.environ.get("FAREWAVE_SCREENSHOTS")) else None
_SCREENS = {"phone": PHONE_SCREEN, "desktop": DESKTOP_SCREEN}


async def photograph(page: Page, name: str) -> None:
    """The screen as it is; where the page goes on below, also its end."""
    if _PICTURES is None:
        return
    await _shoot(page, _PICTURES / f"{name}.png")
    if await page.evaluate(_SCROLL_TO_END):
        await _shoot(page, _PICTURES / f"{name}-end.png")
        await page.evaluate("() => scrollTo(0, 0)")


async def _shoot(page: Page, path: Path) -> None:
    """A browser that draws in software now and then never comes to it: asked again, it does."""
    try:
        await page.screenshot(path=path, animations="disabled", timeout=_SHOT_MS)
    except TimeoutError:
        await page.screenshot(path=path, animations="disabled")


@dataclass
class Gallery:
    """The complaints of a whole walk are gathered, so that one run tells all of them."""

    window: Window
    complaints: list[str] = field(default_factory=list)
    site: str = "Farewave"
    """What titles end with: a merchant's pages have their own."""

    async def show(self, name: str, path: str | None = None) -> None:
        """Takes the pictures called `name` of the page at `path`, or of what is on the screen."""
        page = self.window.page
        if path is not None:
            await page.goto(path)
        await self._wait_until_still()
        await self._look(name)

    async def show_waiting_and_failing(self, name: str, path: str, api: str) -> None:
        """The page at `path` while what it asks of `api` (a glob) is on its way, then failed.

        Both are made here: the server answers as ever.
        """
        page = self.window.page
        there = asyncio.Event()

        async def fail(route: Route) -> None:
            await there.wait()
            await route.fulfill(status=503, json={})

        await page.route(api, fail)
        await page.goto(path)
        await expect(page.locator("h1")).to_have_count(1)
        await expect(page.locator('[aria-busy="true"]').first).to_be_visible()
        await self._look(f"{name}-waiting")
        there.set()
        await expect(page.get_by_role("alert").first).to_be_visible()
        await self._wait_until_still()
        self.window.errors.clear()  # the console tells of the failure that was made
        await self._look(f"{name}-failed")
        await page.unroute(api)

    async def _look(self, name: str) -> None:
        page, language = self.window.page, self.window.say.language
        found = []
        for screen, size in _SCREENS.items():
            await page.set_viewport_size(size)
            await photograph(page, f"{name}-{language}-{screen}")
            for complaint in await layout_complaints(page, language, self.site):
                found.append(f"{screen}: {complaint}")
            if screen == "phone":
                found += await letter_complaints(page)
                found += await axe_complaints(page)
        await page.set_viewport_size(PHONE_SCREEN)
        found += self.window.errors
        self.window.errors.clear()
        self.complaints += [f"{name} {language}: {complaint}" for complaint in found]

    async def _wait_until_still(self) -> None:
        page = self.window.page
        await expect(page.locator("h1")).to_have_count(1)
        await expect(page.locator('[aria-busy="true"]')).to_have_count(0)
        await page.evaluate("() => document.fonts.ready.then(() => undefined)")

    def close(self) -> None:
        """The end of the walk."""
        assert not self.complaints, "\n" + "\n".join(self.complaints)
