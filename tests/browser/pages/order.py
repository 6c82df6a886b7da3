"""An order from the booking to the ticket, with the cashier in between."""

import re

from playwright.async_api import Locator, expect

from tests.browser.pages.screen import Screen
from tests.browser.pages.wallet import TopUpPage
from tests.support.browser import tap_twice


class BookPage(Screen):
    """`/tickets/book/…`: who travels, in which class, where they would like to sit."""

    async def here(self) -> "BookPage":
        await self.headed("rail:book.title")
        await expect(self.button("rail:book.submit")).to_be_enabled()
        return self

    async def wish(self, letter: str, side: str) -> None:
        """Would like the seat with this letter, which lies at the window or the aisle."""
        label = self.say("rail:wish.seat", letter=letter, side=self.say(f"rail:wish.{side}"))
        wish = self.page.get_by_role("checkbox", name=label)
        await wish.check()
        await expect(wish).to_be_checked()

    async def wish_berth(self, level: str) -> None:
        """One more of the party would like to lie on this level."""
        name = self.say(f"rail:wish.berth.{level}")
        await self.button("rail:wish.more", name=name).click()

    async def add_passenger(self, name: str, identity_number: str, *, twice: bool = False) -> None:
        """Adds somebody to the list, who is chosen at once."""
        await self.button("rail:passengers.add").click()
        sheet = self.page.get_by_role("dialog", name=self.say("rail:passengers.addTitle"))
        await sheet.get_by_label(self.say("rail:passengers.name"), exact=True).fill(name)
        identity = sheet.get_by_label(self.say("rail:passengers.identity"), exact=True)
        await identity.fill(identity_number)
        save = sheet.get_by_role("button", name=self.say("rail:passengers.save"), exact=True)
        await (tap_twice(save) if twice else save.click())
        await expect(self.page.get_by_role("checkbox", name=re.compile(name))).to_be_checked()

    async def place(self, *, twice: bool = False) -> "OrderPage":
        submit = self.button("rail:book.submit")
        await (tap_twice(submit) if twice else submit.click())
        await self.page.wait_for_url("**/tickets/orders/ord_*")
        return await OrderPage(self.page, self.say).here()


class OrderPage(Screen):
    """`/tickets/orders/ord_…`."""

    async def here(self) -> "OrderPage":
        return await self.headed("rail:order.title")

    @property
    def order_id(self) -> str:
        return self.page.url.rpartition("/")[2]

    async def expect_stage(self, stage: str) -> None:
        said = self.page.get_by_role("heading", name=self.say(f"rail:stage.{stage}.title"))
        await expect(said).to_be_visible()

    async def seconds_left(self) -> int:
        face = await self.page.get_by_role("timer").inner_text()
        minutes, seconds = face.split(":")
        return int(minutes) * 60 + int(seconds)

    async def pay(self) -> "CashierPage":
        await self.link("rail:order.pay").click()
        return await CashierPage(self.page, self.say).here()

    async def cancel(self, *, twice: bool = False) -> None:
        await self.button("rail:order.cancel").click()
        sure = self.button("rail:order.cancelYes")
        await (tap_twice(sure) if twice else sure.click())
        await self.expect_stage("cancelled")

    async def show_ticket(self) -> "TicketPage":
        await self.link("rail:order.showTicket", count=1).click()
        return await TicketPage(self.page, self.say).here()


class CashierPage(Screen):
    """`/cashier/…`, while the trade waits for money."""

    async def here(self) -> "CashierPage":
        return await self.headed("payments:title")

    async def ask_to_pay(self, amount: str) -> None:
        await self.button("payments:pay", amount=amount).click()

    async def pay(self, amount: str, pay_password: str, *, twice: bool = False) -> "PaidPage":
        await self.ask_to_pay(amount)
        await self.pay_password(pay_password, twice=twice)
        return await PaidPage(self.page, self.say).headed("payments:paid.title")

    async def choose_fund(self, place: int) -> str:
        """Would pay with this fund, the balance (0) or a card after it; gives its name."""
        fund = self.page.get_by_role("main").locator("label").nth(place)
        await fund.click()
        await expect(fund.get_by_role("radio")).to_be_checked()
        return (await fund.inner_text()).split("\n")[0]

    def lacking(self, amount: str) -> Locator:
        """The link to top up what is missing."""
        return self.link("payments:topUpMissing", amount=amount)

    async def top_up_missing(self, amount: str) -> TopUpPage:
        await self.lacking(amount).click()
        return await TopUpPage(self.page, self.say).here()


class PaidPage(Screen):
    """The cashier when the trade is paid."""

    async def expect_amount(self, amount: str) -> None:
        await expect(self.page.get_by_role("main")).to_contain_text(f"¥{amount}")

    async def show_ticket(self) -> OrderPage:
        await self.link("payments:showTicket").click()
        return await OrderPage(self.page, self.say).here()


class TicketPage(Screen):
    """`/tickets/e/tkt_…`."""

    async def here(self) -> "TicketPage":
        return await self.headed("rail:ticket.title")

    @property
    def ticket_id(self) -> str:
        return self.page.url.rpartition("/")[2]

    async def expect_shown(self, *texts: str) -> None:
        ticket = self.page.get_by_role("article")
        for text in texts:
            await expect(ticket).to_contain_text(re.compile(text))

    async def expect_code(self) -> None:
        """The QR is drawn, and square."""
        code = self.page.get_by_role("img", name=self.say("rail:ticket.qr"))
        await expect(code).to_be_visible()
        drawn = "image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])"
        width, height = await code.evaluate(drawn)
        assert width == height > 20
