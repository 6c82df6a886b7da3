"""Bank cards: the bound ones, and binding another."""

from playwright.async_api import expect

from tests.browser.pages.screen import Screen
from tests.support.browser import tap_twice


class BindCardPage(Screen):
    """`/cards/bind`: the card's number, then the code that the bank sent."""

    async def here(self) -> "BindCardPage":
        return await self.headed("banks:bind")

    async def open_demonstration_account(self) -> str:
        """Lets the demonstration bank open an account; gives the card's number, now filled in."""
        await self.button("banks:demo.give").click()
        return await self.expect_given()

    async def expect_given(self) -> str:
        number = self.field("banks:number")
        await expect(number).not_to_have_value("")
        return (await number.input_value()).replace(" ", "")

    async def ask_for_code(self) -> None:
        await self.button("banks:sendCode").click()
        await expect(self.field("banks:code")).to_be_visible()

    async def code_on_screen(self) -> str:
        """The code that the sandbox shows instead of an SMS."""
        await expect(self.field("banks:code")).to_be_visible()
        return await self.hint().locator("strong").inner_text()

    async def confirm(self) -> None:
        """Types the code; leads back to the page that wanted a card."""
        await self.field("banks:code").fill(await self.code_on_screen())
        await self.button("banks:confirm").click()
        await self.expect_text(self.say("banks:bound"))


class CardsPage(Screen):
    """`/cards`."""

    async def here(self) -> "CardsPage":
        return await self.headed("banks:title")

    async def unbind(self, last4: str, *, twice: bool = False) -> None:
        await self.button("banks:unbindOne", last4=last4).click()
        sheet = self.page.get_by_role("dialog", name=self.say("banks:unbindQuestion", last4=last4))
        sure = sheet.get_by_role("button", name=self.say("banks:unbind"), exact=True)
        await (tap_twice(sure) if twice else sure.click())
        await self.expect_text(self.say("banks:unbound"))
