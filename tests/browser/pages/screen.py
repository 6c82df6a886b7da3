"""What all pages have: their heading, their fields and buttons by label, the number pad."""

from dataclasses import dataclass
from typing import Self

from playwright.async_api import Locator, Page, expect

from tests.support.browser import Words, tap_twice


@dataclass(frozen=True)
class Screen:
    """A page as a person sees it. Subclasses tell how to come in and what leads out.

    Methods that lead to another page return its model once that page is there.
    """

    page: Page
    say: Words

    async def headed(self, key: str, **values: object) -> Self:
        """This page, once its heading says so."""
        await self.page.wait_for_function("() => document.querySelectorAll('h1').length === 1")
        await expect(self.page.locator("h1")).to_have_text(self.say(key, **values))
        return self

    async def back(self) -> None:
        await self.page.get_by_role("button", name=self.say("back"), exact=True).first.click()

    def field(self, key: str) -> Locator:
        return self.page.get_by_label(self.say(key), exact=True)

    def button(self, key: str, **values: object) -> Locator:
        return self.page.get_by_role("button", name=self.say(key, **values), exact=True)

    def link(self, key: str, **values: object) -> Locator:
        return self.page.get_by_role("link", name=self.say(key, **values), exact=True)

    def hint(self) -> Locator:
        """What the sandbox says beside the page."""
        return self.page.get_by_role("complementary", name=self.say("sandbox.name"))

    async def expect_text(self, text: str) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def expect_refusal(self, sentence: str) -> None:
        await expect(self.page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()

    async def tab(self, key: str) -> None:
        """Goes by the bar at the bottom."""
        bar = self.page.get_by_role("navigation", name=self.say("navigation"), exact=True)
        await bar.get_by_role("link", name=self.say(f"tab.{key}")).click()

    async def type_digits(self, digits: str, *, twice: bool = False) -> None:
        """Six digits on the pad of the screen; `twice` taps the last one, which sends, twice."""
        pad = self.page.get_by_role("group", name=self.say("numberPad"))
        for digit in digits[:-1]:
            await pad.get_by_role("button", name=digit, exact=True).click()
        last = pad.get_by_role("button", name=digits[-1], exact=True)
        await (tap_twice(last) if twice else last.click())

    async def pay_password(self, digits: str, *, twice: bool = False) -> None:
        """Answers the sheet that asks for the pay password."""
        sheet = self.page.get_by_role("dialog", name=self.say("payPassword.title"))
        await expect(sheet).to_be_visible()
        await self.type_digits(digits, twice=twice)
