"""The wallet's home, topping up from a card, bills."""

import re

from playwright.async_api import Locator, expect

from tests.browser.pages.banks import BindCardPage
from tests.browser.pages.screen import Screen


class HomePage(Screen):
    """`/`."""

    async def here(self) -> "HomePage":
        return await self.headed("wallet:home")

    async def expect_balance(self, amount: str) -> None:
        card = self.page.get_by_role("region", name=self.say("wallet:balance"), exact=True)
        await expect(card).to_contain_text(f"¥{amount}")

    async def top_up(self) -> "TopUpPage":
        card = self.page.get_by_role("region", name=self.say("wallet:balance"), exact=True)
        await card.get_by_role("link", name=self.say("wallet:topUp")).click()
        return await TopUpPage(self.page, self.say).here()

    async def show_pay_code(self) -> "PayCodePage":
        await self.link("wallet:quick.payCode").click()
        return await PayCodePage(self.page, self.say).here()


class PayCodePage(Screen):
    """`/pay-code`: the pay password, then a code for a merchant's scanner."""

    async def here(self) -> "PayCodePage":
        return await self.headed("payments:code.title")

    async def expect_code(self) -> str:
        """The code is there as bars and as QR; gives its digits, which have to be asked for."""
        for picture in ("bars", "qr"):
            name = self.say(f"payments:code.{picture}")
            drawn = self.page.get_by_role("img", name=name, exact=True)
            await expect(drawn).to_be_visible()
        code = self.page.get_by_role("region", name=self.say("payments:code.title"))
        await expect(code).not_to_contain_text(re.compile(r"\d{4} \d{4}"))
        await code.get_by_role("button", name=self.say("payments:code.reveal")).click()
        shown = code.get_by_text(re.compile(r"^28\d\d( \d{2,4}){4}$"))
        return (await shown.inner_text()).replace(" ", "")

    async def expect_paid(self, merchant: str, amount: str) -> None:
        await self.expect_text(self.say("payments:code.paidTo", merchant=merchant))
        await expect(self.page.get_by_role("main")).to_contain_text(f"¥{amount}")


class TopUpPage(Screen):
    """`/top-up`: how much, from which card; without a card the way to one."""

    async def here(self) -> "TopUpPage":
        return await self.headed("wallet:topUp")

    async def bind_first_card(self) -> "BindCardPage":
        await self.link("wallet:topUpPage.bind").click()
        return await BindCardPage(self.page, self.say).here()

    async def choose(self, amount: str) -> None:
        """Types the amount and goes on to the pay password."""
        await self.field("wallet:topUpPage.amount").fill(amount)
        await self.button("wallet:topUpPage.next").click()

    async def confirm(self, pay_password: str, *, twice: bool = False) -> "TopUpResultPage":
        await self.pay_password(pay_password, twice=twice)
        result = TopUpResultPage(self.page, self.say)
        await self.page.wait_for_url("**/top-up/top_*")
        return await result.here()


class TopUpResultPage(Screen):
    """`/top-up/top_…`: what the bank made of it."""

    async def here(self) -> "TopUpResultPage":
        return await self.headed("wallet:topUp")

    async def expect_outcome(self, status: str, amount: str) -> None:
        said = self.page.get_by_role("heading", name=self.say(f"wallet:topUpResult.{status}"))
        await expect(said).to_be_visible()
        await expect(self.page.get_by_role("main")).to_contain_text(f"¥{amount}")

    async def to_wallet(self) -> HomePage:
        await self.link("wallet:topUpResult.toWallet").click()
        return await HomePage(self.page, self.say).here()

    async def back_to_paying(self) -> None:
        await self.link("wallet:topUpResult.goOn").click()


class WithdrawPage(Screen):
    """`/withdraw`: how much, to which card; then `/withdraw/…`, what the bank made of it."""

    async def here(self) -> "WithdrawPage":
        return await self.headed("wallet:withdraw")

    async def bind_another_card(self) -> "BindCardPage":
        await self.link("banks:another").click()
        return await BindCardPage(self.page, self.say).here()

    async def expect_chosen(self, amount: str, last4: str) -> None:
        """So much is typed, and the card that ends so is chosen."""
        await expect(self.field("wallet:withdrawPage.amount")).to_have_value(amount)
        await expect(self.page.get_by_role("radio", name=last4)).to_be_checked()

    async def confirm(self, pay_password: str) -> None:
        await self.button("wallet:topUpPage.next").click()
        await self.pay_password(pay_password)
        await self.page.wait_for_url("**/withdraw/*")

    async def expect_outcome(self, status: str, amount: str) -> None:
        said = self.page.get_by_role("heading", name=self.say(f"wallet:withdrawResult.{status}"))
        await expect(said).to_be_visible()
        await expect(self.page.get_by_role("main")).to_contain_text(f"¥{amount}")


class BillsPage(Screen):
    """`/bills`."""

    async def here(self) -> "BillsPage":
        return await self.headed("wallet:bills")

    async def expect_bill(self, *texts: str) -> None:
        """One bill of the list that says all of `texts`."""
        row = self.page.get_by_role("main").get_by_role("listitem")
        for text in texts:
            row = row.filter(has_text=text)
        await expect(row).to_have_count(1)

    async def expect_bills(self, count: int) -> None:
        rows = self.page.get_by_role("main").get_by_role("listitem")
        await expect(rows).to_have_count(count)

    def month(self) -> Locator:
        """The newest month that is shown, with its totals."""
        return self.page.get_by_role("main").get_by_role("region").first

    async def open(self, text: str) -> "BillPage":
        await self.page.get_by_role("main").get_by_role("link").filter(has_text=text).click()
        return await BillPage(self.page, self.say).headed("wallet:bill")


class BillPage(Screen):
    """`/bills/bil_…`."""

    async def expect_fact(self, value: str) -> None:
        await expect(self.page.get_by_role("definition").filter(has_text=value)).to_be_visible()


class SendPage(Screen):
    """`/send`: whose number, then how much."""

    async def here(self) -> "SendPage":
        return await self.headed("wallet:send.title")

    async def find(self, phone: str) -> None:
        await self.field("wallet:send.phone").fill(phone)
        await self.button("wallet:send.find").click()
